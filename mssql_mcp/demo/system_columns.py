"""The columns of the system views that the demo has, as Microsoft documents them for SQL Server 2022.

Pages: "sys.tables (Transact-SQL)" and its like, one for each view; "Information schema views (Transact-SQL)".
"""

from __future__ import annotations

from functools import lru_cache

from mssql_mcp.demo.model import DemoColumn

_OBJECT = """
    name sysname, object_id int, principal_id int, schema_id int, parent_object_id int, type char(2), type_desc
    nvarchar(60), create_date datetime, modify_date datetime, is_ms_shipped bit, is_published bit,
    is_schema_published bit
"""
_COLUMN = """
    object_id int, name sysname, column_id int, system_type_id tinyint, user_type_id int, max_length smallint,
    precision tinyint, scale tinyint, collation_name sysname, is_nullable bit, is_ansi_padded bit, is_rowguidcol
    bit, is_identity bit, is_computed bit, is_filestream bit, is_replicated bit, is_non_sql_subscribed bit,
    is_merge_published bit, is_dts_replicated bit, is_xml_document bit, xml_collection_id int, default_object_id
    int, rule_object_id int, is_sparse bit, is_column_set bit, generated_always_type tinyint,
    generated_always_type_desc nvarchar(60), encryption_type int, encryption_type_desc nvarchar(64),
    encryption_algorithm_name sysname, column_encryption_key_id int, column_encryption_key_database_name sysname,
    is_hidden bit, is_masked bit, graph_type int, graph_type_desc nvarchar(60), ledger_view_column_type int,
    ledger_view_column_type_desc nvarchar(60), is_dropped_ledger_column bit
"""
_SPECIFICATIONS = {
    "sys.schemas": """
    name sysname, schema_id int, principal_id int
    """,
    "sys.objects": _OBJECT,
    "sys.all_objects": _OBJECT,
    "sys.tables": _OBJECT
    + """,
    lob_data_space_id int, filestream_data_space_id int, max_column_id_used int, lock_on_bulk_load bit,
    uses_ansi_nulls bit, is_replicated bit, has_replication_filter bit, is_merge_published bit,
    is_sync_tran_subscribed bit, has_unchecked_assembly_data bit, text_in_row_limit int,
    large_value_types_out_of_row bit, is_tracked_by_cdc bit, lock_escalation tinyint, lock_escalation_desc
    nvarchar(60), is_filetable bit, durability tinyint, durability_desc nvarchar(60), is_memory_optimized bit,
    temporal_type tinyint, temporal_type_desc nvarchar(60), history_table_id int, is_remote_data_archive_enabled
    bit, is_external bit, history_retention_period int, history_retention_period_unit int,
    history_retention_period_unit_desc nvarchar(10), is_node bit, is_edge bit, ledger_type tinyint, ledger_type_desc
    nvarchar(60), ledger_view_id int, is_dropped_ledger_table bit
    """,
    "sys.views": _OBJECT
    + """,
    is_replicated bit, has_replication_filter bit, has_opaque_metadata bit, has_unchecked_assembly_data bit,
    with_check_option bit, is_date_correlation_view bit, ledger_view_type tinyint, ledger_view_type_desc
    nvarchar(60), is_dropped_ledger_view bit
    """,
    "sys.columns": _COLUMN,
    "sys.all_columns": """
    object_id int, name sysname, column_id int, system_type_id tinyint, user_type_id int, max_length smallint,
    precision tinyint, scale tinyint, collation_name sysname, is_nullable bit, is_ansi_padded bit, is_rowguidcol
    bit, is_identity bit, is_computed bit, is_filestream bit, is_replicated bit, is_non_sql_subscribed bit,
    is_merge_published bit, is_dts_replicated bit, is_xml_document bit, xml_collection_id int, default_object_id
    int, rule_object_id int, is_sparse bit, is_column_set bit, generated_always_type tinyint,
    generated_always_type_desc nvarchar(60), ledger_view_column_type tinyint, ledger_view_column_type_desc
    nvarchar(60)
    """,
    "sys.types": """
    name sysname, system_type_id tinyint, user_type_id int, schema_id int, principal_id int, max_length smallint,
    precision tinyint, scale tinyint, collation_name sysname, is_nullable bit, is_user_defined bit, is_assembly_type
    bit, default_object_id int, rule_object_id int, is_table_type bit
    """,
    "sys.indexes": """
    object_id int, name sysname, index_id int, type tinyint, type_desc nvarchar(60), is_unique bit, data_space_id
    int, ignore_dup_key bit, is_primary_key bit, is_unique_constraint bit, fill_factor tinyint, is_padded bit,
    is_disabled bit, is_hypothetical bit, allow_row_locks bit, allow_page_locks bit, has_filter bit,
    filter_definition nvarchar(max), compression_delay int, suppress_dup_key_messages bit, auto_created bit,
    optimize_for_sequential_key bit
    """,
    "sys.index_columns": """
    object_id int, index_id int, index_column_id int, column_id int, key_ordinal tinyint, partition_ordinal tinyint,
    is_descending_key bit, is_included_column bit, column_store_order_ordinal tinyint
    """,
    "sys.foreign_keys": _OBJECT
    + """,
    referenced_object_id int, key_index_id int, is_disabled bit, is_not_for_replication bit, is_not_trusted bit,
    delete_referential_action tinyint, delete_referential_action_desc nvarchar(60), update_referential_action
    tinyint, update_referential_action_desc nvarchar(60), is_system_named bit
    """,
    "sys.foreign_key_columns": """
    constraint_object_id int, constraint_column_id int, parent_object_id int, parent_column_id int,
    referenced_object_id int, referenced_column_id int
    """,
    "sys.key_constraints": _OBJECT
    + """,
    unique_index_id int, is_system_named bit
    """,
    "sys.check_constraints": _OBJECT
    + """,
    is_disabled bit, is_not_for_replication bit, is_not_trusted bit, parent_column_id int, definition nvarchar(max),
    uses_database_collation bit, is_system_named bit
    """,
    "sys.default_constraints": _OBJECT
    + """,
    parent_column_id int, definition nvarchar(max), is_system_named bit
    """,
    "sys.partitions": """
    partition_id bigint, object_id int, index_id int, partition_number int, hobt_id bigint, rows bigint,
    filestream_filegroup_id smallint, data_compression tinyint, data_compression_desc nvarchar(60), xml_compression
    bit, xml_compression_desc varchar(3)
    """,
    "sys.databases": """
    name sysname, database_id int, source_database_id int, owner_sid varbinary(85), create_date datetime,
    compatibility_level tinyint, collation_name sysname, user_access tinyint, user_access_desc nvarchar(60),
    is_read_only bit, is_auto_close_on bit, is_auto_shrink_on bit, state tinyint, state_desc nvarchar(60),
    is_in_standby bit, is_cleanly_shutdown bit, is_supplemental_logging_enabled bit, snapshot_isolation_state
    tinyint, snapshot_isolation_state_desc nvarchar(60), is_read_committed_snapshot_on bit, recovery_model tinyint,
    recovery_model_desc nvarchar(60), page_verify_option tinyint, page_verify_option_desc nvarchar(60),
    is_auto_create_stats_on bit, is_auto_create_stats_incremental_on bit, is_auto_update_stats_on bit,
    is_auto_update_stats_async_on bit, is_ansi_null_default_on bit, is_ansi_nulls_on bit, is_ansi_padding_on bit,
    is_ansi_warnings_on bit, is_arithabort_on bit, is_concat_null_yields_null_on bit, is_numeric_roundabort_on bit,
    is_quoted_identifier_on bit, is_recursive_triggers_on bit, is_cursor_close_on_commit_on bit,
    is_local_cursor_default bit, is_fulltext_enabled bit, is_trustworthy_on bit, is_db_chaining_on bit,
    is_parameterization_forced bit, is_master_key_encrypted_by_server bit, is_query_store_on bit, is_published bit,
    is_subscribed bit, is_merge_published bit, is_distributor bit, is_sync_with_backup bit, service_broker_guid
    uniqueidentifier, is_broker_enabled bit, log_reuse_wait tinyint, log_reuse_wait_desc nvarchar(60),
    is_date_correlation_on bit, is_cdc_enabled bit, is_encrypted bit, is_honor_broker_priority_on bit, replica_id
    uniqueidentifier, group_database_id uniqueidentifier, resource_pool_id int, default_language_lcid smallint,
    default_language_name nvarchar(128), default_fulltext_language_lcid int, default_fulltext_language_name
    nvarchar(128), is_nested_triggers_on bit, is_transform_noise_words_on bit, two_digit_year_cutoff smallint,
    containment tinyint, containment_desc nvarchar(60), target_recovery_time_in_seconds int, delayed_durability int,
    delayed_durability_desc nvarchar(60), is_memory_optimized_elevate_to_snapshot_on bit,
    is_remote_data_archive_enabled bit, is_mixed_page_allocation_on bit, is_temporal_history_retention_enabled bit,
    catalog_collation_type int, catalog_collation_type_desc nvarchar(60), physical_database_name nvarchar(128),
    is_accelerated_database_recovery_on bit, is_memory_optimized_enabled bit, is_ledger_on bit,
    is_change_feed_enabled bit
    """,
    "sys.extended_properties": """
    class tinyint, class_desc nvarchar(60), major_id int, minor_id int, name sysname, value sql_variant
    """,
    "sys.sql_modules": """
    object_id int, definition nvarchar(max), uses_ansi_nulls bit, uses_quoted_identifier bit, is_schema_bound bit,
    uses_database_collation bit, is_recompiled bit, null_on_null_input bit, execute_as_principal_id int,
    uses_native_compilation bit, is_inlineable bit, inline_type bit
    """,
    "sys.procedures": _OBJECT
    + """,
    is_auto_executed bit, is_execution_replicated bit, is_repl_serializable_only bit, skips_repl_constraints bit
    """,
    "sys.triggers": """
    name sysname, object_id int, parent_class tinyint, parent_class_desc nvarchar(60), parent_id int, type char(2),
    type_desc nvarchar(60), create_date datetime, modify_date datetime, is_ms_shipped bit, is_disabled bit,
    is_not_for_replication bit, is_instead_of_trigger bit
    """,
    "sys.identity_columns": _COLUMN
    + """,
    seed_value sql_variant, increment_value sql_variant, last_value sql_variant, is_not_for_replication bit
    """,
    "sys.computed_columns": _COLUMN
    + """,
    definition nvarchar(max), uses_database_collation bit, is_persisted bit
    """,
    "sys.parameters": """
    object_id int, name sysname, parameter_id int, system_type_id tinyint, user_type_id int, max_length smallint,
    precision tinyint, scale tinyint, is_output bit, is_cursor_ref bit, has_default_value bit, is_xml_document bit,
    default_value sql_variant, xml_collection_id int, is_readonly bit, is_nullable bit, encryption_type int,
    encryption_type_desc nvarchar(64), encryption_algorithm_name sysname, column_encryption_key_id int,
    column_encryption_key_database_name sysname
    """,
    "sys.stats": """
    object_id int, name sysname, stats_id int, auto_created bit, user_created bit, no_recompute bit, has_filter bit,
    filter_definition nvarchar(max), is_temporary bit, is_incremental bit, has_persisted_sample bit,
    stats_generation_method int, stats_generation_method_desc varchar(255), auto_drop bit
    """,
    "sys.stats_columns": """
    object_id int, stats_id int, stats_column_id int, column_id int
    """,
    "sys.synonyms": _OBJECT
    + """,
    base_object_name nvarchar(1035)
    """,
    "sys.sequences": _OBJECT
    + """,
    start_value sql_variant, increment sql_variant, minimum_value sql_variant, maximum_value sql_variant, is_cycling
    bit, is_cached bit, cache_size int, system_type_id tinyint, user_type_id int, precision tinyint, scale tinyint,
    current_value sql_variant, is_exhausted bit, last_used_value sql_variant
    """,
    "sys.dm_db_partition_stats": """
    partition_id bigint, object_id int, index_id int, partition_number int, in_row_data_page_count bigint,
    in_row_used_page_count bigint, in_row_reserved_page_count bigint, lob_used_page_count bigint,
    lob_reserved_page_count bigint, row_overflow_used_page_count bigint, row_overflow_reserved_page_count bigint,
    used_page_count bigint, reserved_page_count bigint, row_count bigint
    """,
    "INFORMATION_SCHEMA.SCHEMATA": """
    CATALOG_NAME sysname, SCHEMA_NAME nvarchar(128), SCHEMA_OWNER nvarchar(128), DEFAULT_CHARACTER_SET_CATALOG
    varchar(6), DEFAULT_CHARACTER_SET_SCHEMA varchar(3), DEFAULT_CHARACTER_SET_NAME sysname
    """,
    "INFORMATION_SCHEMA.TABLES": """
    TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME sysname, TABLE_TYPE varchar(10)
    """,
    "INFORMATION_SCHEMA.COLUMNS": """
    TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME nvarchar(128), COLUMN_NAME nvarchar(128),
    ORDINAL_POSITION int, COLUMN_DEFAULT nvarchar(4000), IS_NULLABLE varchar(3), DATA_TYPE nvarchar(128),
    CHARACTER_MAXIMUM_LENGTH int, CHARACTER_OCTET_LENGTH int, NUMERIC_PRECISION tinyint, NUMERIC_PRECISION_RADIX
    smallint, NUMERIC_SCALE int, DATETIME_PRECISION smallint, CHARACTER_SET_CATALOG nvarchar(128),
    CHARACTER_SET_SCHEMA nvarchar(128), CHARACTER_SET_NAME nvarchar(128), COLLATION_CATALOG nvarchar(128),
    COLLATION_SCHEMA nvarchar(128), COLLATION_NAME nvarchar(128), DOMAIN_CATALOG nvarchar(128), DOMAIN_SCHEMA
    nvarchar(128), DOMAIN_NAME nvarchar(128)
    """,
    "INFORMATION_SCHEMA.VIEWS": """
    TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME nvarchar(128), VIEW_DEFINITION
    nvarchar(4000), CHECK_OPTION varchar(7), IS_UPDATABLE varchar(2)
    """,
    "INFORMATION_SCHEMA.KEY_COLUMN_USAGE": """
    CONSTRAINT_CATALOG nvarchar(128), CONSTRAINT_SCHEMA nvarchar(128), CONSTRAINT_NAME nvarchar(128), TABLE_CATALOG
    nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME nvarchar(128), COLUMN_NAME nvarchar(128), ORDINAL_POSITION
    int
    """,
    "INFORMATION_SCHEMA.TABLE_CONSTRAINTS": """
    CONSTRAINT_CATALOG nvarchar(128), CONSTRAINT_SCHEMA nvarchar(128), CONSTRAINT_NAME sysname, TABLE_CATALOG
    nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME sysname, CONSTRAINT_TYPE varchar(11), IS_DEFERRABLE
    varchar(2), INITIALLY_DEFERRED varchar(2)
    """,
    "INFORMATION_SCHEMA.REFERENTIAL_CONSTRAINTS": """
    CONSTRAINT_CATALOG nvarchar(128), CONSTRAINT_SCHEMA nvarchar(128), CONSTRAINT_NAME sysname,
    UNIQUE_CONSTRAINT_CATALOG nvarchar(128), UNIQUE_CONSTRAINT_SCHEMA nvarchar(128), UNIQUE_CONSTRAINT_NAME sysname,
    MATCH_OPTION varchar(7), UPDATE_RULE varchar(11), DELETE_RULE varchar(11)
    """,
    "INFORMATION_SCHEMA.ROUTINES": """
    SPECIFIC_CATALOG nvarchar(128), SPECIFIC_SCHEMA nvarchar(128), SPECIFIC_NAME nvarchar(128), ROUTINE_CATALOG
    nvarchar(128), ROUTINE_SCHEMA nvarchar(128), ROUTINE_NAME nvarchar(128), ROUTINE_TYPE nvarchar(20),
    MODULE_CATALOG nvarchar(128), MODULE_SCHEMA nvarchar(128), MODULE_NAME nvarchar(128), UDT_CATALOG nvarchar(128),
    UDT_SCHEMA nvarchar(128), UDT_NAME nvarchar(128), DATA_TYPE nvarchar(128), CHARACTER_MAXIMUM_LENGTH int,
    CHARACTER_OCTET_LENGTH int, COLLATION_CATALOG nvarchar(128), COLLATION_SCHEMA nvarchar(128), COLLATION_NAME
    nvarchar(128), CHARACTER_SET_CATALOG nvarchar(128), CHARACTER_SET_SCHEMA nvarchar(128), CHARACTER_SET_NAME
    nvarchar(128), NUMERIC_PRECISION smallint, NUMERIC_PRECISION_RADIX smallint, NUMERIC_SCALE smallint,
    DATETIME_PRECISION smallint, INTERVAL_TYPE nvarchar(30), INTERVAL_PRECISION smallint, TYPE_UDT_CATALOG
    nvarchar(128), TYPE_UDT_SCHEMA nvarchar(128), TYPE_UDT_NAME nvarchar(128), SCOPE_CATALOG nvarchar(128),
    SCOPE_SCHEMA nvarchar(128), SCOPE_NAME nvarchar(128), MAXIMUM_CARDINALITY bigint, DTD_IDENTIFIER nvarchar(128),
    ROUTINE_BODY nvarchar(30), ROUTINE_DEFINITION nvarchar(4000), EXTERNAL_NAME nvarchar(128), EXTERNAL_LANGUAGE
    nvarchar(30), PARAMETER_STYLE nvarchar(30), IS_DETERMINISTIC nvarchar(10), SQL_DATA_ACCESS nvarchar(30),
    IS_NULL_CALL nvarchar(10), SQL_PATH nvarchar(128), SCHEMA_LEVEL_ROUTINE nvarchar(10), MAX_DYNAMIC_RESULT_SETS
    smallint, IS_USER_DEFINED_CAST nvarchar(10), IS_IMPLICITLY_INVOCABLE nvarchar(10), CREATED datetime,
    LAST_ALTERED datetime
    """,
    "INFORMATION_SCHEMA.PARAMETERS": """
    SPECIFIC_CATALOG nvarchar(128), SPECIFIC_SCHEMA nvarchar(128), SPECIFIC_NAME nvarchar(128), ORDINAL_POSITION
    int, PARAMETER_MODE nvarchar(10), IS_RESULT nvarchar(10), AS_LOCATOR nvarchar(10), PARAMETER_NAME nvarchar(128),
    DATA_TYPE nvarchar(128), CHARACTER_MAXIMUM_LENGTH int, CHARACTER_OCTET_LENGTH int, COLLATION_CATALOG
    nvarchar(128), COLLATION_SCHEMA nvarchar(128), COLLATION_NAME nvarchar(128), CHARACTER_SET_CATALOG
    nvarchar(128), CHARACTER_SET_SCHEMA nvarchar(128), CHARACTER_SET_NAME nvarchar(128), NUMERIC_PRECISION tinyint,
    NUMERIC_PRECISION_RADIX smallint, NUMERIC_SCALE tinyint, DATETIME_PRECISION smallint, INTERVAL_TYPE
    nvarchar(30), INTERVAL_PRECISION smallint, USER_DEFINED_TYPE_CATALOG nvarchar(128), USER_DEFINED_TYPE_SCHEMA
    nvarchar(128), USER_DEFINED_TYPE_NAME nvarchar(128), SCOPE_CATALOG nvarchar(128), SCOPE_SCHEMA nvarchar(128),
    SCOPE_NAME nvarchar(128)
    """,
    "INFORMATION_SCHEMA.CHECK_CONSTRAINTS": """
    CONSTRAINT_CATALOG nvarchar(128), CONSTRAINT_SCHEMA nvarchar(128), CONSTRAINT_NAME sysname, CHECK_CLAUSE
    nvarchar(4000)
    """,
    "INFORMATION_SCHEMA.CONSTRAINT_COLUMN_USAGE": """
    TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME nvarchar(128), COLUMN_NAME nvarchar(128),
    CONSTRAINT_CATALOG nvarchar(128), CONSTRAINT_SCHEMA nvarchar(128), CONSTRAINT_NAME nvarchar(128)
    """,
    "INFORMATION_SCHEMA.CONSTRAINT_TABLE_USAGE": """
    TABLE_CATALOG nvarchar(128), TABLE_SCHEMA nvarchar(128), TABLE_NAME sysname, CONSTRAINT_CATALOG nvarchar(128),
    CONSTRAINT_SCHEMA nvarchar(128), CONSTRAINT_NAME sysname
    """,
}


@lru_cache(maxsize=1)
def system_views() -> dict[str, tuple[DemoColumn, ...]]:
    """Give the columns of each system view by its name (`sys.tables`, `INFORMATION_SCHEMA.TABLES`)."""
    return {view: _columns(text) for view, text in _SPECIFICATIONS.items()}


def _columns(text: str) -> tuple[DemoColumn, ...]:
    pairs = (entry.split() for entry in text.split(","))
    return tuple(DemoColumn(name, type_, nullable=True) for name, type_ in pairs)
