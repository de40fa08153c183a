"""Which permissions and roles only read, and what everything else could do.

Lists: https://learn.microsoft.com/sql/relational-databases/security/permissions-database-engine and
https://learn.microsoft.com/sql/relational-databases/security/authentication-access/database-level-roles.
"""

from __future__ import annotations

# Permissions that show data or state and change nothing.
READING = frozenset(
    {
        "AUTHENTICATE",
        "CONNECT",
        "CONNECT ANY DATABASE",
        "CONNECT REPLICATION",
        "CONNECT SQL",
        "REFERENCES",
        "SELECT",
        "SELECT ALL USER SECURABLES",
        "SHOWPLAN",
        "SUBSCRIBE QUERY NOTIFICATIONS",
        "UNMASK",
    }
)
READING_PREFIX = "VIEW "

# Roles that change nothing.
READING_SERVER_ROLES = frozenset(
    {
        "##MS_DatabaseConnector##",
        "##MS_DefinitionReader##",
        "##MS_PerformanceDefinitionReader##",
        "##MS_SecurityDefinitionReader##",
        "##MS_ServerPerformanceStateReader##",
        "##MS_ServerSecurityStateReader##",
        "##MS_ServerStateReader##",
    }
)
READING_DATABASE_ROLES = frozenset({"db_datareader", "db_denydatareader", "db_denydatawriter"})

# What the powerful ones could do, said plainly.
POWERS = {
    "sysadmin": "anything at all on this server",
    "securityadmin": "make itself a sysadmin",
    "serveradmin": "reconfigure and shut down the server",
    "processadmin": "end other sessions",
    "setupadmin": "add linked servers",
    "bulkadmin": "load files of the server into tables",
    "diskadmin": "manage backup devices",
    "dbcreator": "create, change, drop and restore databases",
    "##MS_DatabaseManager##": "create and drop databases",
    "##MS_LoginManager##": "create and drop logins",
    "##MS_ServerStateManager##": "clear caches and change server state",
    "db_owner": "change or drop everything in this database",
    "db_securityadmin": "give itself further rights in this database",
    "db_accessadmin": "let others into this database",
    "db_ddladmin": "create, change and drop objects",
    "db_datawriter": "insert, update and delete rows in every table",
    "db_backupoperator": "back the database up",
    "CONTROL SERVER": "anything at all on this server",
    "CONTROL": "change or drop everything in this database",
    "ALTER": "change or drop objects",
    "INSERT": "insert rows",
    "UPDATE": "update rows",
    "DELETE": "delete rows",
    "EXECUTE": "run procedures, which may do anything",
    "TAKE OWNERSHIP": "take what belongs to others",
    "IMPERSONATE": "act as another login",
    "ADMINISTER BULK OPERATIONS": "load files of the server into tables",
}
# Those that deserve a loud warning: nothing on the server limits such a login.
UNLIMITED = frozenset({"sysadmin", "securityadmin", "CONTROL SERVER", "db_owner", "CONTROL", "##MS_LoginManager##"})


def is_reading(permission: str) -> bool:
    """Tell whether a permission only reads."""
    name = permission.upper()
    return name in READING or name.startswith(READING_PREFIX)


def power_of(name: str) -> str:
    """Say what a role or permission could do; empty where there is nothing plainer than its name."""
    return POWERS.get(name, POWERS.get(name.upper(), ""))
