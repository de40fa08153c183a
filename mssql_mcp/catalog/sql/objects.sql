-- Every object of the schema level, with what sys.tables adds for tables. Change tables of cdc count as shipped.
SELECT
    o.object_id,
    s.name AS schema_name,
    o.name AS object_name,
    RTRIM(o.type) AS object_type,
    o.create_date AS created,
    o.modify_date AS modified,
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
FROM sys.objects AS o
JOIN sys.schemas AS s ON s.schema_id = o.schema_id
LEFT JOIN sys.tables AS t ON t.object_id = o.object_id
WHERE o.type IN ('U', 'ET', 'V', 'P', 'PC', 'X', 'FN', 'IF', 'TF', 'FS', 'FT', 'AF', 'SN', 'SO')
    AND (o.is_ms_shipped = 0 OR s.name = 'cdc')
--1 AND o.object_id = @object_id
;
