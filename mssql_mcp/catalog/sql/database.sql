-- The database itself, who asks, and what metadata this login may see.
SELECT
    DB_NAME() AS database_name,
    SCHEMA_NAME() AS default_schema,
    CAST(SERVERPROPERTY('ServerName') AS nvarchar(256)) AS server_name,
    CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)) AS product_version,
    CAST(SERVERPROPERTY('EngineEdition') AS int) AS engine_edition,
    CAST(SERVERPROPERTY('Babelfish') AS int) AS babelfish,
    (SELECT d.collation_name FROM sys.databases AS d WHERE d.name = DB_NAME()) AS collation_name,
    HAS_PERMS_BY_NAME(QUOTENAME(DB_NAME()), 'DATABASE', 'VIEW DEFINITION') AS sees_definitions;
