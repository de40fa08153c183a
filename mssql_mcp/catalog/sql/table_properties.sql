-- What is special about tables; apart from the objects because some servers are slow at joining the two.
SELECT
    t.object_id,
    t.is_tracked_by_cdc,
    t.is_filetable,  --? sys.tables.is_filetable | 0 AS is_filetable,
    t.is_memory_optimized,  --? sys.tables.is_memory_optimized | 0 AS is_memory_optimized,
    t.temporal_type,  --? sys.tables.temporal_type | 0 AS temporal_type,
    OBJECT_SCHEMA_NAME(t.history_table_id) AS history_schema,  --? sys.tables.history_table_id | NULL AS history_schema,
    OBJECT_NAME(t.history_table_id) AS history_name,  --? sys.tables.history_table_id | NULL AS history_name,
    t.is_external,  --? sys.tables.is_external | 0 AS is_external,
    t.is_remote_data_archive_enabled,  --? sys.tables.is_remote_data_archive_enabled | 0 AS is_remote_data_archive_enabled,
    t.is_node,  --? sys.tables.is_node | 0 AS is_node,
    t.is_edge,  --? sys.tables.is_edge | 0 AS is_edge,
    t.ledger_type  --? sys.tables.ledger_type | 0 AS ledger_type
FROM sys.tables AS t
--1 WHERE t.object_id = @object_id
;
