"""A plan is followed by something to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mssql_mcp.insight.plan.advice import MAX_NAME, MAX_STEPS, index_statement, next_steps
from mssql_mcp.insight.plan.model import MissingIndex, PlanWarning


def test_a_wished_for_index_is_written_as_a_statement(plan_of):
    """Equality columns, then inequality columns, then the included ones; names are quoted."""
    (statement,) = plan_of("missing_index").statements
    assert [index_statement(wish) for wish in statement.missing_indexes] == [
        (
            "CREATE INDEX [IX_Orders_Status_Ship_Via_OrderDate] ON [sales].[Orders] "
            "([Status], [Ship ]]Via], [OrderDate]) INCLUDE ([CustomerID], [Freight]);"
        ),
        "CREATE INDEX [IX_Orders_Status] ON [sales].[Orders] ([Status]);",
    ]


def test_the_name_of_an_index_is_never_too_long():
    """SQL Server takes 128 characters."""
    wish = MissingIndex(50, "d", "s", "t" * 100, ("a" * 100, "b" * 100))
    name = index_statement(wish).partition("[")[2].partition("]")[0]
    assert len(name) == MAX_NAME
    assert name.startswith("IX_ttt")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("trivial", ["Nothing stands out. The query is cheap."]),
        ("join_with_scan", ["first column of an index"]),
        ("parallel", ["if not every row is needed"]),
        ("key_lookup", ["looked up in the table"]),
        ("missing_index", ["missing index to a DBA"]),
        ("implicit_conversion", ["value of its own type"]),
        ("actual_spill", ["misjudged", "memory did not suffice", "first column of an index"]),
        ("cross_join_and_function", ["join conditions", "all of Products is read"]),
    ],
)
def test_each_finding_has_its_step(plan_of, name, words):
    """What is wrong decides what to do, in the order of its use."""
    steps = next_steps(plan_of(name).statements[0])
    assert len(steps) == len(words) <= MAX_STEPS
    assert all(word in step for step, word in zip(steps, words, strict=True))


def test_statistics_are_asked_for_where_they_are_missing(plan_of):
    """In an estimated plan nothing is known to be misjudged yet."""
    (statement,) = plan_of("trivial").statements
    guessed = replace(statement, warnings=(PlanWarning("ColumnsWithNoStatistics", names=("a.b",)),))
    assert next_steps(guessed) == ("Ask a DBA to create or update the statistics.",)


def test_an_expensive_plan_without_a_finding_says_so(plan_of):
    """A cost with no culprit is no reason to call the query cheap."""
    (statement,) = plan_of("trivial").statements
    costly = type(statement)(element="StmtSimple", type="SELECT", cost=50.0)
    assert next_steps(costly) == ("Nothing stands out. Read fewer rows to make it cheaper.",)
