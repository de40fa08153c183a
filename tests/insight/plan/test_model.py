"""Operators say what they are."""

from __future__ import annotations

import pytest

from mssql_mcp.insight.plan.model import ObjectName, Operator


def operator(element, physical, logical="", **facts):
    return Operator(0, None, 0, element, physical, logical, 1.0, 1.0, 1.0, 1.0, **facts)


@pytest.mark.parametrize(
    ("element", "physical", "logical"),
    [
        ("Update", "Clustered Index Insert", "Insert"),
        ("SimpleUpdate", "Clustered Index Update", "Update"),
        ("ScalarInsert", "Table Insert", "Insert"),
        ("CreateIndex", "Index Insert", "Index Insert"),
        ("RemoteModify", "Remote Update", "Remote Update"),
        ("Put", "Put", "Put"),
        ("SomethingNew", "Columnstore Index Delete", "Delete"),
        ("SomethingNew", "Clustered Index Merge", "Merge"),
    ],
)
def test_operators_that_change_something_are_known(element, physical, logical):
    """By their element, and by their names where a later schema has another element."""
    assert operator(element, physical, logical).is_write


@pytest.mark.parametrize(
    ("element", "physical", "logical"),
    [
        ("Merge", "Merge Join", "Inner Join"),
        ("MergeInterval", "Merge Interval", "Merge Interval"),
        ("IndexScan", "Index Scan", "Index Scan"),
        ("InsertedScan", "Inserted Scan", "Inserted Scan"),
        ("Spool", "Index Spool", "Eager Spool"),
    ],
)
def test_operators_that_read_are_not_taken_for_writers(element, physical, logical):
    """A merge join merges what it reads."""
    assert not operator(element, physical, logical).is_write


def test_names_are_those_of_sql_server_s_tools():
    """Joins say which kind, lookups and columnstore scans have names of their own."""
    columnstore = (ObjectName(table="t", storage="ColumnStore"),)
    assert operator("NestedLoops", "Nested Loops", "Left Outer Join").name == "Nested Loops (Left Outer Join)"
    assert operator("IndexScan", "Clustered Index Seek", is_lookup=True).name == "Key Lookup"
    assert operator("IndexScan", "RID Lookup", is_lookup=True).name == "RID Lookup"
    assert operator("IndexScan", "Index Scan", objects=columnstore).name == "Columnstore Index Scan"
    assert operator("Sort", "Sort", "Distinct Sort").name == "Sort"


def test_an_object_is_named_by_what_is_known():
    """Table, table and index, or the index alone."""
    assert ObjectName(schema="s", table="t").label == "s.t"
    assert ObjectName(schema="s", table="t", index="i").label == "s.t (i)"
    assert ObjectName(index="i").label == "i"
