-- Reserved KiB of each heap and index, where sys.allocation_units cannot be read.
SELECT
    ps.object_id,
    ps.index_id,
    SUM(ps.reserved_page_count) * 8 AS size_kb
FROM sys.dm_db_partition_stats AS ps
--1 WHERE ps.object_id = @object_id
GROUP BY ps.object_id, ps.index_id;
