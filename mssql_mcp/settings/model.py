"""The one declaration of every setting: type, default, range and help.

CLI options, environment names, TOML keys, the JSON Schema, the reference page and `config show` derive from these
models; nothing about a setting is said twice. All models refuse unknown keys and are frozen.
"""

from __future__ import annotations

import re
from typing import Annotated, Literal
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

AuthMode = Literal[
    "windows",
    "sql",
    "entra-interactive",
    "entra-integrated",
    "entra-password",
    "entra-managed-identity",
    "entra-service-principal",
    "entra-default",
]
Driver = Literal["auto", "pyodbc", "mssql-python"]
Encrypt = Literal["yes", "no", "strict"]
Isolation = Literal["read committed", "read uncommitted", "snapshot"]
Format = Literal["json", "csv", "markdown"]


class Section(BaseModel):
    """A frozen group of settings that refuses unknown keys."""

    # A pydantic error would otherwise quote what it was given, and that may be a password.
    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, allow_inf_nan=False, hide_input_in_errors=True
    )


class LimitSettings(Section):
    """What one answer may hold and cost; each limit is a fact that the answer reports when it is reached."""

    max_rows: Annotated[int, Field(ge=1, le=1_000_000)] = Field(
        default=100, description="Rows in one answer, unless the call asks for another number."
    )
    row_ceiling: Annotated[int, Field(ge=1, le=10_000_000)] = Field(
        default=10_000, description="The most rows that a call may ask for."
    )
    max_characters: Annotated[int, Field(ge=1_000, le=10_000_000)] = Field(
        default=20_000, description="Characters in one answer."
    )
    max_cell_characters: Annotated[int, Field(ge=16, le=10_000_000)] = Field(
        default=1_000,
        description="Characters in one cell; longer ones are clipped and say their full length.",
    )
    timeout_seconds: Annotated[float, Field(gt=0, le=3_600)] = Field(
        default=30.0,
        description="Deadline of one call: waiting, connecting, running, fetching and retrying together.",
    )
    keep_rows: Annotated[int, Field(ge=0, le=10_000_000)] = Field(
        default=10_000,
        description="Rows of a truncated result that are kept on disk to be continued; 0 keeps none.",
    )
    keep_megabytes: Annotated[int, Field(ge=1, le=100_000)] = Field(
        default=64, description="Size of one kept result; all together may take four times as much."
    )
    keep_seconds: Annotated[float, Field(ge=1, le=86_400)] = Field(
        default=600.0, description="How long a kept result waits to be continued, from its last use."
    )
    cache_seconds: Annotated[float, Field(ge=0, le=86_400)] = Field(
        default=0.0, description="How long the same question is answered from memory; 0 asks the server each time."
    )
    max_concurrent: Annotated[int, Field(ge=1, le=256)] = Field(
        default=8, description="Calls that may work on databases at the same time."
    )
    max_cost: Annotated[float, Field(gt=0)] | None = Field(
        default=None,
        description="Estimated subtree cost above which a query is not run (needs the SHOWPLAN permission).",
        examples=[50],
    )
    max_estimated_rows: Annotated[float, Field(gt=0)] | None = Field(
        default=None,
        description="Estimated result rows above which a query is not run (needs the SHOWPLAN permission).",
        examples=[1_000_000],
    )
    over_cost: Literal["refuse", "warn"] = Field(
        default="refuse",
        description="What becomes of a query above `max_cost` or `max_estimated_rows`: `warn` runs it, and the answer "
        "says so; also where its plan cannot be had.",
    )


