"""Functions that ask the catalog: OBJECT_ID and its like, SERVERPROPERTY, DATABASEPROPERTYEX; "Metadata functions"."""

from __future__ import annotations

import re
import sqlite3
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mssql_mcp.demo import schema
from mssql_mcp.demo.objects import DATABASE_ID, SCHEMA_IDS, DemoObject, objects
from mssql_mcp.demo.system_types import TYPE_NAMES, type_facts

if TYPE_CHECKING:
    from mssql_mcp.demo.model import DemoTable, DemoView

_PART = re.compile(r'\[((?:[^\]]|\]\])*)\]|"((?:[^"]|"")*)"|([^.\[\]"]*)')
_DATABASES = {"master": 1, "tempdb": 2, "model": 3, "msdb": 4, schema.DATABASE_NAME.lower(): DATABASE_ID}
SERVER_NAME = "DEMO"
LOGIN_NAME = "demo_reader"


@lru_cache(maxsize=1)
def server_version() -> str:
    """@@VERSION: what this is, and what it answers like."""
    return (
        f"mssql-mcp sample database on SQLite {sqlite3.sqlite_version}, "
        "answering like Microsoft SQL Server 2022 - 16.0\n\tRead-only"
    )


@lru_cache(maxsize=512)
def name_parts(name: str) -> tuple[str, ...]:
    """Take a name of up to four parts apart, brackets and quotes taken off."""
    parts: list[str] = []
    place = 0
    while place <= len(name):
        match = _PART.match(name, place)
        if match is None:
            return ()
        bracketed, quoted, plain = match.groups()
        parts.append(
            bracketed.replace("]]", "]")
            if bracketed is not None
            else quoted.replace('""', '"')
            if quoted is not None
            else plain.strip()
        )
        place = match.end()
        if place < len(name) and name[place] != ".":
            return ()
        place += 1
    return tuple(parts)


@lru_cache(maxsize=1)
def _by_name() -> dict[str, DemoObject]:
    return {item.full_name.lower(): item for item in objects()}


@lru_cache(maxsize=1)
def _by_id() -> dict[int, DemoObject]:
    return {item.object_id: item for item in objects()}


def object_id(name: str | None, type_: str | None = "") -> int | None:
    """OBJECT_ID: NULL for what is not there, or is of another type."""
    if name is None or type_ is None:
        return None
    parts = name_parts(name)
    if not 1 <= len(parts) <= 3:
        return None
    database, owner, own = ("", "", *parts)[-3:]
    if database and database.lower() != schema.DATABASE_NAME.lower():
        return None
    item = _by_name().get(f"{owner or schema.DEFAULT_SCHEMA}.{own}".lower())
    if item is None or (type_.strip() and type_.strip().upper() != item.type):
        return None
    return item.object_id


def _in_demo(database_id: int | None) -> bool:
    return database_id in {None, DATABASE_ID}


def object_name(number: int | None, database_id: int | None = None) -> str | None:
    """OBJECT_NAME."""
    item = _by_id().get(number or 0)
    return item.name if item and _in_demo(database_id) else None


def object_schema_name(number: int | None, database_id: int | None = None) -> str | None:
    """OBJECT_SCHEMA_NAME."""
    item = _by_id().get(number or 0)
    return item.schema if item and _in_demo(database_id) else None


def object_definition(number: int | None) -> str | None:
    """OBJECT_DEFINITION."""
    item = _by_id().get(number or 0)
    return item.definition or None if item else None


def schema_name(number: int | None) -> str | None:
    """SCHEMA_NAME."""
    return next((name for name, own in SCHEMA_IDS.items() if own == number), None)


def schema_id(name: str | None) -> int | None:
    """SCHEMA_ID."""
    return next((number for own, number in SCHEMA_IDS.items() if name and own.lower() == name.lower()), None)


