"""The rows of the INFORMATION_SCHEMA views; page "Information schema views (Transact-SQL)"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mssql_mcp.demo import schema
from mssql_mcp.demo.objects import SCHEMA_IDS
from mssql_mcp.demo.sqltypes import MAX, parse_type
from mssql_mcp.demo.system_types import type_facts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mssql_mcp.demo.model import DemoForeignKey, DemoTable, DemoView

Facts = dict[str, Any]
_DB = schema.DATABASE_NAME


def information_schema_rows() -> dict[str, list[Facts]]:
    """Give what each INFORMATION_SCHEMA view says, by column name."""
    return {
        "INFORMATION_SCHEMA.SCHEMATA": [
            {
                "CATALOG_NAME": _DB,
                "SCHEMA_NAME": name,
                "SCHEMA_OWNER": name if number < 5 else "dbo",
                "DEFAULT_CHARACTER_SET_NAME": "iso_1",
            }
            for name, number in SCHEMA_IDS.items()
        ],
        "INFORMATION_SCHEMA.TABLES": [
            _table(owner) | {"TABLE_TYPE": kind}
            for kind, owners in (("BASE TABLE", schema.TABLES), ("VIEW", schema.VIEWS))
            for owner in owners
        ],
        "INFORMATION_SCHEMA.COLUMNS": list(_columns()),
        "INFORMATION_SCHEMA.VIEWS": [
            _table(view) | {"VIEW_DEFINITION": view.definition, "CHECK_OPTION": "NONE", "IS_UPDATABLE": "NO"}
            for view in schema.VIEWS
        ],
        "INFORMATION_SCHEMA.ROUTINES": list(_routines()),
        "INFORMATION_SCHEMA.PARAMETERS": list(_parameters()),
        **_constraints(),
    }


def _table(owner: DemoTable | DemoView) -> Facts:
    return {"TABLE_CATALOG": _DB, "TABLE_SCHEMA": owner.schema, "TABLE_NAME": owner.name}


def _type_columns(text: str) -> Facts:
    declared = parse_type(text)
    facts = type_facts(text)
    found: Facts = {"DATA_TYPE": "nvarchar" if declared.name == "sysname" else declared.name}
    if declared.family in {"text", "binary"}:
        found["CHARACTER_MAXIMUM_LENGTH"] = MAX if declared.length == MAX else declared.length
        found["CHARACTER_OCTET_LENGTH"] = facts["max_length"]
    if declared.family == "xml":
        found["CHARACTER_MAXIMUM_LENGTH"] = found["CHARACTER_OCTET_LENGTH"] = MAX
    if declared.is_text:
        found["CHARACTER_SET_NAME"] = "UNICODE" if declared.is_unicode else "iso_1"
        found["COLLATION_NAME"] = schema.COLLATION
    if declared.is_number and declared.name != "bit":
        found["NUMERIC_PRECISION"] = facts["precision"]
        found["NUMERIC_PRECISION_RADIX"] = 2 if declared.family == "float" else 10
        found["NUMERIC_SCALE"] = None if declared.family == "float" else facts["scale"]
    if declared.is_temporal:
        found["DATETIME_PRECISION"] = facts["scale"]
    return found


def _columns() -> Iterator[Facts]:
    owners: tuple[DemoTable | DemoView, ...] = (*schema.TABLES, *schema.VIEWS)
    for owner in owners:
        for number, column in enumerate(owner.columns, start=1):
            yield _table(owner) | {
                "COLUMN_NAME": column.name,
                "ORDINAL_POSITION": number,
                "COLUMN_DEFAULT": column.default,
                "IS_NULLABLE": "YES" if column.nullable else "NO",
                **_type_columns(column.type),
            }


def _routines() -> Iterator[Facts]:
    for routine in schema.ROUTINES:
        is_procedure = routine.kind == "procedure"
        returns = _type_columns(routine.returns) if routine.returns else {}
        if routine.kind == "inline table function":
            returns = {"DATA_TYPE": "TABLE"}
        yield {
            "SPECIFIC_CATALOG": _DB,
            "SPECIFIC_SCHEMA": routine.schema,
            "SPECIFIC_NAME": routine.name,
            "ROUTINE_CATALOG": _DB,
            "ROUTINE_SCHEMA": routine.schema,
            "ROUTINE_NAME": routine.name,
            "ROUTINE_TYPE": "PROCEDURE" if is_procedure else "FUNCTION",
            "ROUTINE_BODY": "SQL",
            "ROUTINE_DEFINITION": routine.definition,
            "IS_DETERMINISTIC": "NO",
            "SQL_DATA_ACCESS": "MODIFIES" if is_procedure else "READS",
            "IS_NULL_CALL": None if is_procedure else "NO",
            "SCHEMA_LEVEL_ROUTINE": "YES",
            "MAX_DYNAMIC_RESULT_SETS": -1 if is_procedure else 0,
            "IS_USER_DEFINED_CAST": "NO",
            "IS_IMPLICITLY_INVOCABLE": "NO",
            "CREATED": routine.created,
            "LAST_ALTERED": routine.created,
            **returns,
        }


def _parameters() -> Iterator[Facts]:
    for routine in schema.ROUTINES:
        common = {"SPECIFIC_CATALOG": _DB, "SPECIFIC_SCHEMA": routine.schema, "SPECIFIC_NAME": routine.name}
        if routine.returns:
            own = {"ORDINAL_POSITION": 0, "PARAMETER_MODE": "OUT", "IS_RESULT": "YES", "PARAMETER_NAME": ""}
            yield common | own | {"AS_LOCATOR": "NO"} | _type_columns(routine.returns)
        for number, parameter in enumerate(routine.parameters, start=1):
            yield common | {
                "ORDINAL_POSITION": number,
                "PARAMETER_MODE": "INOUT" if parameter.is_output else "IN",
                "IS_RESULT": "NO",
                "AS_LOCATOR": "NO",
                "PARAMETER_NAME": parameter.name,
                **_type_columns(parameter.type),
            }


def _constraint(table: DemoTable, name: str) -> Facts:
    return {"CONSTRAINT_CATALOG": _DB, "CONSTRAINT_SCHEMA": table.schema, "CONSTRAINT_NAME": name}


def _constraints() -> dict[str, list[Facts]]:
    constraints: list[Facts] = []
    usage: list[Facts] = []
    references: list[Facts] = []
    checks: list[Facts] = []
    column_usage: list[Facts] = []
    for table in schema.TABLES:
        kinds: list[tuple[str, str, tuple[str, ...]]] = []
        if table.primary_key:
            kinds.append((table.primary_key.name, "PRIMARY KEY", table.primary_key.columns))
        kinds += [(key.name, "UNIQUE", key.columns) for key in table.unique_keys]
        kinds += [(key.name, "FOREIGN KEY", key.columns) for key in table.foreign_keys]
        for check in table.checks:
            named = tuple(column.name for column in table.columns if f"[{column.name}]" in check.definition)
            kinds.append((check.name, "CHECK", named))
            checks.append(_constraint(table, check.name) | {"CHECK_CLAUSE": check.definition})
        for name, kind, columns in kinds:
            own = _constraint(table, name)
            constraints.append(
                own | _table(table) | {"CONSTRAINT_TYPE": kind, "IS_DEFERRABLE": "NO", "INITIALLY_DEFERRED": "NO"}
            )
            for place, column in enumerate(columns, start=1):
                column_usage.append(own | _table(table) | {"COLUMN_NAME": column})
                if kind != "CHECK":
                    usage.append(own | _table(table) | {"COLUMN_NAME": column, "ORDINAL_POSITION": place})
        references += [_constraint(table, foreign.name) | _reference(foreign) for foreign in table.foreign_keys]
    return {
        "INFORMATION_SCHEMA.TABLE_CONSTRAINTS": constraints,
        "INFORMATION_SCHEMA.KEY_COLUMN_USAGE": usage,
        "INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS": references,
        "INFORMATION_SCHEMA.CHECK_CONSTRAINTS": checks,
        "INFORMATION_SCHEMA.CONSTRAINT_COLUMN_USAGE": column_usage,
        "INFORMATION_SCHEMA.CONSTRAINT_TABLE_USAGE": [
            {key: row[key] for key in (*_constraint(schema.TABLES[0], ""), *_table(schema.TABLES[0]))}
            for row in constraints
        ],
    }


def _reference(foreign: DemoForeignKey) -> Facts:
    owner = (foreign.referenced_schema, foreign.referenced_table)
    table = next(table for table in schema.TABLES if (table.schema, table.name) == owner)
    return {
        "UNIQUE_CONSTRAINT_CATALOG": _DB,
        "UNIQUE_CONSTRAINT_SCHEMA": foreign.referenced_schema,
        # Every foreign key of the sample points at a primary key; a test holds this.
        "UNIQUE_CONSTRAINT_NAME": table.primary_key.name if table.primary_key else None,
        "MATCH_OPTION": "SIMPLE",
        "UPDATE_RULE": "NO ACTION",
        "DELETE_RULE": foreign.on_delete,
    }
