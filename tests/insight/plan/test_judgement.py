"""The server's own understanding of a text can stop it."""

from __future__ import annotations

import pytest

from mssql_mcp.errors import QueryError, Refusal, SecurityError, UnsupportedError
from mssql_mcp.insight.plan import check_cost, confirm_select, cost_of, is_single_select, judge, parse_plan, rows_of
from mssql_mcp.settings import LimitSettings


@pytest.mark.parametrize(
    "name",
    ["trivial", "without_query", "join_with_scan", "parallel", "actual_spill", "cross_join_and_function"],
)
def test_one_select_is_confirmed(plan_of, name):
    """A SELECT is one, with or without tables, threads and functions that read."""
    assert is_single_select(plan_of(name))
    confirm_select(plan_of(name))


@pytest.mark.parametrize("name", ["multi_statement", "select_into"])
def test_anything_else_is_refused(plan_of, name):
    """Cursors, several statements and SELECT INTO are named in the refusal."""
    assert not is_single_select(plan_of(name))
    with pytest.raises(Refusal) as caught:
        confirm_select(plan_of(name))
    assert caught.value.code == "gate.not_confirmed"
    assert plan_of(name).top[0].type in caught.value.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('StatementType="SELECT"', 'StatementType="DELETE"'),
        ("<StmtSimple ", '<StmtUseDb Database="x" StatementType="USE DATABASE" /><StmtSimple '),
        ('PhysicalOp="Clustered Index Seek"', 'PhysicalOp="Clustered Index Delete"'),
        ("</QueryPlan>", '</QueryPlan><StoredProc ProcName="p"><Statements><StmtSimple /></Statements></StoredProc>'),
    ],
)
def test_each_sign_of_another_statement_counts(plan_xml, old, new):
    """The type, a second statement, a writing operator and a procedure each suffice."""
    text = plan_xml("trivial")
    assert old in text
    assert not is_single_select(parse_plan(text.replace(old, new, 1)))


def test_a_batch_without_statements_is_refused(plan_xml):
    """Nothing is not one SELECT."""
    head, _, rest = plan_xml("without_query").partition("<StmtSimple")
    empty = parse_plan(head + rest.partition("/>")[2])
    assert (empty.statements, is_single_select(empty)) == ((), False)
    with pytest.raises(Refusal, match="nothing"):
        confirm_select(empty)


def test_cost_and_rows_are_those_of_the_batch(plan_of):
    """What stands inside another statement is counted once, with it."""
    assert (cost_of(plan_of("join_with_scan")), rows_of(plan_of("join_with_scan"))) == (12.31, 120)
    assert (cost_of(plan_of("multi_statement")), rows_of(plan_of("multi_statement"))) == (0.0033, 1)


def test_limits_that_are_kept_let_the_query_run(plan_of):
    """At the limit is not above it, and no limit is no limit."""
    check_cost(plan_of("join_with_scan"))
    check_cost(plan_of("join_with_scan"), max_cost=12.31, max_rows=120)


@pytest.mark.parametrize(
    ("limits", "code", "estimated"),
    [({"max_cost": 12.3}, "policy.cost", 12.31), ({"max_rows": 119}, "policy.estimated_rows", 120)],
)
def test_a_query_above_a_limit_is_refused_with_its_digest(plan_of, limits, code, estimated):
    """The refusal has the estimate, the limit and the plan's digest."""
    with pytest.raises(SecurityError) as caught:
        check_cost(plan_of("join_with_scan"), **limits)
    error = caught.value
    assert error.code == code
    assert (error.details["estimated"], error.details["limit"]) == (estimated, next(iter(limits.values())))
    assert "Clustered Index Scan sales.Orders" in error.details["plan"]
    assert f"{estimated}" in error.message


@pytest.mark.parametrize(
    ("limits", "said"),
    [
        ({"max_cost": 12.3}, ["cost is 12.31"]),
        ({"max_rows": 119}, ["number of rows is 120"]),
        ({"max_cost": 1, "max_rows": 1}, ["cost is 12.31", "number of rows is 120"]),
        ({"max_cost": 12.31, "max_rows": 120}, []),
    ],
)
def test_a_query_above_a_limit_can_be_warned_of(plan_of, limits, said):
    """The same limits, a sentence for each that is passed."""
    warnings = check_cost(plan_of("join_with_scan"), **limits, is_warning=True)
    assert len(warnings) == len(said)
    assert all(words in warning for words, warning in zip(said, warnings, strict=True))


def no_plan():
    raise UnsupportedError("This server shows no plans.", code="unsupported.showplan")


def test_a_plan_that_cannot_be_had_stops_what_needs_it():
    """A warning needs none: the query runs, and the answer says that its cost is not known."""
    refusing, warning = LimitSettings(max_cost=1), LimitSettings(max_cost=1, over_cost="warn")
    for limits, must_confirm in ((refusing, False), (refusing, True), (warning, True)):
        with pytest.raises(UnsupportedError):
            judge(no_plan, limits, must_confirm=must_confirm)
    (said,) = judge(no_plan, warning, must_confirm=False)
    assert "not known" in said
    assert "shows no plans" in said


def test_what_is_wrong_with_a_query_is_no_warning():
    """Only a plan that cannot be had is passed over."""

    def fail():
        raise QueryError("There is no such column.", code="query.invalid_column")

    with pytest.raises(QueryError):
        judge(fail, LimitSettings(max_cost=1, over_cost="warn"), must_confirm=False)
