"""The facts of one column, key, index or trigger, as a small JSON object without the usual values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mssql_mcp.catalog.identifiers import shown_full

if TYPE_CHECKING:
    from mssql_mcp.catalog.model import Column, ForeignKey, Index, Table, Trigger

Facts = dict[str, Any]


def column_facts(column: Column, *, with_comment: bool = True) -> Facts:
    """Describe a column; `nullable` stands only where it is true."""
    return _present(
        name=column.name,
        type=column.type,
        nullable=column.is_nullable,
        identity=_identity(column),
        computed=column.computed.definition or "(not visible)" if column.computed else None,
        persisted=bool(column.computed and column.computed.is_persisted),
        default=column.default,
        alias=column.alias,
        collation=column.collation,
        generated=column.generated,
        masked=column.masking,
        encrypted=column.encryption,
        marks=list(column.marks),
        comment=column.comment if with_comment else None,
    )


def foreign_key_facts(key: ForeignKey) -> Facts:
    """Describe a foreign key from the table that holds it."""
    return _present(
        name=key.name,
        columns=list(key.columns),
        references=shown_full(key.referenced_schema, key.referenced_table),
        referenced_columns=list(key.referenced_columns),
        **_rules(key),
        comment=key.comment,
    )


def incoming_facts(key: ForeignKey) -> Facts:
    """Describe a foreign key from the table that it points at."""
    return _present(
        name=key.name,
        table=shown_full(key.schema, key.table),
        columns=list(key.columns),
        referenced_columns=list(key.referenced_columns),
        **_rules(key),
    )


def index_facts(index: Index) -> Facts:
    """Describe an index; a descending key column is written `name desc`."""
    return _present(
        name=index.name,
        type=index.type,
        keys=[f"{key.column} desc" if key.is_descending else key.column for key in index.keys],
        included=list(index.included),
        unique=index.is_unique,
        primary_key=index.is_primary_key,
        unique_constraint=index.is_unique_constraint,
        filter=index.filter,
        disabled=index.is_disabled,
        compression=index.compression,
        size_kb=index.size_kb,
        comment=index.comment,
    )


def trigger_facts(trigger: Trigger, *, with_text: bool = False) -> Facts:
    """Describe a trigger."""
    return _present(
        name=trigger.name,
        fires=f"{'instead of' if trigger.is_instead_of else 'after'} {', '.join(trigger.events).lower()}",
        disabled=not trigger.is_enabled,
        definition=trigger.definition if with_text else None,
        comment=trigger.comment,
    )


def statistics_facts(table: Table) -> Facts:
    """Describe a table's size and dates."""
    return _present(
        size_kb=table.size_kb,
        created=table.created.isoformat(sep=" ", timespec="seconds") if table.created else None,
        modified=table.modified.isoformat(sep=" ", timespec="seconds") if table.modified else None,
    )


def partition_facts(table: Table) -> Facts:
    """Describe how a table is partitioned; empty where it is not."""
    rule = table.partitioning
    if rule is None:
        return {}
    return _present(
        scheme=rule.scheme,
        function=rule.function,
        column=rule.column,
        range="right" if rule.is_right else "left",
        boundaries=list(rule.boundaries),
        rows=[part.row_count for part in table.partitions],
    )


def identity_words(column: Column) -> str:
    """Write an identity as DDL does: `identity(1,1)`; without numbers where the server did not tell them."""
    rule = column.identity
    if rule is None:
        return ""
    return "identity" if rule.seed is None else f"identity({rule.seed},{rule.increment})"


def _identity(column: Column) -> list[int | None] | bool:
    rule = column.identity
    if rule is None:
        return False
    return True if rule.seed is None else [rule.seed, rule.increment]


def _rules(key: ForeignKey) -> Facts:
    return {
        "on_delete": key.on_delete.lower() if key.on_delete != "NO ACTION" else None,
        "on_update": key.on_update.lower() if key.on_update != "NO ACTION" else None,
        "disabled": not key.is_enabled,
        "untrusted": key.is_enabled and not key.is_trusted,
    }


def _present(**facts: Any) -> Facts:
    return {name: value for name, value in facts.items() if value not in (None, "", [], {}, False)}
