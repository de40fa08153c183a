"""List the objects of a catalog: by kind, schema and pattern, a page at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fnmatch import translate
from typing import TYPE_CHECKING

from mssql_mcp.catalog.budget import DEFAULT_BUDGET, within
from mssql_mcp.catalog.identifiers import shown, without_pictures
from mssql_mcp.catalog.model import Routine, Synonym, Table, kind_of
from mssql_mcp.catalog.names import nearest_schemas
from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mssql_mcp.catalog.model import Catalog, Kind, NamedObject

TABLES: tuple[Kind, ...] = ("table", "view")
ROUTINES: tuple[Kind, ...] = ("procedure", "function")
COMMENT_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of objects.

    Attributes:
        items: In the order of schema and name.
        total: How many there are on all pages.
        offset: How many come before this page.
    """

    items: tuple[NamedObject, ...]
    total: int
    offset: int = 0

    @property
    def next_offset(self) -> int | None:
        """Where the next page begins; None on the last one."""
        end = self.offset + len(self.items)
        return end if end < self.total else None


def list_objects(
    catalog: Catalog,
    *,
    kinds: Sequence[Kind] = TABLES,
    schema: str | None = None,
    pattern: str | None = None,
    limit: int = 200,
    offset: int = 0,
) -> Listing:
    """Give one page of the objects that match.

    Args:
        catalog: Where to look.
        kinds: Which kinds.
        schema: One schema, in any case; None for all.
        pattern: Matched against the name and `schema.name`, ignoring case: `*` and `?` make it a glob, `%` a LIKE
            pattern, and a text without them is looked for anywhere in the name.
        limit: Objects on a page, at least 1.
        offset: How many to skip.

    Raises:
        ValidationError: There is no such schema.
    """
    wanted = known_schema(catalog, schema)
    groups = _groups(catalog, kinds)
    # Every question asks for most of the catalog: a condition that holds for all is not asked of each.
    found: Sequence[NamedObject] = groups[0] if len(groups) == 1 else [item for group in groups for item in group]
    if wanted is not None:
        found = [item for item in found if item.schema == wanted]
    if pattern:
        matches = matcher(pattern)
        found = [item for item in found if matches(item.name) or matches(f"{item.schema}.{item.name}")]
    if len(groups) > 1:  # each is sorted already
        found = sorted(found, key=lambda item: (item.schema.casefold(), item.name.casefold()))
    return Listing(tuple(found[offset : offset + limit]), len(found), offset)


def known_schema(catalog: Catalog, schema: str | None) -> str | None:
    """Give a schema's own spelling.

    Raises:
        ValidationError: `input.unknown_schema`, with the nearest ones.
    """
    if schema is None:
        return None
    meant = _unquoted(schema)
    for known in catalog.schemas:
        if known.name in (schema, meant):
            return known.name
    names = dict.fromkeys([item.name for item in catalog.schemas] + [item.schema for item in catalog.tables])
    spellings = (schema, meant, without_pictures(meant))
    for exact in spellings:
        if exact in names:
            return exact
    folded = [spelling.casefold() for spelling in spellings]
    for name in names:
        if name.casefold() in folded:
            return name
    near = nearest_schemas(schema, names)
    raise ValidationError(
        f"There is no schema {schema} in the database {catalog.database}.",
        code="input.unknown_schema",
        hint=f"Its schemas: {', '.join(list(names)[:30]) or 'none'}.",
        nearest=near,
    )


def _unquoted(name: str) -> str:
    """Take the quotes or brackets off one identifier."""
    text = name.strip()
    if len(text) > 1 and text[0] + text[-1] in ("[]", '""'):
        return text[1:-1].replace(text[-1] * 2, text[-1])
    return text


def matcher(pattern: str | None) -> Callable[[str], bool]:
    """Turn a pattern into a test of names; see `list_objects`."""
    text = (pattern or "").strip()
    if not text:
        return lambda _name: True
    if "*" in text or "?" in text:
        expression = re.compile(translate(text.replace("[", "[[]")), re.IGNORECASE)
    elif "%" in text:
        try:
            expression = re.compile(like_expression(text), re.IGNORECASE | re.DOTALL)
        except re.error:  # a range that runs backwards, such as [z-a], fits nothing
            return lambda _name: False
    else:
        folded = text.strip('[]"').replace("].[", ".").casefold()
        return lambda name: folded in name.casefold()
    return lambda name: expression.match(name) is not None


def like_expression(pattern: str) -> str:
    """Turn a LIKE pattern into a regular expression: `%`, `_`, `[a-c]` and `[^a-c]`.

    https://learn.microsoft.com/sql/t-sql/language-elements/like-transact-sql
    """
    pieces = []
    for piece in re.findall(r"\[\^?[^\]]+\]|.", pattern, re.DOTALL):
        if piece == "%":
            pieces.append(".*")
        elif piece == "_":
            pieces.append(".")
        elif len(piece) > 1:
            inside = piece[1:-1].replace("\\", "\\\\").replace("[", "\\[")
            pieces.append(f"[{inside}]")
        else:
            pieces.append(re.escape(piece))
    return "".join(pieces) + r"\Z"


