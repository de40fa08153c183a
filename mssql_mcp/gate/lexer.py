"""Read a text with SQL Server's token rules, and write it again so that no two lexers can differ about it.

What is executed is what `canonical` writes, never the input. It holds only: ASCII words; `[delimited identifiers]`;
'string literals'; numbers; operators; `?` for declared parameters; plain spaces and line feeds. Comments are gone,
every name that is not plain ASCII and every "quoted" name stands in brackets (so SET QUOTED_IDENTIFIER OFF cannot turn
one into a string), and Unicode spaces became plain ones. On whatever different lexers may read differently, the text is
refused: control and format characters, numbers glued to words, a lone carriage return that may or may not end a
comment.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from mssql_mcp.gate.fault import Edit, Fault, placeholder_fault
from mssql_mcp.gate.words import DOLLAR_WORDS, GLOBALS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_CHARACTERS = 50_000
"""A text that a person or an assistant writes is far below; with MAX_TOKENS it bounds the time of every later step."""
MAX_TOKENS = 20_000
MAX_NAME = 128
"""Characters of an identifier: https://learn.microsoft.com/sql/relational-databases/databases/database-identifiers"""

Kind = Literal["word", "name", "string", "number", "global", "parameter", "dollar", "op"]


@dataclass(slots=True)
class Token:
    """One token.

    Attributes:
        kind: `word` is a bare ASCII word, `name` a delimited identifier.
        text: As it stands in the canonical text.
        upper: A word in upper case, an operator as it is; empty for what quotes hide.
        value: A name without its delimiters, a parameter's declared name; otherwise empty.
        start: 0-based offset in the original text.
        end: Offset after it.
        gap: What stands before it in the canonical text: nothing, one space, or line feeds.
    """

    kind: Kind
    text: str
    upper: str
    value: str
    start: int
    end: int
    gap: str


_SPACES = "\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_OTHER = rf"[^\x00-\x9f{_SPACES}]"
_PART = rf"(?:[A-Za-z0-9_@$#]|{_OTHER})"
_PATTERN = re.compile(
    rf"""
      (?P<gap>[\ \t\r\n\f\v{_SPACES}]+)
    | (?P<line>--[^\n]*)
    | (?P<block>/\*)
    | (?P<string>[Nn]?'(?>[^']*(?:''[^']*)*)')
    | (?P<bracket>\[(?>[^\]]*(?:\]\][^\]]*)*)\])
    | (?P<quoted>"(?>[^"]*(?:""[^"]*)*)")
    | (?P<number>0[xX][0-9A-Fa-f]*|\$[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
        |(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]*)?)
    | (?P<global>@@{_PART}*)
    | (?P<variable>@{_PART}*)
    | (?P<dollar>\$[A-Za-z_]{_PART}*)
    | (?P<word>(?:[A-Za-z_#]|{_OTHER}){_PART}*)
    | (?P<op>!=|<>|<=|>=|!<|!>|::|\|\||->|<-|[-+*/%&^|]=|[-+*/%&|^~=<>(),.;:!{{}}])
    """,
    re.VERBOSE,
)
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\ud800-\udfff]")
_NUMBERED = re.compile(r"@p[0-9]+")
_COMMENT_MARK = re.compile(r"/\*|\*/")
_GLUED = re.compile(_PART)
_CLOSERS = {"'": "string literal", '"': "quoted name", "[": "bracketed name"}


def tokenize(text: str, parameters: Mapping[str, str]) -> list[Token]:
    """Cut a text into tokens.

    Args:
        text: The text as it was given.
        parameters: Declared parameter names, lower case and without `@`, each with the spelling that was declared.

    Raises:
        Fault: The text is too long, or holds something that is not certain to be read alike by every lexer.
    """
    _check_size(text)
    reader = _Reader(text, parameters)
    reader.read()
    return reader.tokens


def canonical(tokens: Sequence[Token]) -> str:
    """Write the text that is executed."""
    return "".join(part for token in tokens for part in (token.gap, token.text))


