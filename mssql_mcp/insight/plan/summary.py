"""A plan for a reader with twenty seconds: cost, rows, what is expensive, what is wrong, what to do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mssql_mcp.errors import UnsupportedError
from mssql_mcp.insight.plan import findings
from mssql_mcp.insight.plan.advice import index_statement, next_steps

if TYPE_CHECKING:
    from mssql_mcp.insight.plan.model import Operator, Plan, PlanStatement

MAX_CHARACTERS = 2_500
"""Of a digest's text: some 600 tokens."""
TOP_OPERATORS = 5
MAX_STATEMENT = 400
"""Characters of a CREATE INDEX in the text."""


@dataclass(frozen=True, slots=True)
class CostlyOperator:
    """An operator that takes a good part of the cost.

    Attributes:
        label: Operation and what it works on.
        share_percent: Of the statement's estimated cost.
        rows: How many rows it gives, in words.
    """

    label: str
    share_percent: float
    rows: str


@dataclass(frozen=True, slots=True)
class IndexWish:
    """An index that the optimizer wished for.

    Attributes:
        impact_percent: How much cheaper the optimizer thinks that the query would be.
        statement: The CREATE INDEX.
    """

    impact_percent: float
    statement: str


@dataclass(frozen=True, slots=True)
class PlanDigest:
    """The digest of a plan; of several statements the most expensive one is told.

    Attributes:
        statement_type: Such as `SELECT`.
        statement_count: Statements in the batch.
        is_actual: Whether the plan tells what happened.
        cost: Estimated; no unit.
        rows: Estimated rows of the result.
        actual_rows: None in an estimated plan.
        degree_of_parallelism: None where the plan does not tell; 1 for one thread.
        memory_kb: Granted, in an estimated plan wished for; None where the plan does not tell.
        elapsed_ms: Of an actual plan.
        cpu_ms: Of an actual plan.
        top_operators: At most five, the most expensive first.
        scans: What is read from end to end.
        seek_count: Accesses that go to a range of an index.
        lookups: Key and RID lookups.
        warnings: Of the plan, as sentences.
        conversions: Conversions by the server where rows are filtered or joined.
        missing_indexes: Largest impact first.
        doubts: Where more than ten times too many or too few rows were expected (actual plans).
        waits: What the query waited for (actual plans).
        next_steps: What to do, the most useful first.
    """

    statement_type: str
    statement_count: int
    is_actual: bool
    cost: float
    rows: float
    actual_rows: int | None
    is_parallel: bool
    degree_of_parallelism: int | None
    memory_kb: int | None
    elapsed_ms: int | None
    cpu_ms: int | None
    top_operators: tuple[CostlyOperator, ...]
    scans: tuple[str, ...]
    seek_count: int
    lookups: tuple[str, ...]
    warnings: tuple[str, ...]
    conversions: tuple[str, ...]
    missing_indexes: tuple[IndexWish, ...]
    doubts: tuple[str, ...]
    waits: tuple[str, ...]
    next_steps: tuple[str, ...]


def digest(plan: Plan) -> PlanDigest:
    """Make the digest of a plan.

    Raises:
        UnsupportedError: `unsupported.showplan`; the plan has no statement.
    """
    if not plan.top:
        raise UnsupportedError("The plan has no statement.", code="unsupported.showplan")
    statement = max(plan.top, key=lambda candidate: candidate.cost)
    routines = tuple(dict.fromkeys(inner.routine for inner in plan.statements if inner.is_nested and inner.routine))
    return PlanDigest(
        statement_type=statement.type or statement.element,
        statement_count=len(plan.top),
        is_actual=plan.is_actual,
        cost=statement.cost,
        rows=statement.rows,
        # A Compute Scalar at the root often has no counters of its own; the first operator that has gives its rows.
        actual_rows=next((operator.runtime.rows for operator in statement.operators if operator.runtime), None),
        is_parallel=statement.is_parallel,
        degree_of_parallelism=statement.degree_of_parallelism,
        memory_kb=statement.memory.granted_kb if plan.is_actual else statement.memory.desired_kb,
        elapsed_ms=statement.elapsed_ms,
        cpu_ms=statement.cpu_ms,
        top_operators=_costly(statement),
        scans=findings.scan_lines(statement),
        seek_count=sum(operator.is_seek for operator in statement.operators),
        lookups=findings.lookup_lines(statement),
        warnings=findings.warning_lines(statement, routines),
        conversions=findings.conversion_lines(statement),
        missing_indexes=_wishes(statement),
        doubts=findings.doubt_lines(statement),
        waits=tuple(f"{wait.kind} {wait.milliseconds:,} ms ({wait.count:,} times)" for wait in statement.waits),
        next_steps=next_steps(statement),
    )


