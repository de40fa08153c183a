-- Objects of a name, compared by the database's own collation.
SELECT
    o.object_id,
    SCHEMA_NAME(o.schema_id) AS schema_name,
    o.name AS object_name,
    RTRIM(o.type) AS object_type,
    o.create_date AS created,
    o.modify_date AS modified
FROM sys.objects AS o
WHERE o.name = @object_name
    AND (o.is_ms_shipped = 0 OR SCHEMA_NAME(o.schema_id) = 'cdc')
    AND o.parent_object_id = 0;