class GateSettings(Section):
    """What a SELECT may touch."""

    allow_schemas: tuple[str, ...] = Field(
        default=(),
        description="Globs of schemas (`sales`, `other_db.dbo`) that may be read; empty allows all.",
        examples=[["sales", "other_db.dbo"]],
    )
    deny_schemas: tuple[str, ...] = Field(
        default=(),
        description="Globs of schemas that may not be read; wins over every allow.",
        examples=[["hr"]],
    )
    allow_objects: tuple[str, ...] = Field(
        default=(),
        description="Globs of tables, views and functions (`sales.*`, `db.schema.name`) that may be read; "
        "empty allows all.",
        examples=[["sales.*", "dbo.calendar"]],
    )
    deny_objects: tuple[str, ...] = Field(
        default=(),
        description="Globs of tables, views and functions that may not be read; wins over every allow.",
        examples=[["*.salaries"]],
    )
    allow_databases: tuple[str, ...] = Field(
        default=(),
        description="Other databases that three-part names may reach; empty keeps each query within its own database.",
        examples=[["archive"]],
    )
    deny_functions: tuple[str, ...] = Field(
        default=(),
        description="Globs of functions that may not be called, besides those that reach files or the network, "
        "which never may.",
        examples=[["dbo.slow_*"]],
    )
    system_catalog: bool = Field(
        default=True,
        description="Whether queries may read sys.*, INFORMATION_SCHEMA and metadata functions such as OBJECT_ID.",
    )
    blocking_hints: bool = Field(
        default=False,
        description="Whether lock hints that block writers (UPDLOCK, TABLOCKX, HOLDLOCK, ...) are allowed.",
    )
    max_joins: Annotated[int, Field(ge=0)] | None = Field(
        default=None,
        description="Joined tables in one query; none leaves it open.",
        examples=[10],
    )
    max_recursion: Annotated[int, Field(ge=0, le=32_767)] = Field(
        default=1_000,
        description="The most that OPTION (MAXRECURSION n) may ask for; 0 in the query (no limit) is then refused.",
    )
    mask_hidden: tuple[str, ...] = Field(
        default=(),
        description="Globs of columns (`schema.table.column`) whose values are replaced by NULL.",
        examples=[["hr.people.salary"]],
    )
    mask_hashed: tuple[str, ...] = Field(
        default=(),
        description="Globs of columns whose values are replaced by a keyed hash: equal values stay equal.",
        examples=[["*.*.email"]],
    )
    mask_partial: tuple[str, ...] = Field(
        default=(),
        description="Globs of columns of which only the last four characters are shown.",
        examples=[["sales.cards.number"]],
    )
    mask_classified: Literal["off", "hidden", "hashed", "partial"] = Field(
        default="off", description="How to mask the columns that sys.sensitivity_classifications names."
    )
    confirm: Literal["off", "showplan"] = Field(
        default="off",
        description="Ask the server itself for a second opinion on each new text (needs the SHOWPLAN permission).",
    )


class PoolSettings(Section):
    """Connections that are kept open; see SQLAlchemy's QueuePool."""

    size: Annotated[int, Field(ge=1, le=256)] = Field(
        default=8,
        description="Connections kept open for a connection and database; fewer than limits.max_concurrent would log in"
        " anew under load.",
    )
    max_overflow: Annotated[int, Field(ge=0, le=256)] = Field(
        default=5, description="Further connections under load, closed after use."
    )
    recycle_seconds: Annotated[int, Field(ge=-1)] = Field(
        default=1_800, description="Age after which a connection is replaced; -1 never."
    )


class RetrySettings(Section):
    """Transient errors are tried again with exponential backoff and jitter, inside the call's deadline."""

    max_retries: Annotated[int, Field(ge=0, le=10)] = Field(default=3, description="Tries after the first one.")
    delay_seconds: Annotated[float, Field(ge=0, le=60)] = Field(
        default=0.5, description="Wait before the first new try; doubles with each."
    )
    max_delay_seconds: Annotated[float, Field(ge=0, le=60)] = Field(
        default=8.0, description="The longest wait between two tries."
    )