def digest_text(given: PlanDigest, max_characters: int = MAX_CHARACTERS) -> str:
    """Write a digest as text; what does not fit is counted, the next steps always stand at the end.

    Args:
        given: The digest.
        max_characters: Of the text.
    """
    ending = ["Next:", *(f"- {step}" for step in given.next_steps)]
    page = _Page(max_characters - sum(len(line) + 1 for line in ending))
    page.add(_headline(given))
    page.section(
        "Top operators (share of cost):",
        [f"{shown.share_percent:.0f} % {shown.label}: {shown.rows}" for shown in given.top_operators],
    )
    page.section("Warnings:", list(given.warnings))
    page.section("Implicit conversions:", list(given.conversions))
    page.section(
        "Missing indexes (the optimizer's wish; compare with the indexes that exist):",
        [_wish_line(wish) for wish in given.missing_indexes],
        line_characters=2 * MAX_STATEMENT,
    )
    page.section("Row estimates that were far off:", list(given.doubts))
    page.section("Scans:", list(given.scans))
    page.section("Lookups:", list(given.lookups))
    page.section("Waits:", list(given.waits), at_most=3)
    return "\n".join([*page.lines, *ending])[:max_characters]


def _costly(statement: PlanStatement) -> tuple[CostlyOperator, ...]:
    whole = statement.cost or sum(operator.own_cost for operator in statement.operators)
    if not whole:
        return ()
    ranked: list[Operator] = sorted(statement.operators, key=lambda operator: -operator.own_cost)[:TOP_OPERATORS]
    return tuple(
        CostlyOperator(
            findings.operator_label(operator), 100 * operator.own_cost / whole, findings.operator_rows(operator)
        )
        for operator in ranked
        if operator.own_cost / whole >= 0.005
    )


def _wishes(statement: PlanStatement) -> tuple[IndexWish, ...]:
    wishes: dict[str, IndexWish] = {}
    for wish in statement.missing_indexes:
        wishes.setdefault(index_statement(wish), IndexWish(wish.impact_percent, index_statement(wish)))
    return tuple(wishes.values())


def _wish_line(wish: IndexWish) -> str:
    """Write a wish; a list of included columns that is too long is left out, since half a statement helps nobody."""
    statement = wish.statement
    if len(statement) > MAX_STATEMENT:
        statement = statement.partition(" INCLUDE (")[0] + "; -- INCLUDE: see the full plan"
    return f"{wish.impact_percent:.0f} % cheaper: {statement}"


def _headline(given: PlanDigest) -> str:
    facts = [given.statement_type, f"cost {_cost(given.cost)}"]
    if given.actual_rows is None:
        facts.append(findings.rows_in_words(given.rows, "about "))
    else:
        facts.append(f"{findings.rows_in_words(given.actual_rows)} ({findings.count(given.rows)} expected)")
    if given.elapsed_ms is not None:
        facts.append(f"{given.elapsed_ms:,} ms" + (f" ({given.cpu_ms:,} ms CPU)" if given.cpu_ms is not None else ""))
    if given.is_parallel:
        degree = given.degree_of_parallelism
        facts.append(f"parallel ({degree} threads)" if degree and degree > 1 else "parallel")
    if given.memory_kb:
        facts.append(f"memory {'granted' if given.is_actual else 'wanted'} {given.memory_kb:,} KB")
    if given.seek_count:
        facts.append(f"{given.seek_count} index {'seek' if given.seek_count == 1 else 'seeks'}")
    kind = "Actual" if given.is_actual else "Estimated"
    batch = f" (the most expensive of {given.statement_count} statements)" if given.statement_count > 1 else ""
    return f"{kind} plan{batch}: {', '.join(facts)}"


def _cost(value: float) -> str:
    if value == 0:
        return "0"
    return f"{value:,.2f}" if 0.1 <= value < 1e9 else f"{value:.2g}"


class _Page:
    """Lines within a number of characters."""

    def __init__(self, max_characters: int) -> None:
        self.room = max_characters
        self.lines: list[str] = []

    def add(self, line: str) -> bool:
        """Take a line where it fits."""
        if len(line) + 1 > self.room:
            return False
        self.lines.append(line)
        self.room -= len(line) + 1
        return True

    def section(self, title: str, items: list[str], *, at_most: int = 5, line_characters: int = 160) -> None:
        """Take a title and as many items as fit; those left out are counted."""
        if not items:
            return
        rest = "- ... and {} more"
        if len(title) + len(rest) + 8 > self.room:
            return
        self.add(title)
        for place, item in enumerate(items):
            line = "- " + findings.one_line(item, line_characters)
            is_last = place == len(items) - 1
            needed = len(line) + 1 + (0 if is_last else len(rest) + 6)
            if place == at_most or needed > self.room:
                self.add(rest.format(len(items) - place))
                return
            self.add(line)
