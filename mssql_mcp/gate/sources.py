"""Read from the tokens, without a parser, what a proven query touches: its row sources, calls and hints.

This reading does not rest on sqlglot. The policy's rules about objects are held against it, and against sqlglot's tree
where there is one; where the two disagree, a connection with such rules refuses.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from mssql_mcp.gate.fault import Edit
from mssql_mcp.gate.names import fold
from mssql_mcp.gate.system import TYPE_METHODS
from mssql_mcp.gate.words import BLOCKING_HINTS, NILADIC_FUNCTIONS, RESERVED, TABLE_ARGUMENT_FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.gate.lexer import Token

CteMatch = Literal["no", "folded", "exact"]

_CLAUSES = frozenset(("WHERE", "GROUP", "HAVING", "ORDER", "UNION", "EXCEPT", "INTERSECT", "OPTION"))
_OUTPUT_CLAUSES = frozenset(("XML", "JSON", "BROWSE"))


@dataclass(frozen=True, slots=True)
class Source:
    """A table, view or row-set function that the query reads from.

    Attributes:
        parts: The name as written, outermost part first; a part that was left out (`db..t`) is empty.
        start: 0-based offset of its first token in the original text.
        end: Offset after its last token.
        is_function: Whether arguments follow.
        cte: Whether the name is that of a common table expression in scope, spelled exactly so or in another case.
        is_argument: Whether it is the argument of a row-set function such as CONTAINSTABLE.
    """

    parts: tuple[str, ...]
    start: int
    end: int
    is_function: bool = False
    cte: CteMatch = "no"
    is_argument: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A function call.

    Attributes:
        parts: The name as written, outermost part first.
        start: 0-based offset of the name in the original text.
        end: Offset after it.
        is_function: Whether a function of somebody's own must be meant: it has a schema, and is no method of a column.
    """

    parts: tuple[str, ...]
    start: int
    end: int
    is_function: bool = False


@dataclass(frozen=True, slots=True)
class Hint:
    """A table hint that blocks writers.

    Attributes:
        word: The hint in upper case.
        start: 0-based offset in the original text.
        end: Offset after it.
        edits: What takes it out of the original text.
    """

    word: str
    start: int
    end: int
    edits: tuple[Edit, ...] = ()


