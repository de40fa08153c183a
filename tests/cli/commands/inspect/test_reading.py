"""How the commands come to their catalog."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mssql_mcp.catalog.model import Catalog, MissingPart
from mssql_mcp.cli.commands.inspect import reading
from mssql_mcp.cli.options import Invocation
from mssql_mcp.errors import ObjectNotFoundError

DEMO = Invocation(demo=True)


def test_the_whole_and_the_overview_know_the_same_names() -> None:
    """An index of the whole, an overview for lists, and what the server says itself."""
    names = {(table.schema, table.name) for table in reading.whole(DEMO).catalog.tables}
    assert len(names) == 24
    assert {(table.schema, table.name) for table in reading.overview(DEMO).tables} == names
    assert {(table.schema, table.name) for table in reading.afresh(DEMO).tables} == names


def test_a_table_is_read_by_name_or_by_pattern() -> None:
    """One where it is named, all that match where it is a pattern, all without one."""
    assert [table.name for table in reading.tables_of(DEMO, "ORDERS", None)[0]] == ["orders"]
    assert [table.name for table in reading.tables_of(DEMO, "orders*", "sales")[0]] == ["orders", "orders_2019"]
    assert len(reading.tables_of(DEMO, None, None)[0]) == 24
    with pytest.raises(ObjectNotFoundError):
        reading.tables_of(DEMO, "order", None)


def test_a_name_with_a_schema_keeps_it() -> None:
    """--schema completes a bare name and changes no other."""
    assert reading.one_table(DEMO, "sales.orders", "hr")[0].schema == "sales"
    assert reading.one_table(DEMO, "orders", "[sales]")[0].schema == "sales"


def test_what_is_missing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """What could not be read, with the permission that would help; no numbers that nobody sees; the age of it all."""
    catalog = Catalog("d", missing=(MissingPart("definitions", "They may not be seen.", "VIEW DEFINITION"),))
    reading.say_missing(catalog)
    assert capsys.readouterr() == ("", "Not read: definitions. They may not be seen. Needs VIEW DEFINITION.\n")
    reading.say_missing(replace(catalog, missing=(MissingPart("sizes", "None."),)))
    assert capsys.readouterr() == ("", "")
    reading.say_missing(replace(catalog, missing=(MissingPart("sizes", "None."),)), shown=("sizes",))
    assert capsys.readouterr().err == "Not read: sizes. None.\n"
    reading.say_missing(replace(catalog, missing=(), is_stale=True, read_at=datetime(2024, 5, 1, 12, 0, tzinfo=UTC)))
    assert "May be out of date: the state of 2024-05-01 12:00 UTC." in capsys.readouterr().err
