"""Find objects by words: in names, columns, comments and definitions, the likeliest first.

The index is built once for a catalog: one long lower-case text a field, searched with `str.find`, which reads a million
characters in less than a millisecond; a position in the text tells whose it is.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from heapq import nlargest
from math import prod
from typing import TYPE_CHECKING, Literal

from mssql_mcp.catalog.budget import DEFAULT_BUDGET, within
from mssql_mcp.catalog.identifiers import quoted
from mssql_mcp.catalog.model import Table, kind_of
from mssql_mcp.catalog.naming import singular
from mssql_mcp.catalog.terms import Term, parse_terms

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mssql_mcp.catalog.model import Catalog, Column, Kind, NamedObject, Trigger

Where = Literal["name", "column", "comment", "definition", "column comment"]
SEPARATOR = "\n"
# How much a hit counts by where it is; whole words count double, whole names four times.
WEIGHTS: dict[Where, float] = {
    "name": 10.0,
    "column": 4.0,
    "comment": 3.0,
    "column comment": 2.0,
    "definition": 1.0,
}
WHOLE_NAME, WHOLE_WORD, WORD_START, INSIDE = 4.0, 2.0, 1.4, 1.0
# A word that is nearly everywhere need not be found everywhere: so many places a field decide the first page.
MAX_PLACES = 1_500
SHOWN_COLUMNS = 6
SNIPPET_BEFORE, SNIPPET_AFTER = 40, 80


@dataclass(frozen=True, slots=True)
class Hit:
    """An object that was found.

    Attributes:
        schema: Of the object; of its table for a trigger.
        name: Of the object.
        kind: Table, view, procedure, ...
        score: Higher is likelier; only the order matters.
        matched: Where, best first.
        columns: Names of the columns that match, as far as there is room.
        column_count: How many columns match.
        snippet: The text around the first match in a comment or definition; empty where the name or a column matched.
        rows: Of a table; None where it is not known.
    """

    schema: str
    name: str
    kind: Kind
    score: float
    matched: tuple[Where, ...]
    columns: tuple[str, ...] = ()
    column_count: int = 0
    snippet: str = ""
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The first hits of a search.

    Attributes:
        hits: Best first.
        total: How many objects match.
        is_total_exact: False where a word is so common that not every place of it was looked at.
        unmatched: The words that nothing matches.
    """

    hits: tuple[Hit, ...]
    total: int
    is_total_exact: bool = True
    unmatched: tuple[str, ...] = ()


@dataclass(slots=True)
class _Field:
    """One kind of text: all of it joined, and whose each piece is."""

    where: Where
    text: str = ""
    original: str = ""
    starts: list[int] = field(default_factory=list)
    owners: list[tuple[int, ...]] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    wholes: dict[str, list[int]] = field(default_factory=dict)


