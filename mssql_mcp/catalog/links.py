"""Guess links between tables that no foreign key declares, by name and type."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mssql_mcp.catalog.identifiers import shown_full
from mssql_mcp.catalog.naming import stem_of, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mssql_mcp.catalog.model import Catalog, Column, Table

# Key names that say nothing without the table's name before them.
GENERIC = frozenset({"id", "key", "code", "no", "nr", "num", "number", "guid", "uid", "uuid", "name", "pk", "rowid"})
# Types whose values can be equal: a link needs both ends in one family.
FAMILIES = {
    **dict.fromkeys(("tinyint", "smallint", "int", "bigint"), "integer"),
    **dict.fromkeys(("decimal", "numeric"), "decimal"),
    **dict.fromkeys(("char", "varchar", "nchar", "nvarchar", "sysname"), "text"),
    "uniqueidentifier": "uniqueidentifier",
}


@dataclass(frozen=True, slots=True)
class ImpliedLink:
    """A column that seems to hold the key of another table.

    Attributes:
        schema: Of the table that has the column.
        table: That table.
        column: The column.
        referenced_schema: Of the other table.
        referenced_table: The other table.
        referenced_column: Its key.
        reason: What shows it.
    """

    schema: str
    table: str
    column: str
    referenced_schema: str
    referenced_table: str
    referenced_column: str
    reason: str

    @property
    def target(self) -> str:
        """`schema.name` of the other table."""
        return f"{self.referenced_schema}.{self.referenced_table}"


@dataclass(frozen=True, slots=True)
class _Key:
    """The single key column of a table, and what a column elsewhere that holds it may be called."""

    table: Table
    column: Column
    family: str


def family_of(kind: str) -> str:
    """Give the family of a written type; empty for types that are no keys."""
    return FAMILIES.get(kind.partition("(")[0], "")


def implied_links(catalog: Catalog, copies: Mapping[tuple[str, str], str]) -> tuple[ImpliedLink, ...]:
    """Find the columns of tables and views that seem to hold another table's key.

    Args:
        catalog: Where to look.
        copies: For copies of other tables, `schema.name` of the original; copies are no targets.

    Returns:
        Sorted by table, at most one link a column; a column that fits several tables has none.
    """
    keys = _keys(catalog, copies)
    found = []
    for table in catalog.tables:
        declared = {name.casefold() for key in table.foreign_keys for name in key.columns}
        own = {name.casefold() for name in table.primary_key.columns} if table.primary_key else set()
        original = copies.get((table.schema, table.name))
        for column in table.columns:
            folded = column.name.casefold()
            if folded in declared or own == {folded}:
                continue
            link = _link(table, column, keys)
            if link is not None and link.target != original:
                found.append(link)
    return tuple(found)


def _keys(catalog: Catalog, copies: Mapping[tuple[str, str], str]) -> dict[str, list[_Key]]:
    """Index the single-column keys by what a column that holds them may be called, in joined words."""
    keys: dict[str, list[_Key]] = defaultdict(list)
    for table in catalog.tables:
        if table.primary_key is None or len(table.primary_key.columns) != 1 or (table.schema, table.name) in copies:
            continue
        column = table.column(table.primary_key.columns[0])
        if column is None or not (family := family_of(column.type)):
            continue
        key = _Key(table, column, family)
        own, stem = "".join(words_of(column.name)), stem_of(table.name)
        names = {stem + own, own + stem} if own in GENERIC else {own}
        if own not in GENERIC and own.startswith(stem):
            names |= {stem + own[len(stem) :]}
        for name in names:
            keys[name].append(key)
    return keys


def _link(table: Table, column: Column, keys: dict[str, list[_Key]]) -> ImpliedLink | None:
    words = words_of(column.name)
    family = family_of(column.type)
    if not family or not words:
        return None
    for skipped in range(max(1, len(words) - 1)):
        name = "".join(words[skipped:])
        if skipped and name in GENERIC:
            break
        candidates = [key for key in keys.get(name, ()) if key.family == family and key.table is not table]
        if skipped:
            candidates += [
                key
                for key in keys.get(name, ())
                if key.family == family and key.table is table  # `parent_category_id` within categories
            ]
        key = _only(candidates, table)
        if key is not None:
            return _made(table, column, key, has_role=skipped > 0)
        if candidates:
            return None
    return None


def _only(candidates: list[_Key], table: Table) -> _Key | None:
    """Choose among several tables with the same key name: the only one, or the only one of the same schema."""
    if len(candidates) == 1:
        return candidates[0]
    near = [key for key in candidates if key.table.schema == table.schema]
    return near[0] if len(near) == 1 else None


def _made(table: Table, column: Column, key: _Key, *, has_role: bool) -> ImpliedLink:
    target = shown_full(key.table.schema, key.table.name)
    how = "ends like" if has_role else "named like"
    same = "same type" if column.type == key.column.type else f"{column.type} and {key.column.type}"
    return ImpliedLink(
        table.schema,
        table.name,
        column.name,
        key.table.schema,
        key.table.name,
        key.column.name,
        f"{how} the key of {target}, {same}",
    )
