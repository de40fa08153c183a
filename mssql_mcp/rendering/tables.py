"""Rows as CSV (RFC 4180) and as a Markdown table (GitHub's form)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    r"""Give rows as CSV with a header line, `\n` line ends, quotes where needed.

    NULL is an empty field; an empty text is `""`, so that the two stay apart.
    """
    lines = [csv_line(columns), *(csv_line(row) for row in rows)]
    return "\n".join(lines) + "\n"


def csv_line(cells: Sequence[Any]) -> str:
    """Give one CSV record without its line end."""
    return ",".join("" if cell is None else _field(cell) for cell in cells)


def _field(cell: Any) -> str:
    text = ("true" if cell else "false") if isinstance(cell, bool) else str(cell)
    if text == "":
        return '""'
    if any(mark in text for mark in ',"\r\n') or text[0] == " " or text[-1] == " ":
        return '"' + text.replace('"', '""') + '"'
    return text


def markdown_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Give rows as a Markdown table; pipes and line breaks inside cells are escaped, NULL is written `NULL`."""
    lines = ["| " + " | ".join(_cell(name) for name in columns) + " |", "|" + "---|" * len(columns)]
    lines.extend(markdown_line(row) for row in rows)
    return "\n".join(lines) + "\n"


def markdown_line(row: Sequence[Any]) -> str:
    """Give one line of a Markdown table without its line end."""
    return "| " + " | ".join("NULL" if cell is None else _cell(cell) for cell in row) + " |"


def _cell(cell: Any) -> str:
    text = ("true" if cell else "false") if isinstance(cell, bool) else str(cell)
    return (
        text.replace("\\", "\\\\")
        .replace("|", "\\|")
        .replace("\r\n", "<br>")
        .replace("\n", "<br>")
        .replace("\r", "<br>")
    )