class SessionSettings(Section):
    """What is set on each physical connection before its first use."""

    lock_timeout_ms: Annotated[int, Field(ge=-1)] = Field(
        default=5_000, description="SET LOCK_TIMEOUT, in milliseconds; -1 waits without end."
    )
    deadlock_priority: Literal["low", "normal"] = Field(
        default="low", description="SET DEADLOCK_PRIORITY: low yields to every other session."
    )
    isolation: Isolation = Field(default="read committed", description="Transaction isolation level.")
    query_governor_cost_limit: Annotated[int, Field(ge=0)] = Field(
        default=0, description="SET QUERY_GOVERNOR_COST_LIMIT; 0 leaves the server's setting."
    )
    trace_comment: bool = Field(
        default=False,
        description="End each query with a comment that holds an id, which the answer names too, so that it is found in"
        " Query Store; costs a plan of its own for each call.",
    )


class ConnectionSettings(Section):
    """One named SQL Server."""

    server: str = Field(
        default="localhost",
        min_length=1,
        description="Host name or address; `host\\instance` and `host,port` work too.",
    )
    port: Annotated[int, Field(ge=1, le=65_535)] | None = Field(
        default=None,
        description="TCP port; 1433 where neither port nor instance is given.",
        examples=[1433],
    )
    instance: str | None = Field(
        default=None,
        description="Named instance; resolved by the driver through SQL Server Browser.",
        examples=["SQLEXPRESS"],
    )
    database: str = Field(
        default="master", min_length=1, description="Database that calls use unless they name another."
    )
    databases: tuple[str, ...] = Field(
        default=(),
        description="Globs of the databases that calls may name; empty allows every one that the login can open.",
        examples=[["Sales*"]],
    )
    driver: Driver = Field(
        default="auto", description="Python driver; auto takes pyodbc where it works, else mssql-python."
    )
    odbc_driver: str | None = Field(
        default=None,
        description="ODBC driver's name or the path of its library; none takes ODBC Driver 18, then 17, "
        "then what is there.",
        examples=["ODBC Driver 18 for SQL Server"],
    )
    auth: AuthMode | None = Field(
        default=None,
        description="How to log in; none takes sql where a username is given, else windows.",
        examples=["sql"],
    )
    username: str | None = Field(
        default=None,
        description="Login, user principal name, or client id.",
        examples=["reader"],
    )
    password: SecretStr | None = Field(
        default=None,
        description="Password or client secret. Better in the environment than in a file.",
        examples=["${MSSQL_PASSWORD}"],
    )
    odbc_connect: SecretStr | None = Field(
        default=None,
        description="A whole ODBC connection string, instead of server, login and encryption; "
        "`database` counts where it names none.",
        examples=["Driver={ODBC Driver 18 for SQL Server};Server=sql1;Database=Sales;Trusted_Connection=yes"],
    )
    url: SecretStr | None = Field(
        default=None,
        description="A whole SQLAlchemy URL (mssql+pyodbc or mssql+mssqlpython), instead of server, login, driver and "
        "encryption; `database` counts where it names none.",
        examples=["mssql+pyodbc://reader:${MSSQL_PASSWORD}@sql1/Sales?driver=ODBC+Driver+18+for+SQL+Server"],
    )
    encrypt: Encrypt = Field(
        default="yes", description="Encryption of the connection; strict needs TDS 8 (SQL Server 2022)."
    )
    trust_server_certificate: bool = Field(
        default=False, description="Accept a certificate that cannot be verified. Not for production."
    )
    host_name_in_certificate: str | None = Field(
        default=None,
        description="Name to expect in the certificate where it differs from the server's.",
        examples=["sql1.example.com"],
    )
    application_name: str = Field(
        default="mssql-mcp", max_length=128, description="program_name in sys.dm_exec_sessions."
    )
    application_intent: Literal["read-write", "read-only"] = Field(
        default="read-only",
        description="read-only lets an availability group route to a readable secondary.",
    )
    multi_subnet_failover: bool = Field(default=False, description="MultiSubnetFailover of the ODBC driver.")
    login_timeout_seconds: Annotated[int, Field(ge=1, le=300)] = Field(default=15, description="Wait for one login.")
    demo: bool = Field(default=False, description="The embedded sample database instead of a server.")
    pool: PoolSettings = Field(default=PoolSettings(), description="Pooling.")
    retry: RetrySettings = Field(default=RetrySettings(), description="Retries.")
    session: SessionSettings = Field(default=SessionSettings(), description="Session set-up.")
    gate: GateSettings | None = Field(
        default=None, description="Policy of this connection; what it does not say is taken from the general one."
    )
    limits: LimitSettings | None = Field(
        default=None, description="Limits of this connection; what they do not say is taken from the general ones."
    )

    @model_validator(mode="after")
    def _take_database_of_the_string(self) -> ConnectionSettings:
        """Take the database that a whole connection string names as the connection's own."""
        named = database_in(_plain(self.url), _plain(self.odbc_connect))
        if named and "database" not in self.model_fields_set:
            # Past the freeze, before anybody has the value; it stays out of the fields that were given.
            self.__dict__["database"] = named
        return self


