"""Which names belong to SQL Server itself: the system catalogue and the built-in row-set functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.gate.names import fold, matches
from mssql_mcp.gate.words import word_set

if TYPE_CHECKING:
    from collections.abc import Sequence

SYSTEM_SCHEMAS = frozenset(("sys", "information_schema"))

COMPATIBILITY_VIEWS = word_set(
    """
    sysaltfiles syscacheobjects syscharsets syscolumns syscomments sysconfigures sysconstraints syscurconfigs
    sysdatabases sysdepends sysdevices sysfilegroups sysfiles sysforeignkeys sysfulltextcatalogs sysindexes
    sysindexkeys syslanguages syslockinfo syslogins sysmembers sysmessages sysobjects sysoledbusers sysopentapes
    sysperfinfo syspermissions sysprocesses sysprotects sysreferences sysremotelogins sysservers systypes sysusers
    """
)
"""Reachable in any schema and without one.
https://learn.microsoft.com/sql/relational-databases/system-compatibility-views/system-compatibility-views-transact-sql"""

SYSTEM_TABLES = {
    "master": ("spt_*", "sys*"),
    "msdb": ("autoadmin_*", "backup*", "dm_*", "log_shipping_*", "restore*", "suspect_pages", "sys*"),
    "tempdb": ("#*",),
}
"""Globs of the documented system tables outside the system schemas, by database.
https://learn.microsoft.com/sql/relational-databases/system-tables/system-tables-transact-sql"""
SYSTEM_DATABASES = frozenset(("master", "model", "msdb", "tempdb"))

BUILTIN_ROWSETS = word_set(
    """
    ai_generate_chunks changetable containstable fn_builtin_permissions fn_helpcollations fn_listextendedproperty
    fn_my_permissions fn_servershareddrives fn_trace_geteventinfo fn_trace_getfilterinfo fn_trace_getinfo
    fn_virtualfilestats fn_virtualservernodes freetexttable generate_series openjson regexp_matches
    regexp_split_to_table semantickeyphrasetable semanticsimilaritydetailstable semanticsimilaritytable string_split
    vector_search
    """
)
"""Row-set functions that are called without a schema.
https://learn.microsoft.com/sql/t-sql/functions/functions"""


def is_system_object(parts: Sequence[str]) -> bool:
    """Say whether a name, outermost part first, is part of the system catalogue."""
    folded = [fold(part) for part in parts]
    database = folded[-3] if len(folded) > 2 else ""
    schema = folded[-2] if len(folded) > 1 else ""
    if database and database not in SYSTEM_DATABASES:
        return False
    if schema in SYSTEM_SCHEMAS:
        return True
    if schema not in ("", "dbo"):
        return False
    if not database and folded[-1] in COMPATIBILITY_VIEWS:
        return True
    return any(matches(glob, folded[-1]) for glob in SYSTEM_TABLES.get(database, ()))


def is_builtin_function(parts: Sequence[str]) -> bool:
    """Say whether a row-set function is SQL Server's own and reads no table that its name could hide."""
    return len(parts) == 1 and fold(parts[0]) in BUILTIN_ROWSETS
