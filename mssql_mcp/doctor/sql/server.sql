-- Who answers, and as whom we are logged in. https://learn.microsoft.com/sql/t-sql/functions/serverproperty-transact-sql
SELECT
    CAST(SERVERPROPERTY('ProductVersion') AS nvarchar(128)) AS version,
    CAST(SERVERPROPERTY('Edition') AS nvarchar(128)) AS edition,
    CAST(SERVERPROPERTY('EngineEdition') AS int) AS engine_edition,
    SUSER_SNAME() AS login,
    USER_NAME() AS database_user,
    DB_NAME() AS database_name,
    CAST(DATABASEPROPERTYEX(DB_NAME(), 'Updateability') AS nvarchar(20)) AS updateability;
