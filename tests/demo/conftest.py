"""Asking the sample database in T-SQL, as the layers above do."""

from __future__ import annotations

import contextlib
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.demo.bridge import translate
from mssql_mcp.demo.database import open_demo
from mssql_mcp.demo.faults import failure
from mssql_mcp.demo.values import decode

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from mssql_mcp.result import Column


@dataclass(frozen=True, slots=True)
class Answer:
    """What a statement gave."""

    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]

    @property
    def types(self) -> list[str]:
        return [column.type for column in self.columns]

    @property
    def names(self) -> list[str]:
        return [column.name for column in self.columns]


class Asker:
    """Runs T-SQL on the demo; `now` is the moment that GETDATE() gives."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.now = dt.datetime(2025, 7, 1, 12, 34, 56, 789000, tzinfo=dt.UTC)

    def __call__(self, sql: str, **values: Any) -> Answer:
        translation = translate(sql, list(values), values if values else None, clock=lambda: self.now)
        try:
            rows = self.connection.execute(translation.sql, translation.parameters).fetchall()
        except Exception as error:
            raise failure(error) from error
        return Answer(translation.columns, [decode(row, translation.columns) for row in rows])

    def rows(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        return self(sql, **values).rows

    def one(self, sql: str, **values: Any) -> Any:
        """Give the only cell."""
        ((cell,),) = self(sql, **values).rows
        return cell

    def value(self, expression: str) -> Any:
        """Give the value of an expression."""
        return self.one(f"SELECT {expression}")

    def text(self, expression: str) -> Any:
        """Give the value of an expression as str() writes it: decimals show their scale."""
        cell = self.value(expression)
        return None if cell is None else str(cell)

    def type(self, expression: str) -> str:
        """Give the SQL Server type of an expression."""
        return self(f"SELECT {expression} AS x").types[0]


@pytest.fixture(scope="session")
def demo_connection(demo_folder: object) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(open_demo()) as connection:
        yield connection


@pytest.fixture(scope="session")
def ask(demo_connection: sqlite3.Connection) -> Asker:
    return Asker(demo_connection)
