"""The rows of the system views: what `schema` declares, told as SQL Server's catalog tells it.

Columns that the demo has nothing to say about are 0 where they are bits and NULL otherwise, which is what SQL Server
shows for a plain database.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mssql_mcp.demo import schema
from mssql_mcp.demo.information_schema import information_schema_rows
from mssql_mcp.demo.objects import DATABASE_ID, SCHEMA_IDS, TYPE_DESCRIPTIONS, DemoObject, ids, objects
from mssql_mcp.demo.sqltypes import parse_type
from mssql_mcp.demo.system_columns import system_views
from mssql_mcp.demo.system_constraints import constraint_views
from mssql_mcp.demo.system_indexes import index_columns, index_views
from mssql_mcp.demo.system_types import TYPE_ROWS, type_facts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mssql_mcp.demo.model import DemoColumn, DemoRoutine, DemoTable, DemoView

Facts = dict[str, Any]
_CREATED = "2022-01-03 08:00:00.000"


def system_rows(count_rows: Callable[[str, str], int]) -> dict[str, list[tuple[Any, ...]]]:
    """Give the rows of every system view, in the order of its columns.

    Args:
        count_rows: Counts the rows of a table (`schema.table`) that pass a T-SQL filter; empty counts all.
    """
    facts: dict[str, list[Facts]] = {
        "sys.schemas": [
            {"name": name, "schema_id": number, "principal_id": number if number < 5 else 1}
            for name, number in SCHEMA_IDS.items()
        ],
        "sys.types": list(TYPE_ROWS),
        "sys.databases": _databases(),
        "sys.extended_properties": list(_descriptions()),
        "sys.index_columns": list(index_columns()),
        **_object_views(),
        **_column_views(),
        **index_views(count_rows),
        **information_schema_rows(),
    }
    return {view: [_row(columns, fact) for fact in facts.get(view, [])] for view, columns in system_views().items()}


def _row(columns: tuple[DemoColumn, ...], facts: Mapping[str, Any]) -> tuple[Any, ...]:
    return tuple(facts.get(column.name, 0 if column.type == "bit" else None) for column in columns)


def _object_facts(item: DemoObject) -> Facts:
    return {
        "name": item.name,
        "object_id": item.object_id,
        "schema_id": SCHEMA_IDS[item.schema],
        "parent_object_id": item.parent_id,
        "type": f"{item.type:2}",
        "type_desc": TYPE_DESCRIPTIONS[item.type],
        "create_date": item.created,
        "modify_date": item.created,
    }


def _object_views() -> dict[str, list[Facts]]:
    plain = {item.full_name: _object_facts(item) for item in objects()}
    by_type: dict[str, list[Facts]] = {}
    for item in objects():
        by_type.setdefault(item.type, []).append(plain[item.full_name])
    tables = {table.full_name: table for table in schema.TABLES}
    return {
        "sys.objects": list(plain.values()),
        "sys.all_objects": list(plain.values()),
        "sys.tables": [
            row
            | {
                "max_column_id_used": len(tables[name].columns),
                "uses_ansi_nulls": 1,
                "lock_escalation": 0,
                "lock_escalation_desc": "TABLE",
                "durability": 0,
                "durability_desc": "SCHEMA_AND_DATA",
                "temporal_type": 0,
                "temporal_type_desc": "NON_TEMPORAL_TABLE",
                "ledger_type": 0,
                "ledger_type_desc": "NON_LEDGER_TABLE",
                "lob_data_space_id": int(any(parse_type(c.type).length == -1 for c in tables[name].columns)),
            }
            for name, row in plain.items()
            if name in tables
        ],
        "sys.views": [
            row | {"ledger_view_type": 0, "ledger_view_type_desc": "NON_LEDGER_VIEW"} for row in by_type["V"]
        ],
        "sys.procedures": by_type["P"],
        "sys.synonyms": [
            plain[synonym.full_name] | {"base_object_name": f"[{synonym.base_schema}].[{synonym.base_name}]"}
            for synonym in schema.SYNONYMS
        ],
        "sys.triggers": list(_triggers()),
        "sys.sql_modules": [
            {
                "object_id": item.object_id,
                "definition": item.definition,
                "uses_ansi_nulls": 1,
                "uses_quoted_identifier": 1,
            }
            for item in objects()
            if item.type in {"V", "P", "FN", "IF", "TR"}
        ],
        "sys.parameters": list(_parameters()),
        **constraint_views(plain),
    }


def _triggers() -> Iterator[Facts]:
    for table in schema.TABLES:
        for trigger in table.triggers:
            item = next(o for o in objects() if o.full_name == f"{table.schema}.{trigger.name}")
            yield _object_facts(item) | {
                "parent_class": 1,
                "parent_class_desc": "OBJECT_OR_COLUMN",
                "parent_id": item.parent_id,
                "is_disabled": int(trigger.disabled),
                "is_instead_of_trigger": int(trigger.timing == "INSTEAD OF"),
            }


def _parameters() -> Iterator[Facts]:
    for routine in schema.ROUTINES:
        if routine.returns:
            own = {"object_id": ids()[routine.full_name], "name": "", "parameter_id": 0, "is_output": 1}
            yield own | type_facts(routine.returns)
        for number, parameter in enumerate(routine.parameters, start=1):
            yield {
                "object_id": ids()[routine.full_name],
                "name": parameter.name,
                "parameter_id": number,
                "is_output": int(parameter.is_output),
                "has_default_value": 0,  # always 0 for T-SQL modules; page "sys.parameters (Transact-SQL)"
                "is_nullable": 1,
                **type_facts(parameter.type),
            }


def _column_facts(owner: DemoTable | DemoView, number: int, column: DemoColumn) -> Facts:
    default = ids().get(f"{owner.schema}.DF_{owner.name}_{column.name}", 0)
    return {
        "object_id": ids()[owner.full_name],
        "name": column.name,
        "column_id": number,
        **type_facts(column.type),
        "is_nullable": int(column.nullable),
        "is_ansi_padded": int(parse_type(column.type).family in {"text", "binary"}),
        "is_identity": int(column.identity is not None),
        "is_computed": int(column.computed is not None),
        "default_object_id": default,
        "rule_object_id": 0,
        "xml_collection_id": 0,
        "generated_always_type": 0,
        "generated_always_type_desc": "NOT_APPLICABLE",
    }


def _column_views() -> dict[str, list[Facts]]:
    columns: list[Facts] = []
    identities: list[Facts] = []
    computed: list[Facts] = []
    owners: tuple[DemoTable | DemoView, ...] = (*schema.TABLES, *schema.VIEWS)
    for owner in owners:
        for number, column in enumerate(owner.columns, start=1):
            facts = _column_facts(owner, number, column)
            columns.append(facts)
            if column.identity:
                seed, step = column.identity
                identities.append(facts | {"seed_value": seed, "increment_value": step})
            if column.computed:
                computed.append(facts | {"definition": column.computed, "is_persisted": int(column.persisted)})
    return {
        "sys.columns": columns,
        "sys.all_columns": columns,
        "sys.identity_columns": identities,
        "sys.computed_columns": computed,
    }


def _descriptions() -> Iterator[Facts]:
    def fact(class_: int, words: str, major: int, minor: int, value: str) -> Facts:
        return {
            "class": class_,
            "class_desc": words,
            "major_id": major,
            "minor_id": minor,
            "name": "MS_Description",
            "value": value,
        }

    yield fact(0, "DATABASE", 0, 0, schema.DATABASE_COMMENT)
    for name, comment in schema.SCHEMA_COMMENTS.items():
        yield fact(3, "SCHEMA", SCHEMA_IDS[name], 0, comment)
    owners: tuple[DemoTable | DemoView | DemoRoutine, ...] = (*schema.TABLES, *schema.VIEWS, *schema.ROUTINES)
    for owner in owners:
        own_id = ids()[owner.full_name]
        if owner.comment:
            yield fact(1, "OBJECT_OR_COLUMN", own_id, 0, owner.comment)
        for number, column in enumerate(getattr(owner, "columns", ()), start=1):
            if column.comment:
                yield fact(1, "OBJECT_OR_COLUMN", own_id, number, column.comment)


def _databases() -> list[Facts]:
    common = {
        "create_date": _CREATED,
        "compatibility_level": 160,
        "collation_name": schema.COLLATION,
        "user_access": 0,
        "user_access_desc": "MULTI_USER",
        "state": 0,
        "state_desc": "ONLINE",
        "snapshot_isolation_state": 0,
        "snapshot_isolation_state_desc": "OFF",
        "recovery_model": 3,
        "recovery_model_desc": "SIMPLE",
        "page_verify_option": 2,
        "page_verify_option_desc": "CHECKSUM",
        "is_auto_create_stats_on": 1,
        "is_auto_update_stats_on": 1,
        "containment": 0,
        "containment_desc": "NONE",
        "default_language_lcid": 1033,
        "default_language_name": "us_english",
    }
    system = {"master": 1, "tempdb": 2, "model": 3, "msdb": 4}
    rows: list[Facts] = [common | {"name": name, "database_id": number} for name, number in system.items()]
    rows.append(common | {"name": schema.DATABASE_NAME, "database_id": DATABASE_ID, "is_read_only": 1})
    return rows
