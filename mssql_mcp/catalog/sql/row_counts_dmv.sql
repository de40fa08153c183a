-- Rows of each heap and index, where sys.partitions cannot be read.
SELECT
    ps.object_id,
    ps.index_id,
    SUM(ps.row_count) AS row_count,
    '' AS compression
FROM sys.dm_db_partition_stats AS ps
--1 WHERE ps.object_id = @object_id
GROUP BY ps.object_id, ps.index_id;
