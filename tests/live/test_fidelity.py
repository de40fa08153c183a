"""What is executed means what was written: the canonical text and the text as given have the same rows.

Texts are generated from the sample database's declaration: every table and view, with the clauses that people use, in
spellings that the gate changes (comments, white space of many kinds, "quoted" names, names outside ASCII).
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy.exc import DBAPIError

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.sqlserver import SqlServerSource
from mssql_mcp.demo import schema
from mssql_mcp.gate import check

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from live_sample import LiveSample

    from mssql_mcp.demo.model import DemoColumn
    from mssql_mcp.settings import ConnectionSettings

COUNT = 900
LEAST_RUNNABLE = 500
SPACES = (" ", "\t", "\n", "  ", "\r\n", " /* a note */ ", "\n-- a note\n", "\n\n  \t")
NUMBERS = ("int", "smallint", "tinyint", "bigint", "decimal", "money", "numeric")
TEXTS = ("char", "varchar", "nchar", "nvarchar")


def family(column: DemoColumn) -> str:
    name = column.type.partition("(")[0]
    if name in NUMBERS:
        return "number"
    if name in TEXTS and "max" not in column.type:
        return "text"
    return "date" if name in ("date", "datetime2") else "other"


class Writer:
    """Writes one SELECT after another, the same ones for the same seed."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def spaced(self, *words: str) -> str:
        return "".join(word + self.random.choice(SPACES) for word in words)

    def name(self, name: str) -> str:
        return self.random.choice((name, f"[{name}]", f'"{name}"', name.upper()))

    def condition(self, columns: list[DemoColumn]) -> str:
        column = self.random.choice(columns)
        name, kind = self.name(column.name), family(column)
        choices = [f"{name} IS NOT NULL", f"NOT ({name} IS NULL)"]
        if kind == "number":
            bound = self.random.randint(-5, 500)
            choices += [f"{name} !< {bound}", f"{name} BETWEEN {bound} AND {bound + 900}", f"{name}*2>={bound}e0"]
        elif kind == "text":
            choices += [f"{name} LIKE N'%a%'", f"LEN({name}) > 3", f"{name} IN ('x', N'--', '/*', 'it''s') OR 1 = 1"]
        elif kind == "date":
            choices += [f"YEAR({name}) > 2019", f"{name} >= '20200101'"]
        return self.random.choice(choices)

    def select(self) -> str:
        table = self.random.choice(schema.TABLES)
        columns = [column for column in table.columns if family(column) != "other"]
        shown = self.random.sample(columns, k=min(len(columns), self.random.randint(1, 4)))
        key = table.primary_key.columns if table.primary_key else tuple(column.name for column in columns)
        order = ", ".join(dict.fromkeys([*key, *(column.name for column in shown)]))
        source = self.spaced("FROM", f"{self.name(table.schema)}.{self.name(table.name)}", "AS", "t")
        where = self.spaced("WHERE", self.condition(columns))
        names = ", ".join(f"{self.name(column.name)} AS [c {number}]" for number, column in enumerate(shown))
        shape = self.random.randrange(6)
        if shape == 0:
            return self.spaced("SELECT", "TOP (7)", names) + source + where + f"ORDER BY {order}"
        if shape == 1:
            return (
                self.spaced("SELECT", names) + source + where + f"ORDER BY {order} OFFSET 2 ROWS FETCH NEXT 5 ROWS ONLY"
            )
        if shape == 2:
            return self.spaced("SELECT", "COUNT(*) AS größe,", f"MIN({shown[0].name})") + source + where
        if shape == 3:
            group = self.name(shown[0].name)
            return self.spaced("SELECT", group, ", COUNT_BIG(*)") + source + f"GROUP BY {group} ORDER BY 2 DESC, 1"
        if shape == 4:
            inner = self.spaced("SELECT", "*") + source + where
            return self.spaced("WITH", "w", "AS", f"({inner})", "SELECT", "COUNT(*)", "AS n", "FROM", "w")
        inner = self.spaced("SELECT", f"MAX({shown[0].name}) AS m") + source
        return self.spaced("SELECT", "1 AS a", "UNION ALL", f"SELECT COUNT(m) FROM ({inner}) AS d", ";")


@pytest.fixture
def source(live_settings: Callable[..., ConnectionSettings], live_sample: LiveSample) -> Iterator[SqlServerSource]:
    """The sample database on the live server."""
    made = SqlServerSource("live", live_settings(database=live_sample.database, driver="pyodbc"))
    yield made
    made.close()


def rows(connection: Any, sql: str) -> list[tuple[Any, ...]] | None:
    """Give a text's rows; None where this server cannot run it."""
    try:
        return [tuple(row) for row in connection.exec_driver_sql(sql).fetchall()]
    except DBAPIError:
        connection.rollback()
        return None


def test_the_executed_text_has_the_rows_of_the_text_that_was_given(source: SqlServerSource) -> None:
    """Hundreds of different texts, each run as it was written and as the gate executes it."""
    writer = Writer(20_261_122)
    texts = list(dict.fromkeys(writer.select() for _ in range(COUNT)))
    differences, runnable, seen = [], 0, 0
    with source.connect(Call(300)) as connection:
        for text in texts:
            expected = rows(connection, text)
            if rows(connection, check(text).sql) != expected:
                differences.append(text)
            runnable += expected is not None
            seen += len(expected or ())
    assert differences == []
    assert runnable >= LEAST_RUNNABLE
    assert seen > runnable, "most texts find nothing, so that their rows prove nothing"
