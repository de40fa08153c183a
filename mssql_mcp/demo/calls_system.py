"""Calls that ask about the server, the session or the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.demo import schema
from mssql_mcp.demo.arguments import Handler, expect, function, int_argument, text_argument
from mssql_mcp.demo.objects import DATABASE_ID
from mssql_mcp.demo.runtime import catalogfunctions
from mssql_mcp.demo.sqltypes import INT, MAX, SMALLINT, SYSNAME, TINYINT, VARIANT, SqlType, text_type
from mssql_mcp.demo.typed import Constant, Typed, literal

if TYPE_CHECKING:
    from sqlglot import exp

    from mssql_mcp.demo.context import Context

_NAME = text_type(128, unicode=True)


def _fixed(value: Constant, type_: SqlType) -> Handler:
    def handle(_context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
        expect(name, arguments, 0, 1)
        return literal(value, type_)

    return handle


def _version(_context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    expect(name, arguments, 0)
    return literal(catalogfunctions.server_version(), text_type(300, unicode=True))


def _login(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
    """SUSER_SNAME and its like: the login that reads; of any other id only dbo and sa are known."""
    expect(name, arguments, 0, 1)
    if not arguments:
        return literal(catalogfunctions.LOGIN_NAME, _NAME)
    value = context.value(arguments[0])
    known = "dbo" if name == "USER_NAME" else "sa"
    return literal(known if value.constant in {1, b"\x01"} else None, _NAME)


def _taking(ours: str, type_: SqlType, kinds: str, least: int | None = None) -> Handler:
    """Make a handler for a function whose arguments are characters (`t`) or whole numbers (`n`), in this order."""

    def handle(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
        expect(name, arguments, len(kinds) if least is None else least, len(kinds))
        values = [
            text_argument(context, node) if kind == "t" else int_argument(context, node)
            for kind, node in zip(kinds, arguments, strict=False)
        ]
        return function(ours, type_, *values)

    return handle


def _or_default(ours: str, type_: SqlType, kind: str, default: Constant) -> Handler:
    """Make a handler for a function that, without an argument, speaks of the database or user of the session."""
    inner = _taking(ours, type_, kind)

    def handle(context: Context, name: str, arguments: list[exp.Expr]) -> Typed:
        return inner(context, name, arguments) if arguments else literal(default, type_)

    return handle


SYSTEM_FUNCTIONS: dict[str, Handler] = {
    "@@DATEFIRST": _fixed(7, TINYINT),
    "@@LANGID": _fixed(0, SMALLINT),
    "@@LANGUAGE": _fixed("us_english", _NAME),
    "@@LOCK_TIMEOUT": _fixed(-1, INT),
    "@@MAX_PRECISION": _fixed(38, TINYINT),
    "@@NESTLEVEL": _fixed(0, INT),
    "@@SERVERNAME": _fixed(catalogfunctions.SERVER_NAME, _NAME),
    "@@SERVICENAME": _fixed("MSSQLSERVER", _NAME),
    "@@SPID": _fixed(51, SMALLINT),
    "@@TRANCOUNT": _fixed(1, INT),
    "@@VERSION": _version,
    "APP_NAME": _fixed("mssql-mcp", _NAME),
    "COL_LENGTH": _taking("t_col_length", SMALLINT, "tt"),
    "COL_NAME": _taking("t_col_name", SYSNAME, "nn"),
    "COLUMNPROPERTY": _taking("t_column_property", INT, "ntt"),
    "DATABASEPROPERTYEX": _taking("t_database_property", VARIANT, "tt"),
    "DB_ID": _or_default("t_db_id", SMALLINT, "t", DATABASE_ID),
    "DB_NAME": _or_default("t_db_name", _NAME, "n", schema.DATABASE_NAME),
    "HAS_DBACCESS": _taking("t_has_dbaccess", INT, "t"),
    "HAS_PERMS_BY_NAME": _taking("t_has_permission", INT, "ttt"),
    "HOST_NAME": _fixed(catalogfunctions.SERVER_NAME, _NAME),
    "INDEX_COL": _taking("t_index_col", _NAME, "tnn"),
    "IS_MEMBER": _taking("t_is_member", INT, "t"),
    "IS_SRVROLEMEMBER": _taking("t_is_srvrolemember", INT, "tt", 1),
    "OBJECT_DEFINITION": _taking("t_object_definition", text_type(MAX, unicode=True), "n"),
    "OBJECT_ID": _taking("t_object_id", INT, "tt", 1),
    "OBJECT_NAME": _taking("t_object_name", SYSNAME, "nn", 1),
    "OBJECT_SCHEMA_NAME": _taking("t_object_schema_name", SYSNAME, "nn", 1),
    "OBJECTPROPERTY": _taking("t_object_property", INT, "nt"),
    "OBJECTPROPERTYEX": _taking("t_object_property", INT, "nt"),
    "ORIGINAL_LOGIN": _fixed(catalogfunctions.LOGIN_NAME, SYSNAME),
    "SCHEMA_ID": _or_default("t_schema_id", INT, "t", catalogfunctions.schema_id(schema.DEFAULT_SCHEMA)),
    "SCHEMA_NAME": _or_default("t_schema_name", SYSNAME, "n", schema.DEFAULT_SCHEMA),
    "SERVERPROPERTY": _taking("t_server_property", VARIANT, "t"),
    "SUSER_NAME": _login,
    "SUSER_SNAME": _login,
    "TYPE_ID": _taking("t_type_id", INT, "t"),
    "TYPE_NAME": _taking("t_type_name", SYSNAME, "n"),
    "USER_NAME": _login,
}
