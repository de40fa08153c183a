"""Every column of a system view that the package's T-SQL names is documented, with its version and permission."""

from __future__ import annotations

import ast
import json
import re
from typing import TYPE_CHECKING, Any

import sqlglot
from corpora import collection
from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SYSTEM = re.compile(r"\bsys\.\w+", re.IGNORECASE)
SELECT = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)
# The gate's and the demo's own texts are about other people's SQL.
ELSEWHERE = ("gate", "demo")


def texts(package: Path) -> Iterator[tuple[str, str]]:
    """Give each fixed T-SQL text of the package: .sql files and string constants that select from system views."""
    for path in sorted(package.rglob("*.sql")):
        yield path.relative_to(package).as_posix(), path.read_text(encoding="utf-8")
    for path in sorted(package.rglob("*.py")):
        if path.relative_to(package).parts[0] in ELSEWHERE:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
            if is_text and SELECT.match(node.value) and SYSTEM.search(node.value):
                yield f"{path.relative_to(package).as_posix()}:{node.lineno}", node.value


def variants(sql: str) -> tuple[str, str]:
    """Give a text as it is for all objects, and as it is for one (the marks of `mssql_mcp.catalog.statements`)."""
    lines = sql.splitlines()
    for_one = [line.removeprefix("--1 ") for line in lines if not line.endswith("--all")]
    return sql, "\n".join(for_one)


def named_columns(sql: str) -> set[tuple[str, str]]:
    """Give each (system view, column) that a text names, whatever the alias."""
    found: set[tuple[str, str]] = set()
    for tree in (tree for text in variants(sql) for tree in sqlglot.parse(text, read="tsql") if tree is not None):
        for scope in traverse_scope(tree):
            views = {
                alias: f"sys.{source.name or source.this.name}".lower()
                for alias, source in scope.sources.items()
                if isinstance(source, exp.Table) and source.db.lower() == "sys"
            }
            for column in scope.columns:
                view = views.get(column.table) if column.table else next(iter(views.values()), None)
                alone = column.table or len(scope.sources) == 1
                if view and alone and not column.find_ancestor(exp.Order):
                    found.add((view, column.name.lower()))
    return found


def problems(sql: str, facts: dict[str, Any]) -> list[str]:
    """Say what of a text is not in the table of facts."""
    wrong = []
    for view, column in sorted(named_columns(sql)):
        if view not in facts:
            wrong.append(f"{view} is not in the table")
        elif column not in {name.lower() for name in facts[view][2]} and column != "*":
            wrong.append(f"{view} has no {column}")
    return wrong


def test_every_system_column_is_in_the_table(repository: Path, facts: dict[str, Any]) -> None:
    """What our SQL names exists by the table of facts (tests/catalog/data/system_views.tsv); add new views there."""
    found = {place: wrong for place, sql in texts(repository / "mssql_mcp") if (wrong := problems(sql, facts))}
    assert found == {}


def test_the_check_sees_the_catalogs_own_columns(repository: Path) -> None:
    """The texts are really read: columns known to be named are found."""
    found = set().union(*(named_columns(sql) for _, sql in texts(repository / "mssql_mcp")))
    assert {
        ("sys.columns", "vector_dimensions"),
        ("sys.masked_columns", "masking_function"),
        ("sys.partitions", "hobt_id"),
        ("sys.foreign_keys", "is_not_trusted"),
    } <= found


def test_a_wrong_column_is_noticed(facts: dict[str, Any]) -> None:
    """A column that no version has, and a view that is not in the table, are reported."""
    assert problems("SELECT t.colour FROM sys.tables AS t", facts) == ["sys.tables has no colour"]
    assert problems("SELECT colour FROM sys.nothing", facts) == ["sys.nothing is not in the table"]
    assert (
        problems("SELECT t.name FROM sys.tables AS t JOIN sys.schemas AS s ON s.schema_id = t.schema_id", facts) == []
    )


def test_every_view_has_a_permission(facts: dict[str, Any]) -> None:
    """Each view tells what reading it needs."""
    assert [view for view, (_, permission, _) in facts.items() if not permission] == []


def test_the_table_agrees_with_the_larger_catalogue(facts: dict[str, Any]) -> None:
    """Where the larger catalogue of Microsoft's pages lies beside the project, every fact of the table is in it."""
    objects = json.loads(collection("catalog/sqlserver_catalog.json").read_text(encoding="utf-8"))["objects"]
    for view, (since, _, columns) in facts.items():
        known = objects[view]
        assert since == (known["since"] or ""), view
        documented = {column["name"]: column.get("since") or "" for column in known["columns"]}
        for name, version in columns.items():
            if version != "undocumented":
                assert documented[name] in (version, version or "2008"), f"{view}.{name}"
