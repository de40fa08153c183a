"""The gate: a text that passes holds exactly one query that only reads.

`check` gives an `Approved`, the only key to a cursor, or raises a `Refusal`. Pure: no database, no files, no network.
"""

from __future__ import annotations

from mssql_mcp.errors import Refusal
from mssql_mcp.gate.approved import Approved
from mssql_mcp.gate.check import check
from mssql_mcp.gate.policy import Policy

__all__ = ["Approved", "Policy", "Refusal", "check"]
