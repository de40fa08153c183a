-- The session as the server sees it; a session may always see itself.
-- https://learn.microsoft.com/sql/relational-databases/system-dynamic-management-views/sys-dm-exec-sessions-transact-sql
SELECT
    s.lock_timeout,
    s.deadlock_priority,
    s.transaction_isolation_level,
    s.program_name
FROM sys.dm_exec_sessions AS s
WHERE s.session_id = @@SPID;
