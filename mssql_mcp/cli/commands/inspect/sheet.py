"""Lists of what a catalog knows: which facts make a column, on a screen and in data."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar

import click

from mssql_mcp.cli import output

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

T = TypeVar("T")

format_option = click.option(
    "--format", "output_format", type=click.Choice(output.FORMATS), help="table on a terminal, csv elsewhere."
)
text_format_option = click.option(
    "--format", "output_format", type=click.Choice(("text", "json")), default="text", show_default=True
)


@dataclass(frozen=True, slots=True)
class Fact(Generic[T]):
    """One column of a list.

    Attributes:
        name: Its heading.
        value: Gives it of an item: a scalar, a moment, or a tuple of texts.
        place: Where it is shown: on a screen, where room is scarce, in data, or in both.
    """

    name: str
    value: Callable[[T], Any]
    place: Literal["both", "screen", "data"] = "both"


def write_items(
    items: Sequence[T],
    facts: Sequence[Fact[T]],
    output_format: str | None,
    *,
    group: Callable[[T], str] | None = None,
    empty: str = "Nothing found.",
) -> None:
    """Write a list in one of `output.FORMATS`; on a screen without the columns in which nothing stands.

    Args:
        items: A row each.
        facts: The columns.
        output_format: None is a table on a terminal and csv elsewhere.
        group: Names what an item belongs to; on a screen the name stands once, above the items that share it.
        empty: What to say on stderr instead of a table without rows; empty says nothing.
    """
    chosen = output_format or ("table" if sys.stdout.isatty() else "csv")
    if chosen == "table":
        _write_screen(items, [fact for fact in facts if fact.place != "data"], group, empty)
        return
    shown = [fact for fact in facts if fact.place != "screen"]
    flatten = _plain if chosen == "json" else _flat
    rows = [tuple(flatten(fact.value(item)) for fact in shown) for item in items]
    output.write_table([fact.name for fact in shown], rows, chosen)


def _write_screen(items: Sequence[T], facts: Sequence[Fact[T]], group: Callable[[T], str] | None, empty: str) -> None:
    if not items:
        if empty:
            output.talk(empty)
        return
    cells = [tuple(_flat(fact.value(item)) for item in items) for fact in facts]
    kept = [index for index, column in enumerate(cells) if index == 0 or any(cell is not None for cell in column)]
    rows: list[tuple[Any, ...]] = []
    before = None
    for item, row in zip(items, zip(*(cells[index] for index in kept), strict=True), strict=True):
        name = group(item) if group else None
        if name != before:
            rows.append((name, *(None for _ in row[1:])))
        before = name
        rows.append((f"  {row[0]}", *row[1:]) if group else row)
    output.write_table([facts[index].name for index in kept], rows, "table", null="")


def _flat(value: Any) -> Any:
    if isinstance(value, tuple):
        return ", ".join(value) or None
    return _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    return list(value) if isinstance(value, tuple) else value
