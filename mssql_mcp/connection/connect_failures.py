"""What can go wrong on the way to a server; the first half of the table of `failures`."""

from __future__ import annotations

from mssql_mcp.connection.failure_rule import SEE_CHECK, Rule
from mssql_mcp.errors import DatabaseConnectionError

CONNECT_FAILURES: tuple[Rule, ...] = (
    Rule(
        "connection.database_unavailable",
        "{server} cannot open database {database} for this login: {text}",
        "Check the database's name and that the login has a user in it; on Azure the database may be waking up.",
        numbers=(4060,),
        pattern=r'Cannot open database "',
        kind=DatabaseConnectionError,
        is_retried=True,
    ),
    Rule(
        "connection.database_unavailable",
        "{server} has no such database, or it is not available: {text}",
        "Call list_databases for the names, or ask whoever runs the server why the database is offline or restoring.",
        shell_hint="`mssql-mcp inspect databases` lists the names; or ask whoever runs the server why the database is "
        "offline or restoring.",
        # 911 unknown, 921/922/927 recovering, 924 single user, 942/945/952 offline or in transition, 946 too new.
        numbers=(911, 921, 922, 924, 926, 927, 942, 945, 946, 952),
        pattern=r"database ['\"].*['\"] (does not exist|has not been recovered|is being recovered|cannot be opened)",
        kind=DatabaseConnectionError,
    ),
    Rule(
        "connection.database_unavailable",
        "The replica does not take this connection: {text}",
        "Set application_intent to read-only for a readable secondary, or connect to the listener or the primary.",
        # Availability groups: not readable, read-intent only, not synchronised.
        numbers=(976, 978, 979, 982, 983),
        kind=DatabaseConnectionError,
    ),
    Rule(
        "connection.login_disabled",
        "{server} refused the login: {text}",
        "Ask the server's administrator to enable or unlock the login, or to renew its password.",
        # 18470 disabled, 18486 locked out, 18487 expired, 18488 must be changed.
        numbers=(18470, 18486, 18487, 18488),
        pattern=r"Login failed for user .*(disabled|locked out|expired|must be changed)",
        kind=DatabaseConnectionError,
    ),
    Rule(
        "connection.unavailable",
        "{server} is busy or changing over: {text}",
        "Try again in a few seconds; if it stays, look at the server's load and service tier.",
        # Azure throttling, failover and reconfiguration; also a server that starts or stops (6005, 17142, 18401).
        numbers=(
            *(615, 4221, 6005, 10922, 10928, 10929, 10936, 17142, 18401, 40020, 40143, 40166, 40197, 40501, 40540),
            *(40613, 42108, 42109, 49918, 49919, 49920),
        ),
        pattern=(
            r"(The service is currently busy|The service has encountered an error processing your request"
            r"|Database '.*' on server '.*' is not currently available|Cannot process .*request\. )"
        ),
        kind=DatabaseConnectionError,
        is_retried=True,
    ),
    Rule(
        "connection.firewall",
        "Azure's firewall does not let this machine in: {text}",
        "Add this machine's address to the server's firewall rules, or connect from an allowed network.",
        numbers=(40615, 40914, 47073),
        pattern=r"Cannot open server '.*' requested by the login\. Client",
        kind=DatabaseConnectionError,
    ),
    Rule(
        "connection.login_failed",
        "{server} refused the login: {text}",
        "Check auth, username and password: Windows accounts need auth = windows; auth = sql needs a server that "
        "allows SQL logins.",
        numbers=(18450, 18451, 18452, 18456, 18458, 18459, 18460, 18461, 18462, 40531, 40532),
        pattern=r"Login failed",
        states=("28000",),
        kind=DatabaseConnectionError,
    ),
    Rule(
        "connection.certificate",
        "The certificate of {server} cannot be verified: {text}",
        "Install the certificate authority on this machine, or set host_name_in_certificate where only the name "
        "differs. On a test machine trust_server_certificate = true accepts any certificate.",
        pattern=(
            r"SSL Provider: .*(certificate|self.signed|principal name is incorrect|trust"
            r"|0x80090325|0x80090322|0x800B0109)"
        ),
        kind=DatabaseConnectionError,
    ),
    Rule(
        "connection.encryption",
        "No encrypted connection to {server} could be agreed: {text}",
        "encrypt = strict needs SQL Server 2022 or Azure SQL; an old server may know no TLS that this machine accepts. "
        + SEE_CHECK,
        numbers=(20,),
        pattern=r"(SSL Provider|Encryption not supported|SSL Security error|The instance of SQL Server .* encryption)",
        kind=DatabaseConnectionError,
    ),
    Rule(
        "connection.kerberos",
        "The Windows or Kerberos login at {server} failed before the server saw it: {text}",
        "Get a ticket with kinit (Linux, macOS), connect by the full host name, check the server's SPN (setspn -L).",
        pattern=r"(SSPI Provider|Cannot generate SSPI|.*(Kerberos|GSSAPI))",
        kind=DatabaseConnectionError,
        phase="connect",
    ),
    Rule(
        "connection.token",
        "Microsoft Entra ID did not log this account in: {text}",
        "Check username, tenant and secret, and that this mode may sign in without multifactor authentication.",
        pattern=r"(Failed to (authenticate the user|acquire an Entra)|.*(AADSTS\d+|ActiveDirectory|access token))",
        kind=DatabaseConnectionError,
        phase="connect",
    ),
    Rule(
        "connection.instance",
        "The instance was not found: {text}",
        "Check the instance's name, that SQL Server Browser runs and UDP port 1434 is open; or write host,port.",
        pattern=r".*(Error Locating Server/Instance|Server is not found or not accessible)",
        kind=DatabaseConnectionError,
        is_retried=True,
        phase="connect",
    ),
    Rule(
        "connection.refused",
        "{server} refuses connections: {text}",
        "Is the server running, and does it listen on this port? " + SEE_CHECK,
        numbers=(10061,),
        pattern=r"TCP Provider: .*(0x274D|0x2749|0x6F\b|refused|No connection could be made)",
        kind=DatabaseConnectionError,
        is_retried=True,
        phase="connect",
    ),
    Rule(
        "connection.dns",
        "The name of {server} cannot be resolved: {text}",
        "Check the server's name and this machine's DNS.",
        numbers=(11001,),
        pattern=r"TCP Provider: .*(0x2AF9|No such host|not known)",
        kind=DatabaseConnectionError,
        phase="connect",
    ),
    Rule(
        "connection.lost",
        "The connection to {server} broke: {text}",
        "Try again; if it repeats, the server restarts or something on the way cuts connections.",
        # Winsock and Linux numbers for reset, aborted and broken pipes; 596 a killed session, 64 a name that went away.
        numbers=(32, 64, 104, 121, 233, 596, 10053, 10054),
        pattern=r"(Communication link failure|TCP Provider: .*(0x68|0x20|0x2745|0x2746)\b"
        r"|Attempt to use a closed connection|Cannot \w+ .*on (a )?closed connection)",
        states=("01002", "08003", "08007", "08S01", "IMC0"),
        kind=DatabaseConnectionError,
        is_retried=True,
    ),
    Rule(
        "connection.timeout",
        "{server} did not answer in time: {text}",
        "Is the address right, and does a firewall swallow the packets? " + SEE_CHECK,
        numbers=(258, 10060),
        pattern=r"(Login timeout expired|TCP Provider: (Timeout error|.*(0x274C|0x102|0x6E)\b))",
        states=("HYT00", "HYT01"),
        kind=DatabaseConnectionError,
        is_retried=True,
        phase="connect",
    ),
    Rule(
        "connection.driver_missing",
        "The ODBC driver cannot be loaded: {text}",
        "Correct odbc_driver or install Microsoft's driver. " + SEE_CHECK,
        pattern=r"Can't open lib",
        states=("IM002", "IM003"),
        kind=DatabaseConnectionError,
        phase="connect",
    ),
    Rule(
        "connection.rejected",
        "{server} rejected the connection: {text}",
        SEE_CHECK,
        states=("08004",),
        kind=DatabaseConnectionError,
        is_retried=True,
    ),
    Rule(
        "connection.failed",
        "The connection to {server} failed: {text}",
        SEE_CHECK,
        states=("08",),
        kind=DatabaseConnectionError,
        is_retried=True,
    ),
)
