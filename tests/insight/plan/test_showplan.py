"""A showplan is read whole, and nothing else is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mssql_mcp.errors import UnsupportedError
from mssql_mcp.insight.plan import digest, digest_text, is_single_select, showplan
from mssql_mcp.insight.plan.model import Conversion, MissingIndex, Wait
from mssql_mcp.insight.plan.showplan import NAMESPACE, parse_plan

HEAD = f'<ShowPlanXML xmlns="{NAMESPACE}" Version="1.6" Build="16.0"><BatchSequence><Batch><Statements>'
TAIL = "</Statements></Batch></BatchSequence></ShowPlanXML>"


def test_a_statement_says_what_it_is_and_costs(plan_of):
    """Type, text, cost, rows, optimization level, version and build are read."""
    plan = plan_of("join_with_scan")
    (statement,) = plan.statements
    assert (plan.version, plan.build, plan.is_actual) == ("1.564", "16.0.4135.4", False)
    assert (statement.element, statement.type, statement.cost, statement.rows) == ("StmtSimple", "SELECT", 12.31, 120)
    assert statement.text.startswith("SELECT c.Country")
    assert (statement.optimization, statement.memory.desired_kb, statement.is_parallel) == ("FULL", 4640, False)


def test_the_tree_of_operators_is_kept(plan_of):
    """Each operator knows its parent, its depth and its own part of the cost."""
    (statement,) = plan_of("join_with_scan").statements
    shape = [(op.node_id, op.parent, op.depth, op.name) for op in statement.operators]
    assert shape == [
        (0, None, 0, "Compute Scalar"),
        (1, 0, 1, "Hash Match"),
        (2, 1, 2, "Hash Match (Inner Join)"),
        (3, 2, 3, "Clustered Index Scan"),
        (4, 2, 3, "Clustered Index Scan"),
    ]
    own = [round(op.own_cost, 2) for op in statement.operators]
    assert own == [0.01, 1.1, 1.5, 0.45, 9.25]
    assert sum(own) == pytest.approx(statement.cost)


def test_scans_seeks_and_lookups_are_told_apart(plan_of):
    """A key lookup is neither a scan nor a seek, although the plan calls it a clustered index seek."""
    (statement,) = plan_of("key_lookup").statements
    loop, seek, lookup = statement.operators
    assert [(op.is_scan, op.is_seek, op.is_lookup) for op in (loop, seek, lookup)] == [
        (False, False, False),
        (False, True, False),
        (False, False, True),
    ]
    assert (lookup.name, lookup.executions, lookup.is_repeated, seek.is_repeated) == ("Key Lookup", 980, True, False)
    assert seek.objects[0].label == "sales.Orders (IX_Orders_CustomerID)"
    assert (seek.objects[0].alias, seek.objects[0].index_kind) == ("o", "NonClustered")


def test_missing_indexes_keep_the_kinds_of_their_columns(plan_of):
    """The largest impact comes first; brackets are taken off, also where a name holds one."""
    (statement,) = plan_of("missing_index").statements
    assert statement.missing_indexes == (
        MissingIndex(
            97.2345,
            "Shop",
            "sales",
            "Orders",
            ("Status", "Ship ]Via"),
            ("OrderDate",),
            ("CustomerID", "Freight"),
        ),
        MissingIndex(41.5, "Shop", "sales", "Orders", ("Status",)),
    )


def test_implicit_conversions_of_columns_are_found(plan_of):
    """Those in filters are marked; those of expressions and constants are none."""
    (statement,) = plan_of("implicit_conversion").statements
    found = {conversion for operator in statement.operators for conversion in operator.conversions}
    assert found == {
        Conversion("sales.Customers.AccountNumber", "nvarchar", is_filter=True),
        Conversion("sales.Customers.Zip", "int", is_filter=True),
        Conversion("sales.Customers.Code", "nvarchar", is_filter=False),
    }
    assert not [c for op in parse_operators(plan_of("join_with_scan")) for c in op.conversions]


def parse_operators(plan):
    return [operator for statement in plan.statements for operator in statement.operators]


def test_an_actual_plan_adds_up_its_threads(plan_of):
    """Rows, reads and executions are sums, time is the longest thread's, idle threads do not count."""
    plan = plan_of("actual_spill")
    (statement,) = plan.statements
    scan = statement.operators[3]
    assert plan.is_actual
    assert (scan.rows, scan.rows_read, scan.table_rows, scan.is_parallel) == (1200, 2_100_000, 2_100_000, True)
    runtime = scan.runtime
    assert (runtime.rows, runtime.rows_read, runtime.executions, runtime.threads) == (950_000, 2_100_000, 2, 2)
    assert (runtime.elapsed_ms, runtime.logical_reads) == (900, 12_100)
    assert (statement.elapsed_ms, statement.cpu_ms, statement.degree_of_parallelism) == (5120, 4300, 2)
    assert (statement.memory.granted_kb, statement.memory.used_kb, statement.memory.wait_seconds) == (1024, 1040, 0)
    assert statement.waits == (Wait("IO_COMPLETION", 2950, 2048), Wait("CXPACKET", 310, 12))
    assert statement.early_abort == "TimeOut"


