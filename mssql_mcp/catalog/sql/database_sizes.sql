-- KiB of all files of each database.
SELECT
    DB_NAME(mf.database_id) AS database_name,
    SUM(CAST(mf.size AS bigint)) * 8 AS size_kb
FROM sys.master_files AS mf
GROUP BY mf.database_id;
