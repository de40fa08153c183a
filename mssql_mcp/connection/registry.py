"""The configured connections by name; each is made when first asked for, and none connects by being made."""

from __future__ import annotations

import difflib
import threading
from typing import TYPE_CHECKING

from mssql_mcp.connection.session import asker_of
from mssql_mcp.errors import ConfigurationError, ValidationError

if TYPE_CHECKING:
    from mssql_mcp.connection.source import Source
    from mssql_mcp.settings import ConnectionSettings, Settings


# What to do where nothing is configured.
HOW_TO_CONNECT = "Run `mssql-mcp config init`, set MSSQL_MCP_CONNECTIONS__MAIN__SERVER, or use --demo."


class Registry:
    """Gives sources by name.

    Args:
        settings: With the connections.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._sources: dict[str, Source] = {}
        self._lock = threading.Lock()
        self._client: str | None = None
        self._asker = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every configured name, in the configuration's order."""
        return tuple(self._settings.connections)

    @property
    def default_name(self) -> str:
        """The connection that calls use unless they name another.

        Raises:
            ConfigurationError: `config.no_connection`, or `config.unknown_default`.
        """
        if not self.names:
            raise ConfigurationError(
                "No connection is configured.",
                code="config.no_connection",
                hint=HOW_TO_CONNECT,
            )
        chosen = self._settings.default_connection
        if chosen is None:
            return self.names[0]
        if chosen not in self._settings.connections:
            near = difflib.get_close_matches(chosen, self.names, n=1)
            raise ConfigurationError(
                f"default_connection names {chosen}, which is not configured.",
                code="config.unknown_default",
                hint=f"Did you mean {near[0]}?" if near else f"Configured: {', '.join(self.names)}.",
                nearest=near,
            )
        return chosen

    def source(self, name: str | None = None) -> Source:
        """Give a source; the default one without a name.

        Raises:
            ValidationError: `input.unknown_connection`.
            ConfigurationError: As `default_name`.
        """
        wanted = self.default_name if name is None else name
        settings = self._settings.connections.get(wanted)
        if settings is None:
            raise ValidationError(
                f"There is no connection named {wanted}.",
                code="input.unknown_connection",
                hint=f"Configured: {', '.join(self.names) or 'none'}.",
                nearest=difflib.get_close_matches(wanted, self.names, n=3, cutoff=0.5),
            )
        with self._lock:
            if wanted not in self._sources:
                self._sources[wanted] = _make(wanted, settings)
                self._sources[wanted].asker = self._asker
            return self._sources[wanted]

    def introduce(self, client: str = "") -> None:
        """Let connections that are opened from now on say who asks: the user of this process, and the client's name."""
        with self._lock:
            if client == self._client:
                return
            self._client, self._asker = client, asker_of(client)
            for source in self._sources.values():
                source.asker = self._asker

    def close(self) -> None:
        """Close every source."""
        with self._lock:
            sources, self._sources = list(self._sources.values()), {}
        for source in sources:
            source.close()


def _make(name: str, settings: ConnectionSettings) -> Source:
    if settings.demo:
        from mssql_mcp.connection.demo import DemoSource

        return DemoSource(name, settings)
    from mssql_mcp.connection.sqlserver import SqlServerSource

    return SqlServerSource(name, settings)
