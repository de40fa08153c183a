-- Boundary values of partition functions as text, dates in ISO form.
SELECT
    v.function_id,
    CASE
        WHEN CAST(SQL_VARIANT_PROPERTY(v.value, 'BaseType') AS nvarchar(128)) LIKE '%date%'
        THEN CONVERT(nvarchar(100), v.value, 121)
        ELSE CAST(v.value AS nvarchar(100))
    END AS boundary
FROM sys.partition_range_values AS v
ORDER BY v.function_id, v.boundary_id;
