"""Read, digest and judge SQL Server's execution plans."""

from __future__ import annotations

from mssql_mcp.insight.plan.judgement import check_cost, confirm_select, cost_of, is_single_select, judge, rows_of
from mssql_mcp.insight.plan.model import Plan
from mssql_mcp.insight.plan.showplan import parse_plan
from mssql_mcp.insight.plan.summary import PlanDigest, digest, digest_text

__all__ = [
    "Plan",
    "PlanDigest",
    "check_cost",
    "confirm_select",
    "cost_of",
    "digest",
    "digest_text",
    "is_single_select",
    "judge",
    "parse_plan",
    "rows_of",
]
