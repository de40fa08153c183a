"""A digest is short, true and ends with what to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mssql_mcp.errors import UnsupportedError
from mssql_mcp.insight.plan import Plan, digest, digest_text
from mssql_mcp.insight.plan.model import MissingIndex, Operator, PlanStatement, PlanWarning
from mssql_mcp.insight.plan.summary import MAX_CHARACTERS, TOP_OPERATORS

GOOD = (
    "trivial", "without_query", "join_with_scan", "key_lookup", "missing_index", "implicit_conversion", "actual_spill",
    "parallel", "multi_statement", "select_into", "cross_join_and_function",
)  # fmt: skip

JOIN_TEXT = """\
Estimated plan: SELECT, cost 12.31, about 120 rows, memory wanted 4,640 KB
Top operators (share of cost):
- 75 % Clustered Index Scan sales.Orders (PK_Orders): about 42,000 rows
- 12 % Hash Match (Inner Join): about 42,000 rows
- 9 % Hash Match: about 120 rows
- 4 % Clustered Index Scan sales.Customers (PK_Customers): about 19,000 rows
Scans:
- Clustered Index Scan sales.Orders (PK_Orders): reads 830,000 rows to give 42,000
- Clustered Index Scan sales.Customers (PK_Customers): 19,000 rows
Next:
- Filter on the first column of an index: all of Orders is read."""


@pytest.mark.parametrize("name", GOOD)
def test_every_digest_is_short_and_ends_with_a_step(plan_of, name):
    """Twenty seconds are enough."""
    text = digest_text(digest(plan_of(name)))
    assert len(text) <= MAX_CHARACTERS
    assert "\nNext:\n- " in text


def test_the_text_of_a_digest(plan_of):
    """The bytes are the contract."""
    assert digest_text(digest(plan_of("join_with_scan"))) == JOIN_TEXT


def test_the_headline_of_an_actual_plan_says_what_happened(plan_of):
    """Rows, time, threads and memory."""
    headline = digest_text(digest(plan_of("actual_spill"))).partition("\n")[0]
    assert headline == (
        "Actual plan: SELECT, cost 18.10, 950,000 rows (1,200 expected), 5,120 ms (4,300 ms CPU), "
        "parallel (2 threads), memory granted 1,024 KB, 1 index seek"
    )


def test_the_shares_of_the_top_operators(plan_of):
    """At most five, the most expensive first, negligible ones left out."""
    given = digest(plan_of("actual_spill"))
    shares = [shown.share_percent for shown in given.top_operators]
    assert len(shares) <= TOP_OPERATORS
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == pytest.approx(100 * 14.0 / 18.1)
    assert [shown.label for shown in digest(plan_of("key_lookup")).top_operators] == [
        "Key Lookup sales.Orders (PK_Orders)"
    ]


def test_several_statements_are_told_by_the_most_expensive(plan_of):
    """The headline says that there are more."""
    text = digest_text(digest(plan_of("multi_statement")))
    assert text.startswith("Estimated plan (the most expensive of 2 statements): COND WITH QUERY")


def test_functions_are_named(plan_of):
    """A scalar function hides its cost."""
    assert (
        "Calls Shop.sales.PriceOf, whose cost the estimate leaves out."
        in digest(plan_of("cross_join_and_function")).warnings
    )


def test_equal_wishes_are_told_once(plan_of):
    """Plans repeat them for each use of a table."""
    plan = plan_of("missing_index")
    (statement,) = plan.statements
    wishes = tuple(digest(plan).missing_indexes)
    doubled = replace(plan, statements=(replace(statement, missing_indexes=statement.missing_indexes * 2),))
    assert digest(doubled).missing_indexes == wishes
    assert [wish.impact_percent for wish in wishes] == [97.2345, 41.5]


def huge() -> Plan:
    operators = tuple(
        Operator(n, None, 0, "TableScan", "Table Scan", f"logical {n}", 100.0, 1.0, 1e6, 1.0) for n in range(100)
    )
    warnings = tuple(PlanWarning(f"Strange{n}", (("Fact", "y" * 300),)) for n in range(50))
    wishes = tuple(
        MissingIndex(90 - n, "d", "s", f"table{n}", (f"key{n}" * 20,), (), tuple(f"column{m}" for m in range(60)))
        for n in range(20)
    )
    statement = PlanStatement(
        "StmtSimple", "SELECT", cost=100.0, operators=operators, warnings=warnings, missing_indexes=wishes
    )
    return Plan("1.6", "16.0", (statement,))


def test_a_huge_plan_has_a_small_digest():
    """What does not fit is counted; a statement is never cut in the middle."""
    text = digest_text(digest(huge()))
    assert len(text) <= MAX_CHARACTERS
    assert "- ... and 45 more" in text
    creates = [line for line in text.splitlines() if "CREATE INDEX" in line]
    assert creates
    assert all(line.endswith("; -- INCLUDE: see the full plan") for line in creates)
    assert text.splitlines()[-1].startswith("- Show the missing index")


@pytest.mark.parametrize("size", range(300, 3_000, 90))
def test_what_is_left_out_is_counted(size):
    """The lines of a section and the number of those left out make up all that there are."""
    lines = digest_text(digest(huge()), size).splitlines()
    if "Warnings:" in lines:
        section = lines[lines.index("Warnings:") + 1 :]
        shown = [line for line in section if line.startswith("- Strange")]
        assert section[len(shown)] == f"- ... and {50 - len(shown)} more"


@pytest.mark.parametrize("size", [120, 200, 400, 1_000, 2_500, 10_000])
def test_the_bound_holds_whatever_it_is(size):
    """The next steps stand at the end of every digest."""
    text = digest_text(digest(huge()), size)
    assert len(text) <= size
    assert "Next:" in text


def test_a_plan_without_statements_has_no_digest():
    """An error with a code, not a traceback."""
    with pytest.raises(UnsupportedError) as caught:
        digest(Plan("1.6", "16.0", ()))
    assert caught.value.code == "unsupported.showplan"
