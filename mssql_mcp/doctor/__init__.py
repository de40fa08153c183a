"""Find out, step by step, whether a connection works, and what its login could do if the gate did not exist.

`run_checks` walks from the driver to the limits and stops at the first break; `least_privilege_script` writes the T-SQL
that makes a login which can only read. Nothing here changes anything on a server.
"""

from __future__ import annotations

from mssql_mcp.doctor.outcome import Check, CheckOutcome
from mssql_mcp.doctor.script import Extras, least_privilege_script
from mssql_mcp.doctor.walk import CHECKS, run_checks

__all__ = ["CHECKS", "Check", "CheckOutcome", "Extras", "least_privilege_script", "run_checks"]
