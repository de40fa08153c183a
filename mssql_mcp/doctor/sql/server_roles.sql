-- Fixed server roles; NULL where this server has no such role.
-- https://learn.microsoft.com/sql/relational-databases/security/authentication-access/server-level-roles
SELECT r.name, IS_SRVROLEMEMBER(r.name) AS is_member
FROM (VALUES
    (N'sysadmin'),
    (N'serveradmin'),
    (N'securityadmin'),
    (N'processadmin'),
    (N'setupadmin'),
    (N'bulkadmin'),
    (N'diskadmin'),
    (N'dbcreator'),
    (N'##MS_DatabaseConnector##'),
    (N'##MS_DatabaseManager##'),
    (N'##MS_DefinitionReader##'),
    (N'##MS_LoginManager##'),
    (N'##MS_PerformanceDefinitionReader##'),
    (N'##MS_SecurityDefinitionReader##'),
    (N'##MS_ServerPerformanceStateReader##'),
    (N'##MS_ServerSecurityStateReader##'),
    (N'##MS_ServerStateManager##'),
    (N'##MS_ServerStateReader##')
) AS r(name);
