SELECT p.is_visible, k.schema_name, k.table_name, k.column_name
FROM (
    SELECT HAS_PERMS_BY_NAME(QUOTENAME(DB_NAME()), 'DATABASE', 'VIEW ANY SENSITIVITY CLASSIFICATION') AS is_visible
) AS p
LEFT JOIN (
    SELECT s.name AS schema_name, o.name AS table_name, c.name AS column_name
    FROM sys.sensitivity_classifications AS k
    JOIN sys.objects AS o ON o.object_id = k.major_id
    JOIN sys.schemas AS s ON s.schema_id = o.schema_id
    JOIN sys.columns AS c ON c.object_id = k.major_id AND c.column_id = k.minor_id
    WHERE k.class = 1
) AS k ON 1 = 1
ORDER BY k.schema_name, k.table_name, k.column_name