_DATABASE = re.compile(r"(?:^|;)\s*(?:database|initial catalog)\s*=\s*(\{(?:[^}]|\}\})*\}|[^;]*)", re.IGNORECASE)


def database_in(url: str, odbc_connect: str) -> str:
    """Find the database that a SQLAlchemy URL or an ODBC connection string names; empty where there is none."""
    if url:
        parts = urlsplit(url)
        path = parts.path.lstrip("/")
        # A URL that is cut otherwise than it was meant could give a piece of its password: then it names no database.
        if not parts.scheme.startswith("mssql") or set(path) & set("/@:"):
            return ""
        if path:
            return unquote(path)
        odbc_connect = dict(parse_qsl(parts.query)).get("odbc_connect", odbc_connect)
    found = _DATABASE.search(odbc_connect)
    if found is None:
        return ""
    value = found[1].strip()
    return value[1:-1].replace("}}", "}") if value.startswith("{") else value


def _plain(value: SecretStr | None) -> str:
    return value.get_secret_value() if value else ""


class CatalogSettings(Section):
    """What is known of databases between calls."""

    snapshots: bool = Field(
        default=False,
        description="Keep catalogs in the user's cache folder: a fast start, and metadata with the database down.",
    )
    check_seconds: Annotated[float, Field(ge=0, le=86_400)] = Field(
        default=30.0, description="Time between two looks at whether a schema changed."
    )
    reread_seconds: Annotated[float, Field(ge=0, le=86_400)] = Field(
        default=1800.0,
        description="Time after which a schema is read again in the background, though nothing tells of a change; "
        "0 is never.",
    )


class ServerSettings(Section):
    """The MCP server."""

    toolsets: tuple[Literal["catalog", "query", "compat"], ...] = Field(
        default=("catalog", "query"), description="Groups of tools that are offered."
    )
    format: Format = Field(default="json", description="Format of rows, unless the call asks for another.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="warning", description="What is logged to stderr."
    )


class Settings(Section):
    """Everything that can be configured."""

    default_connection: str | None = Field(
        default=None,
        description="Connection that calls use unless they name another; none takes the only or first one.",
        examples=["default"],
    )
    connections: dict[str, ConnectionSettings] = Field(default_factory=dict, description="Named SQL Servers.")
    limits: LimitSettings = Field(default=LimitSettings(), description="Limits of every answer.")
    gate: GateSettings = Field(default=GateSettings(), description="What a SELECT may touch.")
    catalog: CatalogSettings = Field(default=CatalogSettings(), description="What is known of databases between calls.")
    server: ServerSettings = Field(default=ServerSettings(), description="The MCP server.")

    @property
    def default_name(self) -> str | None:
        """The connection that calls use unless they name another; None where there is no connection."""
        return self.default_connection or next(iter(self.connections), None)
