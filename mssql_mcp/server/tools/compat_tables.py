"""What the compat tools say of one table: columns, keys, indexes and constraints in pyodbc-mcp-server's shapes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from mssql_mcp.server.tools.compat_shapes import Answer, compact, dotted, fitting, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mssql_mcp.catalog.model import Column, ForeignKey, Index, Table

_TYPE = re.compile(r"(?P<name>[^(]+?)\s*(?:\((?P<first>\w+)(?:,\s*(?P<second>\d+))?\))?\Z")
# NUMERIC_PRECISION and NUMERIC_SCALE of types that are written without them:
# https://learn.microsoft.com/sql/relational-databases/system-information-schema-views/columns-transact-sql
_NUMBERS: Mapping[str, tuple[int, int | None]] = {
    "tinyint": (3, 0),
    "smallint": (5, 0),
    "int": (10, 0),
    "bigint": (19, 0),
    "smallmoney": (10, 4),
    "money": (19, 4),
    "real": (24, None),
    "float": (53, None),
}
_UNBOUNDED = -1  # CHARACTER_MAXIMUM_LENGTH of xml and of the (max) types
_LENGTHS = {"xml": _UNBOUNDED, "text": 2**31 - 1, "ntext": 2**30 - 1, "image": 2**31 - 1}
_WITH_LENGTH = frozenset({"char", "varchar", "nchar", "nvarchar", "binary", "varbinary"})
_WITH_SECONDS = frozenset({"time", "datetime2", "datetimeoffset"})


def column_entries(table: Table) -> list[Answer]:
    """Describe the columns of a table or view, in order."""
    keys = table.primary_key.columns if table.primary_key else ()
    return [_column(column, column.name in keys, _target(column, table.foreign_keys)) for column in table.columns]


def _column(column: Column, is_key: bool, target: Answer | None) -> Answer:
    return {
        "name": column.name,
        **type_facts(column.type),
        "nullable": column.is_nullable,
        **({"default": column.default} if column.default else {}),
        **({"is_identity": True} if column.identity else {}),
        **({"computed": column.computed.definition or "(not visible)"} if column.computed else {}),
        **({"comment": column.comment} if column.comment else {}),
        "is_primary_key": is_key,
        **({"foreign_key": target} if target else {}),
    }


def type_facts(written: str) -> Answer:
    """Take a type apart as INFORMATION_SCHEMA.COLUMNS does: `decimal(10,2)` has precision 10 and scale 2."""
    match = _TYPE.match(written)
    if match is None:
        return {"type": written}
    name, first, second = match["name"], match["first"], match["second"]
    if name in _WITH_LENGTH and first:
        return {"type": name, "max_length": _UNBOUNDED if first == "max" else int(first)}
    if name in _LENGTHS:
        return {"type": name, "max_length": _LENGTHS[name]}
    if name in _WITH_SECONDS and first:
        return {"type": name, "datetime_precision": int(first)}
    if name in ("decimal", "numeric") and first:
        return {"type": name, "precision": int(first), "scale": int(second or 0)}
    if name in _NUMBERS:
        precision, scale = _NUMBERS[name]
        return {"type": name, "precision": precision, "scale": scale}
    return {"type": name}


def _target(column: Column, keys: Sequence[ForeignKey]) -> Answer | None:
    """Say where a column points; of several foreign keys the one with the fewest columns speaks for it."""
    holding = [key for key in keys if column.name in key.columns]
    if not holding:
        return None
    key = min(holding, key=lambda key: len(key.columns))
    return {
        "references_table": dotted(key.referenced_schema, key.referenced_table),
        "references_column": key.referenced_columns[key.columns.index(column.name)],
    }


def relationships(head: Answer, table: Table, *, room: int) -> Answer:
    """Describe the foreign keys of a table in both directions; the outgoing ones are shown first.

    Args:
        head: What stands before them.
        table: Whose they are.
        room: Characters of the whole answer.
    """
    outgoing = fitting(map(_outgoing, table.foreign_keys), room - len(compact(head)))
    incoming = fitting(map(_incoming, table.referenced_by), room - len(compact([head, outgoing])))
    answer = {
        **head,
        "outgoing_relationships": outgoing,
        "incoming_relationships": incoming,
        "outgoing_count": len(table.foreign_keys),
        "incoming_count": len(table.referenced_by),
    }
    if len(outgoing) < len(table.foreign_keys) or len(incoming) < len(table.referenced_by):
        answer["note"] = (
            f"Showing first {len(outgoing)} outgoing and {len(incoming)} incoming relationships. "
            "ReadData on sys.foreign_keys has the others."
        )
    return answer


def _outgoing(key: ForeignKey) -> Answer:
    return {
        "constraint": key.name,
        "columns": list(key.columns),
        "references_table": dotted(key.referenced_schema, key.referenced_table),
        "references_columns": list(key.referenced_columns),
        **_rules(key),
    }


def _incoming(key: ForeignKey) -> Answer:
    return {
        "constraint": key.name,
        "from_table": dotted(key.schema, key.table),
        "from_columns": list(key.columns),
        "to_columns": list(key.referenced_columns),
        **_rules(key),
    }


def _rules(key: ForeignKey) -> Answer:
    # Written as in the _desc columns of sys.foreign_keys: NO_ACTION.
    return {
        "on_delete": key.on_delete.replace(" ", "_"),
        "on_update": key.on_update.replace(" ", "_"),
        "is_disabled": not key.is_enabled,
    }


def index_entries(table: Table) -> list[Answer]:
    """Describe the indexes of a table, the primary key first, then by name."""
    ordered = sorted(table.indexes, key=lambda index: (not index.is_primary_key, index.name.casefold()))
    return [_index(index) for index in ordered]


def _index(index: Index) -> Answer:
    # A columnstore index has no keys and no INCLUDE: its columns are those that CREATE INDEX lists.
    columns = [f"{plain(key.column)}{' DESC' if key.is_descending else ''}" for key in index.keys]
    return {
        "name": index.name,
        "type": index.type.upper(),
        "is_unique": index.is_unique,
        "is_primary_key": index.is_primary_key,
        "columns": ", ".join(columns or map(plain, index.included)),
        "included_columns": list(index.included) if columns else [],
        "filter": index.filter,
        "is_disabled": index.is_disabled,
    }


def constraint_entries(table: Table) -> list[Answer]:
    """Describe each constraint of a table once: CHECK, UNIQUE, DEFAULT, PRIMARY KEY, FOREIGN KEY."""
    checks = [
        _constraint(
            check.name,
            "CHECK",
            (check.column,) if check.column else (),
            definition=check.definition or None,
            is_disabled=not check.is_enabled,
        )
        for check in table.checks
    ]
    uniques = [_constraint(unique.name, "UNIQUE", unique.columns) for unique in table.uniques]
    defaults = [
        _constraint(default.name, "DEFAULT", (default.column,), definition=default.definition or None)
        for default in table.defaults
    ]
    key = table.primary_key
    primary = [_constraint(key.name, "PRIMARY KEY", key.columns)] if key else []
    foreign = [
        _constraint(
            key.name,
            "FOREIGN KEY",
            key.columns,
            references_table=dotted(key.referenced_schema, key.referenced_table),
            references_columns=list(key.referenced_columns),
            is_disabled=not key.is_enabled,
        )
        for key in table.foreign_keys
    ]
    return [*checks, *uniques, *defaults, *primary, *foreign]


def _constraint(name: str, kind: str, columns: Sequence[str], **facts: Any) -> Answer:
    """Describe a constraint: `column` where it is about one, `columns` where it is about several."""
    about: Answer = {"column": columns[0]} if len(columns) == 1 else {"columns": list(columns)} if columns else {}
    return {"name": name, "type": kind, **about, **{key: fact for key, fact in facts.items() if fact is not None}}
