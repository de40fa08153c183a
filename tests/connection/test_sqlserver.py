"""A SQL Server source makes engines lazily, keeps a bounded number, and leaks nothing."""

from __future__ import annotations

import logging
import traceback
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.drivers import InstalledDrivers, installed_drivers
from mssql_mcp.connection.sqlserver import MAX_ENGINES, SqlServerSource
from mssql_mcp.errors import DatabaseConnectionError, QueryTimeoutError, ToolError, ValidationError
from mssql_mcp.settings import ConnectionSettings, RetrySettings

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY = "c4nary;}pass"
NOWHERE = "127.0.0.1,1"
QUICK = RetrySettings(max_retries=1, delay_seconds=0)


def source(**fields: Any) -> SqlServerSource:
    given = {"server": NOWHERE, "username": "me", "password": SecretStr(CANARY), "retry": QUICK, **fields}
    return SqlServerSource("main", ConnectionSettings(**given))


@pytest.fixture
def usable() -> None:
    installed = installed_drivers()
    if installed.pyodbc_error and not installed.mssql_python:
        pytest.skip("no driver can be imported here")


@pytest.mark.usefixtures("usable")
def test_an_engine_a_database_is_made_once() -> None:
    """Each database has one engine, made without connecting."""
    made = source()
    assert made.engine() is made.engine("master")
    assert made.engine("a") is made.engine("a")
    assert made.engine("a") is not made.engine("b")
    made.close()


@pytest.mark.usefixtures("usable")
def test_the_number_of_engines_is_bounded() -> None:
    """Asking for ever new databases does not grow without end; the one not used longest goes."""
    made = source()
    first, second = made.engine("db0"), made.engine("db1")
    for number in range(2, MAX_ENGINES):
        made.engine(f"db{number}")
    assert made.engine("db0") is first
    made.engine("one more")
    assert made.engine("db0") is first
    assert made.engine("db1") is not second
    made.close()


def test_a_database_outside_the_list_is_refused() -> None:
    """The list of allowed databases is looked at before any driver."""
    with pytest.raises(ValidationError) as caught:
        source(databases=("Sales*",)).connect(Call(5), "hr")
    assert caught.value.code == "input.unknown_database"


def test_a_missing_driver_is_told_by_the_call() -> None:
    """Without a driver the source exists, and each call says what to install."""
    bare = InstalledDrivers("libodbc.so.2: cannot open shared object file", "", (), mssql_python=False)
    made = SqlServerSource("main", ConnectionSettings(username="me", password=SecretStr("x")), installed=lambda: bare)
    for _ in range(2):
        with pytest.raises(DatabaseConnectionError) as caught:
            made.connect(Call(5))
        assert caught.value.code == "connection.driver_missing"
    made.close()


def test_a_poor_driver_is_warned_about_once(caplog: pytest.LogCaptureFixture) -> None:
    """The log says what to install, when the connection is first looked at."""
    freetds = InstalledDrivers("", "5.3.0", ("FreeTDS",), mssql_python=False)
    made = SqlServerSource(
        "main", ConnectionSettings(username="me", password=SecretStr("x")), installed=lambda: freetds
    )
    for _ in range(2):
        assert made.login.driver.odbc_driver == "FreeTDS"
    assert len(caplog.records) == 1
    assert "Connection main: The ODBC driver FreeTDS is FreeTDS" in caplog.text


@pytest.mark.usefixtures("usable")
def test_a_server_that_is_down_is_told_by_the_call() -> None:
    """With the server down each call says so, after its retries, and nothing hangs on the error."""
    made = source()
    for _ in range(2):
        with pytest.raises(DatabaseConnectionError) as caught:
            made.connect(Call(30))
        assert caught.value.code == "connection.refused"
        assert caught.value.retryable
    made.close()


@pytest.mark.usefixtures("usable")
def test_a_call_that_is_over_connects_to_nothing() -> None:
    """It says where it was before, not that the server lets nobody in."""
    made = source()
    call = Call(30)
    call.connected()
    call.expire()
    with pytest.raises(QueryTimeoutError):
        made.connect(call)
    assert call.connecting_to == ""


def everything_said(error: BaseException | None, records: list[logging.LogRecord]) -> Iterator[str]:
    seen: set[int] = set()
    todo = [error]
    while todo:
        current = todo.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        todo += [current.__cause__, current.__context__]
        yield from (str(current), repr(current), str(vars(current)), "".join(traceback.format_exception(current)))
        if isinstance(current, ToolError):
            yield str(current.as_dict())
    for record in records:
        yield record.getMessage() + str(record.exc_text)


@pytest.mark.usefixtures("usable")
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"driver": "mssql-python"},
        {"server": "no-such-host.invalid"},
        {"odbc_connect": SecretStr(f"Server={NOWHERE};UID=me;PWD={{c4nary;}}}}pass}}")},
        {"odbc_connect": SecretStr("Server=x;PWD={c4nary")},
        {"odbc_connect": SecretStr("Server=127.0.0.1,1;UID=me;PWD=c4nary;Nonsense c4nary=1"), "driver": "mssql-python"},
        {
            "odbc_connect": SecretStr(f"Driver={{No such driver}};Server={NOWHERE};UID=me;PWD=c4nary"),
            "driver": "pyodbc",
        },
        {"url": SecretStr("mssql+pyodbc://me:c4nary@127.0.0.1:1/master")},
        {"url": SecretStr("mssql+pyodbc://me:c4nary@:x")},
    ],
)
def test_no_failure_tells_the_password(fields: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    """A canary password is in no message, representation, log record or traceback of a failed connection."""
    made = source(**fields)
    with caplog.at_level(logging.DEBUG), pytest.raises(ToolError) as caught:
        made.connect(Call(30))
    said = [*everything_said(caught.value, caplog.records), repr(made), repr(vars(made))]
    assert [text for text in said if "c4nary" in text] == []
    made.close()


def test_values_are_bound_in_the_order_of_the_marks() -> None:
    """A name may stand several times; @ and case do not matter."""
    statement = source().statement("SELECT ? + ? + ?", ("@a", "b", "A"), {"A": 1, "@B": 2})
    assert (statement.sql, statement.columns) == ("SELECT ? + ? + ?", None)
    assert [(one.value, str(one.type)) for one in statement.parameters] == [(1, "int"), (2, "int"), (1, "int")]


def test_a_cancel_never_raises() -> None:
    """Ending from another thread may come too early, too late, or to a driver that cannot."""

    class Cursor:
        def __init__(self) -> None:
            self.cancelled = 0

        def cancel(self) -> None:
            self.cancelled += 1
            raise OSError

    cursor = Cursor()
    made = source()
    made.cancel(None, cursor)
    made.cancel(None, object())
    made.cancel(None, None)
    assert cursor.cancelled == 1


def test_errors_are_judged_by_the_table() -> None:
    """Disconnects, transient failures and meanings come from one place."""
    made = source()
    broken = RuntimeError("08S01", "[08S01] [Microsoft][ODBC Driver 18 for SQL Server]broken (10054) (SQLExecDirectW)")
    assert made.is_disconnect(broken)
    assert made.is_transient(broken)
    assert made.failure(broken).code == "connection.lost"
    rows = [(1, "a")]
    assert made.decoded(rows, ()) is rows
