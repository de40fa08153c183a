"""Lists look alike whatever is listed: for a screen, for a program, for a page."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from command_runs import Terminal

from mssql_mcp.cli.commands.inspect.sheet import Fact, write_items

if TYPE_CHECKING:
    import pytest


@dataclass(frozen=True, slots=True)
class Lamp:
    name: str
    room: str
    parts: tuple[str, ...] = ()
    bought: datetime | None = None
    is_on: bool = False


LAMPS = (Lamp("L1", "hall", ("bulb", "shade"), datetime(2024, 5, 1, 12, 30), is_on=True), Lamp("L2", "hall"))
FACTS: tuple[Fact[Lamp], ...] = (
    Fact("lamp", lambda item: item.name),
    Fact("room", lambda item: item.room, "data"),
    Fact("parts", lambda item: item.parts),
    Fact("bought", lambda item: item.bought),
    Fact("on", lambda item: item.is_on, "screen"),
)


def test_csv_is_flat(capsys: pytest.CaptureFixture[str]) -> None:
    """Several texts in one field, nothing where there are none; what is for screens is left out."""
    write_items(LAMPS, FACTS, None)
    assert capsys.readouterr().out.splitlines() == [
        "lamp,room,parts,bought",
        'L1,hall,"bulb, shade",2024-05-01 12:30:00',
        "L2,hall,,",
    ]


def test_json_keeps_lists(capsys: pytest.CaptureFixture[str]) -> None:
    """An empty one too."""
    write_items(LAMPS, FACTS, "json")
    assert capsys.readouterr().out == (
        '[{"lamp":"L1","room":"hall","parts":["bulb","shade"],"bought":"2024-05-01 12:30:00"},'
        '{"lamp":"L2","room":"hall","parts":[],"bought":null}]\n'
    )


def test_a_screen_groups_and_leaves_out_empty_columns(capsys: pytest.CaptureFixture[str]) -> None:
    """The name of the group stands once, and a column in which nothing stands is not shown."""
    write_items(LAMPS[1:], FACTS, "table", group=lambda item: item.room)
    assert [line.rstrip() for line in capsys.readouterr().out.splitlines()] == [
        "lamp  on",
        "────────",
        "hall",
        "  L2  no",
    ]


def test_nothing_is_said_in_words_to_a_person_only(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal gets a sentence on stderr, or what the command says itself; a program gets a header."""
    terminal = Terminal()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", terminal)
        write_items((), FACTS, None)
        write_items((), FACTS, None, empty="")
    assert terminal.getvalue() == ""
    assert capsys.readouterr() == ("", "Nothing found.\n")
    write_items((), FACTS, "csv")
    assert capsys.readouterr() == ("lamp,room,parts,bought\n", "")
