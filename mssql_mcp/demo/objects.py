"""Every object of the sample database with its id, as `sys.objects` lists them and OBJECT_ID() finds them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from mssql_mcp.demo import schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mssql_mcp.demo.model import DemoTable

# Ids look like SQL Server's: they start high and leave gaps.
_FIRST_ID = 581_577_110
_ID_STEP = 16
SCHEMA_IDS = {"dbo": 1, "guest": 2, "INFORMATION_SCHEMA": 3, "sys": 4} | {
    name: number for number, name in enumerate(schema.SCHEMAS, start=5)
}
DATABASE_ID = 5
# Page "sys.objects (Transact-SQL)", columns type and type_desc.
TYPE_DESCRIPTIONS = {
    "U": "USER_TABLE",
    "V": "VIEW",
    "P": "SQL_STORED_PROCEDURE",
    "FN": "SQL_SCALAR_FUNCTION",
    "IF": "SQL_INLINE_TABLE_VALUED_FUNCTION",
    "SN": "SYNONYM",
    "PK": "PRIMARY_KEY_CONSTRAINT",
    "UQ": "UNIQUE_CONSTRAINT",
    "F": "FOREIGN_KEY_CONSTRAINT",
    "C": "CHECK_CONSTRAINT",
    "D": "DEFAULT_CONSTRAINT",
    "TR": "SQL_TRIGGER",
}
_ROUTINE_TYPES = {"procedure": "P", "scalar function": "FN", "inline table function": "IF"}


@dataclass(frozen=True, slots=True)
class DemoObject:
    """One row of `sys.objects`.

    Attributes:
        object_id: Its id.
        schema: Name of its schema.
        name: Its own name.
        type: Code of one or two letters, without the blank that char(2) adds.
        parent_id: The table that a constraint or trigger belongs to; 0 for others.
        created: create_date as ISO text with milliseconds.
        definition: T-SQL text of a module; empty for others.
    """

    object_id: int
    schema: str
    name: str
    type: str
    parent_id: int
    created: str
    definition: str = ""

    @property
    def full_name(self) -> str:
        """`schema.name`."""
        return f"{self.schema}.{self.name}"


def default_name(table: DemoTable, column: str) -> str:
    """Give the name of the default constraint of a column."""
    return f"DF_{table.name}_{column}"


@lru_cache(maxsize=1)
def objects() -> tuple[DemoObject, ...]:
    """List all objects: tables first, each followed by what belongs to it."""
    found: list[DemoObject] = []
    for sch, name, type_, parent, created, definition in _entries():
        parent_id = next((item.object_id for item in found if item.full_name == parent), 0)
        found.append(DemoObject(_FIRST_ID + _ID_STEP * len(found), sch, name, type_, parent_id, created, definition))
    return tuple(found)


@lru_cache(maxsize=1)
def ids() -> dict[str, int]:
    """Give the object id by `schema.name`."""
    return {item.full_name: item.object_id for item in objects()}


def _entries() -> Iterator[tuple[str, str, str, str, str, str]]:
    for table in schema.TABLES:
        parent, created = table.full_name, table.created
        yield table.schema, table.name, "U", "", created, ""
        if table.primary_key:
            yield table.schema, table.primary_key.name, "PK", parent, created, ""
        for key in table.unique_keys:
            yield table.schema, key.name, "UQ", parent, created, ""
        for foreign in table.foreign_keys:
            yield table.schema, foreign.name, "F", parent, created, ""
        for check in table.checks:
            yield table.schema, check.name, "C", parent, created, check.definition
        for column in table.columns:
            if column.default:
                yield table.schema, default_name(table, column.name), "D", parent, created, column.default
        for trigger in table.triggers:
            yield table.schema, trigger.name, "TR", parent, created, trigger.definition
    for view in schema.VIEWS:
        yield view.schema, view.name, "V", "", view.created, view.definition
    for routine in schema.ROUTINES:
        yield routine.schema, routine.name, _ROUTINE_TYPES[routine.kind], "", routine.created, routine.definition
    for synonym in schema.SYNONYMS:
        yield synonym.schema, synonym.name, "SN", "", "2023-03-01 12:00:00.000", ""
