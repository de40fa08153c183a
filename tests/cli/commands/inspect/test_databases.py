"""`mssql-mcp inspect databases` lists what may be named with --database."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from command_runs import Command


def test_the_demo_has_one_database(demo: Command) -> None:
    """Its facts are there for programs, by name."""
    found = demo("databases", "--format", "json")
    assert (found.code, found.err) == (0, "")
    assert found.json == [
        {
            "database": "Lanternworks",
            "state": "ONLINE",
            "read_only": True,
            "system": False,
            "accessible": True,
            "compatibility": None,
            "collation": "Latin1_General_100_CI_AS_SC",
            "recovery": None,
            "created": "2022-01-03 08:00:00",
            "size_kb": None,
        }
    ]


def test_a_person_sees_what_is_unusual(screen: Command) -> None:
    """On a terminal words say it, and columns without a value are left out."""
    assert screen("databases", "--demo").lines == [
        "database      state   notes      collation",
        "─" * 60,
        "Lanternworks  ONLINE  read-only  Latin1_General_100_CI_AS_SC",
    ]
