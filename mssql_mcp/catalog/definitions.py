"""The texts of views, routines and triggers, several at once, bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.catalog.model import Routine, Table, Trigger, kind_of
from mssql_mcp.catalog.names import parse_name, resolve
from mssql_mcp.errors import ObjectNotFoundError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mssql_mcp.catalog.model import Catalog, NamedObject


def definitions_text(catalog: Catalog, names: Sequence[str], *, budget: int) -> str:
    """Write the texts of objects, each under a line that names it; what does not fit is cut and says so.

    Args:
        catalog: Where to look; one that was read whole.
        names: Of views, procedures, functions or triggers.
        budget: The most characters; shared equally, and what one does not need goes to the next.

    Raises:
        ObjectNotFoundError: `catalog.not_found` or `catalog.ambiguous`.
    """
    items = [find(catalog, name) for name in names]
    blocks: list[str] = []
    left = budget
    for place, item in enumerate(items):
        share = left // (len(items) - place)
        block = _block(item, share)
        left -= len(block) + 1
        blocks.append(block)
    return "\n".join(blocks)


def find(catalog: Catalog, name: str) -> NamedObject | Trigger:
    """Find the object that a name means; triggers too, which belong to tables.

    Raises:
        ObjectNotFoundError: As `resolve`.
    """
    wanted = parse_name(name)
    try:
        return resolve(catalog, wanted)
    except ObjectNotFoundError:
        folded = wanted.name.casefold()
        for trigger in _triggers(catalog):
            if trigger.name.casefold() == folded and wanted.schema in (None, trigger.schema):
                return trigger
        raise


def _triggers(catalog: Catalog) -> Iterable[Trigger]:
    yield from catalog.triggers
    for table in catalog.tables:
        yield from table.triggers


def _block(item: NamedObject | Trigger, room: int) -> str:
    schema = f"{item.schema}." if item.schema else ""
    head = f"-- {kind_of(item)} {schema}{item.name}"
    if not isinstance(item, Table | Routine | Trigger) or (isinstance(item, Table) and item.kind != "view"):
        return f"{head}: has no text of its own; describe_table tells what it is."
    if not item.definition:
        return f"{head}: its text is encrypted, or this login lacks VIEW DEFINITION."
    text = item.definition.strip()
    room -= len(head) + 60
    if len(text) > room:
        text = f"{text[: max(0, room)]}\n-- cut: {len(text)} characters in all; ask for it alone."
    return f"{head}\n{text}"
