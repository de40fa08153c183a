-- User-defined types: aliases, table types and CLR types.
SELECT
    ut.user_type_id,
    SCHEMA_NAME(ut.schema_id) AS schema_name,
    ut.name AS type_name,
    bt.name AS base_type,
    ut.max_length,
    ut.precision,
    ut.scale,
    ut.is_nullable,
    ut.is_assembly_type,
    ut.is_table_type,
    tt.type_table_object_id
FROM sys.types AS ut
LEFT JOIN sys.types AS bt ON bt.user_type_id = ut.system_type_id
LEFT JOIN sys.table_types AS tt ON tt.user_type_id = ut.user_type_id
WHERE ut.is_user_defined = 1;
