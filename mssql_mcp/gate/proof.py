"""Prove from the tokens alone that a text is one statement and that it is a query.

The argument, which docs/explanation/gate.md spells out:

1. The text begins with SELECT, WITH or `(`, so its first statement is a query, or a CTE in front of one (every other
   statement that a CTE may introduce begins with a refused word).
2. A second statement could begin only at a word of the closed set in `words.py`, at `(`, or at a label. Such words are
   refused, or must stand where no statement can begin: inside open parentheses, or after a token that cannot end one.
3. What turns a query into one that writes (INTO, `@x =`, NEXT VALUE FOR) is refused by its words.

Parentheses, CASE ... END and ODBC braces must nest properly, so "inside open parentheses" means what it says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mssql_mcp.gate.fault import Edit, fault_at, placeholder_fault
from mssql_mcp.gate.neighbours import Neighbours
from mssql_mcp.gate.teaching import first_word_hint, starter_fault, statement_fault
from mssql_mcp.gate.words import (
    ALIAS_FOLLOWERS,
    ALIAS_STARTERS,
    CONTEXTUAL_STARTERS,
    ESCAPE_WORDS,
    EXTERNAL_WORDS,
    OTHER_RESERVED,
    STATEMENT_WORDS,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mssql_mcp.gate.lexer import Token

MAX_DEPTH = 100
"""Open parentheses, CASEs and braces at one place; sqlglot recurses for each. SQL Server itself allows 32 nested
subqueries, and 10 nested CASEs on a linked server:
https://learn.microsoft.com/sql/t-sql/language-elements/case-transact-sql"""
MAX_PREFIX = 100
"""NOT, unary signs and other tokens in a row that each need an operand; sqlglot recurses for each."""
MAX_CHAIN = 32
"""Methods called on the results of methods; sqlglot's time grows with the square of it."""

_SET_OPERATORS = frozenset(("UNION", "EXCEPT", "INTERSECT"))
_ASSIGNMENTS = frozenset(("=", "+=", "-=", "*=", "/=", "%=", "&=", "^=", "|="))
_ITEM_START = frozenset(("SELECT", "ALL", "DISTINCT", "PERCENT"))
_CLOSERS = {")": "(", "}": "{"}


def prove(tokens: Sequence[Token]) -> list[int]:
    """Prove that the tokens are exactly one query.

    Returns:
        For each token the index of the parenthesis, CASE or brace that closes or opens it, or -1.

    Raises:
        Fault: The proof fails at a token.
    """
    proof = _Proof(tokens)
    proof.run()
    return proof.near.partner