def _check_size(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise Fault(
            "gate.too_long",
            f"The text has {len(text):,} characters; at most {MAX_CHARACTERS:,} are read.",
            MAX_CHARACTERS,
            MAX_CHARACTERS,
            hint="Send a shorter query; pass long lists of values as a JSON parameter and read it with OPENJSON.",
        )
    odd = _CONTROL.search(text)
    if odd:
        raise _character_fault(text, odd.start())


class _Reader:
    """One pass over a text."""

    def __init__(self, text: str, parameters: Mapping[str, str]) -> None:
        self.text = text
        self.parameters = parameters
        self.tokens: list[Token] = []
        self.gap = ""

    def read(self) -> None:
        text, match = self.text, _PATTERN.match
        position = 1 if text.startswith("\ufeff") else 0  # a byte order mark is no part of the text
        size = len(text)
        while position < size:
            found = match(text, position)
            if found is None or found.lastgroup is None:
                raise self._unreadable(position)
            position = self._take(found.lastgroup, found.group(), position, found.end())

    def _take(self, group: str, source: str, start: int, end: int) -> int:
        match group:
            case "word":
                if source.isascii():
                    self._add("word", source, source.upper(), start, end)
                else:
                    self._wide_word(source, start, end)
            case "gap":
                self._widen_gap(source)
            case "op":
                self._add("op", source, source, start, end)
            case "string":
                self._add("string", source, "", start, end)
            case "bracket" | "quoted":
                self._delimited(source, start, end)
            case "number":
                self._number(source, start, end)
            case "line":
                self._line_comment(source, start)
            case "block":
                return self._block_comment(start)
            case "variable":
                self._variable(source, start, end)
            case "global":
                self._global(source, start, end)
            case _:
                self._dollar(source, start, end)
        return end

    def _add(self, kind: Kind, source: str, upper: str, start: int, end: int, value: str = "") -> None:
        if len(self.tokens) >= MAX_TOKENS:
            raise Fault(
                "gate.too_many_tokens",
                f"The text has more than {MAX_TOKENS:,} words and signs.",
                start,
                end,
                hint="Send a shorter query; pass long lists of values as a JSON parameter and read it with OPENJSON.",
            )
        self.tokens.append(Token(kind, source, upper, value, start, end, self.gap))
        self.gap = ""

    def _widen_gap(self, source: str) -> None:
        breaks = source.count("\n") or int("\r" in source)
        if breaks:
            self.gap = self.gap.strip(" ") + "\n" * breaks
        elif not self.gap:
            self.gap = " "

    def _line_comment(self, source: str, start: int) -> None:
        if "\r" in source.rstrip("\r"):
            raise Fault(
                "gate.character",
                "A carriage return without a line feed stands in a comment; it may or may not end it.",
                start + source.index("\r"),
                start + source.index("\r") + 1,
                hint="End lines with a line feed.",
            )
        if not self.gap:
            self.gap = " "

    def _block_comment(self, start: int) -> int:
        depth = 0
        for mark in _COMMENT_MARK.finditer(self.text, start):
            depth += 1 if mark.group() == "/*" else -1
            if depth == 0:
                self._widen_gap(self.text[start : mark.end()])
                if not self.gap:
                    self.gap = " "
                return mark.end()
        raise Fault(
            "gate.unterminated",
            "A comment is not closed.",
            start,
            start + 2,
            hint="Close it with */; block comments nest in T-SQL.",
        )

    def _delimited(self, source: str, start: int, end: int) -> None:
        close = "]" if source[0] == "[" else '"'
        value = source[1:-1].replace(close * 2, close)
        if not value or len(value.encode("utf-16-le")) // 2 > MAX_NAME:
            edits = (Edit(start, end, "''"),) if source == '""' else ()
            raise Fault(
                "gate.name_length",
                f"A delimited name has {len(value)} characters; SQL Server allows 1 to {MAX_NAME}.",
                start,
                end,
                hint="Double quotes and brackets delimit names; write strings in single quotes.",
                edits=edits,
            )
        self._add("name", "[" + value.replace("]", "]]") + "]", "", start, end, value)

    def _wide_word(self, source: str, start: int, end: int) -> None:
        for offset, character in enumerate(source):
            if not character.isascii() and unicodedata.category(character)[0] not in "LNM":
                raise _character_fault(self.text, start + offset)
        self._add("name", f"[{source}]", "", start, end, source)

    def _number(self, source: str, start: int, end: int) -> None:
        if end < len(self.text) and _GLUED.match(self.text, end):
            raise Fault(
                "gate.glued_number",
                f"The number {source[:40]} runs into a word.",
                start,
                end,
                hint="Put a space between a number and the word that follows.",
                edits=(Edit(end, end, " "),),
            )
        self._add("number", source, "", start, end)

    def _variable(self, source: str, start: int, end: int) -> None:
        declared = self.parameters.get(source[1:].lower())
        if declared is None:
            raise Fault(
                "gate.variable",
                f"The variable {source[:80]} is not declared as a parameter.",
                start,
                end,
                hint="Pass its value in `parameters`; a query cannot declare variables.",
                shell_hint=f"Pass its value with --param {source[1:81]}=value; a query cannot declare variables.",
            )
        self._add("parameter", "?", "", start, end, declared)

    def _global(self, source: str, start: int, end: int) -> None:
        if source[2:].upper() not in GLOBALS:
            raise Fault(
                "gate.variable",
                f"{source[:80]} is not a system function that is known here.",
                start,
                end,
                hint="Only the documented @@ functions may be read.",
            )
        self._add("global", source, source.upper(), start, end)

    def _dollar(self, source: str, start: int, end: int) -> None:
        if source.upper() not in DOLLAR_WORDS:
            raise Fault(
                "gate.character",
                f"{source[:80]} is neither an amount of money nor a pseudo column.",
                start,
                end,
                hint="Put names that begin with $ in brackets.",
                edits=(Edit(start, end, f"[{source}]"),),
            )
        self._add("dollar", source, source.upper(), start, end)

    def _unreadable(self, position: int) -> Fault:
        character = self.text[position]
        if character in _CLOSERS:
            return Fault(
                "gate.unterminated",
                f"A {_CLOSERS[character]} is not closed.",
                position,
                position + 1,
                hint="Close it; inside, the closing sign is written twice.",
            )
        if character == "?":
            mark = (Edit(position, position + 1, f"@p{len(_NUMBERED.findall(self.text, 0, position)) + 1}"),)
            return placeholder_fault("?", position, position + 1, mark)
        if character == "`":
            close = self.text.find("`", position + 1)
            edits = (Edit(position, position + 1, "["), Edit(close, close + 1, "]")) if close > 0 else ()
            return Fault(
                "gate.character", "T-SQL does not quote names with `.", position, position + 1,
                hint="Write [name].", edits=edits,
            )  # fmt: skip
        return _character_fault(self.text, position)


def _character_fault(text: str, position: int) -> Fault:
    character = text[position]
    name = unicodedata.name(character, "").lower() or "control character"
    shown = f"U+{ord(character):04X}" + (
        f" ({name})" if not 0xD800 <= ord(character) <= 0xDFFF else " (half a character)"
    )
    return Fault(
        "gate.character",
        f"The character {shown} may not stand here.",
        position,
        position + 1,
        hint="Remove it, put the name in brackets or the text in quotes; control characters can be written NCHAR(n).",
    )
