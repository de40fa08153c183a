"""The checks share one connection, and survive what a server refuses."""

from __future__ import annotations

from typing import Any

import pytest

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.source import Statement
from mssql_mcp.doctor.examination import Examination, read_sql
from mssql_mcp.errors import DatabaseConnectionError, QueryError, ToolError
from mssql_mcp.settings import ConnectionSettings


class Result:
    """One answered row."""

    def keys(self) -> list[str]:
        return ["answer"]

    def fetchall(self) -> list[tuple[int]]:
        return [(1,)]


class Server:
    """A source and its connection in one, which counts what is done with them."""

    name = "fake"
    settings = ConnectionSettings()
    is_demo = False

    def __init__(self, *errors: ToolError | None, down: bool = False) -> None:
        self.errors = list(errors)
        self.down = down
        self.connects = self.rollbacks = self.closes = 0

    def connect(self, call: Call, database: str | None = None) -> Server:
        self.connects += 1
        if self.down:
            raise DatabaseConnectionError("down", code="connection.refused")
        return self

    def statement(self, sql: str, order: tuple[str, ...], values: dict[str, Any]) -> Statement:
        return Statement(sql)

    def exec_driver_sql(self, sql: str, parameters: Any) -> Result:
        error = self.errors.pop(0) if self.errors else None
        if error:
            raise error
        return Result()

    def failure(self, error: BaseException) -> ToolError:
        assert isinstance(error, ToolError)
        return error

    def rollback(self) -> None:
        self.rollbacks += 1

    def close(self) -> None:
        self.closes += 1


def examination(server: Server, call: Call | None = None) -> Examination:
    return Examination(server, call or Call(30))  # type: ignore[arg-type]


def test_one_connection_serves_all() -> None:
    """The connection is opened by the first check that needs it, and given back once."""
    server = Server()
    made = examination(server)
    assert server.connects == 0
    assert made.rows("ping") == made.rows("ping") == [{"answer": 1}]
    made.close()
    made.close()
    assert (server.connects, server.closes) == (1, 1)


def test_a_failed_login_is_tried_once() -> None:
    """Every check that needs the connection gets the same error, without another login."""
    server = Server(down=True)
    made = examination(server)
    for _ in range(2):
        with pytest.raises(DatabaseConnectionError):
            made.connection()
    assert server.connects == 1


def test_a_refused_statement_leaves_the_connection_usable() -> None:
    """The transaction is rolled back, and the next statement runs."""
    server = Server(QueryError("no", code="query.permission_denied"))
    made = examination(server)
    assert made.optional_rows("ping") is None
    assert server.rollbacks == 1
    assert made.optional_rows("ping") == [{"answer": 1}]


def test_a_lost_connection_is_not_optional() -> None:
    """What breaks the walk is told, whatever the question was."""
    made = examination(Server(DatabaseConnectionError("gone", code="connection.lost")))
    with pytest.raises(DatabaseConnectionError):
        made.optional_rows("ping")


def test_the_deadline_holds_between_questions() -> None:
    """No question is asked after the time is over."""
    server = Server()
    with pytest.raises(ToolError) as caught:
        examination(server, Call(0)).optional_rows("ping")
    assert caught.value.code == "query.timeout"
    assert server.connects == 0


def test_statements_are_read_from_files() -> None:
    """Each fixed statement is a file of the package."""
    assert "SELECT 1" in read_sql("ping")
