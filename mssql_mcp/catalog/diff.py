"""Say what differs between two catalogs of a database: objects, columns, keys, indexes, texts; not rows and sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from mssql_mcp.catalog.describe_text import column_line, index_line, key_line
from mssql_mcp.catalog.listing import signature
from mssql_mcp.catalog.model import kind_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mssql_mcp.catalog.model import Catalog, NamedObject, Table, Trigger

What = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One difference.

    Attributes:
        what: Whether it is in the new catalog only, in the old one only, or otherwise in both.
        kind: `table`, `column`, `index`, `foreign key`, `procedure`, ...
        name: `schema.object`, or `schema.table.part`.
        before: How it was, in one line; empty where it was not there.
        after: How it is, in one line; empty where it is gone.
    """

    what: What
    kind: str
    name: str
    before: str = ""
    after: str = ""

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
        """Whether an object came or went, so that lists of objects differ."""
        return any(change.what != "changed" and change.name.count(".") == 1 for change in self.changes)

    @property
    def objects(self) -> tuple[str, ...]:
        """`schema.name` of every object that differs in any way."""
        return tuple(dict.fromkeys(".".join(change.name.split(".")[:2]) for change in self.changes))


def diff(old: Catalog, new: Catalog) -> CatalogDiff:
    """Compare two catalogs.

    A part that one of them could not read is not compared; a renamed object counts as removed and added.
    """
    unread = {part.part for catalog in (old, new) for part in catalog.missing}
    changes: list[Change] = []
    for group in ("tables", "routines", "synonyms", "sequences", "types"):
        before, after = _by_name(getattr(old, group)), _by_name(getattr(new, group))
        changes.extend(_came_and_went(before, after))
        for name in before.keys() & after.keys():
            changes.extend(_inside(name, before[name], after[name], unread))
    changes.extend(_pairs("", "trigger", old.triggers, new.triggers, lambda trigger: trigger.name, _fires))
    return CatalogDiff(tuple(sorted(changes, key=lambda change: (change.name.casefold(), change.kind, change.what))))


def _by_name(items: Iterable[NamedObject]) -> dict[str, NamedObject]:
    return {f"{item.schema}.{item.name}": item for item in items}


def _came_and_went(before: Mapping[str, NamedObject], after: Mapping[str, NamedObject]) -> Iterator[Change]:
    for name in before.keys() - after.keys():
        yield Change("removed", kind_of(before[name]), name)
    for name in after.keys() - before.keys():
        yield Change("added", kind_of(after[name]), name)


def _inside(name: str, before: NamedObject, after: NamedObject, unread: set[str]) -> Iterator[Change]:
    if kind_of(before) != kind_of(after):
        yield Change("changed", kind_of(after), name, kind_of(before), kind_of(after))
        return
    for fact in ("comment", "definition"):
        old, new = getattr(before, fact, None) or "", getattr(after, fact, None) or ""
        if old != new and f"{fact}s" not in unread:
            yield Change("changed", fact, f"{name}.{fact}", _line(old), _line(new))
    match kind_of(after):
        case "table" | "view":
            yield from _table(name, before, after, unread)  # type: ignore[arg-type]
        case "procedure" | "function":
            yield from _one(name, kind_of(after), before, after, signature)
        case "synonym":
            yield from _one(name, "synonym", before, after, lambda item: item.target)
        case "sequence":
            yield from _one(name, "sequence", before, after, _sequence)
        case "type":
            yield from _one(name, "type", before, after, _type)
        case "trigger":
            pass


def _table(name: str, before: Table, after: Table, unread: set[str]) -> Iterator[Change]:
    if "columns" not in unread:
        yield from _pairs(
            name,
            "column",
            before.columns,
            after.columns,
            lambda column: column.name,
            lambda column: column_line(column).removeprefix(f"{column.name} "),
        )
    if "foreign keys" not in unread:
        yield from _pairs(name, "foreign key", before.foreign_keys, after.foreign_keys, lambda key: key.name, key_line)
    if "indexes and keys" not in unread:
        yield from _pairs(name, "index", before.indexes, after.indexes, lambda index: index.name, _index)
    if "check constraints" not in unread:
        yield from _pairs(name, "check", before.checks, after.checks, lambda check: check.name, _check)
    if "triggers" not in unread:
        yield from _pairs(name, "trigger", before.triggers, after.triggers, lambda item: item.name, _fires)
    yield from _one(name, "table", before, after, _storage)


def _pairs(
    owner: str,
    kind: str,
    before: Iterable[Any],
    after: Iterable[Any],
    name: Callable[[Any], str],
    text: Callable[[Any], str],
) -> Iterator[Change]:
    old, new = {name(item): text(item) for item in before}, {name(item): text(item) for item in after}
    prefix = f"{owner}." if owner else ""
    for key in old.keys() | new.keys():
        if key not in new:
            yield Change("removed", kind, prefix + key, before=old[key])
        elif key not in old:
            yield Change("added", kind, prefix + key, after=new[key])
        elif old[key] != new[key]:
            yield Change("changed", kind, prefix + key, old[key], new[key])


def _one(name: str, kind: str, before: Any, after: Any, text: Callable[[Any], str]) -> Iterator[Change]:
    old, new = text(before), text(after)
    if old != new:
        yield Change("changed", kind, name, old, new)


def _index(index: Any) -> str:
    line = index_line(index).removeprefix(f"{index.name} ")
    return line if index.size_kb is None else line.rpartition(f" {index.size_kb} KiB")[0]


def _check(check: Any) -> str:
    state = "" if check.is_enabled else " DISABLED"
    return f"{check.definition}{state}"


def _fires(trigger: Trigger) -> str:
    when = "instead of" if trigger.is_instead_of else "after"
    state = "" if trigger.is_enabled else " DISABLED"
    return f"{when} {', '.join(trigger.events).lower()}{state}"


def _storage(table: Table) -> str:
    return " ".join((table.kind, table.temporal, *table.marks)).strip()


def _sequence(item: Any) -> str:
    return f"{item.type} start {item.start} by {item.increment} from {item.minimum} to {item.maximum}"


def _type(item: Any) -> str:
    columns = ", ".join(f"{column.name} {column.type}" for column in item.columns)
    return f"{item.kind} {item.base}{'' if item.is_nullable else ' not null'} {columns}".strip()


def _line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 120 else f"{line[:119]}…"
