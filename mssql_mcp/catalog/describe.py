"""Describe one table or view: as a compact value for machines and as dense text for readers, short or whole.

`summary` tells what is needed to query it: columns with type, nullability, keys and links, and how much else there is.
`full` tells the rest. `sections` picks parts of the full description.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mssql_mcp.catalog.describe_parts import (
    column_facts,
    foreign_key_facts,
    incoming_facts,
    index_facts,
    partition_facts,
    statistics_facts,
    trigger_facts,
)
from mssql_mcp.catalog.identifiers import shown_full
from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mssql_mcp.catalog.choices import Detail, Section
    from mssql_mcp.catalog.model import Table

SECTIONS: tuple[Section, ...] = (
    "columns",
    "keys",
    "foreign_keys",
    "indexes",
    "constraints",
    "triggers",
    "statistics",
    "comments",
    "definition",
)
SUMMARY: tuple[Section, ...] = ("columns", "keys", "foreign_keys", "comments")


def chosen_sections(detail: Detail, sections: Sequence[str]) -> tuple[Section, ...]:
    """Join a detail level with a choice of sections; a choice wins.

    Raises:
        ValidationError: A section has no such name.
    """
    if not sections:
        return SECTIONS if detail == "full" else SUMMARY
    unknown = [name for name in sections if name not in SECTIONS]
    if unknown:
        raise ValidationError(
            f"There is no section {unknown[0]!r}.",
            code="input.unknown_section",
            hint=f"Sections: {', '.join(SECTIONS)}.",
        )
    return tuple(name for name in SECTIONS if name in sections)


def describe(table: Table, *, detail: Detail = "summary", sections: Sequence[str] = ()) -> dict[str, Any]:
    """Describe a table as a JSON object; facts at their usual value (nullable no, enabled, trusted) are left out.

    Raises:
        ValidationError: A section has no such name.
    """
    wanted = chosen_sections(detail, sections)
    facts: dict[str, Any] = {"name": shown_full(table.schema, table.name), "kind": table.kind}
    if table.row_count is not None:
        facts["rows"] = table.row_count
    with_comments = "comments" in wanted
    if with_comments and table.comment:
        facts["comment"] = table.comment
    if table.marks:
        facts["marks"] = list(table.marks)
    if table.temporal:
        facts["temporal"] = table.temporal
    if table.history_table:
        facts["history_table"] = table.history_table
    for section in wanted:
        facts.update(_section(table, section, with_comments=with_comments, detail=detail))
    left_out = counts_left_out(table, wanted)
    if left_out:
        facts["more"] = left_out
    return facts


def counts_left_out(table: Table, wanted: Sequence[str]) -> dict[str, int]:
    """Count what the sections that were not asked for would show."""
    counts = {
        "indexes": len(table.indexes),
        "constraints": len(table.uniques) + len(table.checks) + len(table.defaults),
        "triggers": len(table.triggers),
        "columns": len(table.columns),
        "foreign_keys": len(table.foreign_keys) + len(table.referenced_by),
        "definition": len(table.definition or ""),
    }
    return {name: count for name, count in counts.items() if count and name not in wanted}


def _section(table: Table, section: Section, *, with_comments: bool, detail: Detail) -> dict[str, Any]:
    if section == "columns":
        return {"columns": [column_facts(column, with_comment=with_comments) for column in table.columns]}
    if section == "triggers":
        return _present(triggers=[trigger_facts(trigger, with_text=detail == "full") for trigger in table.triggers])
    writer = WRITERS.get(section)
    return writer(table) if writer else {}


def _keys(table: Table) -> dict[str, Any]:
    key = table.primary_key
    return _present(
        primary_key=list(key.columns) if key else None,
        unique=[list(unique.columns) for unique in table.uniques],
    )


def _constraints(table: Table) -> dict[str, Any]:
    return _present(
        primary_key_name=table.primary_key.name if table.primary_key else None,
        unique_constraints={unique.name: list(unique.columns) for unique in table.uniques},
        checks=[
            _present(
                name=check.name,
                definition=check.definition,
                disabled=not check.is_enabled,
                untrusted=not check.is_trusted,
                comment=check.comment,
            )
            for check in table.checks
        ],
        defaults={default.column: default.name for default in table.defaults},
    )


def _foreign_keys(table: Table) -> dict[str, Any]:
    return _present(
        foreign_keys=[foreign_key_facts(key) for key in table.foreign_keys],
        referenced_by=[incoming_facts(key) for key in table.referenced_by],
    )


def _indexes(table: Table) -> dict[str, Any]:
    return _present(indexes=[index_facts(index) for index in table.indexes])


def _statistics(table: Table) -> dict[str, Any]:
    return _present(statistics=statistics_facts(table), partitions=partition_facts(table))


def _definition(table: Table) -> dict[str, Any]:
    return _present(definition=table.definition)


def _present(**facts: Any) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if value not in (None, "", [], {}, False)}


WRITERS: dict[Section, Callable[[Table], dict[str, Any]]] = {
    "keys": _keys,
    "foreign_keys": _foreign_keys,
    "constraints": _constraints,
    "indexes": _indexes,
    "statistics": _statistics,
    "definition": _definition,
}
"""The sections that depend on nothing but the table."""
