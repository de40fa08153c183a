"""A table's description as a value."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.catalog.describe import SECTIONS, describe
from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from mssql_mcp.catalog.model import Table


def test_a_summary_is_what_a_query_needs(invoices: Table) -> None:
    """Columns, keys, links and comments are there; the rest is counted."""
    facts = describe(invoices)
    assert facts["name"] == "sales.Invoices"
    assert facts["rows"] == 1234
    assert facts["columns"][0] == {"name": "InvoiceId", "type": "int", "identity": [1, 1]}
    assert facts["primary_key"] == ["InvoiceId"]
    assert facts["foreign_keys"][0]["references"] == "crm.Customers"
    assert facts["referenced_by"][0]["table"] == "sales.Lines"
    assert facts["more"] == {"indexes": 2, "constraints": 3, "triggers": 1}


def test_full_leaves_nothing_out(invoices: Table) -> None:
    """Every section is there, and nothing is left to count."""
    facts = describe(invoices, detail="full")
    assert "more" not in facts
    assert facts["indexes"][1]["keys"] == ["CustomerId", "IssuedOn desc"]
    assert facts["checks"] == [{"name": "CK_Total", "definition": "([Total]>=(0))", "untrusted": True}]
    assert facts["defaults"] == {"IssuedOn": "DF_IssuedOn"}
    assert facts["unique_constraints"] == {"UQ_Number": ["Number"]}
    assert facts["triggers"][0]["definition"].startswith("CREATE TRIGGER")
    assert facts["statistics"]["size_kb"] == 640
    assert facts["partitions"]["column"] == "IssuedOn"
    assert json.loads(json.dumps(facts)) == facts


@pytest.mark.parametrize("section", SECTIONS)
def test_sections_can_be_picked(invoices: Table, section: str) -> None:
    """One section alone gives its own facts and none of another's."""
    own: dict[str, set[str]] = {
        "columns": {"columns"},
        "keys": {"primary_key", "unique"},
        "foreign_keys": {"foreign_keys", "referenced_by"},
        "indexes": {"indexes"},
        "constraints": {"primary_key_name", "unique_constraints", "checks", "defaults"},
        "triggers": {"triggers"},
        "statistics": {"statistics", "partitions"},
        "comments": {"comment"},
        "definition": set(),
    }
    found = set(describe(invoices, sections=[section])) - {"name", "kind", "rows", "more"}
    assert found == own[section]


def test_comments_are_left_out_where_not_wanted(invoices: Table) -> None:
    """Without the section comments no column carries one."""
    facts: dict[str, Any] = describe(invoices, sections=["columns"])
    assert not any("comment" in column for column in facts["columns"])


def test_an_unknown_section_is_refused(invoices: Table) -> None:
    """A section that does not exist is refused with those that do."""
    with pytest.raises(ValidationError) as caught:
        describe(invoices, sections=["columnz"])
    assert "columns" in caught.value.hint