def listing_text(
    catalog: Catalog, listing: Listing, *, comments: bool = True, budget: int | None = DEFAULT_BUDGET
) -> str:
    """Write a page as dense text: a head line, then each schema's objects, one a line.

    A page that does not fit loses its comments first, then its last objects; where the next page begins is told.

    Args:
        catalog: Whose objects they are.
        listing: The page.
        comments: Whether to add the first words of each comment.
        budget: The most characters; None for any number.
    """
    text = _text(catalog, listing, comments=comments)
    if budget is None or len(text) <= budget:
        return text
    text = f"{_text(catalog, listing, comments=False)}\nComments are left out to fit."
    count = len(listing.items)
    while len(text) > budget and count > 1:
        # Nearly the share of the lines that fit: two or three rounds find the largest page.
        count = max(1, min(count - 1, count * budget // len(text)))
        page = Listing(listing.items[:count], listing.total, listing.offset)
        text = f"{_text(catalog, page, comments=False)}\nComments are left out to fit."
    return within(text, budget, "ask for a schema or a pattern")


def _text(catalog: Catalog, listing: Listing, *, comments: bool) -> str:
    lines = [_head(catalog, listing)]
    schema = None
    for item in listing.items:
        if item.schema != schema:
            schema = item.schema
            lines.append(shown(schema, in_brackets=True))
        lines.append(_line(item, comments=comments))
    if listing.next_offset is not None:
        rest = listing.total - listing.next_offset
        lines.append(f"{rest} more: ask with offset={listing.next_offset}, a schema or a pattern.")
    lines.extend(missing_notes(catalog))
    return "\n".join(lines)


def missing_notes(catalog: Catalog) -> list[str]:
    """Say in one line each what could not be read, and whether the catalog may be out of date."""
    notes = [
        f"Not read: {part.part}. {part.reason}" + (f" Needs {part.permission}." if part.permission else "")
        for part in catalog.missing
    ]
    if catalog.is_stale:
        when = f" of {catalog.read_at:%Y-%m-%d %H:%M} UTC" if catalog.read_at else ""
        notes.append(f"May be out of date: the state{when}.")
    return notes


def _groups(catalog: Catalog, kinds: Sequence[Kind]) -> list[Sequence[NamedObject]]:
    """Give the objects of the kinds; a group of two kinds of which one is asked for is cut down to it."""
    groups: dict[tuple[Kind, ...], Sequence[NamedObject]] = {
        TABLES: catalog.tables,
        ROUTINES: catalog.routines,
        ("synonym",): catalog.synonyms,
        ("sequence",): catalog.sequences,
        ("type",): catalog.types,
    }
    found: list[Sequence[NamedObject]] = []
    for held, group in groups.items():
        asked = [kind for kind in held if kind in kinds]
        if len(asked) == len(held):
            found.append(group)
        elif asked:
            found.append([item for item in group if kind_of(item) in asked])
    return found


def _head(catalog: Catalog, listing: Listing) -> str:
    count = len(listing.items)
    counts: dict[str, int] = {}
    for item in listing.items:
        kind = kind_of(item)
        counts[kind] = counts.get(kind, 0) + 1
    what = ", ".join(f"{count} {kind}{'s' if count != 1 else ''}" for kind, count in counts.items()) or "nothing"
    if count < listing.total:
        what += f" (of {listing.total}, from number {listing.offset + 1})"
    return f"{catalog.database}: {what}. A number is the table's rows by the server's statistics."


def _line(item: NamedObject, *, comments: bool) -> str:
    words = [shown(item.name)]
    match item:
        case Table():
            # Brackets alone on a line would be a schema.
            if item.kind != "table" or (item.row_count is None and words[0].startswith("[")):
                words.append(f"({item.kind})")
            if item.row_count is not None:
                words.append(str(item.row_count))
            words.extend(mark for mark in item.marks if mark in ("memory-optimized", "node", "edge"))
            if item.temporal == "history":
                words.append("(history)")
        case Routine():
            words.append(signature(item))
        case Synonym():
            words.append(f"= {item.target}")
        case _:
            words.append(f"({kind_of(item)})")
    if comments and item.comment:
        words.append(f"-- {shortened(item.comment, COMMENT_CHARACTERS)}")
    return " ".join(words)


def signature(routine: Routine) -> str:
    """Write a routine's parameters and result: `(@id int, @n int out) returns table`."""
    parameters = ", ".join(
        f"{item.name} {item.type}{' out' if item.is_output else ''}{' = default' if item.has_default else ''}"
        for item in routine.parameters
    )
    returns = f" returns {routine.returns}" if routine.returns else ""
    return f"{routine.kind} ({parameters}){returns}"


def shortened(text: str, characters: int) -> str:
    """Put a text on one line and cut it at a number of characters."""
    line = " ".join(text.split())
    return line if len(line) <= characters else line[: characters - 1].rstrip() + "…"
