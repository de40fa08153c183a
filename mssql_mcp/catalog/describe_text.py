"""Describe one table or view as dense text, one fact a line, in words that DDL uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.catalog.budget import within
from mssql_mcp.catalog.describe import chosen_sections, counts_left_out
from mssql_mcp.catalog.describe_parts import identity_words
from mssql_mcp.catalog.identifiers import shown, shown_full

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mssql_mcp.catalog.choices import Detail, Section
    from mssql_mcp.catalog.model import Column, ForeignKey, Index, Table


ONE = {
    "columns": "column",
    "foreign_keys": "foreign key",
    "indexes": "index",
    "constraints": "constraint",
    "triggers": "trigger",
}
"""Sections that can be counted, when there is one of them."""


def describe_text(
    table: Table,
    *,
    detail: Detail = "summary",
    sections: Sequence[str] = (),
    more: str = "ask with detail=full or sections",
    budget: int | None = None,
) -> str:
    """Write a table's description as text.

    What does not fit loses texts of triggers and views first, then comments, then its last lines.

    Args:
        table: What to describe.
        detail: How much.
        sections: Only these parts.
        more: How to get what is not shown.
        budget: The most characters; None for any number.

    Raises:
        ValidationError: A section has no such name.
    """
    wanted = chosen_sections(detail, sections)
    text = _text(table, wanted, more)
    left_out: list[Section] = []
    for droppable in ("definition", "comments"):
        if budget is not None and len(text) > budget and droppable in wanted and len(wanted) > 1:
            left_out.append(droppable)
            wanted = tuple(section for section in wanted if section not in left_out)
            text = f"{_text(table, wanted, more)}\nLeft out to fit: {', '.join(left_out)}."
    return within(text, budget, "ask for fewer sections")


def _text(table: Table, wanted: Sequence[Section], more: str) -> str:
    lines = [_head(table)]
    if "comments" in wanted and table.comment:
        lines.append(table.comment)
    for section in wanted:
        lines.extend(_section(table, section, wanted))
    left_out = counts_left_out(table, wanted)
    if left_out:
        counted = ", ".join(_counted(name, count) for name, count in left_out.items())
        lines.append(f"Not shown: {counted}; {more}.")
    return "\n".join(lines)


def column_line(column: Column, *, keys: Sequence[str] = (), links: Sequence[str] = (), comment: bool = True) -> str:
    """Write one column: name, type, what DDL would add, its key and link, its comment."""
    words = [shown(column.name), column.type]
    if column.alias:
        words.append(f"({column.alias})")
    if column.is_nullable:
        words.append("null")
    if identity := identity_words(column):
        words.append(identity)
    if column.computed:
        stored = " persisted" if column.computed.is_persisted else ""
        words.append(f"as {column.computed.definition or '(not visible)'}{stored}")
    if column.default:
        words.append(f"default {column.default}")
    if column.generated:
        words.append(f"generated as {column.generated}")
    if column.collation:
        words.append(f"collate {column.collation}")
    if column.masking:
        words.append(f"masked {column.masking}")
    if column.encryption:
        words.append(f"encrypted {column.encryption}")
    words.extend(column.marks)
    words.extend(keys)
    words.extend(links)
    if comment and column.comment:
        words.append(f"-- {' '.join(column.comment.split())}")
    return " ".join(words)


def key_line(key: ForeignKey) -> str:
    """Write a foreign key: its columns and where they point."""
    return f"{_listed(key.columns)} -> {_target(key)}{_rules(key)}"


def index_line(index: Index) -> str:
    """Write an index as DDL would, shorter."""
    keys = ", ".join(f"{shown(key.column)}{' desc' if key.is_descending else ''}" for key in index.keys)
    words = [shown(index.name), f"({keys})"] if keys else [shown(index.name)]
    if index.included:
        words.append(f"include ({_listed(index.included)})")
    if index.is_primary_key:
        words.append("primary key")
    elif index.is_unique_constraint:
        words.append("unique constraint")
    elif index.is_unique:
        words.append("unique")
    if index.type != "nonclustered":
        words.append(index.type)
    if index.filter:
        words.append(f"where {index.filter}")
    if index.compression and index.compression != "columnstore":
        words.append(f"{index.compression} compression")
    if index.is_disabled:
        words.append("DISABLED")
    if index.size_kb is not None:
        words.append(f"{index.size_kb} KiB")
    return " ".join(words)


def _counted(section: str, count: int) -> str:
    if section == "definition":
        return f"definition of {count} characters"
    words = section.replace("_", " ")
    return f"{count} {ONE.get(section, words) if count == 1 else words}"


def _head(table: Table) -> str:
    words = [shown_full(table.schema, table.name), table.kind]
    if table.row_count is not None:
        words.append(f"{table.row_count} rows")
    words.extend(table.marks)
    if table.temporal:
        words.append(table.temporal)
    if table.history_table:
        words.append(f"history in {table.history_table}")
    return " · ".join(words)


def _section(table: Table, section: Section, wanted: Sequence[Section]) -> list[str]:
    if section == "columns":
        return _columns(table, wanted)
    if section == "foreign_keys":
        return _foreign_keys(table, wanted)
    if section == "triggers":
        return _triggers(table, with_text="definition" in wanted)
    writer = WRITERS.get(section)
    return writer(table) if writer else []


def _indexes(table: Table) -> list[str]:
    return _block("indexes", [index_line(index) for index in table.indexes])


def _definition(table: Table) -> list[str]:
    return _block("definition", [table.definition] if table.definition else [])


def _columns(table: Table, wanted: Sequence[Section]) -> list[str]:
    key = table.primary_key.columns if table.primary_key else ()
    single: dict[str, list[str]] = {}
    for link in table.foreign_keys if "foreign_keys" in wanted else ():
        if len(link.columns) == 1:
            told = f"-> {_target(link)}{_rules(link)}"
            single.setdefault(link.columns[0], []).append(told)
    lines = [
        column_line(
            column,
            keys=["PK"] if column.name in key and "keys" in wanted else [],
            links=single.get(column.name, []),
            comment="comments" in wanted,
        )
        for column in table.columns
    ]
    return _block("columns (null: may be NULL)", lines)


def _keys(table: Table) -> list[str]:
    lines = []
    if table.primary_key and len(table.primary_key.columns) > 1:
        lines.append(f"primary key ({_listed(table.primary_key.columns)})")
    lines.extend(f"unique ({_listed(unique.columns)})" for unique in table.uniques)
    return lines


def _foreign_keys(table: Table, wanted: Sequence[Section]) -> list[str]:
    names = {column.name for column in table.columns} if "columns" in wanted else set()
    # Those of one column stand with it, where it is shown.
    apart = [key for key in table.foreign_keys if len(key.columns) > 1 or key.columns[0] not in names]
    outgoing = [key_line(key) for key in apart]
    incoming = [
        f"{shown_full(key.schema, key.table)}({_listed(key.columns)}){_rules(key)}" for key in table.referenced_by
    ]
    title = "foreign keys of several columns" if all(len(key.columns) > 1 for key in apart) else "foreign keys"
    return [*_block(title, outgoing), *_block("referenced by", incoming)]


def _constraints(table: Table) -> list[str]:
    lines = []
    if table.primary_key:
        lines.append(f"{shown(table.primary_key.name)} primary key ({_listed(table.primary_key.columns)})")
    for key in table.foreign_keys:
        same = sum(other.columns == key.columns for other in table.foreign_keys)
        target = f" -> {_target(key)}" if same > 1 else ""  # which of them it is
        lines.append(f"{shown(key.name)} foreign key ({_listed(key.columns)}){target}")
    lines.extend(f"{shown(unique.name)} unique ({_listed(unique.columns)})" for unique in table.uniques)
    for check in table.checks:
        state = "" if check.is_enabled else " DISABLED"
        state += " not trusted" if check.is_enabled and not check.is_trusted else ""
        lines.append(f"{shown(check.name)} check {check.definition or '(not visible)'}{state}{_comment(check.comment)}")
    lines.extend(
        f"{shown(default.name)} default of {shown(default.column)}{_comment(default.comment)}"
        for default in table.defaults
    )
    lines.extend(f"{shown(key.name)} foreign key{_comment(key.comment)}" for key in table.foreign_keys if key.comment)
    return _block("constraints", lines)


def _triggers(table: Table, *, with_text: bool) -> list[str]:
    lines = []
    for trigger in table.triggers:
        when = "instead of" if trigger.is_instead_of else "after"
        state = "" if trigger.is_enabled else " DISABLED"
        lines.append(
            f"{shown(trigger.name)} {when} {', '.join(trigger.events).lower()}{state}{_comment(trigger.comment)}"
        )
        if with_text and trigger.definition:
            lines.append(trigger.definition)
    return _block("triggers", lines)


def _statistics(table: Table) -> list[str]:
    words = []
    if table.size_kb is not None:
        words.append(f"{table.size_kb} KiB")
    if table.created:
        words.append(f"created {table.created:%Y-%m-%d %H:%M}")
    if table.modified:
        words.append(f"changed {table.modified:%Y-%m-%d %H:%M}")
    lines = [", ".join(words)] if words else []
    if rule := table.partitioning:
        side = "right" if rule.is_right else "left"
        boundaries = ", ".join(rule.boundaries)
        lines.append(f"partitioned by {shown(rule.column)} ({rule.scheme}, range {side}) at {boundaries}")
        lines.extend(f"partition {part.number}: {part.row_count} rows {part.compression}" for part in table.partitions)
    return lines


def _comment(text: str | None) -> str:
    return f" -- {' '.join(text.split())}" if text else ""


def _target(key: ForeignKey) -> str:
    schema = "" if key.referenced_schema == key.schema else f"{shown(key.referenced_schema)}."
    return f"{schema}{shown(key.referenced_table)}({_listed(key.referenced_columns)})"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(shown, names))


def _rules(key: ForeignKey) -> str:
    words = []
    if key.on_delete != "NO ACTION":
        words.append(f"on delete {key.on_delete.lower()}")
    if key.on_update != "NO ACTION":
        words.append(f"on update {key.on_update.lower()}")
    if not key.is_enabled:
        words.append("DISABLED")
    elif not key.is_trusted:
        words.append("not trusted")
    return f" {' '.join(words)}" if words else ""


def _block(title: str, lines: Sequence[str]) -> list[str]:
    return [f"{title}:", *(f"  {line}" for line in lines)] if lines else []


WRITERS: dict[Section, Callable[[Table], list[str]]] = {
    "keys": _keys,
    "indexes": _indexes,
    "constraints": _constraints,
    "statistics": _statistics,
    "definition": _definition,
}
"""The sections that depend on nothing but the table."""
