-- Effective permissions on the server.
-- https://learn.microsoft.com/sql/relational-databases/system-functions/sys-fn-my-permissions-transact-sql
SELECT p.permission_name
FROM sys.fn_my_permissions(NULL, 'SERVER') AS p
ORDER BY p.permission_name;
