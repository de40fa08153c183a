"""Where a command gets its T-SQL from: the argument, a file, or stdin; files as SQL Server's own tools write them."""

from __future__ import annotations

import codecs
import sys
from typing import IO, TYPE_CHECKING

import click

from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Sequence

# As SQL Server Management Studio saves files: UTF-8, or "Unicode", each with a mark at the beginning.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "UTF-32"),  # begins as UTF-16 does, so it is asked for before
    (codecs.BOM_UTF32_BE, "utf-32", "UTF-32"),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)

text_argument = click.argument("words", nargs=-1, metavar="[SQL]")

file_option = click.option(
    "--file", "-f", "file", type=click.File("rb"), help="Read the text from a file (UTF-8, or UTF-16 with its mark); "
    "- is stdin.",
)  # fmt: skip


def given_text(words: Sequence[str], file: IO[bytes] | None) -> str:
    """Give the text of a command.

    Args:
        words: The arguments as they were typed, at most one of which can be the text; `-` is stdin.
        file: Of `--file`.

    Raises:
        ValidationError: There are several texts (`input.two_texts`) or none (`input.no_text`), or it is in an encoding
            that cannot be told (`input.encoding`).
    """
    if len(words) > 1:
        raise ValidationError(
            f"The text came in {len(words)} pieces.",
            code="input.two_texts",
            hint='Put it in quotes, so that the shell hands it over whole: "SELECT 1 AS one".',
        )
    argument = words[0] if words else None
    if argument is not None and file is not None:
        raise ValidationError("Give the text as an argument or with --file, not both.", code="input.two_texts")
    if file is not None:
        name = "Standard input" if file.name in ("<stdin>", 0, "-") else str(file.name)
        return decoded(_all_of(file, name), name)
    if argument is not None and argument != "-":
        return argument
    text = ""
    if argument == "-" or not sys.stdin.isatty():
        buffer = None if sys.stdin.isatty() else getattr(sys.stdin, "buffer", None)
        text = sys.stdin.read() if buffer is None else decoded(buffer.read(), "Standard input")
    if text.strip():
        return text
    raise ValidationError(
        "There is no SQL text: neither as an argument, nor with --file, nor on standard input.",
        code="input.no_text",
        hint='Example: mssql-mcp query --demo "SELECT 1 AS one"',
    )


def decoded(data: bytes, name: str) -> str:
    """Read a text as UTF-8, or as what the mark at its beginning says.

    Args:
        data: The whole text.
        name: Where it is from, for the error.

    Raises:
        ValidationError: `input.encoding`.
    """
    encoding, title = next(((encoding, title) for mark, encoding, title in _MARKS if data.startswith(mark)), ("", ""))
    try:
        return data.decode(encoding or "utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"{name} is no text in {title or 'UTF-8'}: line {line} holds the byte 0x{data[error.start]:02x}."
    raise ValidationError(
        message,
        code="input.encoding",
        hint="Save it as UTF-8, or as UTF-16 with a byte order mark; Windows calls its own encodings ANSI."
        if not title
        else "The mark at its beginning says so, and the rest does not; save it as UTF-8.",
    )


def _all_of(file: IO[bytes], name: str) -> bytes:
    try:
        return file.read()
    except OSError as error:
        raise ValidationError(f"{name} cannot be read: {error.strerror}.", code="input.unreadable") from None
