"""What a plan says about whether to run its query: what it is, what it costs, and whether that is too much."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.errors import QueryError, Refusal, SecurityError, UnsupportedError
from mssql_mcp.insight.plan.showplan import parse_plan
from mssql_mcp.insight.plan.summary import digest, digest_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.insight.explain import PlanXml
    from mssql_mcp.insight.plan.model import Plan
    from mssql_mcp.settings import LimitSettings

# StatementType of a query: one without a table has no plan, and a name of its own.
_SELECTS = frozenset({"SELECT", "SELECT WITHOUT QUERY"})
# A server, or a login, that shows no plans.
_NO_PLAN = ("unsupported.showplan", "unsupported.demo", "query.permission_denied")


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


def check_cost(
    plan: Plan, *, max_cost: float | None = None, max_rows: float | None = None, is_warning: bool = False
) -> tuple[str, ...]:
    """Refuse a query that the optimizer expects to be too expensive, with the plan's digest, or warn of it.

    Args:
        plan: Estimated.
        max_cost: `limits.max_cost`; None for no limit.
        max_rows: `limits.max_estimated_rows`; None for no limit.
        is_warning: Whether `limits.over_cost` lets the query run all the same.

    Returns:
        A sentence for the answer for each limit that is passed; without `is_warning` none.

    Raises:
        SecurityError: `policy.cost` or `policy.estimated_rows`; `details` has `estimated`, `limit` and `plan`.
    """
    warnings = []
    for code, name, estimated, limit in (
        ("policy.cost", "cost", cost_of(plan), max_cost),
        ("policy.estimated_rows", "number of rows", rows_of(plan), max_rows),
    ):
        if limit is None or estimated <= limit:
            continue
        above = f"estimated {name} is {estimated:,.6g}, above the limit of {limit:,.6g}"
        if is_warning:
            warnings.append(f"Warning: the query's {above}. Filter, aggregate or join less.")
            continue
        raise SecurityError(
            f"The query was not run: its {above}.",
            code=code,
            hint="Filter, aggregate or join less; the plan's digest says where the cost is.",
            details={"estimated": estimated, "limit": limit, "plan": digest_text(digest(plan))},
        )
    return tuple(warnings)


def judge(fetch: Callable[[], PlanXml], limits: LimitSettings, *, must_confirm: bool) -> tuple[str, ...]:
    """Hold a query's plan against the settings, before it runs.

    Args:
        fetch: Asks the server for the estimated plan.
        limits: Of the connection.
        must_confirm: Whether the server itself has to read the text as one SELECT.

    Returns:
        Warnings for the answer, where `limits.over_cost` is `warn`.

    Raises:
        ToolError: As `confirm_select` and `check_cost`; also where the plan cannot be had and is needed.
    """
    is_warning = limits.over_cost == "warn"
    try:
        plan = parse_plan(fetch().xml)
    except (UnsupportedError, QueryError) as error:
        if must_confirm or not is_warning or error.code not in _NO_PLAN:
            raise
        return (f"Warning: the query's cost is not known. {error.message}",)
    if must_confirm:
        confirm_select(plan)
    return check_cost(plan, max_cost=limits.max_cost, max_rows=limits.max_estimated_rows, is_warning=is_warning)