class _Proof:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.size = len(tokens)
        self.near = Neighbours(tokens)
        self.upper = self.near.upper
        self.ends = self.near.ends
        self.open: list[int] = []
        self.parentheses = 0
        self.begins_with_cte = False
        self.has_main_select = False
        self.after_for_clause = False
        self.prefixes = 0
        self.chains: dict[int, int] = {}
        self.chain = 0
        self.rules: dict[str, Callable[[int], None]] = {
            "SELECT": self._select,
            "WITH": self._with,
            "FETCH": self._fetch,
            "MERGE": self._merge,
            "USE": self._use,
            "LOAD": self._load,
            "DEFAULT": self._only_inside,
            "VALUES": self._only_inside,
            "TABLE": self._table,
            "COLUMN": self._column,
            "FOR": self._for,
            "NEXT": self._next,
            "CASE": self._case,
            "END": self._end,
        }
        self.signs: dict[str, Callable[[int], None]] = {
            "(": self._open_parenthesis,
            ")": self._close,
            "{": self._open_brace,
            "}": self._close,
            ";": self._semicolon,
            ":": self._colon,
            "%": self._percent,
        }

    def run(self) -> None:
        self._begin()
        for index, token in enumerate(self.tokens):
            if token.kind == "word":
                self._word(index, token)
            elif token.kind == "op":
                sign = self.signs.get(token.text)
                if sign:
                    sign(index)
            elif token.kind in ("parameter", "global"):
                self._no_assignment(index)
            elif token.kind == "number":
                self._number(index, token)
            self.near.passes(index)
            self._count_prefixes(index)
            self._count_chain(index, token.text)
        if self.open:
            raise fault_at(
                self.tokens[self.open[-1]], "gate.unbalanced", f"{self.tokens[self.open[-1]].text} is not closed."
            )
        if not self.has_main_select:
            raise fault_at(
                self.tokens[-1], "gate.not_a_query", "No SELECT follows the common table expressions.",
                hint="End with the SELECT that reads from them.",
            )  # fmt: skip

    # The beginning

    def _begin(self) -> None:
        first = 0
        while first < self.size and self.upper(first) == "(":
            first += 1
        word = self.upper(first)
        if word == "SELECT":
            self.has_main_select = first > 0
            return
        if word == "WITH" and first == 0:
            self.begins_with_cte = True
            return
        token = self.tokens[min(first, self.size - 1)]
        raise fault_at(
            token, "gate.not_a_query", f"The text begins with {token.text[:40]}, not with SELECT or WITH.",
            hint=first_word_hint(token),
        )  # fmt: skip

    # Nesting

    def _open_parenthesis(self, index: int) -> None:
        self._push(index)
        self.parentheses += 1

    def _open_brace(self, index: int) -> None:
        first, second = index + 1, index + 2
        is_escape = self.upper(first) in ESCAPE_WORDS and second < self.size
        is_repeat = (
            self.parentheses > 0
            and self.upper(index - 1) == ")"
            and first < self.size
            and self.tokens[first].kind == "number"
        )
        if not (is_escape or is_repeat):
            raise fault_at(
                self.tokens[index], "gate.escape", "Braces are not part of a T-SQL query.",
                hint="Only the ODBC escapes {d}, {t}, {ts}, {guid}, {fn}, {oj} and {escape} are read.",
            )  # fmt: skip
        self._push(index)

    def _case(self, index: int) -> None:
        self._push(index)

    def _push(self, index: int) -> None:
        if len(self.open) >= MAX_DEPTH:
            raise fault_at(
                self.tokens[index], "gate.too_deep", f"Parentheses and CASEs are nested more than {MAX_DEPTH} deep.",
                hint="Flatten the query, for example with common table expressions.",
            )  # fmt: skip
        self.open.append(index)

    def _close(self, index: int) -> None:
        opener = self.open[-1] if self.open else -1
        if opener < 0 or self.tokens[opener].text != _CLOSERS[self.tokens[index].text]:
            raise fault_at(
                self.tokens[index], "gate.unbalanced", f"{self.tokens[index].text} closes nothing that is open here."
            )
        self._pop(index)
        if self.tokens[index].text == ")":
            self.parentheses -= 1

    def _end(self, index: int) -> None:
        if not self.open or self.upper(self.open[-1]) != "CASE":
            raise statement_fault(self.near, index)
        self._pop(index)

    def _pop(self, index: int) -> None:
        opener = self.open.pop()
        self.near.partner[index], self.near.partner[opener] = opener, index

    def _count_prefixes(self, index: int) -> None:
        self.prefixes = 0 if self.ends(index) or self.upper(index) in (",", ".", "(") else self.prefixes + 1
        if self.prefixes > MAX_PREFIX:
            raise fault_at(
                self.tokens[index], "gate.too_deep", f"More than {MAX_PREFIX} operators follow each other.",
                hint="Leave out those that do nothing.",
            )  # fmt: skip

    def _count_chain(self, index: int, text: str) -> None:
        """Count calls on the results of calls: `).name(` carries the count from one to the next."""
        if text in (".", "::"):
            if self.upper(index - 1) == ")":
                self.chain = self.chains.get(self.near.partner[index - 1], 0) + 1
        elif text == "(":
            self.chains[index] = self.chain
            self.chain = 0
        elif not self.near.is_name(index):
            self.chain = 0
        if self.chain > MAX_CHAIN:
            raise fault_at(
                self.tokens[index], "gate.too_deep", f"More than {MAX_CHAIN} methods are called in a chain.",
                hint="Name a result in a subquery and go on from there.",
            )  # fmt: skip

    # Separators

    def _semicolon(self, index: int) -> None:
        raise fault_at(
            self.tokens[index], "gate.second_statement", "A second statement follows the semicolon.",
            hint="Send one query at a time.",
        )  # fmt: skip

    def _colon(self, index: int) -> None:
        if self.parentheses and self.ends(index - 1):
            return  # JSON_OBJECT('key': value)
        follower = self.tokens[index + 1] if index + 1 < self.size else None
        if follower and follower.kind == "word" and not follower.gap and not self.ends(index - 1):
            start = self.tokens[index].start
            raise placeholder_fault(":name", start, self.tokens[index].end, (Edit(start, start + 1, "@"),))
        raise fault_at(
            self.tokens[index], "gate.statement_word", "A label may not stand in a query.",
            hint="A colon belongs between the keys and values of JSON_OBJECT only.",
        )  # fmt: skip

    def _percent(self, index: int) -> None:
        """Refuse the %s and %(name)s of other libraries; a modulo needs an operand, %%physloc%% a second sign."""
        if "%" in (self.upper(index - 1), self.upper(index + 1)) or self.ends(index - 1):
            return
        raise placeholder_fault("%", self.tokens[index].start, self.tokens[index].end)

    def _no_assignment(self, index: int) -> None:
        if self.upper(index + 1) not in _ASSIGNMENTS:
            return
        before = self.upper(index - 1)
        is_item = before in _ITEM_START or self.near.is_count(index - 1) or not self.ends(index - 1)
        if is_item and before in (*_ITEM_START, ",", ")", "TIES", ""):
            raise fault_at(
                self.tokens[index], "gate.assignment", "The query assigns to a variable instead of returning rows.",
                hint="Return the value as a column: SELECT expression AS name.",
            )  # fmt: skip

    def _number(self, index: int, token: Token) -> None:
        if token.text[0] == "." and self.ends(index - 1):
            raise fault_at(
                token, "gate.glued_number", f"The number {token.text[:40]} follows what could be a name.",
                hint="Write 0 before the decimal point, and an operator before the number.",
            )  # fmt: skip

    # Words

    def _word(self, index: int, token: Token) -> None:
        word = token.upper
        rule = self.rules.get(word)
        if rule:
            rule(index)
        elif word in STATEMENT_WORDS or word in OTHER_RESERVED:
            raise statement_fault(self.near, index)
        elif word in EXTERNAL_WORDS:
            raise fault_at(
                token, "gate.external", f"{word} reaches outside the database.",
                hint="Ask the database's owner for a view or table that holds the data.",
            )  # fmt: skip
        elif word in CONTEXTUAL_STARTERS and not (
            self.parentheses or not self.ends(index - 1) or self._is_alias(index, word)
        ):
            raise starter_fault(self.near, index)

    def _is_alias(self, index: int, word: str) -> bool:
        after = self.upper(index + 1)
        is_followed = after in ALIAS_FOLLOWERS and (word, after) != ("SEND", "ON")
        return word in ALIAS_STARTERS and (is_followed or index + 1 == self.size)

    # Words with a rule of their own

    def _select(self, index: int) -> None:
        before = self.upper(index - 1)
        at_top = not self.parentheses
        if index == 0 or before in _SET_OPERATORS or (before == "ALL" and self.upper(index - 2) in _SET_OPERATORS):
            is_allowed = True
        elif before == "(":
            is_allowed = self._may_open_query(index)
        else:
            is_allowed = before == ")" and (self._follows_main_ctes() or self._follows_inner_ctes())
        if not is_allowed:
            raise fault_at(
                self.tokens[index], "gate.second_statement", "A second SELECT begins here.",
                hint="Send one query at a time, or join the two with UNION ALL.",
            )  # fmt: skip
        if at_top:
            self.has_main_select = True

    def _follows_main_ctes(self) -> bool:
        return self.begins_with_cte and not self.has_main_select and not self.open

    def _follows_inner_ctes(self) -> bool:
        """Say whether the innermost open parenthesis holds a query with CTEs of its own (Microsoft Fabric)."""
        return bool(self.open) and self.upper(self.open[-1]) == "(" and self.upper(self.open[-1] + 1) == "WITH"

    def _may_open_query(self, index: int) -> bool:
        """Say whether the parenthesis in front of a SELECT opens a subquery and cannot open a second statement."""
        first = index - 1
        while first > 0 and self.upper(first - 1) == "(":
            first -= 1
        is_outermost = self.parentheses == index - first
        if not is_outermost or first == 0:
            return True
        if self.begins_with_cte and not self.has_main_select and self.upper(first - 1) == ")":
            self.has_main_select = True
            return True
        if self.after_for_clause:
            return False
        return not self.ends(first - 1) or (index - first > 1 and self.near.can_be_called(first - 1))

    def _with(self, index: int) -> None:
        after = self.upper(index + 1)
        if index == 0 or after == "(" or self.parentheses:
            return
        if after in ("TIES", "ROLLUP", "CUBE", "APPROX", "APPROXIMATE") and self.upper(index + 2) != "AS":
            return
        raise fault_at(
            self.tokens[index], "gate.second_statement", "A second statement begins with WITH.",
            hint="Put all common table expressions at the beginning, after one WITH.",
        )  # fmt: skip

    def _fetch(self, index: int) -> None:
        direction = index + 1
        if self.upper(direction) in ("APPROX", "APPROXIMATE"):
            direction += 1
        is_clause = self.upper(direction) in ("NEXT", "FIRST") and direction + 1 < self.size
        count = self.tokens[direction + 1] if is_clause else None
        if count and (count.kind in ("number", "parameter") or count.text == "("):
            return
        raise statement_fault(self.near, index)

    def _merge(self, index: int) -> None:
        if self.upper(index + 1) not in ("JOIN", "UNION"):
            raise statement_fault(self.near, index)

    def _use(self, index: int) -> None:
        is_hint = self.parentheses and self.upper(index + 1) in ("HINT", "PLAN") and not self.near.is_name(index - 1)
        if not is_hint:
            raise statement_fault(self.near, index)

    def _load(self, index: int) -> None:
        """Allow the name: Microsoft reserves the word, though its parser does not."""
        if not self.parentheses and self.ends(index - 1):
            raise statement_fault(self.near, index)

    def _only_inside(self, index: int) -> None:
        if not self.parentheses:
            raise statement_fault(self.near, index)

    def _table(self, index: int) -> None:
        is_hint = self.upper(index + 1) == "HINT" and self.upper(index - 1) in ("(", ",")
        is_argument = self.upper(index + 1) == "=" and self.upper(index - 2) == "VECTOR_SEARCH"
        if not (self.parentheses and (is_hint or is_argument)):
            raise statement_fault(self.near, index)

    def _column(self, index: int) -> None:
        if not (self.parentheses and self.upper(index + 1) == "=" and self.upper(index - 1) == ","):
            raise statement_fault(self.near, index)

    def _for(self, index: int) -> None:
        if not self.open and self.upper(index + 1) in ("XML", "JSON", "BROWSE"):
            self.after_for_clause = True

    def _next(self, index: int) -> None:
        if self.upper(index + 1) == "VALUE" and self.upper(index + 2) == "FOR":
            raise fault_at(
                self.tokens[index], "gate.sequence", "NEXT VALUE FOR advances a sequence.",
                hint="Read sys.sequences.current_value instead.",
            )  # fmt: skip
