"""Say what differs between two catalogs of a database: objects, columns, keys, indexes, texts; not rows and sizes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Literal

from mssql_mcp.catalog.describe_text import column_line, index_line, key_line
from mssql_mcp.catalog.identifiers import quoted
from mssql_mcp.catalog.listing import signature
from mssql_mcp.catalog.model import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mssql_mcp.catalog.model import Catalog, NamedObject, Routine, Table, Trigger

What = Literal["added", "removed", "changed"]
Place = tuple[str, str]
# The groups of a catalog with the part of it that must have been read.
GROUPS = (
    ("tables", "objects"),
    ("routines", "objects"),
    ("synonyms", "synonyms"),
    ("sequences", "sequences"),
    ("types", "user types"),
)


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes:
        what: Whether it is in the new catalog only, in the old one only, or otherwise in both.
        kind: `table`, `column`, `index`, `foreign key`, `procedure`, ...
        name: `schema.object`, or `schema.object.part`, quoted where needed.
        before: How it was, in one line; empty where it was not there.
        after: How it is, in one line; empty where it is gone.
        place: (schema, name) of the object that differs; of a schema the name is empty, of the database both are.
        part: Which part of the object; empty for the object itself.
    """

    what: What
    kind: str
    name: str
    before: str = ""
    after: str = ""
    place: Place = field(default=("", ""), compare=False)
    part: str = field(default="", compare=False)

    def __str__(self) -> str:
        detail = f": {self.before} => {self.after}" if self.before and self.after else ""
        return f"{self.what} {self.kind} {self.name}{detail}"


@dataclass(frozen=True, slots=True)
class CatalogDiff:
    """All differences, in the order of their names."""

    changes: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)

    @property
    def has_other_objects(self) -> bool:
        """Whether an object or a schema came or went, so that lists of them differ."""
        return any(change.what != "changed" and not change.part and change.place[0] for change in self.changes)

    @property
    def objects(self) -> tuple[Place, ...]:
        """(schema, name) of every object that differs in any way."""
        return tuple(dict.fromkeys(change.place for change in self.changes if all(change.place)))

    @property
    def schemas(self) -> tuple[str, ...]:
        """Every schema that differs, or of which an object does."""
        return tuple(dict.fromkeys(change.place[0] for change in self.changes if change.place[0]))


def diff(old: Catalog, new: Catalog) -> CatalogDiff:
    """Compare two catalogs.

    A part that one of them could not read is not compared; a renamed object counts as removed and added.
    """
    unread = {part.part for catalog in (old, new) for part in catalog.missing}
    changes: list[Change] = []
    for group, part in GROUPS:
        if part in unread:
            continue
        before, after = _by_place(getattr(old, group)), _by_place(getattr(new, group))
        changes.extend(_came_and_went(before, after))
        for place in before.keys() & after.keys():
            changes.extend(_inside(place, before[place], after[place], unread))
    if "triggers" not in unread:
        changes.extend(_triggers(("", ""), old.triggers, new.triggers, unread))
    if "schemas" not in unread:
        changes.extend(_schemas(old, new, unread))
    if "comments" not in unread and old.comment != new.comment and old.database == new.database:
        changes.append(_changed("comment", ("", ""), "database.comment", _line(old.comment), _line(new.comment)))
    return CatalogDiff(tuple(sorted(changes, key=lambda change: (change.name.casefold(), change.kind, change.what))))


def _by_place(items: Iterable[NamedObject]) -> dict[Place, NamedObject]:
    return {(item.schema, item.name): item for item in items}


def _made(what: What, kind: str, place: Place, part: str = "", before: str = "", after: str = "") -> Change:
    name = ".".join([quoted(each) for each in place if each] + ([part] if part else []))
    return Change(what, kind, name, before, after, place, part)


def _changed(kind: str, place: Place, part: str, before: str, after: str) -> Change:
    return _made("changed", kind, place, part, before, after)


def _came_and_went(before: Mapping[Place, NamedObject], after: Mapping[Place, NamedObject]) -> Iterator[Change]:
    for place in before.keys() - after.keys():
        yield _made("removed", kind_of(before[place]), place)
    for place in after.keys() - before.keys():
        yield _made("added", kind_of(after[place]), place)


def _schemas(old: Catalog, new: Catalog, unread: set[str]) -> Iterator[Change]:
    before, after = ({schema.name: schema for schema in catalog.schemas} for catalog in (old, new))
    for name in before.keys() - after.keys():
        yield _made("removed", "schema", (name, ""))
    for name in after.keys() - before.keys():
        yield _made("added", "schema", (name, ""))
    if "comments" not in unread:
        for name in before.keys() & after.keys():
            if before[name].comment != after[name].comment:
                texts = _line(before[name].comment), _line(after[name].comment)
                yield _changed("comment", (name, ""), "comment", *texts)


def _inside(place: Place, before: NamedObject, after: NamedObject, unread: set[str]) -> Iterator[Change]:
    if kind_of(before) != kind_of(after):
        yield _changed(kind_of(after), place, "", kind_of(before), kind_of(after))
        return
    for fact in ("comment", "definition"):
        old, new = getattr(before, fact, None) or "", getattr(after, fact, None) or ""
        if old != new and f"{fact}s" not in unread:
            yield _changed(fact, place, fact, _line(old), _line(new))
    match kind_of(after):
        case "table" | "view":
            yield from _table(place, before, after, unread)  # type: ignore[arg-type]
        case "procedure" | "function":
            yield from _routine(place, before, after, unread)  # type: ignore[arg-type]
        case "synonym":
            yield from _one(place, "synonym", before, after, lambda item: item.target)
        case "sequence":
            yield from _one(place, "sequence", before, after, _sequence)
        case "type":
            yield from _one(place, "type", before, after, _type)
        case "trigger":
            pass


