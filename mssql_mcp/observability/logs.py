"""Log lines on stderr, redacted; stdout belongs to data or to the protocol."""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING

from mssql_mcp.redact import redact

if TYPE_CHECKING:
    from collections.abc import Iterable


class RedactingFormatter(logging.Formatter):
    """Formats a record and masks what looks like a secret in the whole line, traceback included.

    Args:
        secrets: Literal secrets of the configuration, masked wherever they stand.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = tuple(secrets)

    def format(self, record: logging.LogRecord) -> str:
        """Format one record, masked."""
        return redact(super().format(record), self._secrets)


def configure(level: str, secrets: Iterable[str] = ()) -> None:
    """Send the log to stderr, from the level up; replaces what was configured before.

    Args:
        level: `debug`, `info`, `warning` or `error`.
        secrets: Literal secrets that no line may hold.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter(secrets))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
