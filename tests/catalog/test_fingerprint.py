"""What the fingerprint of a schema sees."""

from __future__ import annotations

from typing import Any

import pytest

from mssql_mcp.catalog.sqlserver import SqlServerReader
from mssql_mcp.connection.call import Call


def test_the_fingerprint_follows_the_schema(small_server: Any) -> None:
    """It takes one round trip, stays while nothing changes, and changes with an object, a column or a comment."""
    reader = SqlServerReader(small_server)
    first = reader.fingerprint(Call(30))
    assert len(small_server.asked) == 1
    assert reader.fingerprint(Call(30)) == first
    small_server.add("sys.columns", {"object_id": 100, "column_id": 9, "name": "New"})
    second = reader.fingerprint(Call(30))
    small_server.add("sys.extended_properties", {"class": 1, "major_id": 100, "name": "MS_Description"})
    assert len({first, second, reader.fingerprint(Call(30))}) == 3


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE sys.extended_properties SET value = upper(value) WHERE name = 'MS_Description'",
        "UPDATE sys.extended_properties SET minor_id = minor_id + 1 WHERE name = 'MS_Description' AND class = 1",
        "INSERT INTO sys.schemas (schema_id, name) VALUES (9, 'fresh')",
        "UPDATE sys.schemas SET name = 'renamed' WHERE name = 'sales'",
        "UPDATE sys.types SET name = 'renamed' WHERE is_user_defined = 1",
        "INSERT INTO sys.triggers (object_id, name, parent_class, is_disabled) VALUES (9001, 'ddl', 0, 0)",
        "UPDATE sys.triggers SET is_disabled = 1 - is_disabled WHERE parent_class = 0",
        "UPDATE sys.triggers SET modify_date = '2030-01-01' WHERE parent_class = 0",
        "UPDATE sys.partition_functions SET modify_date = '2030-01-01'",
        "UPDATE sys.columns SET name = name || 'x' WHERE column_id = 2",
        "UPDATE sys.columns SET max_length = max_length + 2 WHERE column_id = 2",
        "UPDATE sys.columns SET is_nullable = 1 - is_nullable WHERE column_id = 2",
    ],
)
def test_the_fingerprint_sees_what_no_count_does(small_server: Any, change: str) -> None:
    """Comments and their owners, schemas, types, triggers of the database, partitions, columns without a new date."""
    reader = SqlServerReader(small_server)
    small_server.add(
        "sys.triggers",
        {"object_id": 9000, "name": "audit", "parent_class": 0, "is_disabled": 0, "modify_date": "2020-01-01"},
    )
    first = reader.fingerprint(Call(30))
    small_server._sqlite.execute(change)
    assert reader.fingerprint(Call(30)) != first


@pytest.mark.parametrize("babelfish", [None, 1])
def test_texts_count_where_no_date_tells_of_them(small_server: Any, babelfish: int | None) -> None:
    """ALTER PROCEDURE moves no date on Babelfish; elsewhere it does, and no text is read."""
    small_server.babelfish = babelfish
    reader = SqlServerReader(small_server)
    first = reader.fingerprint(Call(30))
    small_server._sqlite.execute("UPDATE sys.sql_modules SET definition = definition || ' -- changed'")
    assert (reader.fingerprint(Call(30)) != first) == bool(babelfish)


def test_a_server_without_checksums_is_looked_at_by_counts(small_server: Any) -> None:
    """A view less costs precision, not the fingerprint."""
    reader = SqlServerReader(small_server)
    whole = reader.fingerprint(Call(30))
    small_server.drop("sys.partition_functions")
    assert reader.fingerprint(Call(30)) not in ("", whole)


def test_a_server_without_fingerprint_gives_none(small_server: Any) -> None:
    """Where the fingerprint cannot be had it is empty, and the catalog is read all the same."""
    small_server.drop("sys.identity_columns")
    small_server._sqlite.execute("ALTER TABLE sys.objects DROP COLUMN modify_date")
    assert SqlServerReader(small_server).fingerprint(Call(30)) == ""
