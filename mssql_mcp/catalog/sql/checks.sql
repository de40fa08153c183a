-- CHECK constraints.
SELECT
    cc.parent_object_id AS object_id,
    cc.object_id AS constraint_id,
    cc.name AS constraint_name,
    cc.definition,
    cc.is_disabled,
    cc.is_not_trusted,
    c.name AS column_name
FROM sys.check_constraints AS cc
LEFT JOIN sys.columns AS c ON c.object_id = cc.parent_object_id AND c.column_id = cc.parent_column_id
WHERE cc.is_ms_shipped = 0
--1 AND cc.parent_object_id = @object_id
ORDER BY cc.parent_object_id, cc.name;
