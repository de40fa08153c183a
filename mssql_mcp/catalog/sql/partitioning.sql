-- Partitioned tables: scheme, function and the column that decides.
SELECT
    i.object_id,
    ps.name AS scheme_name,
    pf.function_id,
    pf.name AS function_name,
    pf.boundary_value_on_right AS is_right,
    c.name AS column_name
FROM sys.indexes AS i
JOIN sys.partition_schemes AS ps ON ps.data_space_id = i.data_space_id
JOIN sys.partition_functions AS pf ON pf.function_id = ps.function_id
JOIN sys.index_columns AS ic ON ic.object_id = i.object_id AND ic.index_id = i.index_id AND ic.partition_ordinal = 1
JOIN sys.columns AS c ON c.object_id = ic.object_id AND c.column_id = ic.column_id
WHERE i.index_id IN (0, 1)
--1 AND i.object_id = @object_id
;
