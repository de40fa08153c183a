-- Whether the server sees this connection as encrypted; needs VIEW SERVER STATE on most servers.
-- https://learn.microsoft.com/sql/relational-databases/system-dynamic-management-views/sys-dm-exec-connections-transact-sql
SELECT c.encrypt_option
FROM sys.dm_exec_connections AS c
WHERE c.session_id = @@SPID;
