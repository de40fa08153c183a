"""The gate: a text that passes holds exactly one query that only reads.

`check` gives an `Approved`, the only key to a cursor, or raises a `Refusal`. Pure: no database, no files, no network.
"""

from __future__ import annotations

from mssql_mcp.errors import Refusal
from mssql_mcp.gate.approved import Approved
from mssql_mcp.gate.check import check
from mssql_mcp.gate.explain import Explanation, explain
from mssql_mcp.gate.mask import Mask
from mssql_mcp.gate.policy import MaskRule, Policy
from mssql_mcp.gate.schema import SchemaLookup, TableShape

__all__ = [
    "Approved",
    "Explanation",
    "Mask",
    "MaskRule",
    "Policy",
    "Refusal",
    "SchemaLookup",
    "TableShape",
    "check",
    "explain",
]
