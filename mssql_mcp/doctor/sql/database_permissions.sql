-- Effective permissions on the database.
-- https://learn.microsoft.com/sql/relational-databases/system-functions/sys-fn-my-permissions-transact-sql
SELECT p.permission_name
FROM sys.fn_my_permissions(NULL, 'DATABASE') AS p
ORDER BY p.permission_name;
