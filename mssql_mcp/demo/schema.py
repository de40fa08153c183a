"""The sample database, declared: everything about it but its rows.

The company Lanternworks makes and sells lamps. From these values derive the SQLite file (`database`), the rows that
describe it to itself (`system`), the names that the bridge resolves (`relations`), and the catalog of the demo.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.demo import tables_hr, tables_production, tables_sales
from mssql_mcp.demo.model import (
    DemoCheck,
    DemoColumn,
    DemoForeignKey,
    DemoIndex,
    DemoKey,
    DemoParameter,
    DemoRoutine,
    DemoSynonym,
    DemoTable,
    DemoTrigger,
    DemoView,
)
from mssql_mcp.demo.routines import ROUTINES, SYNONYMS
from mssql_mcp.demo.views import VIEWS

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = (
    "COLLATION",
    "DATABASE_COMMENT",
    "DATABASE_NAME",
    "DEFAULT_SCHEMA",
    "ROUTINES",
    "SCHEMAS",
    "SCHEMA_COMMENTS",
    "SYNONYMS",
    "TABLES",
    "VIEWS",
    "DemoCheck",
    "DemoColumn",
    "DemoForeignKey",
    "DemoIndex",
    "DemoKey",
    "DemoParameter",
    "DemoRoutine",
    "DemoSynonym",
    "DemoTable",
    "DemoTrigger",
    "DemoView",
)

DATABASE_NAME = "Lanternworks"
DATABASE_COMMENT = "Sample database of mssql-mcp: a company that makes and sells lamps. Every name in it is made up."
DEFAULT_SCHEMA = "sales"
# Case-insensitive, accent-sensitive, with characters beyond the Basic Multilingual Plane counted as one.
COLLATION = "Latin1_General_100_CI_AS_SC"
SCHEMAS = ("hr", "production", "sales")
SCHEMA_COMMENTS: Mapping[str, str] = {
    "hr": "People and pay.",
    "production": "Products, parts, stock and tests.",
    "sales": "Customers, orders and payments.",
}
TABLES: tuple[DemoTable, ...] = (*tables_hr.TABLES, *tables_production.TABLES, *tables_sales.TABLES)
