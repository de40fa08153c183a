"""The texts of views, routines and triggers, several at once, bounded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mssql_mcp.catalog.identifiers import quoted
from mssql_mcp.catalog.model import Routine, Table, Trigger, kind_of
from mssql_mcp.catalog.names import ambiguous, nearest, not_found, parse_name, resolve
from mssql_mcp.errors import (
    ObjectNotFoundError,
    QueryCancelledError,
    QueryTimeoutError,
    ToolError,
    ValidationError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mssql_mcp.catalog.model import Catalog, NamedObject
    from mssql_mcp.catalog.names import ObjectName


@dataclass(frozen=True, slots=True)
class Found:
    """What several names mean.

    Attributes:
        items: The objects, in the order in which they were asked for.
        failures: Of the names that mean none or several.
        catalogs: Where was looked, one a database.
    """

    items: tuple[NamedObject | Trigger, ...]
    failures: tuple[ToolError, ...]
    catalogs: tuple[Catalog, ...]


def find_all(names: Sequence[str], catalog_of: Callable[[str | None], Catalog]) -> Found:
    """Find the objects that names mean, each in the database that it names.

    Args:
        names: Of views, procedures, functions or triggers.
        catalog_of: Gives the catalog of a database, read whole; None is the one that was asked for.

    Raises:
        ToolError: No name means anything; what `catalog_of` raises of the database that was asked for.
    """
    catalogs: dict[str | None, Catalog | ToolError] = {}
    items: list[NamedObject | Trigger] = []
    failures: list[ToolError] = []
    for name in names:
        try:
            place = parse_name(name).database
            key = place and place.casefold()
            if key not in catalogs:
                catalogs[key] = _catalog(catalog_of, place)
            catalog = catalogs[key]
            if isinstance(catalog, ToolError):
                failures.append(catalog)
            else:
                items.append(find(catalog, name))
        except (ObjectNotFoundError, ValidationError) as error:
            failures.append(error)
    if not items:
        raise together(failures)
    known = {each.database: each for each in catalogs.values() if not isinstance(each, ToolError)}
    return Found(tuple(items), tuple(dict.fromkeys(failures)), tuple(known.values()))


def definitions_text(items: Sequence[NamedObject | Trigger], *, budget: int) -> str:
    """Write the texts of objects, each under a line that names it; what does not fit is cut and says so.

    Args:
        items: What `find_all` found.
        budget: The most characters; shared equally, and what one does not need goes to the next.
    """
    blocks: list[str] = []
    left = budget
    for place, item in enumerate(items):
        share = left // (len(items) - place)
        block = _block(item, share)
        left -= len(block) + 1
        blocks.append(block)
    return "\n".join(blocks)


def failure_notes(failures: Sequence[ToolError]) -> list[str]:
    """Say in one line each which names were not found."""
    return [f"-- {failure.message}{f' Nearest: {_near(failure)}.' if _near(failure) else ''}" for failure in failures]


def together(failures: Sequence[ToolError]) -> ToolError:
    """Make one error of several that say the same of several names."""
    first = failures[0]
    if len(failures) == 1 or not all(isinstance(each, ObjectNotFoundError) for each in failures):
        return first
    near = [name for each in failures for name in each.nearest]
    return ObjectNotFoundError(
        " ".join(each.message for each in failures),
        code=first.code,
        hint=first.hint,
        shell_hint=first.shell_hint,
        nearest=list(dict.fromkeys(near))[:10],
    )


def find(catalog: Catalog, name: str) -> NamedObject | Trigger:
    """Find the object that a name means; triggers too, which belong to tables.

    Raises:
        ObjectNotFoundError: As `resolve`.
    """
    wanted = parse_name(name)
    try:
        return resolve(catalog, wanted)
    except ObjectNotFoundError as error:
        trigger = _trigger(catalog, wanted)
        if trigger is not None:
            return trigger
        if error.code != "catalog.not_found":
            raise
        known = [(item.schema, item.name) for item in _triggers(catalog) if item.schema]
        near = nearest(wanted, known)
        raise not_found(wanted, [*error.nearest, *near][:5], catalog.database) from None


def written_name(item: NamedObject | Trigger) -> str:
    """Write schema and name for T-SQL, quoted where needed; a trigger of the database has no schema."""
    return f"{quoted(item.schema)}.{quoted(item.name)}" if item.schema else quoted(item.name)


def _trigger(catalog: Catalog, wanted: ObjectName) -> Trigger | None:
    """Find a trigger by name, ignoring case where that does not tell two apart."""
    name, schema = wanted.name.casefold(), (wanted.schema or "").casefold()
    found = [
        trigger
        for trigger in _triggers(catalog)
        if trigger.name.casefold() == name and schema in ("", trigger.schema.casefold())
    ]
    exact = [each for each in found if each.name == wanted.name and wanted.schema in (None, each.schema)]
    own = [each for each in found if each.schema.casefold() == catalog.default_schema.casefold()]
    for group in (found, exact, own):
        if len(group) == 1:
            return group[0]
    if found:
        raise ambiguous(str(wanted), [written_name(each) for each in found])
    return None


def _triggers(catalog: Catalog) -> Iterable[Trigger]:
    yield from catalog.triggers
    for table in catalog.tables:
        yield from table.triggers


def _catalog(catalog_of: Callable[[str | None], Catalog], place: str | None) -> Catalog | ToolError:
    """Give a database's catalog; one that a name names and that cannot be read costs only the names in it."""
    try:
        return catalog_of(place)
    except (QueryTimeoutError, QueryCancelledError):
        raise
    except ToolError as error:
        if place is None:
            raise
        return error


def _near(failure: ToolError) -> str:
    """Name the nearest; candidates of an ambiguous name stand in the message already."""
    return "" if failure.code == "catalog.ambiguous" else ", ".join(failure.nearest[:3])


def _block(item: NamedObject | Trigger, room: int) -> str:
    head = f"-- {kind_of(item)} {written_name(item)}"
    if not isinstance(item, Table | Routine | Trigger) or (isinstance(item, Table) and item.kind != "view"):
        return f"{head}: has no text of its own; describe_table tells what it is."
    if not item.definition:
        return f"{head}: its text is encrypted, or this login lacks VIEW DEFINITION."
    text = item.definition.strip()
    room -= len(head) + 60
    if len(text) > room:
        text = f"{text[: max(0, room)]}\n-- cut: {len(text)} characters in all; ask for it alone."
    return f"{head}\n{text}"
