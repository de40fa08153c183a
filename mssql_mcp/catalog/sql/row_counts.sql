-- Rows and compression of each heap and index, from the server's own book-keeping. No storage (hobt 0) means not known.
SELECT
    p.object_id,
    p.index_id,
    SUM(CASE WHEN p.hobt_id = 0 THEN NULL ELSE p.rows END) AS row_count,
    MAX(p.data_compression_desc) AS compression
FROM sys.partitions AS p
JOIN sys.objects AS o ON o.object_id = p.object_id  --all
WHERE o.type IN ('U', 'V')  --all
    AND (o.is_ms_shipped = 0 OR SCHEMA_NAME(o.schema_id) = 'cdc')  --all
--1 WHERE p.object_id = @object_id
GROUP BY p.object_id, p.index_id;
