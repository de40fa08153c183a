-- How we are connected; needs no right. https://learn.microsoft.com/sql/t-sql/functions/connectionproperty-transact-sql
SELECT
    CAST(CONNECTIONPROPERTY('net_transport') AS nvarchar(48)) AS transport,
    CAST(CONNECTIONPROPERTY('auth_scheme') AS nvarchar(48)) AS auth_scheme;