@dataclass(frozen=True, slots=True)
class Recursion:
    """What OPTION (MAXRECURSION n) asks for.

    Attributes:
        depth: n; 0 asks for no limit; -1 where n is not a plain number.
        start: 0-based offset of the hint in the original text.
        end: Offset after it.
    """

    depth: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that a query touches, in the order of the text.

    Attributes:
        sources: What it reads from.
        calls: Functions that it calls.
        hints: Table hints that block writers.
        recursions: What it asks of MAXRECURSION.
        deferred_joins: Joins whose ON does not follow their own row source.
    """

    sources: tuple[Source, ...]
    calls: tuple[Call, ...]
    hints: tuple[Hint, ...]
    recursions: tuple[Recursion, ...]
    deferred_joins: int


def read_sources(tokens: Sequence[Token], partner: Sequence[int]) -> Reading:
    """Read what a proven query touches.

    Args:
        tokens: The query, as `prove` accepted it.
        partner: What `prove` returned.
    """
    walk = _Walk(tokens, partner)
    walk.run()
    return Reading(tuple(walk.sources), tuple(walk.calls), tuple(walk.hints), tuple(walk.recursions), walk.deferred)


@dataclass(slots=True)
class _Level:
    """What one pair of parentheses holds.

    Attributes:
        clause: `select`, `from` or `other` of the query at this level; empty while there is none.
        expects: Whether a row source must come next.
        may_hold_hints: Whether bare words directly inside can be table hints.
        awaits_on: Whether the last join has not had its ON.
    """

    clause: Literal["", "select", "from", "other"] = ""
    expects: bool = False
    may_hold_hints: bool = False
    awaits_on: bool = False


class _Walk:
    def __init__(self, tokens: Sequence[Token], partner: Sequence[int]) -> None:
        self.tokens = tokens
        self.partner = partner
        self.levels = [_Level()]
        self.expressions: dict[str, set[str]] = {}
        self.in_cte_list = tokens[0].upper == "WITH"
        self.sources: list[Source] = []
        self.calls: list[Call] = []
        self.hints: list[Hint] = []
        self.recursions: list[Recursion] = []
        self.aliases: set[str] = set()
        self.deferred = 0

    def run(self) -> None:
        index = 0
        while index < len(self.tokens):
            index = self._step(index)
        self._give_up_on(self.levels[0])
        self.aliases |= {fold(source.parts[-1]) for source in self.sources}
        self.calls = [replace(call, is_function=self._is_function(call.parts)) for call in self.calls]

    def _is_function(self, parts: tuple[str, ...]) -> bool:
        """Tell `schema.f()` from `column.method()`, `alias.column.method()` and `$PARTITION.f()`."""
        if len(parts) == 1 or parts[-2].upper() == "$PARTITION":
            return False
        is_method = fold(parts[-1]) in TYPE_METHODS
        return not (is_method and (len(parts) == 2 or fold(parts[0]) in self.aliases))

    def upper(self, index: int) -> str:
        return self.tokens[index].upper if 0 <= index < len(self.tokens) else ""

    def is_name(self, index: int) -> bool:
        if not 0 <= index < len(self.tokens):
            return False
        token = self.tokens[index]
        return token.kind == "name" or (token.kind == "word" and token.upper not in RESERVED)

    def _step(self, index: int) -> int:
        token = self.tokens[index]
        level = self.levels[-1]
        if token.kind == "op":
            return self._sign(index, token.text, level)
        if token.upper == "HOLDLOCK" or (level.may_hold_hints and self._word(index) in BLOCKING_HINTS):
            self._hint(index)
        if self.is_name(index) or (token.kind == "dollar"):
            return self._name(index, level)
        if token.kind == "word":
            self._reserved(index, token.upper, level)
        if token.kind == "global" or token.upper in NILADIC_FUNCTIONS:
            self.calls.append(Call((token.text,), token.start, token.end))
        return index + 1

    def _word(self, index: int) -> str:
        token = self.tokens[index]
        return token.upper or token.value.strip().upper()

    def _sign(self, index: int, sign: str, level: _Level) -> int:
        if sign == "(":
            self.levels.append(self._opened(index, level))
            level.expects = False
        elif sign == ")":
            self._give_up_on(level)
            self.levels.pop()
        elif sign == "," and level.clause == "from":
            self._give_up_on(level)
            level.expects = True
        elif (sign == "." and level.expects) or sign == "::":
            return self._name(index, level)
        return index + 1

    def _give_up_on(self, level: _Level) -> None:
        """Count a join that something else follows than its ON."""
        self.deferred += level.awaits_on
        level.awaits_on = False

    def _opened(self, index: int, level: _Level) -> _Level:
        before = index - 1
        if level.clause == "from" and level.expects:
            return _Level("from", expects=True)
        is_hint_list = self.upper(before) == "WITH" or (
            self.upper(before) == "HINT" and self.upper(before - 1) == "TABLE"
        )
        is_after_source = level.clause == "from" and (
            self.is_name(before)
            or self.upper(before) in (")", "ALL")  # of a function, TABLESAMPLE or FOR SYSTEM_TIME
            or self.tokens[before].kind in ("string", "parameter")  # of FOR SYSTEM_TIME
        )
        return _Level(may_hold_hints=is_hint_list or is_after_source)

    def _reserved(self, index: int, word: str, level: _Level) -> None:
        if word == "SELECT":
            level.clause, level.expects = "select", False
            if len(self.levels) == 1:
                self.in_cte_list = False
        elif word == "FROM":
            is_comparison = self.upper(index - 1) == "DISTINCT" and self.upper(index - 2) in ("IS", "NOT")
            if level.clause == "select" and not is_comparison:
                level.clause, level.expects = "from", True
        elif word == "JOIN":
            self._give_up_on(level)
            level.expects = level.clause == "from"
            level.awaits_on = self.upper(index - 1) != "CROSS"
        elif level.clause == "from":
            self._inside_from(index, word, level)
        if word in TABLE_ARGUMENT_FUNCTIONS:
            self._table_argument(index)

    def _inside_from(self, index: int, word: str, level: _Level) -> None:
        if word == "ON":
            level.awaits_on = False
        elif word == "VALUES":
            level.clause, level.expects = "other", False
        elif word in _CLAUSES or (word == "FOR" and self.upper(index + 1) in _OUTPUT_CLAUSES):
            level.clause, level.expects = "other", False
            self._give_up_on(level)
        elif word in TABLE_ARGUMENT_FUNCTIONS:
            level.expects = False

    def _name(self, index: int, level: _Level) -> int:
        word = self.upper(index)
        if level.expects and word == "OJ" and self.upper(index - 1) == "{":
            return index + 1
        if level.clause == "from" and not level.expects:
            if word == "APPLY" and self.upper(index - 1) in ("CROSS", "OUTER"):
                self._give_up_on(level)
                level.expects = True
                return index + 1
            if word == "WINDOW" and self.is_name(index + 1) and self.upper(index + 2) == "AS":
                level.clause = "other"
                return index + 1
        after, parts = self._chain(index)
        start, end = self.tokens[index].start, self.tokens[after - 1].end
        is_call = self.upper(after) == "("
        if level.clause == "from" and not level.expects and self._follows_source(index):
            self.aliases.add(fold(parts[-1]))
        if is_call:
            self.calls.append(Call(parts, start, end))
            if word in TABLE_ARGUMENT_FUNCTIONS:
                self._table_argument(index)
            elif word == "VECTOR_SEARCH":
                self._vector_table(after + 1)
        elif word == "MAXRECURSION":
            self._recursion(index)
        if level.expects:
            level.expects = False
            is_function = is_call and not self._is_hint_list(after)
            self.sources.append(Source(parts, start, end, is_function, self._cte(parts, is_function)))
        elif self.in_cte_list and len(self.levels) == 1 and self.upper(index - 1) in ("WITH", ","):
            self._define(parts[-1])
        return after

    def _follows_source(self, index: int) -> bool:
        return self.upper(index - 1) in ("AS", ")") or self.is_name(index - 1)

    def _chain(self, index: int) -> tuple[int, tuple[str, ...]]:
        """Read a dotted name; parts that were left out are empty."""
        parts: list[str] = []
        wants_part = True
        while index < len(self.tokens):
            if self.upper(index) in (".", "::"):
                if wants_part and self.upper(index) == ".":
                    parts.append("")
                wants_part = True
            elif wants_part and (self.is_name(index) or (parts and self.tokens[index].kind in ("word", "dollar"))):
                parts.append(self._part(index))
                wants_part = False
            elif not parts and self.tokens[index].kind == "dollar":
                parts.append(self.tokens[index].text)
                wants_part = False
            else:
                break
            index += 1
        return index, tuple(parts or [""])

    def _part(self, index: int) -> str:
        token = self.tokens[index]
        return token.value if token.kind == "name" else token.text

    def _is_hint_list(self, opener: int) -> bool:
        """Say whether `t (NOLOCK)` is meant: only bare words and commas inside, the first a hint."""
        first = opener + 1
        return first < len(self.tokens) and self._word(first) in (*BLOCKING_HINTS, "NOLOCK", "READPAST", "ROWLOCK",
            "READUNCOMMITTED", "READCOMMITTED", "READCOMMITTEDLOCK", "NOWAIT", "SNAPSHOT", "FORCESCAN") and self.upper(
            first + 1) in (")", ",", "")  # fmt: skip

    def _cte(self, parts: tuple[str, ...], is_function: bool) -> CteMatch:
        if len(parts) > 1 or is_function:
            return "no"
        spellings = self.expressions.get(parts[0].casefold())
        if spellings is None:
            return "no"
        return "exact" if parts[0] in spellings else "folded"

    def _define(self, name: str) -> None:
        if name.upper() != "XMLNAMESPACES":
            self.expressions.setdefault(name.casefold(), set()).add(name)

    def _table_argument(self, index: int) -> None:
        """Record the table that CONTAINSTABLE(t, ...) or CHANGETABLE(CHANGES t, ...) names."""
        first = index + 2
        if self.upper(index + 1) != "(":
            return
        if self.upper(first) in ("CHANGES", "VERSION") and (self.is_name(first + 1)):
            first += 1
        self._record_argument(first)

    def _vector_table(self, first: int) -> None:
        if self.upper(first) == "TABLE" and self.upper(first + 1) == "=":
            self._record_argument(first + 2)

    def _record_argument(self, first: int) -> None:
        if not self.is_name(first):
            return
        after, parts = self._chain(first)
        self.sources.append(
            Source(
                parts,
                self.tokens[first].start,
                self.tokens[after - 1].end,
                cte=self._cte(parts, False),
                is_argument=True,
            )
        )

    def _hint(self, index: int) -> None:
        token = self.tokens[index]
        if "." in (self.upper(index - 1), self.upper(index + 1)) or self.upper(index + 1) == "(":
            return
        self.hints.append(Hint(self._word(index), token.start, token.end, self._without_hint(index)))

    def _without_hint(self, index: int) -> tuple[Edit, ...]:
        """Give the edit that leaves the hint out, with its list where it stands alone."""
        first, last = self.tokens[index], self.tokens[index]
        if self.upper(index - 1) == "(" and self.upper(index + 1) == ")":
            first, last = self.tokens[index - 1], self.tokens[index + 1]
            if self.upper(index - 2) == "WITH":
                first = self.tokens[index - 2]
        elif self.upper(index + 1) == ",":
            last = self.tokens[index + 1]
        elif self.upper(index - 1) == ",":
            first = self.tokens[index - 1]
        return (Edit(first.start, last.end, ""),)

    def _recursion(self, index: int) -> None:
        following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
        if following is None or self.upper(index - 1) not in ("(", ",") or following.upper in (".", ",", ")"):
            return
        depth = int(following.text) if following.kind == "number" and following.text.isdigit() else -1
        self.recursions.append(Recursion(depth, self.tokens[index].start, following.end))
