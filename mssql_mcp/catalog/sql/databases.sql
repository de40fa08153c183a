-- The databases of the server that this login may see.
SELECT
    d.name AS database_name,
    d.state_desc AS state,
    d.is_read_only,
    d.compatibility_level,
    d.collation_name,
    d.create_date AS created,
    d.recovery_model_desc AS recovery_model,
    HAS_DBACCESS(d.name) AS is_accessible
FROM sys.databases AS d
ORDER BY d.name;