def _columns(number: int | None) -> tuple[Any, ...]:
    item = _by_id().get(number or 0)
    owners: tuple[DemoTable | DemoView, ...] = (*schema.TABLES, *schema.VIEWS)
    return next((owner.columns for owner in owners if item and owner.full_name == item.full_name), ())


def col_name(number: int | None, column_id: int | None) -> str | None:
    """COL_NAME."""
    columns = _columns(number)
    return columns[column_id - 1].name if column_id and 1 <= column_id <= len(columns) else None


def col_length(table: str | None, column: str | None) -> int | None:
    """COL_LENGTH: in bytes; -1 for (max)."""
    found = _column(object_id(table), column)
    return None if found is None else int(type_facts(found.type)["max_length"])


def _column(number: int | None, name: str | None) -> Any:
    return next((column for column in _columns(number) if name and column.name.lower() == name.lower()), None)


def column_property(number: int | None, name: str | None, wanted: str | None) -> int | None:
    """COLUMNPROPERTY: the properties that a plain table has."""
    column = _column(number, name)
    if column is None or wanted is None:
        return None
    facts = type_facts(column.type)
    position = next(place for place, own in enumerate(_columns(number), start=1) if own is column)
    return {
        "allowsnull": int(column.nullable),
        "columnid": position,
        "iscomputed": int(column.computed is not None),
        "isidentity": int(column.identity is not None),
        "isrowguidcol": 0,
        "issparse": 0,
        "ishidden": 0,
        "precision": int(facts["precision"] or facts["max_length"]),
        "scale": int(facts["scale"]) if facts["precision"] else None,
    }.get(wanted.lower())


def object_property(number: int | None, wanted: str | None) -> int | None:
    """OBJECTPROPERTY: what an object is."""
    item = _by_id().get(number or 0)
    if item is None or wanted is None:
        return None
    table = next((table for table in schema.TABLES if table.full_name == item.full_name), None)
    return {
        "istable": int(item.type == "U"),
        "isusertable": int(item.type == "U"),
        "isview": int(item.type == "V"),
        "isprocedure": int(item.type == "P"),
        "isscalarfunction": int(item.type == "FN"),
        "istablefunction": int(item.type == "IF"),
        "isinlinefunction": int(item.type == "IF"),
        "istrigger": int(item.type == "TR"),
        "isprimarykey": int(item.type == "PK"),
        "isforeignkey": int(item.type == "F"),
        "isconstraint": int(item.type in {"PK", "UQ", "F", "C", "D"}),
        "ismsshipped": 0,
        "issystemtable": 0,
        "schemaid": SCHEMA_IDS[item.schema],
        "tablehasprimarykey": int(bool(table and table.primary_key)),
        "tablehasforeignkey": int(bool(table and table.foreign_keys)),
        "tablehasidentity": int(bool(table and any(column.identity for column in table.columns))),
        "tablehasindex": int(bool(table and (table.primary_key or table.indexes))),
    }.get(wanted.lower())


def type_name(number: int | None) -> str | None:
    """TYPE_NAME."""
    return TYPE_NAMES.get(number or 0)


def type_id(name: str | None) -> int | None:
    """TYPE_ID."""
    return next(
        (number for number, own in TYPE_NAMES.items() if name and own == name.lower().removeprefix("sys.")), None
    )


def db_name(number: int | None) -> str | None:
    """DB_NAME with an id."""
    if number == DATABASE_ID:
        return schema.DATABASE_NAME
    return next((name for name, own in _DATABASES.items() if own == number), None)


def db_id(name: str | None) -> int | None:
    """DB_ID with a name."""
    return _DATABASES.get(name.lower()) if name else None


