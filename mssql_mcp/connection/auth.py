"""How to log in: one value a mode, with what each needs and which driver can do it.

The `Authentication` keyword's values are those of Microsoft's ODBC Driver 18
(https://learn.microsoft.com/sql/connect/odbc/using-azure-active-directory) and of mssql-python
(https://learn.microsoft.com/sql/connect/python/mssql-python/). `ActiveDirectoryDefault` exists in mssql-python only;
with pyodbc the same is done with azure-identity and an access token.
"""

from __future__ import annotations

import struct
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mssql_mcp.errors import ConfigurationError, DatabaseConnectionError

if TYPE_CHECKING:
    from mssql_mcp.settings import ConnectionSettings
    from mssql_mcp.settings.odbc import ConnectionString

Need = Literal["required", "optional", "refused"]

# Pre-connect attribute of the ODBC driver that takes an access token
# (https://learn.microsoft.com/sql/connect/odbc/using-azure-active-directory#authenticating-with-an-access-token).
SQL_COPT_SS_ACCESS_TOKEN = 1256
# Scope of a token for Azure SQL in the public cloud; same page.
TOKEN_SCOPE = "https://database.windows.net/.default"  # noqa: S105 - a public address


@dataclass(frozen=True, slots=True)
class AuthMode:
    """One way to log in.

    Attributes:
        name: As in the settings.
        title: For people.
        keywords: ODBC keywords that choose it.
        username: Whether a username is needed.
        credential: Whether a password or client secret is needed.
        username_is: What the username setting holds in this mode.
        pyodbc: Where the ODBC driver itself can do it.
        mssql_python: Whether mssql-python can do it.
        note: What a person should know before choosing it; empty where there is nothing.
    """

    name: str
    title: str
    keywords: tuple[tuple[str, str], ...]
    username: Need
    credential: Need
    username_is: str = "login"
    pyodbc: Literal["everywhere", "windows", "token"] = "everywhere"
    mssql_python: bool = True
    note: str = ""

    def can_use_pyodbc(self, platform: str = sys.platform) -> bool:
        """Tell whether pyodbc can log in this way on an operating system; a token comes from azure-identity."""
        return self.pyodbc != "windows" or platform == "win32"

    def pairs(self, username: str | None, password: str | None) -> tuple[tuple[str, str], ...]:
        """Give the ODBC keywords that log in."""
        named = (("UID", username),) if username and self.username != "refused" else ()
        login = (("PWD", password),) if password and self.credential != "refused" else ()
        return (*self.keywords, *named, *login)


def mode_of(settings: ConnectionSettings) -> AuthMode:
    """Choose the mode: the one that is set, else `sql` where a username is given, else `windows`."""
    name = settings.auth or ("sql" if settings.username else "windows")
    return _BY_NAME[name]


def mode_in(string: ConnectionString) -> AuthMode | None:
    """Tell how a connection string logs in; None where it does not say so: a data source name, a token."""
    authentication = (string.get("Authentication") or "").lower()
    if authentication and authentication != "sqlpassword":
        return next((mode for mode in AUTH_MODES if _authentication(mode) == authentication), None)
    if (string.get("Trusted_Connection") or "").lower() in {"yes", "true"}:
        return _BY_NAME["windows"]
    return _BY_NAME["sql"] if string.get("UID") else None


def _authentication(mode: AuthMode) -> str:
    return dict(mode.keywords).get("Authentication", "").lower()


def validate(settings: ConnectionSettings) -> AuthMode:
    """Choose the mode and check that it has what it needs and nothing that it would ignore.

    Raises:
        ConfigurationError: `config.auth`.
    """
    mode = mode_of(settings)
    password = settings.password.get_secret_value() if settings.password else ""
    for what, need, given in (
        (f"username ({mode.username_is})", mode.username, bool(settings.username)),
        ("password", mode.credential, bool(password)),
    ):
        if need == "required" and not given:
            raise ConfigurationError(
                f"Authentication {mode.name} needs a {what}.",
                code="config.auth",
                hint=_missing_hint(mode, what),
            )
        if need == "refused" and given:
            raise ConfigurationError(
                f"Authentication {mode.name} takes no {what}.",
                code="config.auth",
                hint="Remove it, or choose another auth mode: " + ", ".join(_BY_NAME) + ".",
            )
    return mode


