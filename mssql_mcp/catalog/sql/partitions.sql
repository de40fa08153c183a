-- The partitions of one table's heap or clustered index.
SELECT
    p.partition_number,
    p.rows AS row_count,
    p.data_compression_desc AS compression
FROM sys.partitions AS p
WHERE p.object_id = @object_id
    AND p.index_id IN (0, 1)
ORDER BY p.partition_number;
