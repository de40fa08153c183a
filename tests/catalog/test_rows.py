"""Look-ups over raw rows."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from mssql_mcp.catalog.rows import Rows, grouped, type_of


def test_rows_are_grouped_in_order() -> None:
    """Rows of one key stay in their order."""
    rows = [SimpleNamespace(key=key, number=number) for number, key in enumerate("abab")]
    assert {key: [row.number for row in found] for key, found in grouped(rows, "key").items()} == {
        "a": [0, 2],
        "b": [1, 3],
    }


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"type_name": "int", "base_type": "int"}, ("int", None)),
        ({"type_name": "sysname", "base_type": "nvarchar", "max_length": 256}, ("sysname", None)),
        ({"type_name": "Code", "is_user_defined": 1, "base_type": "char", "max_length": 3}, ("char(3)", "app.Code")),
        ({"type_name": "Point", "is_user_defined": 1, "is_assembly_type": 1}, ("app.Point", None)),
        ({"type_name": "List", "is_user_defined": 1}, ("app.List", None)),
        ({"base_type": "int"}, ("int", None)),
        ({}, ("unknown", None)),
        ({"type_name": "vector", "vector_dimensions": 8}, ("vector(8)", None)),
    ],
)
def test_types_tell_what_they_are(row: dict[str, object], expected: tuple[str, str | None]) -> None:
    """An alias type is told with its physical type; one that cannot be seen is at least told as far as it can."""
    usual = dict.fromkeys(
        ("type_name", "is_user_defined", "is_assembly_type", "base_type", "max_length", "precision", "scale")
    )
    assert type_of(SimpleNamespace(**(usual | {"type_schema": "app"} | row))) == expected


def test_comments_are_found_by_what_they_are_about() -> None:
    """A comment is found by class and identifiers; an empty one is none."""
    row = __import__("collections").namedtuple("Row", "kind major_id minor_id comment")
    rows = Rows(comments=[row(1, 7, 2, "about"), row(1, 8, 0, "")])
    assert rows.comment_index() == {(1, 7, 2): "about"}
