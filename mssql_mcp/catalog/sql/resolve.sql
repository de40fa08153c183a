-- Objects of a name, compared by the database's own collation.
SELECT
    o.object_id,
    s.name AS schema_name,
    o.name AS object_name,
    RTRIM(o.type) AS object_type,
    SCHEMA_NAME() AS default_schema
FROM sys.objects AS o
JOIN sys.schemas AS s ON s.schema_id = o.schema_id
WHERE o.name = @object_name
    AND (o.is_ms_shipped = 0 OR s.name = 'cdc')
    AND o.parent_object_id = 0;
