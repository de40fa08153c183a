-- Texts of views, procedures, functions and triggers; NULL where encrypted or not to be seen.
SELECT
    m.object_id,
    m.is_schema_bound,
    m.definition
FROM sys.sql_modules AS m
JOIN sys.objects AS o ON o.object_id = m.object_id
WHERE o.is_ms_shipped = 0
--1 AND (m.object_id = @object_id OR o.parent_object_id = @object_id)
;
