"""The catalog's own T-SQL: what is sent, to which server, and that the gate lets all of it pass."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.catalog.statements import (
    NEED,
    PARTS,
    bind,
    needed_columns,
    presence_statement,
    statement,
    text_of,
    varies,
)
from mssql_mcp.gate import check

if TYPE_CHECKING:
    from pathlib import Path

FILES = tuple(file for part in PARTS for file in part.files)
OLDEST = frozenset(needed_columns())


def test_every_file_belongs_to_a_part(repository: Path) -> None:
    """No statement lies about unused, and none is missing."""
    package = repository / "mssql_mcp" / "catalog"
    lying = {path.stem for path in (package / "sql").glob("*.sql")}
    sources = "".join(path.read_text(encoding="utf-8") for path in package.glob("*.py"))
    assert set(FILES) <= lying
    assert [name for name in lying - set(FILES) if f'"{name}' not in sources] == []


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("absent", [frozenset(), OLDEST], ids=["newest", "oldest"])
@pytest.mark.parametrize("is_one", [False, True], ids=["all", "one"])
def test_every_statement_passes_the_gate(file: str, absent: frozenset[str], is_one: bool) -> None:
    """Each text that can be sent, for the newest and the oldest server, for all objects and for one, only reads."""
    text = statement(file, absent=absent, is_one=is_one)
    names = set(re.findall(r"@([a-z_]+)", text))
    assert check(text, parameters=names).parameter_order == tuple(re.findall(r"@([a-z_]+)", text))


def test_the_question_for_columns_passes_the_gate() -> None:
    """The statement that asks which columns the server has only reads, and asks for each of them once."""
    check(presence_statement())
    assert presence_statement().count("COL_LENGTH") == len(needed_columns()) > 10


def test_marks_cut_a_statement_down() -> None:
    """A line whose column is absent becomes its replacement, or goes; the others stay as they are."""
    newest, older = (
        statement("columns"),
        statement("columns", absent=frozenset({"sys.masked_columns.masking_function"})),
    )
    assert "mc.masking_function," in newest
    assert "JOIN sys.masked_columns" in newest
    assert "NULL AS masking_function," in older
    assert "masked_columns" not in older
    assert "c.is_hidden," in older


def test_lines_for_one_object_count_only_for_one() -> None:
    """The condition on @object_id is there for one object, the join that picks objects for all of them."""
    every, one = statement("columns"), statement("columns", is_one=True)
    assert "@object_id" not in every
    assert "JOIN sys.objects AS o" in every
    assert "WHERE c.object_id = @object_id" in one
    assert "sys.objects" not in one
    assert "--all" not in every


@pytest.mark.parametrize("file", FILES)
def test_no_comment_is_sent(file: str) -> None:
    """What is sent holds no comment: a driver counts question marks even there."""
    text = statement(file, is_one=True)
    assert "--" not in text
    assert "?" not in text


@pytest.mark.parametrize("file", FILES)
def test_replacements_keep_the_alias(file: str) -> None:
    """Cut down or not, a statement gives the same columns."""
    for line in text_of(file).splitlines():
        match = NEED.search(line)
        if match and match["otherwise"]:
            kept = line[: match.start()].strip().rstrip(",")
            alias = kept.rpartition(" AS ")[2].rpartition(".")[2]
            assert match["otherwise"].rstrip(",").endswith(f" AS {alias}")
            assert match["otherwise"].endswith(",") == line[: match.start()].rstrip().endswith(",")


def test_parameters_become_marks_in_order() -> None:
    """Each @name becomes a mark, and its value stands at the mark's place, as often as it is named."""
    assert bind("a = @x AND b = @y OR c = @x", {"x": 1, "y": "two"}) == ("a = ? AND b = ? OR c = ?", (1, "two", 1))


def test_only_some_statements_depend_on_the_version() -> None:
    """The question for columns is needed for some files only."""
    assert varies("columns")
    assert not varies("indexes")


def test_needed_columns_are_facts(facts: dict[str, Any]) -> None:
    """Each column that a mark asks for exists, and is younger than SQL Server 2008."""
    for name in needed_columns():
        view, _, column = name.rpartition(".")
        since, _, columns = facts[view]
        assert columns[column] > "2008" or since > "2008", name
