"""Say beside an answer what could not be read of the catalog, and whether it may be out of date."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from mssql_mcp.catalog.listing import missing_notes

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

    from mssql_mcp.catalog.model import Catalog

# Parts of a catalog that say how much there is and how it lies, not what it is.
MEASURES = frozenset(
    {
        "row counts",
        "sizes",
        "identity seeds",
        "numbers of sequences",
        "partitioning",
        "partition boundaries",
        "partitions",
        "fingerprint",
    }
)
# What a list of names is made of: where other parts are missing, the list is whole all the same.
NAMES = frozenset({"objects", "schemas", "objects and definitions out of sight"})


def notes(catalog: Catalog, *, shown: Collection[str] = ()) -> list[str]:
    """Say in one line each what could not be read, and whether the catalog may be out of date.

    Args:
        catalog: What was read.
        shown: Those of `MEASURES` that the answer shows; that it lacks others is no news to its reader.
    """
    missing = tuple(part for part in catalog.missing if part.part not in MEASURES or part.part in shown)
    return missing_notes(replace(catalog, missing=missing))


def notes_on_names(catalog: Catalog) -> list[str]:
    """Say the same beside a list of names."""
    return missing_notes(replace(catalog, missing=tuple(part for part in catalog.missing if part.part in NAMES)))


def notes_of(catalogs: Iterable[Catalog], *, shown: Collection[str] = ()) -> list[str]:
    """Say the same of several databases, each naming its own where there are several."""
    found = list(catalogs)
    if len(found) == 1:
        return notes(found[0], shown=shown)
    return [f"{catalog.database}: {note}" for catalog in found for note in notes(catalog, shown=shown)]


def note_facts(catalog: Catalog) -> dict[str, Any]:
    """Say the same as keys of a JSON object: `missing` and `stale`, each only where there is something to say."""
    facts: dict[str, Any] = {}
    if catalog.missing:
        facts["missing"] = [
            {"part": part.part, "reason": part.reason} | ({"needs": part.permission} if part.permission else {})
            for part in catalog.missing
        ]
    if catalog.is_stale:
        facts["stale"] = True
        if catalog.read_at:
            facts["read_at"] = f"{catalog.read_at:%Y-%m-%dT%H:%M:%SZ}"
    return facts


def within_with_notes(text: Callable[[int], str], lines: Sequence[str], budget: int) -> str:
    """Put notes under a text, which gets the characters of the budget that they leave, at least half."""
    if not lines:
        return text(budget)
    below, room = "\n".join(lines), max(1, budget // 2 - 1)
    below = below if len(below) <= room else f"{below[: room - 1]}…"
    return f"{text(budget - len(below) - 1)}\n{below}"
