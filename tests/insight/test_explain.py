"""A plan is fetched without running the query, on a connection that is never used again."""

from __future__ import annotations

import sqlite3
import threading
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy
from sqlalchemy.pool import QueuePool

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.hooks import announce_cursors
from mssql_mcp.errors import QueryCancelledError, QueryError, QueryTimeoutError, UnsupportedError, ValidationError
from mssql_mcp.gate import check
from mssql_mcp.insight.explain import SHOWPLAN_OFF, SHOWPLAN_ON, explain, with_declarations

SHOWPLAN_COLUMN = "Microsoft SQL Server 2005 XML Showplan"


class ShowplanCursor(sqlite3.Cursor):
    """Takes SHOWPLAN_XML as SQL Server does; everything else runs in SQLite."""

    connection: ShowplanConnection

    def execute(self, sql: str, parameters: Any = ()) -> ShowplanCursor:
        server = self.connection.server
        if not sql.startswith("PRAGMA"):  # SQLAlchemy's own, on the first connection
            server.log.append(sql)
        if self.connection.number in server.broken:
            raise sqlite3.OperationalError("gone")
        if sql == SHOWPLAN_ON:
            if server.refusal:
                raise sqlite3.OperationalError(server.refusal)
            self.connection.shows_plans = server.shows_plans
            return self
        if sql == SHOWPLAN_OFF:
            self.connection.shows_plans = False
            return self
        if not self.connection.shows_plans:
            return super().execute(sql, parameters)
        if server.denial:
            raise sqlite3.OperationalError(server.denial)
        return super().execute(f'SELECT ? AS "{server.column}"', (server.answer,))

    def fetchone(self) -> Any:
        self.connection.server.fetched += bool(self.connection.server.log)
        return super().fetchone()


class ShowplanConnection(sqlite3.Connection):
    """One session of the server."""

    server: Server
    number = 0
    shows_plans = False

    def cursor(self, factory: Any = ShowplanCursor) -> Any:
        return super().cursor(ShowplanCursor)

    def close(self) -> None:
        self.server.closed.append(self.number)
        super().close()


class Server:
    """What stands behind the source, and what happened to it."""

    def __init__(self, answer: str = "") -> None:
        self.answer = answer
        self.column = SHOWPLAN_COLUMN
        self.shows_plans = True
        self.refusal = self.denial = ""
        self.log: list[str] = []
        self.closed: list[int] = []
        self.broken: set[int] = set()
        self.opened = self.fetched = 0
        self.closed_by_then: list[int] = []
        self.next_session = 0

    def open(self) -> ShowplanConnection:
        self.opened += 1
        connection = sqlite3.connect(":memory:", factory=ShowplanConnection, check_same_thread=False)
        connection.server, connection.number = self, self.opened
        return connection


class ShowplanSource:
    """A source in front of the server, with SQLAlchemy's own pool."""

    name = "shop"
    is_demo = False

    def __init__(self, server: Server, **settings: Any) -> None:
        self.settings = SimpleNamespace(username="reader", database="Shop", **settings)
        self._engine = sqlalchemy.create_engine("sqlite://", creator=server.open, poolclass=QueuePool)
        announce_cursors(self._engine)
        self.told = threading.Event()

    def engine(self, database: str | None = None) -> sqlalchemy.Engine:
        return self._engine

    def connect(self, call: Call, database: str | None = None) -> sqlalchemy.Connection:
        call.check()
        return self._engine.connect()

    def cancel(self, connection: Any, cursor: Any) -> None:
        assert isinstance(cursor, sqlite3.Cursor)
        self.told.set()

    def is_disconnect(self, error: BaseException) -> bool:
        return "gone" in str(error)

    def failure(self, error: BaseException) -> QueryError:
        text = str(error)
        if "permission" in text:
            return QueryError(text, code="query.permission_denied", number=262)
        return QueryError(text)


@pytest.fixture
def server(plan_xml) -> Server:
    return Server(plan_xml("trivial"))


def explained(server: Server, sql: str = "SELECT 1 AS one", **options: Any):
    source = ShowplanSource(server)
    call = Call(60)
    values = options.get("values", {})
    try:
        return explain(source, check(sql, parameters=tuple(values)), call, **options)
    finally:
        call.run_deferred()
        server.closed_by_then = list(server.closed)
        with source._engine.connect() as connection:
            server.next_session = connection.connection.dbapi_connection.number
        source._engine.dispose()


def test_the_plan_comes_back(server):
    """The document, and where it was compiled."""
    plan = explained(server)
    assert (plan.xml, plan.connection, plan.database, plan.notes) == (server.answer, "shop", "Shop", ())
    assert server.log == [SHOWPLAN_ON, "SELECT 1 AS one", SHOWPLAN_OFF]


def test_the_connection_never_returns_to_the_pool(server):
    """A session that shows plans is closed; the next caller gets a new one."""
    explained(server)
    assert (server.closed_by_then, server.next_session) == ([1], 2)


