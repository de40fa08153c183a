-- Reserved KiB of each heap and index. Containers of row data are B-trees, those of large objects are partitions.
SELECT
    pages.object_id,
    pages.index_id,
    SUM(pages.total_pages) * 8 AS size_kb
FROM (
    SELECT p.object_id, p.index_id, a.total_pages
    FROM sys.partitions AS p
    JOIN sys.allocation_units AS a ON a.container_id = p.hobt_id AND a.type IN (1, 3)
    UNION ALL
    SELECT p.object_id, p.index_id, a.total_pages
    FROM sys.partitions AS p
    JOIN sys.allocation_units AS a ON a.container_id = p.partition_id AND a.type = 2
) AS pages
--1 WHERE pages.object_id = @object_id
GROUP BY pages.object_id, pages.index_id;
