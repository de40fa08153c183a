-- Indexes, one row a column; those of keys too. Heaps and hypothetical indexes are left out.
SELECT
    i.object_id,
    i.index_id,
    i.name AS index_name,
    i.type_desc AS index_type,
    i.is_unique,
    i.is_primary_key,
    i.is_unique_constraint,
    i.is_disabled,
    i.filter_definition,
    ic.key_ordinal,
    ic.is_descending_key,
    ic.is_included_column,
    c.name AS column_name
FROM sys.indexes AS i
JOIN sys.objects AS o ON o.object_id = i.object_id  --all
LEFT JOIN sys.index_columns AS ic ON ic.object_id = i.object_id AND ic.index_id = i.index_id
LEFT JOIN sys.columns AS c ON c.object_id = ic.object_id AND c.column_id = ic.column_id
WHERE i.index_id > 0
    AND i.is_hypothetical = 0
    AND o.type IN ('U', 'V')  --all
    AND (o.is_ms_shipped = 0 OR SCHEMA_NAME(o.schema_id) = 'cdc')  --all
--1 AND i.object_id = @object_id
ORDER BY i.object_id, i.index_id, ic.key_ordinal, ic.index_column_id;