def server_property(name: str | None) -> str | int | None:
    """SERVERPROPERTY: a variant; NULL for what the demo has not."""
    values: dict[str, str | int] = {
        "collation": schema.COLLATION,
        "edition": "mssql-mcp sample database",
        "engineedition": 3,
        "instancedefaultdatapath": "",
        "isclustered": 0,
        "isfulltextinstalled": 0,
        "ishadrenabled": 0,
        "isintegratedsecurityonly": 0,
        "issingleuser": 0,
        "machinename": SERVER_NAME,
        "productlevel": "RTM",
        "productmajorversion": "16",
        "productminorversion": "0",
        "productversion": "16.0.0.0",
        "resourceversion": "16.0.0.0",
        "servername": SERVER_NAME,
        "sqlcharsetname": "iso_1",
        "lcid": 1033,
        "comparisonstyle": 196609,
    }
    return values.get(name.lower()) if name else None


def database_property(database: str | None, name: str | None) -> str | int | None:
    """DATABASEPROPERTYEX: a variant; NULL for what the demo has not."""
    if database is None or name is None or database.lower() not in _DATABASES:
        return None
    values: dict[str, str | int] = {
        "collation": schema.COLLATION,
        "recovery": "SIMPLE",
        "status": "ONLINE",
        "updateability": "READ_ONLY" if database.lower() == schema.DATABASE_NAME.lower() else "READ_WRITE",
        "useraccess": "MULTI_USER",
        "version": 957,
        "isautoclose": 0,
        "isautoshrink": 0,
        "isautocreatestatistics": 1,
        "isautoupdatestatistics": 1,
    }
    return values.get(name.lower())


def parse_name(name: str | None, part: int | None) -> str | None:
    """PARSENAME: part 1 is the object, 2 the schema, 3 the database, 4 the server."""
    if name is None or part is None:
        return None
    parts = name_parts(name)
    return parts[-part] or None if 1 <= part <= len(parts) <= 4 else None


def index_col(table: str | None, index_id: int | None, key: int | None) -> str | None:
    """INDEX_COL: a key column of an index."""
    number = object_id(table)
    item = _by_id().get(number or 0)
    owner = next((own for own in schema.TABLES if item and own.full_name == item.full_name), None)
    if owner is None or not index_id or not key:
        return None
    keys = [owner.primary_key.columns if owner.primary_key else ()]
    keys += [unique.columns for unique in owner.unique_keys]
    keys += [tuple(name.removeprefix("-") for name in index.columns) for index in owner.indexes]
    chosen = keys[index_id - 1] if index_id <= len(keys) else ()
    return chosen[key - 1] if key <= len(chosen) else None


def has_dbaccess(name: str | None) -> int | None:
    """HAS_DBACCESS."""
    return None if name is None or name.lower() not in _DATABASES else int(name.lower() == schema.DATABASE_NAME.lower())


def is_member(role: str | None) -> int | None:
    """IS_MEMBER: the demo's login reads."""
    known = {
        "public": 1,
        "db_datareader": 1,
        "db_owner": 0,
        "db_datawriter": 0,
        "db_ddladmin": 0,
        "db_securityadmin": 0,
    }
    return known.get(role.lower()) if role else None


def is_server_role_member(role: str | None, login: str | None = LOGIN_NAME) -> int | None:
    """IS_SRVROLEMEMBER: of no role but public; NULL for another login."""
    if login is None or login.lower() != LOGIN_NAME:
        return None
    known = dict.fromkeys(
        (
            "sysadmin",
            "serveradmin",
            "securityadmin",
            "processadmin",
            "setupadmin",
            "bulkadmin",
            "diskadmin",
            "dbcreator",
        ),
        0,
    ) | {"public": 1}
    return known.get(role.lower()) if role else None


def has_permission(securable: str | None, class_: str | None, permission: str | None) -> int | None:
    """HAS_PERMS_BY_NAME: SELECT and VIEW DEFINITION are had, nothing else is."""
    if permission is None:
        return None
    if class_ and class_.upper() == "OBJECT" and object_id(securable) is None:
        return None
    return int(
        permission.upper() in {"SELECT", "VIEW DEFINITION", "CONNECT", "CONNECT SQL", "VIEW ANY DEFINITION", "ANY"}
    )
