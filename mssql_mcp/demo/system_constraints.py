"""The rows of the views of constraints: keys, foreign keys and their columns, checks, defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mssql_mcp.demo import schema
from mssql_mcp.demo.objects import default_name, ids
from mssql_mcp.demo.system_indexes import numbered_indexes

if TYPE_CHECKING:
    from mssql_mcp.demo.model import DemoTable

Facts = dict[str, Any]


def constraint_views(plain: dict[str, Facts]) -> dict[str, list[Facts]]:
    """Give what each view says.

    Args:
        plain: What sys.objects says of each object, by `schema.name`.
    """
    views: dict[str, list[Facts]] = {
        name: []
        for name in (
            "sys.key_constraints",
            "sys.foreign_keys",
            "sys.foreign_key_columns",
            "sys.check_constraints",
            "sys.default_constraints",
        )
    }
    for table in schema.TABLES:
        positions = {column.name: number for number, column in enumerate(table.columns, start=1)}
        indexes = {name: number for number, name, _ in numbered_indexes(table)}
        for key in ((table.primary_key,) if table.primary_key else ()) + table.unique_keys:
            views["sys.key_constraints"].append(
                plain[f"{table.schema}.{key.name}"] | {"unique_index_id": indexes[key.name]}
            )
        for check in table.checks:
            mentioned = [number for name, number in positions.items() if f"[{name}]" in check.definition]
            views["sys.check_constraints"].append(
                plain[f"{table.schema}.{check.name}"]
                # Of a check on several columns, SQL Server says 0.
                | {"definition": check.definition, "parent_column_id": mentioned[0] if len(mentioned) == 1 else 0}
            )
        for column in table.columns:
            if column.default:
                views["sys.default_constraints"].append(
                    plain[f"{table.schema}.{default_name(table, column.name)}"]
                    | {"definition": column.default, "parent_column_id": positions[column.name]}
                )
        _foreign_keys(table, positions, plain, views)
    return views


def _foreign_keys(
    table: DemoTable, positions: dict[str, int], plain: dict[str, Facts], views: dict[str, list[Facts]]
) -> None:
    actions = {"NO ACTION": (0, "NO_ACTION"), "CASCADE": (1, "CASCADE"), "SET NULL": (2, "SET_NULL")}
    for key in table.foreign_keys:
        target = next(
            other
            for other in schema.TABLES
            if (other.schema, other.name) == (key.referenced_schema, key.referenced_table)
        )
        own = plain[f"{table.schema}.{key.name}"]
        number, words = actions[key.on_delete]
        views["sys.foreign_keys"].append(
            own
            | {
                "referenced_object_id": ids()[target.full_name],
                "key_index_id": 1,
                "delete_referential_action": number,
                "delete_referential_action_desc": words,
                "update_referential_action": 0,
                "update_referential_action_desc": "NO_ACTION",
            }
        )
        names = [column.name for column in target.columns]
        for place, (column, referenced) in enumerate(zip(key.columns, key.referenced_columns, strict=True), start=1):
            views["sys.foreign_key_columns"].append(
                {
                    "constraint_object_id": own["object_id"],
                    "constraint_column_id": place,
                    "parent_object_id": ids()[table.full_name],
                    "parent_column_id": positions[column],
                    "referenced_object_id": ids()[target.full_name],
                    "referenced_column_id": names.index(referenced) + 1,
                }
            )
