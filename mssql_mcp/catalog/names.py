"""Understand an object's name as a person or an assistant writes it, and find what it means in a catalog.

One to three parts, bare, in brackets or in quotes, in any case: `Orders`, `sales.orders`, `[my db].[dbo].[a]]b]`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from mssql_mcp.catalog.identifiers import quoted, shown, shown_full, without_pictures
from mssql_mcp.catalog.model import Table, kind_of
from mssql_mcp.errors import ObjectNotFoundError, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mssql_mcp.catalog.model import Catalog, Kind, NamedObject

PART = re.compile(r'\s*(?:\[((?:[^\]]|\]\])*)\]|"((?:[^"]|"")*)"|([^\[\]".]+?))\s*(\.|$)')
MAX_PARTS = 3
MAX_NEAREST = 5
MAX_CANDIDATES = 10


@dataclass(frozen=True, slots=True)
class ObjectName:
    """A name taken apart; parts that were not written are None."""

    name: str
    schema: str | None = None
    database: str | None = None

    def __str__(self) -> str:
        schema = "" if self.schema is None and self.database is not None else self.schema
        return ".".join(shown(part) if part else "" for part in (self.database, schema, self.name) if part is not None)

    def as_shown(self) -> ObjectName:
        """Give the name that is written so where control characters are shown as their pictures."""
        schema = None if self.schema is None else without_pictures(self.schema)
        return replace(self, name=without_pictures(self.name), schema=schema)


def parse_name(text: str) -> ObjectName:
    """Take a name apart.

    Raises:
        ValidationError: It is empty, has more than three parts, or a bracket or quote is left open.
    """
    parts: list[str] = []
    position = 0
    while position < len(text) or not parts:
        if len(parts) == 1 and text.startswith(".", position):  # database..name is in the default schema
            parts.append("")
            position += 1
        match = PART.match(text, position)
        if match is None or match.end() == position:
            raise _unreadable(text)
        bracketed, quoted, bare, end = match.groups()
        if bracketed is not None:
            parts.append(bracketed.replace("]]", "]"))
        elif quoted is not None:
            parts.append(quoted.replace('""', '"'))
        else:
            parts.append(bare.strip())
        position = match.end()
        if end != ".":
            break
        if position >= len(text):
            raise _unreadable(text)
    if position < len(text) or len(parts) > MAX_PARTS or not all((parts[0], parts[-1])):
        raise _unreadable(text)
    if len(parts) == MAX_PARTS:
        return ObjectName(parts[2], parts[1] or None, parts[0])
    if not all(parts):
        raise _unreadable(text)
    return ObjectName(*reversed(parts))


def full_name(item: NamedObject) -> str:
    """Write an object's schema and name for T-SQL, quoted where needed."""
    return f"{quoted(item.schema)}.{quoted(item.name)}"


def resolve(catalog: Catalog, name: str | ObjectName, *, kinds: Sequence[Kind] = ()) -> NamedObject:
    """Find the one object that a name means.

    Without a schema the login's default schema wins, then `dbo`, then the only one there is.

    Args:
        catalog: Where to look.
        name: As it was written, or taken apart.
        kinds: Kinds that may be meant; empty for all.

    Raises:
        ValidationError: The text is no name.
        ObjectNotFoundError: `catalog.not_found` with the nearest names, or `catalog.ambiguous` with the candidates.
    """
    wanted = parse_name(name) if isinstance(name, str) else name
    found = [item for item in catalog.named(wanted.name, wanted.schema) if not kinds or kind_of(item) in kinds]
    if not found and (meant := wanted.as_shown()) != wanted:
        return resolve(catalog, meant, kinds=kinds)
    chosen = _chosen(catalog, wanted, found)
    if chosen is not None:
        return chosen
    if found:
        raise ambiguous(str(wanted), [shown_full(item.schema, item.name) for item in found])
    raise not_found(wanted, nearest_names(catalog, wanted, kinds), catalog.database, kinds)


def resolve_table(catalog: Catalog, name: str | ObjectName) -> Table:
    """Find the one table or view that a name means, through a synonym where it is one.

    Raises:
        ValidationError: The text is no name.
        ObjectNotFoundError: `catalog.not_found` or `catalog.ambiguous`.
    """
    item = resolve(catalog, name, kinds=("table", "view", "synonym"))
    if isinstance(item, Table):
        return item
    target = parse_name(getattr(item, "target", str(name)))
    if target.database is None or target.database.casefold() == catalog.database.casefold():
        # A synonym never stands for another synonym; a bare name in it is looked up as any bare name is.
        found = resolve(catalog, ObjectName(target.name, target.schema), kinds=("table", "view"))
        if isinstance(found, Table):
            return found
    raise ObjectNotFoundError(
        f"{shown_full(item.schema, item.name)} is a synonym for {target}, which is in another database.",
        hint=f"Ask for {shown_full(target.schema or 'dbo', target.name)} with database={target.database!r}.",
        shell_hint=f"Ask for {shown_full(target.schema or 'dbo', target.name)} with --database {target.database}.",
        nearest=[str(target)],
    )