def test_parameters_are_declared_and_not_pasted(server):
    """The batch holds their types and none of their values."""
    plan = explained(
        server,
        "SELECT Name FROM t WHERE a = @a AND b = '?' AND [c?] = @B AND d = @a",
        values={"a": "secret'; DROP TABLE t --", "b": 7},
        database="Other",
    )
    assert server.log[1] == (
        "DECLARE @p1 nvarchar(4000), @p2 int; SELECT Name FROM t WHERE a = @p1 AND b = '?' AND [c?] = @p2 AND d = @p1"
    )
    assert plan.database == "Other"
    assert plan.notes == ("Estimated for average values of the parameters.",)


def test_a_server_that_ignores_the_setting_is_found_out(server):
    """Its rows are not fetched, and the connection is thrown away."""
    server.shows_plans = False
    with pytest.raises(UnsupportedError) as caught:
        explained(server)
    assert server.fetched == 0
    assert caught.value.code == "unsupported.showplan"
    assert (server.closed_by_then, server.next_session) == ([1], 2)


@pytest.mark.parametrize("answer", ["", "1", "<html/>", "<ShowPlanXML/>", 5, None])
def test_a_column_that_holds_no_plan_is_found_out(server, answer):
    """A query of its own may name its column so; what is in it is looked at."""
    server.answer = answer
    with pytest.raises(UnsupportedError) as caught:
        explained(server)
    assert caught.value.code == "unsupported.showplan"


def test_a_server_without_the_setting_is_unsupported(server):
    """Its own words are in the message."""
    server.refusal = "SHOWPLAN_XML is not a recognized option"
    with pytest.raises(UnsupportedError, match="not a recognized option"):
        explained(server)
    assert (server.closed_by_then, server.next_session) == ([1], 2)


@pytest.mark.parametrize("place", ["refusal", "denial"])
def test_a_missing_permission_is_named(server, place):
    """The hint is the statement that a DBA has to run, whether the setting or the query is refused."""
    setattr(server, place, "SHOWPLAN permission denied in database 'Shop'.")
    with pytest.raises(QueryError) as caught:
        explained(server)
    assert (caught.value.code, caught.value.number) == ("query.permission_denied", 262)
    assert "GRANT SHOWPLAN TO [reader]" in caught.value.hint
    assert "Shop" in caught.value.hint


def test_another_failure_stays_what_it_is(server):
    """A wrong name is a wrong name, and another missing right has another hint."""
    server.denial = "Invalid object name 't'."
    with pytest.raises(QueryError, match="Invalid object name") as caught:
        explained(server)
    assert caught.value.hint == ""
    assert (server.closed_by_then, server.next_session) == ([1], 2)


def test_a_connection_that_broke_while_idle_is_replaced(server):
    """Once, and unseen."""
    server.broken = {1}
    assert explained(server).xml == server.answer
    assert (server.closed_by_then, server.next_session) == ([1, 2], 3)
    server.broken = {4, 5}
    with pytest.raises(QueryError, match="gone"):
        explained(server)


def test_a_cancelled_call_is_cancelled(server):
    """Whatever the driver says of it; and one that was over before it began opens nothing."""
    source, call = ShowplanSource(server), Call(60)
    server.denial = "Operation canceled"
    source.failure = lambda error: pytest.fail("the call's own end explains it")  # type: ignore[method-assign]
    original = ShowplanCursor.execute

    def cancelled(cursor, sql, parameters=()):
        if "SELECT" in sql:
            call.cancel()
            assert source.told.wait(60)
        return original(cursor, sql, parameters)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ShowplanCursor, "execute", cancelled)
        with pytest.raises(QueryCancelledError):
            explain(source, check("SELECT 1 AS one"), call)
    call.run_deferred()
    assert server.closed == [1]
    with pytest.raises(QueryTimeoutError):
        explain(source, check("SELECT 1 AS one"), Call(0))
    assert server.opened == 1
    source._engine.dispose()


def test_no_connection_is_closed_while_a_cancel_is_in_the_driver(server):
    """Closing it would crash the process: it waits until the cancel has come back."""
    source, call, may_leave = ShowplanSource(server), Call(60), threading.Event()
    original = ShowplanCursor.execute

    def cancel(connection, cursor):
        source.told.set()
        assert may_leave.wait(60)

    def cancelled(cursor, sql, parameters=()):
        if "SELECT" in sql:
            call.cancel()
            assert source.told.wait(60)
        return original(cursor, sql, parameters)

    source.cancel = cancel  # type: ignore[method-assign]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ShowplanCursor, "execute", cancelled)
        explain(source, check("SELECT 1 AS one"), call)
    closing = threading.Thread(target=call.run_deferred)
    closing.start()
    closing.join(0.05)
    assert server.closed == []
    may_leave.set()
    closing.join(60)
    assert server.closed == [1]
    source._engine.dispose()


def test_the_demo_has_no_plans(server):
    """One sentence, and nothing is opened."""
    source = ShowplanSource(server)
    source.is_demo = True
    with pytest.raises(UnsupportedError) as caught:
        explain(source, check("SELECT 1 AS one"), Call(60))
    assert (caught.value.code, server.opened) == ("unsupported.demo", 0)
    source._engine.dispose()


def test_a_parameter_without_a_value_is_missing():
    """The same error as that of a run."""
    with pytest.raises(ValidationError) as caught:
        with_declarations("SELECT ? AS a", ("a",), {"b": 1})
    assert caught.value.code == "input.missing_parameter"