def token_bytes(token: str) -> bytes:
    """Put an access token into the form that the driver takes: its length in bytes, then UTF-16LE.

    Page: https://learn.microsoft.com/sql/connect/odbc/using-azure-active-directory#authenticating-with-an-access-token.
    """
    encoded = token.encode("utf-16-le")
    return struct.pack(f"<I{len(encoded)}s", len(encoded), encoded)


def default_token() -> bytes:
    """Get an access token as `DefaultAzureCredential` finds one: environment, managed identity, Azure CLI, ...

    Raises:
        ConfigurationError: `config.missing_extra`; azure-identity is not installed.
        DatabaseConnectionError: `connection.token`; no credential gave a token.
    """
    try:
        from azure.identity import DefaultAzureCredential
    except ImportError:
        raise ConfigurationError(
            "Authentication entra-default with pyodbc needs the package azure-identity.",
            code="config.missing_extra",
            hint="Install it: `python -m pip install azure-identity`.",
        ) from None
    failed = ""
    try:
        return token_bytes(DefaultAzureCredential().get_token(TOKEN_SCOPE).token)
    except Exception as error:  # noqa: BLE001 - the classes belong to azure-core, and each means the same here
        failed = type(error).__name__
    raise DatabaseConnectionError(
        f"No Entra ID credential gave an access token ({failed}).",
        code="connection.token",
        hint="Sign in with `az login`, or set AZURE_CLIENT_ID, AZURE_TENANT_ID and AZURE_CLIENT_SECRET, or run where a "
        "managed identity exists.",
    )


def _missing_hint(mode: AuthMode, what: str) -> str:
    if what == "password":
        return (
            "Set it in the environment (MSSQL_MCP_CONNECTIONS__<NAME>__PASSWORD) rather than in a file."
            if mode.username == "required"
            else "Set the client secret."
        )
    return f"Set username to the {mode.username_is}."


AUTH_MODES: tuple[AuthMode, ...] = (
    AuthMode(
        name="windows",
        title="Windows or Kerberos account of this process",
        keywords=(("Trusted_Connection", "yes"),),
        username="refused",
        credential="refused",
        note="On Linux and macOS a Kerberos ticket is needed: run kinit first.",
    ),
    AuthMode(
        name="sql",
        title="SQL Server login with a password",
        keywords=(),
        username="required",
        credential="required",
    ),
    AuthMode(
        name="entra-interactive",
        title="Microsoft Entra ID, sign-in in a browser window with multifactor authentication",
        keywords=(("Authentication", "ActiveDirectoryInteractive"),),
        username="optional",
        credential="refused",
        username_is="user principal name",
        pyodbc="windows",
        note="Opens a window on the machine where mssql-mcp runs; not for servers.",
    ),
    AuthMode(
        name="entra-integrated",
        title="Microsoft Entra ID with the Windows or Kerberos account of this process",
        keywords=(("Authentication", "ActiveDirectoryIntegrated"),),
        username="refused",
        credential="refused",
        note="Needs an account that is federated with Entra ID; on Linux and macOS a Kerberos ticket too.",
    ),
    AuthMode(
        name="entra-password",
        title="Microsoft Entra ID user and password",
        keywords=(("Authentication", "ActiveDirectoryPassword"),),
        username="required",
        credential="required",
        username_is="user principal name",
        note="Microsoft has deprecated it: it cannot pass multifactor authentication.",
    ),
    AuthMode(
        name="entra-managed-identity",
        title="Microsoft Entra managed identity of the Azure resource that mssql-mcp runs on",
        keywords=(("Authentication", "ActiveDirectoryMsi"),),
        username="optional",
        credential="refused",
        username_is="client or object id of a user-assigned identity",
    ),
    AuthMode(
        name="entra-service-principal",
        title="Microsoft Entra service principal with a client secret",
        keywords=(("Authentication", "ActiveDirectoryServicePrincipal"),),
        username="required",
        credential="required",
        username_is="client id",
    ),
    AuthMode(
        name="entra-default",
        title="Microsoft Entra ID, whatever credential this machine has (environment, managed identity, Azure CLI)",
        keywords=(("Authentication", "ActiveDirectoryDefault"),),
        username="refused",
        credential="refused",
        pyodbc="token",
        note="With pyodbc the package azure-identity is needed.",
    ),
)
_BY_NAME = {mode.name: mode for mode in AUTH_MODES}
