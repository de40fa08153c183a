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

METADATA_FUNCTIONS = word_set(
    """
    assemblyproperty col_length col_name columnproperty columns_updated databasepropertyex file_id file_idex file_name
    filegroup_id filegroup_name filegroupproperty fileproperty filepropertyex fn_builtin_permissions
    fn_listextendedproperty fn_my_permissions fulltextcatalogproperty has_perms_by_name index_col indexkey_property
    indexproperty object_definition object_id object_name object_schema_name objectproperty objectpropertyex stats_date
    type_id type_name typeproperty
    """
)
"""Functions that answer from the system catalogue; they belong to it where a rule keeps it closed.
https://learn.microsoft.com/sql/t-sql/functions/metadata-functions-transact-sql"""

VALUE_SHOWING_OBJECTS = word_set(
    """
    column_store_dictionaries column_store_segments dm_db_stats_histogram dm_fts_index_keywords
    dm_fts_index_keywords_by_document dm_fts_index_keywords_by_property dm_fts_index_keywords_position_by_document
    dm_tran_version_store fn_all_changes_* fn_net_changes_* pdw_nodes_column_store_dictionaries
    pdw_nodes_column_store_segments transmission_queue
    change_tracking_0* change_tracking_1* change_tracking_2* change_tracking_3* change_tracking_4* change_tracking_5*
    change_tracking_6* change_tracking_7* change_tracking_8* change_tracking_9* extended_index_* filetable_updates_*
    fulltext_docidfilter_* fulltext_index_docidmap_* fulltext_index_map_* ifts_* json_index_* memory_optimized_history_*
    plan_persist_* query_notification_* queue_messages_* sysobjvalues vector_index_* xml_index_nodes_* xml_sxi_table_*
    """
)
"""Globs of system views, functions and internal tables that show values of user tables, many of which they are told by
a number; a connection with rules about objects may not read them.
https://learn.microsoft.com/sql/relational-databases/system-dynamic-management-views/sys-dm-db-stats-histogram-transact-sql,
https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-internal-tables-transact-sql"""

LEAKING_OBJECTS = VALUE_SHOWING_OBJECTS | word_set(
    """
    dm_cdc_errors dm_exec_cached_plans dm_exec_compute_node_errors dm_exec_distributed_* dm_exec_dms_workers
    dm_exec_external_operations dm_exec_external_work dm_exec_input_buffer dm_exec_plan_attributes dm_exec_query_plan
    dm_exec_query_plan_stats dm_exec_query_statistics_xml dm_exec_sql_text dm_exec_text_query_plan
    dm_os_memory_cache_entries dm_os_ring_buffers dm_pdw_dms_* dm_pdw_errors dm_pdw_exec_* dm_pdw_hadoop_operations
    dm_pdw_nodes_exec_* dm_pdw_os_event_logs dm_pdw_query_stats_xe* dm_pdw_request_steps dm_pdw_sql_requests
    dm_xe_database_session_targets dm_xe_session_targets event_log fn_get_audit_file* fn_get_sql
    fn_msxe_read_event_stream fn_stmt_sql_handle_from_sql_stmt fn_trace_gettable fn_validate_plan_guide
    fn_xe_file_target_read_file fn_xe_telemetry_blob_target_read_file partition_range_values plan_guides
    query_store_plan* query_store_query_hints query_store_query_text syscacheobjects
    syscollector_* sysdbmaintplan* sysdts* sysjobhistory sysjobsteps* sysmail_* sysmaintplan* syspolicy_* sysssis*
    sysutility_*
    """
)
"""Globs of system views, functions and tables of msdb that show values of user tables, or texts, plans and messages
with literals in them; a connection with masked columns may not read them. Taken from every page of
https://learn.microsoft.com/sql/relational-databases/system-dynamic-management-views/system-dynamic-management-views,
https://learn.microsoft.com/sql/relational-databases/system-catalog-views/catalog-views-transact-sql and
https://learn.microsoft.com/sql/relational-databases/system-tables/system-tables-transact-sql"""

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
