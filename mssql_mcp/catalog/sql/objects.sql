-- Every object of the schema level. Change tables of cdc count as shipped and are wanted all the same.
SELECT
    o.object_id,
    SCHEMA_NAME(o.schema_id) AS schema_name,
    o.name AS object_name,
    RTRIM(o.type) AS object_type,
    o.create_date AS created,
    o.modify_date AS modified
FROM sys.objects AS o
WHERE o.type IN ('U', 'ET', 'V', 'P', 'PC', 'X', 'FN', 'IF', 'TF', 'FS', 'FT', 'AF', 'SN', 'SO')
    AND (o.is_ms_shipped = 0 OR SCHEMA_NAME(o.schema_id) = 'cdc')
--1 AND o.object_id = @object_id
;
