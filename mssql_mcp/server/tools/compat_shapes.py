"""The answers of the compat tools: shapes of pyodbc-mcp-server 0.4, filled with what is true.

Pure functions from values of the catalog and of results to JSON objects. Keys that it has keep name and meaning; what
it lacks (`returns`, `missing`, ...) stands beside them. A list has its full count, and a `note` exactly where not all
of it is shown.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from mssql_mcp.catalog.identifiers import bracketed
from mssql_mcp.catalog.listing import missing_notes, shortened
from mssql_mcp.catalog.model import Catalog
from mssql_mcp.catalog.parameter_defaults import parameter_defaults
from mssql_mcp.execution.budget import made_to_fit, written
from mssql_mcp.execution.frame import too_wide

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mssql_mcp.catalog.model import Database, NamedObject, Routine, Trigger
    from mssql_mcp.result import Cell, ResultSet

Answer = dict[str, Any]

MAX_LISTED = 500
"""Items of one list, as in pyodbc-mcp-server."""
MAX_DEFAULT = 80
"""Characters that are shown of a parameter's default."""
SAID_CHARACTERS = 400
"""Room that rows leave for what is said of them."""
OUT_OF_SIGHT = "objects and definitions out of sight"
"""The missing part that concerns every answer; `mssql_mcp.catalog.sqlserver` names it so."""

# What makes a bare name read as something else: `a.b` as two names, `a, b` as two columns.
_AMBIGUOUS = re.compile(r'[.,\[\]"]|\A\s|\s\Z')
# type_desc of sys.objects: https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-objects-transact-sql
_ROUTINE_TYPES = {
    "clr": "CLR_STORED_PROCEDURE",
    "extended": "EXTENDED_STORED_PROCEDURE",
    "scalar": "SQL_SCALAR_FUNCTION",
    "inline table": "SQL_INLINE_TABLE_VALUED_FUNCTION",
    "table": "SQL_TABLE_VALUED_FUNCTION",
    "clr scalar": "CLR_SCALAR_FUNCTION",
    "clr table": "CLR_TABLE_VALUED_FUNCTION",
    "aggregate": "AGGREGATE_FUNCTION",
}


def compact(answer: Any) -> str:
    """Write an answer as JSON text without the spaces that cost tokens."""
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))


def plain(name: str) -> str:
    """Write a name as it is, in brackets only where it could be misread."""
    return bracketed(name) if _AMBIGUOUS.search(name) else name


def dotted(schema: str, name: str) -> str:
    """Write `schema.name` so that `table_name` takes it back."""
    return f"{plain(schema)}.{plain(name)}"


def fitting(items: Iterable[Any], room: int, most: int = MAX_LISTED) -> list[Any]:
    """Give the leading items that fit into so many characters of JSON: at least one, at most `most`."""
    shown: list[Any] = []
    for item in items:
        room -= len(compact(item)) + 1
        if len(shown) == most or (room < 0 and shown):
            break
        shown.append(item)
    return shown


def listing(head: Answer, name: str, items: Sequence[Any], *, room: int, rest: str) -> Answer:
    """Add a list to an answer: its full count, the items, and a note where not all are shown.

    Args:
        head: What stands before it.
        name: Of one item, such as `table`, for the keys `table_count` and `tables`.
        items: All of them.
        room: Characters of the whole answer.
        rest: How to get the others, in one sentence.
    """
    many = "indexes" if name == "index" else f"{name}s"
    shown = fitting(items, room - len(compact(head)))
    answer = {**head, f"{name}_count": len(items), many: shown}
    if len(shown) < len(items):
        answer["note"] = f"Showing first {len(shown)} of {len(items)} {many}. {rest}"
    return answer


def place(catalog: Catalog, schema_filter: str | None, *parts: str) -> Answer:
    """Say which database of which server an answer is about, both as the connection itself names them.

    Args:
        catalog: What was read.
        schema_filter: The schema that was asked for.
        parts: Names of the parts of the catalog that the answer is made of.
    """
    filtered = {"schema_filter": schema_filter} if schema_filter else {}
    return {"database": catalog.database, "server": catalog.server, **filtered, **missing(catalog, *parts)}


def missing(catalog: Catalog, *parts: str) -> Answer:
    """Name those of the parts that could not be read, so that an empty list is never a false one."""
    lacking = tuple(part for part in catalog.missing if part.part in (*parts, OUT_OF_SIGHT))
    told = Catalog(catalog.database, missing=lacking, is_stale=catalog.is_stale, read_at=catalog.read_at)
    notes = missing_notes(told)
    return {"missing": notes} if notes else {}


def names_of(items: Iterable[NamedObject]) -> list[str]:
    """Name objects as pyodbc-mcp-server lists tables and views: `schema.name`."""
    return [dotted(item.schema, item.name) for item in items]


def routine_entry(routine: Routine) -> Answer:
    """Describe a procedure or a function; `parameters` is null where it has none."""
    known_type = _ROUTINE_TYPES.get(routine.flavour)
    return {
        "schema": routine.schema,
        "name": routine.name,
        "full_name": dotted(routine.schema, routine.name),
        **({"type": known_type} if known_type else {}),
        "parameters": ", ".join(_parameters(routine)) or None,
        **({"returns": routine.returns} if routine.returns else {}),
    }


