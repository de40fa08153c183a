-- Roles of the database that the user is a member of, directly or through others, and db_owner for dbo.
-- https://learn.microsoft.com/sql/t-sql/functions/is-rolemember-transact-sql
SELECT p.name
FROM sys.database_principals AS p
WHERE p.type = 'R' AND p.name <> 'public' AND IS_ROLEMEMBER(p.name) = 1
ORDER BY p.name;
