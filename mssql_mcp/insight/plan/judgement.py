"""What a plan says about whether to run its query: what it is, what it costs, and whether that is too much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.errors import Refusal, SecurityError
from mssql_mcp.insight.plan.summary import digest, digest_text

if TYPE_CHECKING:
    from mssql_mcp.insight.plan.model import Plan

# StatementType of a query: one without a table has no plan, and a name of its own.
_SELECTS = frozenset({"SELECT", "SELECT WITHOUT QUERY"})


def cost_of(plan: Plan) -> float:
    """Add up the estimated cost of the batch's statements; no unit."""
    return sum(statement.cost for statement in plan.top)


def rows_of(plan: Plan) -> float:
    """Add up the estimated rows that the batch's statements return."""
    return sum(statement.rows for statement in plan.top)


def is_single_select(plan: Plan) -> bool:
    """Say whether SQL Server itself understood the batch as one SELECT that changes nothing.

    Statements inside user-defined functions do not count: SQL Server lets no function change a table.
    """
    if len(plan.top) != 1:
        return False
    statement = plan.top[0]
    is_select = statement.element == "StmtSimple" and statement.type.upper() in _SELECTS
    writes = any(operator.is_write for operator in statement.operators)
    calls_procedure = any(inner.routine_kind == "StoredProc" for inner in plan.statements)
    return is_select and not writes and not calls_procedure


def confirm_select(plan: Plan) -> None:
    """Hold a plan against the gate's judgement, for `gate.confirm = "showplan"`.

    Raises:
        Refusal: `gate.not_confirmed`; SQL Server read something else than one SELECT.
    """
    if is_single_select(plan):
        return
    types = ", ".join(dict.fromkeys(statement.type or statement.element for statement in plan.top)) or "nothing"
    raise Refusal(
        f"SQL Server itself reads the text as {types}, not as one SELECT.",
        code="gate.not_confirmed",
        hint="Send one SELECT. If this is one, please report it: the gate and the server disagree.",
    )


def check_cost(plan: Plan, *, max_cost: float | None = None, max_rows: float | None = None) -> None:
    """Refuse a query that the optimizer expects to be too expensive, with the plan's digest.

    Args:
        plan: Estimated.
        max_cost: `limits.max_cost`; None for no limit.
        max_rows: `limits.max_estimated_rows`; None for no limit.

    Raises:
        SecurityError: `policy.cost` or `policy.estimated_rows`; `details` has `estimated`, `limit` and `plan`.
    """
    for code, name, estimated, limit in (
        ("policy.cost", "cost", cost_of(plan), max_cost),
        ("policy.estimated_rows", "number of rows", rows_of(plan), max_rows),
    ):
        if limit is not None and estimated > limit:
            raise SecurityError(
                f"The query was not run: its estimated {name} is {estimated:,.6g}, above the limit of {limit:,.6g}.",
                code=code,
                hint="Filter, aggregate or join less; the plan's digest says where the cost is.",
                details={"estimated": estimated, "limit": limit, "plan": digest_text(digest(plan))},
            )