def _parameters(routine: Routine) -> Iterator[str]:
    """Write each parameter as T-SQL declares it: `@id int`, `@since date = NULL`, `@changed int OUTPUT`."""
    defaults = parameter_defaults(routine.definition) if routine.definition else {}
    for parameter in routine.parameters:
        default = defaults.get(parameter.name.lower()) or ("DEFAULT" if parameter.has_default else "")
        words = [parameter.name, parameter.type]
        words += ["=", shortened(default, MAX_DEFAULT)] if default else []
        words += ["OUTPUT"] if parameter.is_output else []
        words += ["READONLY"] if parameter.is_read_only else []
        yield " ".join(words)


def triggers_of(catalog: Catalog, schema: str | None) -> list[Trigger]:
    """Give the triggers by schema and name; those of the database come last, unless one schema is asked for."""
    found = [trigger for table in catalog.tables if schema in (None, table.schema) for trigger in table.triggers]
    found.sort(key=lambda trigger: (trigger.schema.casefold(), trigger.name.casefold()))
    return found if schema else [*found, *catalog.triggers]


def trigger_entry(trigger: Trigger) -> Answer:
    """Describe a trigger; one of the database has neither schema nor table."""
    has_table = bool(trigger.table)
    return {
        "schema": trigger.schema or None,
        "name": trigger.name,
        "full_name": dotted(trigger.schema, trigger.name) if has_table else plain(trigger.name),
        "table": dotted(trigger.schema, trigger.table) if has_table else None,
        "type": "INSTEAD OF" if trigger.is_instead_of else "AFTER",
        "events": ", ".join(sorted(trigger.events)) or None,
        "is_disabled": not trigger.is_enabled,
    }


def database_entry(database: Database, current: str) -> Answer:
    """Describe a database; `is_accessible` stands where the server says whether the login may open it."""
    return {
        "name": database.name,
        "state": database.state,
        **({} if database.is_accessible is None else {"is_accessible": database.is_accessible}),
        "is_current": database.name.casefold() == current.casefold(),
    }


def unique_names(names: Sequence[str]) -> list[str]:
    """Name columns so that no two are alike: `id`, `id` and none become `id`, `id_2`, `column_3`.

    A name that the server gave to one column alone is never taken for another.
    """
    given = set(names)
    unique: list[str] = []
    used: set[str] = set()
    for position, name in enumerate(names, 1):
        base = candidate = name or f"column_{position}"
        number = 2
        while candidate in used or (candidate in given and candidate != name):
            candidate = f"{base}_{number}"
            number += 1
        used.add(candidate)
        unique.append(candidate)
    return unique


def data_answer(result: ResultSet, head: Answer, *, max_rows: int, ceiling: int, room: int) -> Answer:
    """Shape rows as objects.

    Args:
        result: What the query gave.
        head: What stands before it.
        max_rows: Rows that were asked for.
        ceiling: The most that may be asked for.
        room: Characters of the whole answer.

    Raises:
        QueryError: `query.too_wide`; not a row fits beside the names of the columns.
    """
    names = unique_names([column.name for column in result.columns])
    head = {**head, "columns": names, "column_types": [column.type for column in result.columns]}
    values, notes = _with_a_first_that_fits(
        result, room - len(compact(head)) - len(compact(dict.fromkeys(names))), room
    )
    rows = (dict(zip(names, row, strict=True)) for row in values)
    shown = fitting(rows, room - len(compact(head)) - SAID_CHARACTERS, most=result.row_count)
    answer = {**head, "row_count": len(shown), "max_rows": max_rows, "data": shown}
    if result.truncation and result.truncation.reason == "time" and len(shown) == result.row_count:
        answer["note"] = f"Showing first {len(shown)} rows. {result.truncation.hint}"
    elif len(shown) < result.row_count or (result.truncation and result.truncation.reason == "characters"):
        answer["note"] = (
            f"Showing first {len(shown)} rows, more exist: the answer is full at {room} characters. "
            "Select fewer or shorter columns, or aggregate."
        )
    elif result.truncation:
        more = f"Increase max_rows (up to {ceiling}), aggregate" if max_rows < ceiling else "Aggregate"
        answer["note"] = f"Results limited to {max_rows} rows, more exist. {more} or add a WHERE clause."
    if result.clipped_cells:
        answer["clipped_cells"] = result.clipped_cells
    if notes:
        answer["notes"] = list(notes)
    return answer


def _with_a_first_that_fits(
    result: ResultSet, room: int, max_characters: int
) -> tuple[Sequence[tuple[Cell, ...]], tuple[str, ...]]:
    """Give rows and notes of a result; texts of a first row that has more than so many characters are cut."""
    rows = result.rows
    if not rows or len(written(rows[:1])) <= room:
        return rows, result.notes
    first, note = made_to_fit(rows[0], result.columns, room - SAID_CHARACTERS)
    if len(written((first,))) > room:
        raise too_wide(f"The {len(first)} columns and a row of them are too long", result.columns, max_characters)
    return (first, *rows[1:]), (*result.notes, note)