def _routine(place: Place, before: Routine, after: Routine, unread: set[str]) -> Iterator[Change]:
    if "parameters" not in unread:
        yield from _one(place, kind_of(after), before, after, signature)
    if "columns" not in unread:
        yield from _pairs(place, "column", before.columns, after.columns, _column)


def _table(place: Place, before: Table, after: Table, unread: set[str]) -> Iterator[Change]:
    if "columns" not in unread:
        yield from _pairs(place, "column", before.columns, after.columns, _column)
        yield from _defaults(place, before, after)
    if "foreign keys" not in unread:
        yield from _pairs(place, "foreign key", before.foreign_keys, after.foreign_keys, key_line)
    if "indexes and keys" not in unread:
        yield from _pairs(place, "index", before.indexes, after.indexes, _index)
        if "comments" not in unread:
            yield from _index_comments(place, before, after)
    if "check constraints" not in unread:
        yield from _pairs(place, "check", before.checks, after.checks, _check)
    if "triggers" not in unread:
        yield from _triggers(place, before.triggers, after.triggers, unread)
    if not {"partitioning", "partition boundaries"} & unread:
        yield from _one(place, "partitioning", before, after, _partitioning, part="partitioning")
    if "table properties" not in unread:
        yield from _one(place, after.kind if after.kind == "view" else "table", before, after, _storage)


def _defaults(place: Place, before: Table, after: Table) -> Iterator[Change]:
    """Tell of defaults that have another name; that one came, went or is another the column tells."""
    names = {default.column: default.name for default in before.defaults}
    for default in after.defaults:
        old = names.get(default.column, default.name)
        if old != default.name:
            yield _changed("default", place, quoted(default.column), old, default.name)


def _index_comments(place: Place, before: Table, after: Table) -> Iterator[Change]:
    comments = {index.name: index.comment for index in before.indexes}
    for index in after.indexes:
        if index.name in comments and (comments[index.name] or "") != (index.comment or ""):
            part = f"{quoted(index.name)}.comment"
            yield _changed("comment", place, part, _line(comments[index.name]), _line(index.comment))


def _triggers(place: Place, before: Iterable[Trigger], after: Iterable[Trigger], unread: set[str]) -> Iterator[Change]:
    """Compare triggers of one table, or of the database."""
    yield from _pairs(place, "trigger", before, after, _fires)
    if "definitions" not in unread:
        texts = {trigger.name: trigger.definition or "" for trigger in before}
        for trigger in after:
            text = trigger.definition or ""
            if texts.get(trigger.name, text) != text:
                part = f"{quoted(trigger.name)}.definition"
                yield _changed("definition", place, part, _line(texts[trigger.name]), _line(text))


def _pairs(
    place: Place, kind: str, before: Iterable[Any], after: Iterable[Any], text: Callable[[Any], str]
) -> Iterator[Change]:
    old, new = {item.name: text(item) for item in before}, {item.name: text(item) for item in after}
    for key in old.keys() | new.keys():
        part = quoted(key)
        if key not in new:
            yield _made("removed", kind, place, part, before=old[key])
        elif key not in old:
            yield _made("added", kind, place, part, after=new[key])
        elif old[key] != new[key]:
            yield _changed(kind, place, part, old[key], new[key])


def _one(
    place: Place, kind: str, before: Any, after: Any, text: Callable[[Any], str], *, part: str = ""
) -> Iterator[Change]:
    old, new = text(before), text(after)
    if old != new:
        yield _changed(kind, place, part, old, new)


# Lines begin with the name, which may be quoted: a name that needs no quotes stands in for it and is taken off.
STAND_IN = "x"


def _column(column: Any) -> str:
    return column_line(replace(column, name=STAND_IN)).removeprefix(f"{STAND_IN} ")


def _index(index: Any) -> str:
    return index_line(replace(index, name=STAND_IN, size_kb=None)).removeprefix(STAND_IN).strip()


def _check(check: Any) -> str:
    state = " DISABLED" if not check.is_enabled else "" if check.is_trusted else " not trusted"
    return f"{check.definition}{state}"


def _fires(trigger: Trigger) -> str:
    when = "instead of" if trigger.is_instead_of else "after"
    state = "" if trigger.is_enabled else " DISABLED"
    return f"{when} {', '.join(trigger.events).lower()}{state}"


def _storage(table: Table) -> str:
    history = f"history {table.history_table}" if table.history_table else ""
    return " ".join(word for word in (table.kind, table.temporal, history, *table.marks) if word)


def _partitioning(table: Table) -> str:
    how = table.partitioning
    if how is None:
        return "none"
    side = "right" if how.is_right else "left"
    return f"{how.scheme}({how.column}) by {how.function} range {side} ({', '.join(how.boundaries)})"


def _sequence(item: Any) -> str:
    cycle = " cycle" if item.is_cycling else ""
    return f"{item.type} start {item.start} by {item.increment} from {item.minimum} to {item.maximum}{cycle}"


def _type(item: Any) -> str:
    columns = ", ".join(column_line(column) for column in item.columns)
    return f"{item.kind} {item.base}{'' if item.is_nullable else ' not null'} {columns}".strip()


def _line(text: str | None) -> str:
    line = " ".join((text or "").split())
    return line if len(line) <= 120 else f"{line[:119]}…"
