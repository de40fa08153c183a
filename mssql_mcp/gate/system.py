"""Which names belong to SQL Server itself: the system catalogue and the built-in row-set functions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.gate.names import could_match, fold, is_plain, matches
from mssql_mcp.gate.words import word_set

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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
    "master": ("fn_varbintohexstr", "fn_varbintohexsubstring", "spt_*", "sys*"),
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

VALUE_SHOWING_OBJECTS = word_set(
    """
    dm_db_stats_histogram dm_fts_index_keywords dm_fts_index_keywords_by_document dm_fts_index_keywords_by_property
    dm_fts_index_keywords_position_by_document
    """
)
"""System functions that show values of a user table, which they are told by its number; a connection with rules about
objects may not call them.
https://learn.microsoft.com/sql/relational-databases/system-dynamic-management-views/sys-dm-db-stats-histogram-transact-sql"""

LEAKING_OBJECTS = VALUE_SHOWING_OBJECTS | word_set(
    """
    dm_exec_cached_plans dm_exec_input_buffer dm_exec_plan_attributes dm_exec_query_plan dm_exec_query_plan_stats
    dm_exec_query_statistics_xml dm_exec_sql_text dm_exec_text_query_plan dm_pdw_exec_requests dm_pdw_request_steps
    dm_pdw_sql_requests dm_xe_session_targets fn_get_sql plan_guides query_store_plan query_store_query_text
    syscacheobjects
    """
)
"""System views and functions that show values of user tables, or texts and plans with literals in them; a connection
with masked columns may not read them.
https://learn.microsoft.com/sql/relational-databases/system-dynamic-management-views/system-dynamic-management-views"""

TYPE_METHODS = word_set(
    """
    asgml asbinaryzm astextzm bufferwithcurves bufferwithtolerance collectionaggregate convexhullaggregate
    curvetolinewithtolerance envelopeaggregate envelopeangle envelopecenter exist filter geomfromgml getancestor
    getdescendant getlevel getreparentedvalue getroot hasm hasz instanceof isdescendantof isvaliddetailed lat long m
    makevalid minvaliddescription nodes null numrings parse point query reduce reorientobject ringn shortestlineto
    srid stasbinary starea staboundary stbuffer stcentroid stcontains stconvexhull stcrosses stdifference stdimension
    stdisjoint stdistance stendpoint stenvelope stequals stexteriorring stgeomfromtext stgeometryn stgeometrytype
    stinteriorringn stintersection stintersects stisclosed stisempty stisring stissimple stisvalid stlength
    stlinefromtext stnumgeometries stnuminteriorring stnumpoints stoverlaps stpointfromtext stpointn
    stpointonsurface stpolyfromtext strelate stastext stsrid ststartpoint stsymdifference sttouches stunion stwithin
    stx sty tostring unionaggregate value z
    """
)
"""Methods of xml, hierarchyid, geometry and geography. What they are called on is a column, which lineage follows.
https://learn.microsoft.com/sql/t-sql/xml/xml-data-type-methods,
https://learn.microsoft.com/sql/t-sql/data-types/hierarchyid-data-type-method-reference,
https://learn.microsoft.com/sql/t-sql/spatial-geometry/spatial-types-geometry-transact-sql"""


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


def could_be_system_object(parts: Sequence[str]) -> bool:
    """Say whether a collation might take a name for one of the system catalogue; never less than `is_system_object`."""
    if is_system_object(parts):
        return True
    schema = parts[-2] if len(parts) > 1 else ""
    return could_be_any(SYSTEM_SCHEMAS, schema) or (
        not is_plain(parts[-1]) and could_be_any(COMPATIBILITY_VIEWS, parts[-1])
    )


def could_be_any(names: Iterable[str], name: str) -> bool:
    """Say whether a collation might take a name for one of several."""
    return any(could_match(other, name) for other in names)


def is_builtin_function(parts: Sequence[str]) -> bool:
    """Say whether a row-set function is SQL Server's own and reads no table that its name could hide."""
    return len(parts) == 1 and fold(parts[0]) in BUILTIN_ROWSETS
