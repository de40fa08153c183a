-- Texts of views, procedures, functions and triggers, NULL where not to be seen. Triggers of the database are no objects.
SELECT
    m.object_id,
    m.is_schema_bound,
    m.definition
FROM sys.sql_modules AS m
LEFT JOIN sys.objects AS o ON o.object_id = m.object_id  --all
WHERE (o.is_ms_shipped = 0 OR o.object_id IS NULL)  --all
--1 WHERE m.object_id = @object_id OR m.object_id IN (SELECT tr.object_id FROM sys.triggers AS tr WHERE tr.parent_id = @object_id)
;