def nearest_names(catalog: Catalog, wanted: ObjectName, kinds: Sequence[Kind] = ()) -> list[str]:
    """Name the objects whose names are nearest, best first: the same name elsewhere, then look-alikes."""
    everything: list[NamedObject] = [
        item
        for group in (catalog.tables, catalog.routines, catalog.synonyms, catalog.sequences, catalog.types)
        for item in group
        if not kinds or kind_of(item) in kinds
    ]
    return nearest(wanted, [(item.schema, item.name) for item in everything])


def nearest(wanted: ObjectName, names: Iterable[tuple[str, str]]) -> list[str]:
    """Name those of (schema, name) pairs that are nearest to a name, best first, at most five."""
    by_name: dict[str, list[tuple[str, str]]] = {}
    for schema, name in names:
        by_name.setdefault(name.casefold(), []).append((schema, name))
    folded = wanted.name.casefold()
    close = [folded] if folded in by_name else []
    close += [name for name in get_close_matches(folded, by_name, MAX_NEAREST, 0.6) if name not in close]
    if len(close) < MAX_NEAREST and len(folded) > 2:
        inside = sorted((name for name in by_name if folded in name or name in folded), key=len)
        close += [name for name in inside if name not in close and len(name) > 2]
    found = [place for name in close for place in by_name[name]]
    if wanted.schema:
        schema = wanted.schema.casefold()
        found.sort(key=lambda place: place[0].casefold() != schema)
    return [shown_full(*place) for place in found[:MAX_NEAREST]]


def not_found(
    wanted: ObjectName, near: Sequence[str], database: str, kinds: Sequence[Kind] = ()
) -> ObjectNotFoundError:
    """Make the error for a name that the catalog does not know."""
    what = " or ".join(kinds) if 0 < len(kinds) <= 2 else "object"
    hint = f"Did you mean {' or '.join(near[:3])}? " if near else ""
    return ObjectNotFoundError(
        f"There is no {what} {wanted} in the database {database}, or this login may not see it.",
        hint=f"{hint}search_objects finds names, columns and comments by a part of them.",
        shell_hint=f"{hint}`mssql-mcp inspect search` finds names, columns and comments by a part of them.",
        nearest=near,
    )


def ambiguous(wanted: str, candidates: Sequence[str]) -> ObjectNotFoundError:
    """Make the error for a name that means several objects."""
    names = list(candidates[:MAX_CANDIDATES])
    different = len({name.casefold() for name in candidates})
    hint = "Write the schema too."
    if different < len(candidates):
        how = "write it as it stands here" if different == 1 else "write name and schema as they stand here"
        hint = f"Names differ in case alone: {how}."
    return ObjectNotFoundError(
        f"{wanted} could be {', '.join(names)}.", code="catalog.ambiguous", hint=hint, nearest=names
    )


def _chosen(catalog: Catalog, wanted: ObjectName, found: Sequence[NamedObject]) -> NamedObject | None:
    """Choose among objects of the same name: the exact spelling, the default schema, dbo, the only one."""
    exact = [item for item in found if item.name == wanted.name]
    to_the_letter = [item for item in exact if wanted.schema in (None, item.schema)]
    for group in (to_the_letter, exact, found):
        if len(group) == 1 and (wanted.schema is not None or len(found) == 1):
            return group[0]
        if wanted.schema is None:
            for schema in (catalog.default_schema.casefold(), "dbo"):
                here = [item for item in group if item.schema.casefold() == schema]
                if len(here) == 1:
                    return here[0]
    return None


def _unreadable(text: str) -> ValidationError:
    return ValidationError(
        f"{text[:200]!r} is not an object name.",
        code="input.name",
        hint="Write name, schema.name or database.schema.name; put odd names in brackets: [dbo].[My Table].",
    )


def nearest_schemas(wanted: str, names: Iterable[str]) -> list[str]:
    """Name the schemas nearest to a name, best first."""
    folded = {name.casefold(): name for name in names}
    return [folded[name] for name in get_close_matches(wanted.casefold(), folded, 3, 0.5)]
