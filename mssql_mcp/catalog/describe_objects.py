"""Describe what is no table and no view: routines, synonyms, sequences, user-defined types and triggers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mssql_mcp.catalog.budget import within
from mssql_mcp.catalog.definitions import find, written_name
from mssql_mcp.catalog.describe_text import column_line
from mssql_mcp.catalog.listing import signature
from mssql_mcp.catalog.model import Routine, Sequence, Synonym, Table, Trigger, UserType, kind_of
from mssql_mcp.catalog.names import parse_name
from mssql_mcp.catalog.notes import notes
from mssql_mcp.connection.call import Call
from mssql_mcp.errors import ObjectNotFoundError, QueryTimeoutError

if TYPE_CHECKING:
    from mssql_mcp.catalog.cache import CatalogCache
    from mssql_mcp.catalog.model import Catalog, Column

# A question about a name that may not be there at all waits no longer for a database that is being read.
PATIENCE_SECONDS = 3.0

OtherObject = Routine | Synonym | Sequence | UserType | Trigger


def find_other(
    cache: CatalogCache,
    call: Call,
    name: str,
    database: str | None,
    error: ObjectNotFoundError,
    *,
    patience_seconds: float = PATIENCE_SECONDS,
) -> tuple[OtherObject, Catalog]:
    """Find what a name means that no table and no view has, and the catalog that it is from.

    Args:
        cache: Of the connection.
        call: Deadline and cancellation.
        name: As it was written.
        database: The one that was asked for; one in the name wins.
        error: Why no table was found; raised again where nothing else has the name either.
        patience_seconds: How long a database that is being read is waited for, where its names have not this one.

    Raises:
        ObjectNotFoundError: `error`.
        ToolError: The database cannot be read.
    """
    if error.code != "catalog.not_found":
        raise error
    place = parse_name(name).database or database
    whole = cache.peek(place)
    if whole is None:
        # Names of types and triggers are not in the overview.
        is_listed = _find(cache.overview(call, place), name) is not None
        waiting = call if is_listed else Call(min(patience_seconds, call.remaining()))
        try:
            whole = cache.catalog(waiting, place)
        except QueryTimeoutError:
            call.check()
            raise error from None
    found = _find(whole, name)
    if found is None or isinstance(found, Table):
        raise error
    return found, whole


def _find(catalog: Catalog, name: str) -> Table | OtherObject | None:
    try:
        return find(catalog, name)
    except ObjectNotFoundError as error:
        if error.code == "catalog.not_found":
            return None
        raise


def describe_object(item: OtherObject) -> dict[str, Any]:
    """Describe an object as a JSON object; facts at their usual value are left out."""
    facts: dict[str, Any] = {"name": written_name(item), "kind": kind_of(item)}
    facts.update({name: value for name, value in _facts(item).items() if value not in ("", None, False, [])})
    if comment := getattr(item, "comment", None):
        facts["comment"] = comment
    return facts


def object_text(item: OtherObject, *, more: str = "", budget: int | None = None) -> str:
    """Describe an object as dense text, in words that DDL uses.

    Args:
        item: What to describe.
        more: What shows the text of a routine or trigger, empty says nothing of it.
        budget: The most characters; None for any number.
    """
    lines = [f"{written_name(item)} {_head(item)}"]
    if comment := getattr(item, "comment", None):
        lines.append(comment)
    if isinstance(item, Routine):
        lines += [f"{each.name}: {each.comment}" for each in item.parameters if each.comment]
    lines += [column_line(column) for column in getattr(item, "columns", ())]
    if definition := getattr(item, "definition", None):
        how = f": {more} shows it" if more else ""
        lines.append(f"Its text has {len(definition)} characters{how}.")
    return within("\n".join(lines), budget, "it has too many columns or parameters")


def object_notes(item: OtherObject, catalog: Catalog) -> list[str]:
    """Say what could not be read that an object's description would tell."""
    return notes(catalog, shown=("numbers of sequences",) if isinstance(item, Sequence) else ())


def _head(item: OtherObject) -> str:
    match item:
        case Routine():
            flavour = "" if item.flavour in ("sql", "table", "scalar") else f"; {item.flavour}"
            return f"{signature(item)}{flavour}"
        case Synonym():
            return f"synonym for {item.target}"
        case Sequence():
            return f"sequence {_sequence(item)}".rstrip()
        case UserType():
            nullable = "" if item.is_nullable or item.kind == "table" else " not null"
            return f"type: {item.kind}{f' of {item.base}' if item.base else ''}{nullable}"
        case Trigger():
            where = f"on {item.schema}.{item.table}" if item.table else "on the database"
            when = "instead of" if item.is_instead_of else "after"
            state = "" if item.is_enabled else ", disabled"
            return f"trigger {where} {when} {', '.join(item.events).lower()}{state}"


def _sequence(item: Sequence) -> str:
    numbers = {
        "start": item.start,
        "increment": item.increment,
        "minimum": item.minimum,
        "maximum": item.maximum,
        "now": item.current,
    }
    told = ", ".join(f"{name} {value}" for name, value in numbers.items() if value)
    return " ".join(part for part in (item.type, told, "cycles" if item.is_cycling else "") if part)


def _facts(item: OtherObject) -> dict[str, Any]:
    match item:
        case Routine():
            return {
                "flavour": item.flavour,
                "parameters": [_parameter(each) for each in item.parameters],
                "returns": item.returns,
                "columns": [_column(column) for column in item.columns],
                "definition_characters": len(item.definition or "") or None,
            }
        case Synonym():
            return {"target": item.target}
        case Sequence():
            return {
                "type": item.type,
                "start": item.start,
                "increment": item.increment,
                "minimum": item.minimum,
                "maximum": item.maximum,
                "current": item.current,
                "cycles": item.is_cycling,
            }
        case UserType():
            return {
                "flavour": item.kind,
                "base": item.base,
                "not_null": not item.is_nullable and item.kind != "table",
                "columns": [_column(column) for column in item.columns],
            }
        case Trigger():
            return {
                "table": f"{item.schema}.{item.table}" if item.table else "",
                "events": list(item.events),
                "instead_of": item.is_instead_of,
                "disabled": not item.is_enabled,
                "definition_characters": len(item.definition or "") or None,
            }


def _parameter(parameter: Any) -> dict[str, Any]:
    facts = {
        "name": parameter.name,
        "type": parameter.type,
        "output": parameter.is_output,
        "default": parameter.has_default,
        "read_only": parameter.is_read_only,
        "comment": parameter.comment,
    }
    return {name: value for name, value in facts.items() if value}


def _column(column: Column) -> dict[str, Any]:
    facts = {"name": column.name, "type": column.type, "nullable": column.is_nullable, "comment": column.comment}
    return {name: value for name, value in facts.items() if value}
