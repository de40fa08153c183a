"""What is told of a plan is true of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mssql_mcp.insight.plan import findings
from mssql_mcp.insight.plan.model import Operator, PlanStatement, PlanWarning, Runtime


def scan(rows, runtime, **facts):
    return Operator(0, None, 0, "IndexScan", "Index Scan", "Index Scan", 1.0, 1.0, rows, 1.0, runtime=runtime, **facts)


def statement(*operators, warnings=(), **facts):
    return PlanStatement("StmtSimple", "SELECT", operators=operators, warnings=warnings, **facts)


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (0.2, "less than 1"), (1, "1"), (12_345.6, "12,346"), (1.8e44, "1.8e+44")]
)
def test_rows_are_written_for_people(value, text):
    """Thousands are separated, fractions of a row and astronomical numbers are short."""
    assert findings.count(value) == text


def test_texts_are_put_on_one_line_and_cut():
    """No finding breaks the page."""
    assert findings.one_line("a\n  b") == "a b"
    assert len(findings.one_line("x" * 500)) == 160


def test_scans_say_what_they_read_and_give(plan_of):
    """The most expensive comes first, with the rows it reads to give so many."""
    assert findings.scan_lines(plan_of("join_with_scan").statements[0]) == (
        "Clustered Index Scan sales.Orders (PK_Orders): reads 830,000 rows to give 42,000",
        "Clustered Index Scan sales.Customers (PK_Customers): 19,000 rows",
    )
    assert findings.scan_lines(plan_of("cross_join_and_function").statements[0])[0] == (
        "Clustered Index Scan sales.Products (PK_Products): 150,000 rows, 500 times"
    )
    assert findings.scan_lines(plan_of("key_lookup").statements[0]) == ()


def test_lookups_say_how_often(plan_of):
    """Once for each row that the index found."""
    assert findings.lookup_lines(plan_of("key_lookup").statements[0]) == (
        "Key Lookup sales.Orders (PK_Orders): about 980 times",
    )


def test_warnings_are_sentences(plan_of):
    """Each warning of the plan is told once, with its operator and columns."""
    assert findings.warning_lines(plan_of("actual_spill").statements[0]) == (
        "Used More Than Granted: 1024 KB of memory granted, 1040 KB used.",
        "Sort spilled to tempdb (level 2, 8192 pages written): its memory grant was too small.",
        "No statistics on sales.OrderLines.Discount: the row estimate is a guess.",
        "The optimizer ran out of time: the plan may not be the best, and the query may be too complex.",
    )
    assert findings.warning_lines(plan_of("cross_join_and_function").statements[0], ("dbo.f",)) == (
        "A filtered index does not fit a parameterized query: sales.Regions (IX_Regions_Active).",
        "Nested Loops (Inner Join) has no join condition: each row of one side meets each row of the other.",
        "Waited for: Memory Grant.",
        "Calls dbo.f, whose cost the estimate leaves out.",
        "Runs in one thread: TSQLUserDefinedFunctionsNotParallelizable.",
    )


@pytest.mark.parametrize(
    ("warning", "text"),
    [
        (PlanWarning("ColumnsWithStaleStatistics", names=("a.b",)), "Old statistics on a.b."),
        (PlanWarning("SpatialGuess"), "The selectivity of a spatial predicate is a guess."),
        (PlanWarning("UnmatchedIndexes"), "A filtered index does not fit a parameterized query."),
        (PlanWarning("HashSpillDetails", (("WritesToTempDb", "9"),)), "HashSpillDetails WritesToTempDb 9"),
        (PlanWarning("FutureWarning", (("Fact", "1"),)), "FutureWarning Fact 1"),
    ],
)
def test_every_warning_is_told(warning, text):
    """Also one that no version has had so far."""
    assert findings.warning_lines(statement(warnings=(warning,))) == (text,)


def test_a_cheap_plan_is_not_blamed_for_its_optimizer():
    """The optimizer gives up early on cheap queries, and one thread is enough for them."""
    cheap = statement(cost=0.5, early_abort="TimeOut", not_parallel_because="CouldNotGenerateValidParallelPlan")
    assert findings.warning_lines(cheap) == ()
    assert len(findings.warning_lines(replace(cheap, cost=50.0))) == 2
    assert (
        findings.warning_lines(replace(cheap, cost=50.0, not_parallel_because="MaxDOPSetToOne", early_abort="")) == ()
    )


def test_conversions_are_told_once_and_the_worst_first(plan_of):
    """What keeps an index from being used comes before what blurs an estimate."""
    lines = findings.conversion_lines(plan_of("implicit_conversion").statements[0])
    assert len(lines) == 2
    assert lines[0].endswith("keeps an index from being used")
    assert "[Zip]" in lines[1]
    assert lines[1].endswith("makes the row estimate unsure")


def test_a_conversion_without_a_warning_is_told_too(plan_of):
    """The plan's expressions show it where the optimizer did not mind."""
    (given,) = plan_of("implicit_conversion").statements
    assert findings.conversion_lines(replace(given, warnings=())) == (
        "sales.Customers.AccountNumber is converted to nvarchar for each row",
        "sales.Customers.Zip is converted to int for each row",
    )
    assert findings.prevents_seek(replace(given, warnings=()))
    assert not findings.prevents_seek(plan_of("join_with_scan").statements[0])


