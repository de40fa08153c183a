"""A server that answers the doctor's questions as a test tells it to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.sqlserver import SqlServerSource
from mssql_mcp.doctor.examination import Examination
from mssql_mcp.errors import DatabaseConnectionError, QueryError, ToolError
from mssql_mcp.settings import ConnectionSettings

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = list[dict[str, Any]] | ToolError


class Told(Examination):
    """An examination whose answers are given; what is not given, the server refuses."""

    def __init__(self, answers: dict[str, Answer], *, login: ToolError | None = None, **fields: Any) -> None:
        given: dict[str, Any] = {"username": "me", "password": SecretStr("x"), **fields}
        super().__init__(SqlServerSource("main", ConnectionSettings(**given)), Call(30))
        self.answers = answers
        self.login = login
        self.asked: list[str] = []

    def need_driver(self) -> None:
        """Skip where no driver is installed; every other error is the test's own."""
        try:
            assert self.source.login
        except DatabaseConnectionError as error:
            if error.code != "connection.driver_missing":
                raise
            pytest.skip(str(error))

    def connection(self) -> Any:
        if self.login is not None:
            raise self.login
        return object()

    def rows(self, file: str) -> list[dict[str, Any]]:
        self.connection()
        self.asked.append(file)
        answer = self.answers.get(file, QueryError(f"no {file} here", code="query.invalid_object"))
        if isinstance(answer, ToolError):
            raise answer
        return answer


@pytest.fixture
def told() -> Callable[..., Told]:
    """Make an examination: `told({"server_roles": [{...}]}, login=error, any setting=...)`."""
    return Told