class SearchIndex:
    """The searchable texts of one catalog.

    Args:
        catalog: What to search.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._objects: list[NamedObject | Trigger] = list(_objects(catalog))
        self._schemas = frozenset(item.schema.lower() for item in self._objects)
        self._fields = (
            self._named("name", lambda item: item.name),
            self._columns(),
            self._named("comment", lambda item: getattr(item, "comment", None)),
            self._column_comments(),
            self._named("definition", lambda item: getattr(item, "definition", None)),
        )

    def search(
        self, query: str, *, kinds: Sequence[Kind] = (), schema: str | None = None, limit: int = 20
    ) -> SearchResult:
        """Find the objects that match every word; where none does, those that match most.

        Args:
            query: Words or parts of words, in any case; `order customer` finds objects that have to do with both. Names
                may be in brackets or quotes and have a schema: `Sales.[Order Details]`.
            kinds: Kinds to find; empty for all.
            schema: One schema, in any case; None for all.
            limit: The most hits.
        """
        terms = parse_terms(query, self._schemas)
        words = list(dict.fromkeys(word for term in terms for word in term.words))
        by_word = [self._term_scores(term) for term in terms]
        best, total = _best([scores for scores, _ in by_word], self._places(kinds, schema))
        first = self._first(best, total, limit)
        return SearchResult(
            hits=tuple(self._hit(place, total[place], words) for place in first),
            total=len(best),
            is_total_exact=all(is_exact for _, is_exact in by_word),
            unmatched=tuple(term.text for term, (scores, _) in zip(terms, by_word, strict=True) if not any(scores)),
        )

    def _first(self, best: Sequence[int], total: Sequence[float], limit: int) -> list[int]:
        """Choose the likeliest: by score, then shorter names, then the order of the catalog."""
        least = min(nlargest(limit, map(total.__getitem__, best)), default=0.0)
        able = [place for place in best if total[place] >= least]
        able.sort(key=lambda place: (-total[place], len(self._objects[place].name), place))
        return able[:limit]

    def _named(self, where: Where, text: Callable[[NamedObject | Trigger], str | None]) -> _Field:
        return _field(where, (((place,), value) for place, item in enumerate(self._objects) if (value := text(item))))

    def _columns(self) -> _Field:
        """Index each column name once, with all the tables that have it."""
        holders: dict[str, list[int]] = defaultdict(list)
        for place, column in self._each_column():
            holders[column.name].append(place)
        return _field("column", ((tuple(places), name) for name, places in holders.items()))

    def _column_comments(self) -> _Field:
        return _field(
            "column comment",
            (((place,), column.comment) for place, column in self._each_column() if column.comment),
        )

    def _each_column(self) -> Iterator[tuple[int, Column]]:
        for place, item in enumerate(self._objects):
            for column in getattr(item, "columns", ()):
                yield place, column

    def _places(self, kinds: Sequence[Kind], schema: str | None) -> Iterable[int]:
        if not kinds and schema is None:
            return range(len(self._objects))
        folded = None if schema is None else schema.casefold()
        return [
            place
            for place, item in enumerate(self._objects)
            if (not kinds or kind_of(item) in kinds) and (folded is None or item.schema.casefold() == folded)
        ]

    def _term_scores(self, term: Term) -> tuple[list[float], bool]:
        """Score every object for one term: as it stands, and where it is a name of several parts, as such."""
        scores, is_exact = self._scores(term.text)
        if not term.parts:
            return scores, is_exact
        rows = [self._scores(part) for part in term.parts]
        together = [prod(row) if all(row) else 0.0 for row in zip(*(found for found, _ in rows), strict=True)]
        if term.schema:
            places = zip(together, self._objects, strict=True)
            together = [score if item.schema.lower() == term.schema else 0.0 for score, item in places]
        return [max(pair) for pair in zip(scores, together, strict=True)], is_exact and all(exact for _, exact in rows)

    def _scores(self, word: str) -> tuple[list[float], bool]:
        """Score every object for one word; tell whether every place of it was looked at."""
        scores = [0.0] * len(self._objects)
        is_exact = True
        for each in self._fields:
            text, starts, owners, weights = each.text, each.starts, each.owners, each.weights
            # Whole names are looked up, so that they are found however many places the word is in.
            whole = each.wholes.get(singular(word), ())
            for piece in whole:
                for owner in owners[piece]:
                    scores[owner] += weights[piece] * WHOLE_NAME
            position, places, piece = text.find(word), 0, 0
            while position >= 0:
                places += 1
                if places > MAX_PLACES:
                    is_exact = False
                    break
                piece = bisect_right(starts, position, piece) - 1
                following = starts[piece + 1]
                if piece not in whole:
                    score = weights[piece] * _fit(each, starts[piece], following - 1, position, len(word))
                    for owner in owners[piece]:
                        scores[owner] += score
                position = text.find(word, following)  # one match a piece is enough
        return scores, is_exact

    def _hit(self, place: int, score: float, words: Sequence[str]) -> Hit:
        """Say where the words are in one object that is shown."""
        item = self._objects[place]
        columns = [
            column.name
            for column in getattr(item, "columns", ())
            if _has(column.name, words) or _has(column.comment, words)
        ]
        snippet, source = "", ""
        texts: dict[Where, str | None] = {
            "name": item.name,
            "comment": getattr(item, "comment", None),
            "definition": getattr(item, "definition", None),
        }
        matched: list[Where] = [where for where, text in texts.items() if _has(text, words)]
        if columns:
            matched.insert(1 if "name" in matched else 0, "column")
        if not columns and "name" not in matched:
            source = "comment" if "comment" in matched else "definition"
            snippet = _snippet(texts[source] or "", words)  # type: ignore[index]
        return Hit(
            schema=item.schema,
            name=item.name,
            kind=kind_of(item),
            score=round(score, 2),
            matched=tuple(matched),
            columns=tuple(columns[:SHOWN_COLUMNS]),
            column_count=len(columns),
            snippet=snippet,
            rows=item.row_count if isinstance(item, Table) else None,
        )


def search_text(query: str, result: SearchResult, *, budget: int | None = DEFAULT_BUDGET) -> str:
    """Write hits as dense text, one a line, in so many characters."""
    if not result.hits:
        return f"Nothing matches {query!r}. Try a part of a word, or list_tables."
    more = "" if result.is_total_exact else "at least "
    shown = f"the best {len(result.hits)} of {more}{result.total}" if len(result.hits) < result.total else "all"
    lost = f" (nothing matches {' '.join(result.unmatched)})" if result.unmatched else ""
    plural = "object matches" if result.total == 1 else "objects match"
    lines = [f"{more}{result.total} {plural} {query!r}{lost}; {shown}:"]
    for hit in result.hits:
        words = [f"{quoted(hit.schema)}.{quoted(hit.name)}" if hit.schema else quoted(hit.name), hit.kind]
        if hit.rows is not None:
            words.append(str(hit.rows))
        if hit.columns:
            rest = hit.column_count - len(hit.columns)
            words.append(f"columns {', '.join(map(quoted, hit.columns))}{f' and {rest} more' if rest else ''}")
        if hit.snippet:
            words.append(f"{'comment' if 'comment' in hit.matched else 'definition'}: {hit.snippet}")
        lines.append(" · ".join(words))
    return within("\n".join(lines), budget, "use a smaller limit, more words or a schema")


def _best(columns: Sequence[Sequence[float]], places: Iterable[int]) -> tuple[list[int], Sequence[float]]:
    """Give the objects that match the most words, and the score of each object for all words together."""
    if len(columns) == 1:
        scores = columns[0]
        return [place for place in places if scores[place]], scores
    rows = list(zip(*columns, strict=True))
    wanted = set(places)
    best = [place for place, row in enumerate(rows) if all(row) and place in wanted]
    if not best:
        matched = {place: len(columns) - rows[place].count(0.0) for place in wanted} if rows else {}
        most = max(matched.values(), default=0)
        best = sorted(place for place in matched if matched[place] == most > 0)
    # Multiplied, so that an object that fits each word a little comes before one that fits one word only well.
    total = [0.0] * len(rows)
    for place in best:
        total[place] = prod(score or 1.0 for score in rows[place])
    return best, total


def _objects(catalog: Catalog) -> Iterator[NamedObject | Trigger]:
    groups: tuple[Sequence[NamedObject | Trigger], ...] = (
        catalog.tables,
        catalog.routines,
        catalog.synonyms,
        catalog.sequences,
        catalog.types,
        catalog.triggers,
    )
    for group in groups:
        yield from group
    for table in catalog.tables:
        yield from table.triggers


def _field(where: Where, pieces: Iterable[tuple[tuple[int, ...], str]]) -> _Field:
    made = _Field(where)
    texts: list[str] = []
    originals: list[str] = []
    position = 0
    for owners, text in pieces:
        # Lower rather than casefold: it keeps the length, so that a position in the text is one in the original.
        folded = _lowered(text)
        texts.append(folded)
        originals.append(text)
        if where == "name":
            made.wholes.setdefault(singular(folded), []).append(len(made.starts))
        made.starts.append(position)
        made.owners.append(owners)
        # What many tables have says less of each.
        made.weights.append(WEIGHTS[where] / (1 + len(owners) ** 0.5 / 10 if len(owners) > 1 else 1))
        position += len(folded) + 1
    made.starts.append(position)
    made.text = SEPARATOR.join(texts)
    made.original = SEPARATOR.join(originals)
    return made


def _has(text: str | None, words: Sequence[str]) -> bool:
    lowered = _lowered(text) if text else ""
    return any(word in lowered for word in words)


def _snippet(text: str, words: Sequence[str]) -> str:
    lowered = _lowered(text)
    offset = min((found for word in words if (found := lowered.find(word)) >= 0), default=0)
    begin, end = max(0, offset - SNIPPET_BEFORE), offset + SNIPPET_AFTER
    return f"{'…' if begin else ''}{' '.join(text[begin:end].split())}{'…' if end < len(text) else ''}"


def _lowered(text: str) -> str:
    lowered = text.lower().replace(SEPARATOR, " ")
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _fit(each: _Field, start: int, end: int, position: int, length: int) -> float:
    """Grade a match that is not the whole piece: a whole word of it, a word's beginning, or somewhere inside."""
    after = position + length
    before = each.original[position - 1 : position + 1]
    if position > start and before[0].isalnum() and not (before[1].isupper() and before[0].islower()):
        return INSIDE
    following = each.original[after - 1 : after + 1] if after < end else ""
    is_whole = not following or not following[1].isalnum() or (following[1].isupper() and following[0].islower())
    return WHOLE_WORD if is_whole else WORD_START
