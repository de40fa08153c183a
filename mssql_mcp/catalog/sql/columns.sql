-- Columns of tables, views, table types and table functions, with default, computed expression and mask.
SELECT
    c.object_id,
    c.column_id,
    c.name AS column_name,
    ut.name AS type_name,
    SCHEMA_NAME(ut.schema_id) AS type_schema,
    ut.is_user_defined,
    ut.is_assembly_type,
    bt.name AS base_type,
    c.max_length,
    c.precision,
    c.scale,
    c.is_nullable,
    c.collation_name,
    c.is_identity,
    c.is_computed,
    c.is_rowguidcol,
    c.is_filestream,
    c.is_sparse,
    c.is_column_set,
    dc.object_id AS default_id,
    dc.name AS default_name,
    dc.definition AS default_definition,
    cc.definition AS computed_definition,
    cc.is_persisted,
    c.generated_always_type_desc AS generated,  --? sys.columns.generated_always_type_desc | NULL AS generated,
    c.is_hidden,  --? sys.columns.is_hidden | 0 AS is_hidden,
    c.encryption_type_desc AS encryption,  --? sys.columns.encryption_type_desc | NULL AS encryption,
    mc.masking_function,  --? sys.masked_columns.masking_function | NULL AS masking_function,
    c.vector_dimensions  --? sys.columns.vector_dimensions | NULL AS vector_dimensions
FROM sys.columns AS c
JOIN sys.objects AS o ON o.object_id = c.object_id  --all
LEFT JOIN sys.types AS ut ON ut.user_type_id = c.user_type_id
LEFT JOIN sys.types AS bt ON bt.user_type_id = c.system_type_id
LEFT JOIN sys.default_constraints AS dc ON dc.object_id = c.default_object_id
LEFT JOIN sys.computed_columns AS cc ON cc.object_id = c.object_id AND cc.column_id = c.column_id
LEFT JOIN sys.masked_columns AS mc ON mc.object_id = c.object_id AND mc.column_id = c.column_id  --? sys.masked_columns.masking_function
WHERE o.type IN ('U', 'ET', 'V', 'TT', 'IF', 'TF', 'FT')  --all
    AND (o.is_ms_shipped = 0 OR o.type = 'TT' OR SCHEMA_NAME(o.schema_id) = 'cdc')  --all
--1 WHERE c.object_id = @object_id
ORDER BY c.object_id, c.column_id;
