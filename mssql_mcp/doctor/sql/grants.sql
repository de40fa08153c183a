-- What was granted on schemas, objects and types to this user or one of its roles, public included. System objects have
-- negative ids. https://learn.microsoft.com/sql/relational-databases/system-catalog-views/sys-database-permissions-transact-sql
SELECT
    g.name AS grantee,
    p.permission_name,
    p.class_desc,
    COUNT(*) AS securables,
    MIN(CASE p.class
        WHEN 1 THEN CONCAT(OBJECT_SCHEMA_NAME(p.major_id), '.', OBJECT_NAME(p.major_id))
        WHEN 3 THEN SCHEMA_NAME(p.major_id)
    END) AS example
FROM sys.database_permissions AS p
INNER JOIN sys.database_principals AS g ON g.principal_id = p.grantee_principal_id
WHERE p.state IN ('G', 'W')
    AND p.class IN (1, 3, 6)
    AND p.major_id > 0
    AND (g.principal_id = DATABASE_PRINCIPAL_ID() OR IS_ROLEMEMBER(g.name) = 1)
GROUP BY g.name, p.permission_name, p.class_desc
ORDER BY g.name, p.permission_name;
