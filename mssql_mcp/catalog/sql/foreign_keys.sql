-- Foreign keys with both ends, one row a column pair. Names by function: joins to both ends cost some servers dearly.
SELECT
    fk.object_id AS constraint_id,
    fk.name AS constraint_name,
    fk.parent_object_id,
    fk.referenced_object_id,
    OBJECT_SCHEMA_NAME(fk.parent_object_id) AS schema_name,
    OBJECT_NAME(fk.parent_object_id) AS table_name,
    OBJECT_SCHEMA_NAME(fk.referenced_object_id) AS referenced_schema,
    OBJECT_NAME(fk.referenced_object_id) AS referenced_table,
    fk.delete_referential_action_desc AS on_delete,
    fk.update_referential_action_desc AS on_update,
    fk.is_disabled,
    fk.is_not_trusted,
    COL_NAME(fkc.parent_object_id, fkc.parent_column_id) AS column_name,
    COL_NAME(fkc.referenced_object_id, fkc.referenced_column_id) AS referenced_column
FROM sys.foreign_keys AS fk
JOIN sys.foreign_key_columns AS fkc ON fkc.constraint_object_id = fk.object_id
--1 WHERE fk.parent_object_id = @object_id OR fk.referenced_object_id = @object_id
ORDER BY fk.object_id, fkc.constraint_column_id;
