"""Nothing is taken for steady that could ask for the time under another name."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from mssql_mcp.catalog.caches import Caches
from mssql_mcp.catalog.model import Catalog, Routine, Synonym
from mssql_mcp.catalog.steadiness import is_steady
from mssql_mcp.catalog.table import Column, Computed, Table
from mssql_mcp.connection.call import Call
from mssql_mcp.connection.demo import DemoSource
from mssql_mcp.execution.cache import is_cacheable
from mssql_mcp.gate import check
from mssql_mcp.settings import ConnectionSettings
from mssql_mcp.settings.model import CatalogSettings


def column(name: str, computed: str | None = None) -> Column:
    return Column(name, "int", computed=None if computed is None else Computed(computed, is_persisted=False))


def view(name: str, body: str | None, schema: str = "dbo", head: str = "CREATE VIEW {name} AS ") -> Table:
    definition = None if body is None else head.format(name=f"{schema}.{name}") + body
    return Table(schema, name, kind="view", columns=(column("a"),), definition=definition)


CATALOG = Catalog(
    "Shop",
    tables=(
        Table("dbo", "t", columns=(column("a"), column("b"))),
        Table("dbo", "stored", columns=(column("a"), column("twice", "([a]*(2))"))),
        Table("dbo", "aging", columns=(column("a"), column("age", "(datediff(day,[a],getdate()))"))),
        Table("dbo", "secret", columns=(column("a"), column("x", ""))),
        Table("hr", "aging", columns=(column("a"),)),
        view("v_plain", "SELECT a FROM dbo.t -- don't look at the time: GETDATE()"),
        view("v_named", "SELECT a FROM dbo.t WHERE a > 1;", head="create view {name} (a) as "),
        view("v_checked", "SELECT a FROM dbo.t WITH CHECK OPTION"),
        view("v_nested", "SELECT a FROM v_plain UNION ALL SELECT a FROM Shop.dbo.v_plain"),
        view("v_now", "SELECT NEWID() AS a"),
        view("v_over_now", "SELECT a FROM dbo.v_now"),
        view("v_quoted", 'SELECT a FROM "dbo"."v_now"'),
        view("v_over_aging", "SELECT a FROM aging"),
        view("v_function", "SELECT dbo.f(a) AS a FROM dbo.t"),
        view("v_rows_of_function", "SELECT a FROM dbo.rows_of(1)"),
        view("v_synonym", "SELECT a FROM dbo.other"),
        view("v_elsewhere", "SELECT a FROM Other.dbo.t"),
        view("v_unseen", "SELECT a FROM dbo.hidden"),
        view("v_remote", "SELECT a FROM OPENQUERY(other, 'SELECT 1 AS a') AS q"),
        view("v_encrypted", None),
        view("v_broken", "SELECT FROM WHERE"),
        view("v_ring", "SELECT a FROM dbo.v_ring_2"),
        view("v_ring_2", "SELECT a FROM dbo.v_ring"),
    ),
    routines=(Routine("dbo", "rows_of", "table function"),),
    synonyms=(Synonym("dbo", "other", "dbo.t"),),
)


def judged(sql: str, catalog: Catalog | None = CATALOG) -> bool:
    return is_steady(check(sql).objects, catalog, is_cacheable)


@pytest.mark.parametrize(
    "source",
    [
        *("dbo.t", "t", "Shop.dbo.T", "[stored]", "hr.aging", "dbo.v_plain", "v_named", "v_checked", "v_nested"),
        "dbo.t AS a JOIN dbo.v_plain AS b ON a.a = b.a",
        "(SELECT a FROM dbo.t) AS d(a)",
    ],
)
def test_what_the_catalog_knows_to_be_plain_is_steady(source: str) -> None:
    """Tables, and views of them whose text says nothing else."""
    assert judged(f"SELECT a FROM {source}".replace("SELECT a FROM dbo.t AS", "SELECT a.a FROM dbo.t AS"))


@pytest.mark.parametrize(
    "source",
    [
        *("dbo.v_now", "v_now", "Shop..v_now", "dbo.v_over_now", "v_quoted", "aging", "dbo.aging", "secret"),
        *("v_over_aging", "v_function", "v_rows_of_function", "v_synonym", "v_elsewhere", "v_unseen", "v_remote"),
        *(
            "v_encrypted",
            "v_broken",
            "v_ring",
            "dbo.rows_of(1)",
            "dbo.other",
            "nobody",
            "Other.dbo.t",
        ),
        "dbo.t AS x JOIN dbo.v_now AS y ON 1 = 1",
    ],
)
def test_what_could_change_by_itself_is_not(source: str) -> None:
    """Volatile views however deep, computed columns, functions, synonyms, other databases, and what nobody can see."""
    assert not is_steady(check(f"SELECT 1 AS a FROM {source}").objects, CATALOG, is_cacheable)


def test_names_of_a_query_s_own_are_steady() -> None:
    """A common table expression is what it is made of."""
    assert judged("WITH c AS (SELECT a FROM dbo.t) SELECT a FROM c")
    assert not judged("WITH c AS (SELECT a FROM dbo.v_now) SELECT a FROM c")


def test_without_a_catalog_no_name_is_steady() -> None:
    """Neither with one that is out of date or knows names alone; a query without names needs none."""
    for catalog in (None, replace(CATALOG, is_stale=True), replace(CATALOG, depth="overview")):
        assert not judged("SELECT a FROM dbo.t", catalog)
        assert judged("SELECT 1 AS a", catalog)


def test_the_catalog_in_memory_is_asked_and_nobody_waits_for_it() -> None:
    """A server that stays reads it in the background, so that the next question can be kept."""
    source: Any = DemoSource("demo", ConnectionSettings(demo=True))
    objects = [("sales", "orders")]
    for is_eager in (False, True):
        caches = Caches(CatalogSettings(), is_eager=is_eager)
        assert not caches.is_steady(source, objects, None, is_cacheable)
        caches.of(source).catalog(Call(60))
        assert caches.is_steady(source, objects, None, is_cacheable)
        caches.close()
