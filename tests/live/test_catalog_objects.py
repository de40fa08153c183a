"""What a live server tells of texts, comments, routines and triggers, and of two thousand tables."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.catalog.cache import CatalogCache
from mssql_mcp.catalog.demo import declared_catalog
from mssql_mcp.catalog.describe_text import describe_text
from mssql_mcp.catalog.index import CatalogIndex
from mssql_mcp.catalog.listing import list_objects, listing_text
from mssql_mcp.catalog.names import ObjectName
from mssql_mcp.catalog.snapshot import load_snapshot, save_snapshot
from mssql_mcp.catalog.sqlserver import SqlServerReader
from mssql_mcp.connection.call import Call
from mssql_mcp.connection.sqlserver import SqlServerSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from mssql_mcp.catalog.model import Catalog
    from mssql_mcp.settings import ConnectionSettings

DECLARED = declared_catalog({})
COUNT = 2_000


@pytest.fixture(scope="module")
def sample(live_sample: Any, live_settings: Callable[..., ConnectionSettings]) -> Iterator[Catalog]:
    source = SqlServerSource("sample", live_settings(database=live_sample.database))
    yield SqlServerReader(source).catalog(Call(120))
    source.close()


@pytest.fixture(scope="module")
def large(
    live_admin: Callable[..., None],
    live_settings: Callable[..., ConnectionSettings],
    live_drop: Callable[[str], None],
) -> Iterator[SqlServerSource]:
    """Two thousand tables of eight columns in a chain of foreign keys."""
    name = f"mssql_mcp_large_{secrets.token_hex(4)}"
    live_admin(f"CREATE DATABASE {name}")
    live_admin(
        *(
            f"CREATE TABLE dbo.Thing{number:04} (Thing{number:04}Id int IDENTITY(1,1) PRIMARY KEY, "
            + (f"ParentId int REFERENCES dbo.Thing{number - 1:04} (Thing{number - 1:04}Id), " if number else "")
            + "Name nvarchar(50) NOT NULL, Code varchar(20), Amount decimal(12,2), Placed datetime2(3), Flag bit, "
            + "Note nvarchar(max))"
            for number in range(COUNT)
        ),
        database=name,
    )
    source = SqlServerSource("large", live_settings(database=name))
    yield source
    source.close()
    live_drop(name)


def refused(live_sample: Any, kind: str) -> set[str]:
    return {name.partition(" ")[2].casefold() for name in live_sample.refused if name.startswith(f"{kind} ")}


def test_texts_of_views_are_there(sample: Catalog) -> None:
    """Each view has the text that made it, and its columns in order."""
    for declared in DECLARED.tables:
        if declared.kind == "view":
            found = sample.table(declared.schema, declared.name)
            assert found is not None
            assert found.definition is not None
            assert declared.name in found.definition
            assert [column.name for column in found.columns] == [column.name for column in declared.columns]


def test_routines_are_those_of_the_script(sample: Catalog, live_sample: Any) -> None:
    """Procedures and functions with their parameters in order, but for those that the server refused."""
    gone = refused(live_sample, "routine")
    for declared in DECLARED.routines:
        if f"{declared.schema}.{declared.name}".casefold() in gone:
            continue
        found = next(item for item in sample.routines if (item.schema, item.name) == (declared.schema, declared.name))
        assert found.kind == declared.kind
        assert [item.name.casefold() for item in found.parameters] == [item.name for item in declared.parameters]
        assert [item.is_output for item in found.parameters] == [item.is_output for item in declared.parameters]
        assert [item.has_default for item in found.parameters] == [item.has_default for item in declared.parameters]
        assert found.definition is not None


def test_triggers_are_those_of_the_script(sample: Catalog, live_sample: Any) -> None:
    """Each trigger stands with its table, with its events, but for those that the server refused."""
    gone = refused(live_sample, "trigger")
    for declared in DECLARED.tables:
        table = sample.table(declared.schema, declared.name)
        assert table is not None
        names = {trigger.name.casefold() for trigger in table.triggers}
        for trigger in declared.triggers:
            if not any(trigger.name.casefold() in name for name in gone):
                assert trigger.name.casefold() in names


def test_comments_are_those_of_the_script(sample: Catalog, live_sample: Any) -> None:
    """Where the server keeps descriptions they are those of the script; where it refused them there are none."""
    if any(name.startswith("description") for name in live_sample.refused):
        pytest.skip("this server refuses some descriptions")
    for declared in DECLARED.tables:
        table = sample.table(declared.schema, declared.name)
        assert table is not None
        assert table.comment == declared.comment


def test_guesses_and_search_work_on_what_was_read(sample: Catalog) -> None:
    """The archive, the leftover and the junctions are seen on a live server too, and words are found."""
    index = CatalogIndex(sample)
    marks = {mark.table: mark.kind for mark in index.hints.marks.values()}
    assert {"orders_2019": "archive", "product_suppliers": "junction"}.items() <= marks.items()
    assert index.search("orders").hits[0].name == "orders"
    assert index.search("lumens").hits[0].name == "quality_tests"
    assert len(index.map(budget=8_000)) <= 8_000


def test_a_snapshot_of_a_live_catalog_comes_back(sample: Catalog, tmp_path: Path) -> None:
    """Whatever the server told survives the file."""
    save_snapshot(sample, tmp_path / "sample.gz")
    assert load_snapshot(tmp_path / "sample.gz") == sample


@pytest.mark.slow
def test_two_thousand_tables_take_no_more_round_trips(large: SqlServerSource, sample: Catalog) -> None:
    """The whole of a large database takes as many statements as that of a small one, and then none at all."""
    cache = CatalogCache(SqlServerReader(large), check_seconds=3_600)
    catalog = cache.catalog(Call(600))
    assert len(catalog.tables) == COUNT
    assert sum(len(table.columns) for table in catalog.tables) == 8 * COUNT - 1
    assert catalog.round_trips == sample.round_trips <= 30
    assert sum(len(table.foreign_keys) for table in catalog.tables) == COUNT - 1
    assert all(table.primary_key is not None for table in catalog.tables)
    told = describe_text(cache.table(Call(60), ObjectName("thing1999"))[0])
    assert "ParentId int null -> Thing1998(Thing1998Id)" in told
    page = list_objects(cache.overview(Call(60)), limit=200, offset=1_800)
    assert (len(page.items), page.total, page.next_offset) == (200, COUNT, None)
    assert "Thing1999" in listing_text(catalog, page)
    cache.close()


@pytest.mark.slow
def test_one_of_two_thousand_tables_is_read_alone(large: SqlServerSource) -> None:
    """One table takes a handful of round trips, however many others there are."""
    reader = SqlServerReader(large)
    reader.table(Call(120), ObjectName("Thing0000", "dbo"))
    table, about = reader.table(Call(120), ObjectName("Thing1000", "dbo"))
    assert about.round_trips <= 8
    assert [key.table for key in table.referenced_by] == ["Thing1001"]
