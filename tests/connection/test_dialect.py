"""Our dialects learn a server in one question and do not stumble over a transaction that has ended."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.engine import URL

from mssql_mcp.connection.dialect import (
    MssqlPythonDialect,
    PyodbcDialect,
    is_nothing_to_roll_back,
    register_dialects,
    version_info,
)

ENDED = RuntimeError("25000", "[25000] [Microsoft][x][SQL Server]The ROLLBACK has no BEGIN. (3903) (SQLEndTran)")
BROKEN = RuntimeError("08S01", "[08S01] [Microsoft][x]Communication link failure (0) (SQLEndTran)")


class Connection:
    """A driver's connection whose rollback fails."""

    autocommit = False

    def __init__(self, error: Exception | None) -> None:
        self.error = error
        self.rollbacks = 0

    def rollback(self) -> None:
        self.rollbacks += 1
        if self.error:
            raise self.error


class Server:
    """A connection of SQLAlchemy's that answers one question."""

    def __init__(self, *answer: Any) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def exec_driver_sql(self, sql: str) -> Server:
        self.asked.append(sql)
        return self

    def one(self) -> tuple[Any, ...]:
        return self.answer


def with_driver() -> PyodbcDialect:
    made = PyodbcDialect()
    made.dbapi = SimpleNamespace(ProgrammingError=KeyError)
    return made


def test_the_names_are_registered() -> None:
    """SQLAlchemy finds the dialects by their names, however often they are registered."""
    register_dialects()
    register_dialects()
    assert URL.create("mssql+mcp_pyodbc").get_dialect() is PyodbcDialect
    assert URL.create("mssql+mcp_mssqlpython").get_dialect() is MssqlPythonDialect


@pytest.mark.parametrize("dialect", [PyodbcDialect, MssqlPythonDialect])
def test_one_question_is_enough(dialect: Any) -> None:
    """Version and default schema come in one round trip, and the dialect is ready for reflection."""
    made = dialect()
    server = Server("16.0.4165.4", "sales")
    made.initialize(server)
    assert len(server.asked) == 1
    assert (made.server_version_info, made.default_schema_name) == ((16, 0, 4165, 4), "sales")
    assert made._supports_offset_fetch
    assert made.supports_comments


def test_a_login_without_a_default_schema_gets_dbo() -> None:
    """A Windows group may have none."""
    made = PyodbcDialect()
    made.initialize(Server(None, None))
    assert made.default_schema_name == "dbo"
    assert made.server_version_info == (11, 0)


def test_versions_are_read() -> None:
    """Major, minor, build and revision."""
    assert version_info("12.0.2000.8") == (12, 0, 2000, 8)
    assert version_info("") == (11, 0)


def test_the_server_is_told_to_roll_back_where_it_keeps_the_transaction() -> None:
    """With the driver in autocommit, the rollback is a statement."""

    class Autocommitting:
        autocommit = True

        def __init__(self) -> None:
            self.executed: list[str] = []

        def cursor(self) -> Autocommitting:
            return self

        def execute(self, sql: str) -> None:
            self.executed.append(sql)

        def close(self) -> None:
            self.executed.append("closed")

    connection = Autocommitting()
    PyodbcDialect().do_rollback(connection)
    assert connection.executed == ["IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION", "closed"]


def test_an_ended_transaction_is_rolled_back() -> None:
    """A rollback that finds nothing to roll back is no error."""
    connection = Connection(ENDED)
    with_driver().do_rollback(connection)
    assert connection.rollbacks == 1


def test_any_other_failure_of_a_rollback_is_told() -> None:
    """A broken connection is not mistaken for an ended transaction."""
    with pytest.raises(RuntimeError):
        with_driver().do_rollback(Connection(BROKEN))
    assert is_nothing_to_roll_back(ENDED)
    assert not is_nothing_to_roll_back(BROKEN)
    assert not is_nothing_to_roll_back(ValueError("25000"))


def test_mssql_python_gets_positional_values() -> None:
    """With a mapping, even an empty one, it would replace %% in the text."""
    assert MssqlPythonDialect().paramstyle == "qmark"
    assert MssqlPythonDialect().positional