def test_warnings_know_their_operator_and_columns(plan_of):
    """A warning of an operator points to it, one of the plan does not; flags and lists are warnings too."""
    (statement,) = plan_of("actual_spill").statements
    assert [(w.kind, w.operator, w.names) for w in statement.warnings] == [
        ("MemoryGrantWarning", None, ()),
        ("SpillToTempDb", 1, ()),
        ("SortSpillDetails", 1, ()),
        ("ColumnsWithNoStatistics", 3, ("sales.OrderLines.Discount",)),
    ]
    assert statement.warnings[1].fact("SpillLevel") == "2"
    assert statement.warnings[1].fact("Nothing") == ""
    other = plan_of("cross_join_and_function").statements[0]
    assert [(w.kind, w.operator, w.names) for w in other.warnings] == [
        ("UnmatchedIndexes", None, ("sales.Regions (IX_Regions_Active)",)),
        ("NoJoinPredicate", 0, ()),
        ("UnmatchedIndexes", 0, ()),
        ("Wait", 0, ()),
    ]
    assert other.waits == ()


def test_statements_inside_others_are_nested(plan_of):
    """Branches of an IF and bodies of functions are no statements of the batch."""
    plan = plan_of("multi_statement")
    assert [(s.element, s.type, s.is_nested) for s in plan.statements] == [
        ("StmtCursor", "DECLARE CURSOR", False),
        ("StmtCond", "COND WITH QUERY", False),
        ("StmtSimple", "INSERT", True),
    ]
    assert [len(s.operators) for s in plan.statements] == [1, 1, 2]
    function = plan_of("cross_join_and_function")
    assert [(s.type, s.routine, s.routine_kind) for s in function.statements] == [
        ("SELECT", "", ""),
        ("SELECT", "Shop.sales.PriceOf", "UDF"),
        ("RETURN", "Shop.sales.PriceOf", "UDF"),
    ]
    assert [s.type for s in function.top] == ["SELECT"]
    assert function.statements[0].not_parallel_because == "TSQLUserDefinedFunctionsNotParallelizable"


def test_a_query_without_a_table_has_no_operators(plan_of):
    """`SELECT 1` is a statement all the same."""
    (statement,) = plan_of("without_query").statements
    assert (statement.type, statement.cost, statement.operators) == ("SELECT WITHOUT QUERY", 0, ())


@pytest.mark.parametrize("name", ["malformed", "external_entity"])
def test_a_broken_or_hostile_document_is_refused(plan_xml, name):
    """A document that ends early or declares an entity is no showplan, and nothing outside is read."""
    with pytest.raises(UnsupportedError) as caught:
        parse_plan(plan_xml(name))
    assert caught.value.code == "unsupported.showplan"
    assert "root:" not in caught.value.message


