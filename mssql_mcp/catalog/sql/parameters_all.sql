-- Parameters of procedures and functions, where sys.parameters cannot be read; number 0 is a function's result.
SELECT
    p.object_id,
    p.parameter_id,
    p.name AS parameter_name,
    ut.name AS type_name,
    SCHEMA_NAME(ut.schema_id) AS type_schema,
    ut.is_user_defined,
    ut.is_assembly_type,
    bt.name AS base_type,
    p.max_length,
    p.precision,
    p.scale,
    p.is_output,
    p.has_default_value,
    0 AS is_readonly
FROM sys.all_parameters AS p
JOIN sys.objects AS o ON o.object_id = p.object_id
LEFT JOIN sys.types AS ut ON ut.user_type_id = p.user_type_id
LEFT JOIN sys.types AS bt ON bt.user_type_id = p.system_type_id
WHERE o.is_ms_shipped = 0
--1 AND p.object_id = @object_id
ORDER BY p.object_id, p.parameter_id;