def test_only_the_origin_of_a_wrong_estimate_is_told(plan_of):
    """Operators above it pass the error on; inner sides of loops are judged by one execution."""
    assert findings.doubt_lines(plan_of("actual_spill").statements[0]) == (
        "Clustered Index Scan sales.OrderLines (PK_OrderLines): 950,000 rows, 1,200 expected",
    )
    assert findings.doubt_lines(plan_of("join_with_scan").statements[0]) == ()


@pytest.mark.parametrize(
    ("operator", "is_doubted"),
    [
        (scan(1_000, Runtime(rows=10_001, executions=1, threads=1)), True),
        (scan(1_000, Runtime(rows=10_000, executions=1, threads=1)), False),
        (scan(1_000, Runtime(rows=99, executions=1, threads=1)), True),
        (scan(1, Runtime(rows=99, executions=1, threads=1)), False),
        (scan(0.001, Runtime(rows=5, executions=1, threads=1)), False),
        (scan(1_000, Runtime(rows=0, executions=0, threads=0)), False),
        (scan(1_000, Runtime(rows=4_000, executions=4, threads=4)), False),
        (scan(1, Runtime(rows=5_000, executions=5_000, threads=1), is_repeated=True), False),
        (scan(1, Runtime(rows=60_000, executions=5_000, threads=1), is_repeated=True), True),
        (scan(1_000, None), False),
    ],
)
def test_an_estimate_is_doubted_from_ten_times_off(operator, is_doubted):
    """Small numbers, threads and loops do not look like errors."""
    assert bool(findings.doubtful(statement(operator))) is is_doubted


def test_operators_that_give_no_rows_are_not_doubted():
    """A writer and the build side of a hash give nothing by their nature."""
    silent = replace(scan(1_000, Runtime(rows=0, executions=1, threads=1)), element="BatchHashTableBuild")
    writer = replace(silent, element="Update", physical="Table Insert", logical="Insert")
    assert findings.doubtful(statement(silent)) == findings.doubtful(statement(writer)) == ()


def test_an_operator_that_did_not_run_says_so():
    """Zero rows and not run are different things."""
    assert findings.operator_rows(scan(5, Runtime())) == "not run, 5 expected"
    assert findings.operator_rows(scan(5, Runtime(rows=1, executions=1, threads=1))) == "1 row, 5 expected"
    assert findings.operator_rows(scan(5, None)) == "about 5 rows"