def test_entities_are_refused_before_they_are_expanded():
    """A document type ends the reading, whatever it declares."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 20))
    text = f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]>{HEAD}<StmtSimple StatementText="&l19;"/>{TAIL}'
    with pytest.raises(UnsupportedError, match="document type"):
        parse_plan(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "StmtText\n  |--Clustered Index Scan",
        "<html><body>ShowPlanXML</body></html>",
        "<ShowPlanXML Version='1.6' Build='16.0' />",
        "<ShowPlanXML xmlns='http://example.com/other' Version='1.6' Build='16.0' />",
        f'{HEAD}<StmtSimple StatementSubTreeCost="much" />{TAIL}',
        f'{HEAD}<StmtSimple StatementSubTreeCost="nan" />{TAIL}',
        f'{HEAD}<StmtSimple StatementSubTreeCost="inf" />{TAIL}',
    ],
)
def test_what_is_no_showplan_is_not_taken_for_one(text):
    """Another root, another namespace, or a number that is none is an error with a code."""
    with pytest.raises(UnsupportedError) as caught:
        parse_plan(text)
    assert caught.value.code == "unsupported.showplan"


def test_a_document_that_is_too_large_is_refused(monkeypatch):
    """Size is bounded."""
    monkeypatch.setattr(showplan, "MAX_CHARACTERS", 10)
    with pytest.raises(UnsupportedError, match="larger"):
        parse_plan(HEAD + TAIL)


def test_saved_files_can_be_read(plan_xml):
    """A byte order mark and an encoding in the declaration, as Management Studio writes them, do no harm."""
    text = '\ufeff<?xml version="1.0" encoding="utf-16"?>' + plan_xml("trivial")
    assert parse_plan(text) == parse_plan(plan_xml("trivial"))


def test_unknown_elements_are_passed_over(plan_xml):
    """A later schema, or another namespace with our names, changes nothing."""
    text = plan_xml("trivial").replace(
        "<QueryPlan ",
        '<NewThing Fact="1"><Inner /></NewThing><o:RelOp xmlns:o="http://example.com/other" NodeId="7" />'
        '<RelOp xmlns="" NodeId="8" /><QueryPlan ',
        1,
    )
    assert parse_plan(text) == parse_plan(plan_xml("trivial"))


def test_a_deep_tree_is_read():
    """A tree of 20,000 operators, one below the other, ends in a plan and not in a full stack."""
    depth = 20_000
    one = (
        '<RelOp NodeId="{n}" PhysicalOp="Top" LogicalOp="Top" EstimateRows="1" EstimateRebinds="0" EstimateRewinds="0" '
        'EstimatedTotalSubtreeCost="1" Parallel="0"><Top>'
    )
    tree = "".join(one.format(n=n) for n in range(depth)) + "</Top></RelOp>" * depth
    plan = parse_plan(f'{HEAD}<StmtSimple StatementType="SELECT"><QueryPlan>{tree}</QueryPlan></StmtSimple>{TAIL}')
    assert plan.statements[0].operators[-1].depth == depth - 1


NAMES = (
    "StmtSimple", "StmtCond", "StmtCursor", "UDF", "StoredProc", "QueryPlan", "RelOp", "NestedLoops", "IndexScan",
    "Update", "Object", "Predicate", "ScalarOperator", "Convert", "Identifier", "ColumnReference", "Warnings", "Wait",
    "SpillToTempDb", "PlanAffectingConvert", "UnmatchedIndexes", "MissingIndexGroup", "MissingIndex", "ColumnGroup",
    "Column", "RunTimeInformation", "RunTimeCountersPerThread", "WaitStats", "MemoryGrantInfo", "Other",
)  # fmt: skip
FACTS = (
    'StatementType="SELECT" StatementSubTreeCost="1e308"', 'EstimateRows="1e308" EstimateRebinds="1e308"', 'Impact="9"',
    'PhysicalOp="Index Scan" LogicalOp="Index Scan" EstimatedTotalSubtreeCost="1e308"', 'ActualRows="1000000"', "",
    'ActualRows="5" ActualExecutions="3"', 'Implicit="1" DataType="int"', 'Table="[t]" Column="c"', 'Usage="EQUALITY"',
    'NoJoinPredicate="1" UnmatchedIndexes="true"', 'EstimateRows="-5"', 'ActualRows="x"', 'WaitTimeMs="12"',
)  # fmt: skip
ELEMENTS = st.recursive(
    st.builds("<{} {} />".format, st.sampled_from(NAMES), st.sampled_from(FACTS)),
    lambda inner: st.builds(
        lambda name, facts, parts: f"<{name} {facts}>{''.join(parts)}</{name}>",
        st.sampled_from(NAMES),
        st.sampled_from(FACTS),
        st.lists(inner, max_size=4),
    ),
    max_leaves=25,
)


@given(st.lists(ELEMENTS, max_size=4))
def test_any_nesting_of_known_elements_is_a_plan_or_an_error(parts):
    """However a document abuses the schema, the reader, the digest and the judgement end with a value or our error."""
    try:
        plan = parse_plan(f"{HEAD}{''.join(parts)}{TAIL}")
        assert len(digest_text(digest(plan))) <= 2_500
    except UnsupportedError as error:
        assert error.code == "unsupported.showplan"  # noqa: PT017 - both ends are right
    else:
        assert is_single_select(plan) in (True, False)
