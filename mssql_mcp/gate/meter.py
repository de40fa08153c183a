"""Count what sqlglot does, and stop it: no text makes it work longer than its length allows.

sqlglot reads by trial and error, and some of its trials repeat what lies inside them, so a nested text can cost
exponential time. Its compiled build holds the interpreter's lock meanwhile, so that no other thread could end it. But
whatever it reads, it asks its dialect about: at least once for each operand, type and table that may be more than a
name. The dialect that it is given here counts the questions and raises when there were too many; and since it is
Python, other threads get their turn. `tests/gate/test_growth.py` looks for work without questions.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from sqlglot import exp

QUESTIONS_A_TOKEN = 8
"""Honest queries need at most three."""
QUESTIONS_OF_A_TEXT = 5_000
"""What a short text may need in all; some milliseconds."""


class TooMuchWork(Exception):  # noqa: N818 - an answer, not an error
    """sqlglot was stopped."""


@dataclass(slots=True)
class Meter:
    """How much may still be asked.

    Attributes:
        left: Questions.
    """

    left: int


def parse_metered(
    sql: str, *, a_token: int = QUESTIONS_A_TOKEN, of_a_text: int = QUESTIONS_OF_A_TEXT
) -> list[exp.Expr | None]:
    """Parse a text as T-SQL.

    Args:
        sql: The text.
        a_token: Questions that may be asked for each of its tokens.
        of_a_text: Questions that may be asked besides.

    Raises:
        TooMuchWork: It takes more than its length allows.
        Exception: sqlglot cannot parse it; of several kinds.
    """
    dialect = _dialect()()
    tokens = dialect.tokenize(sql)
    parser = dialect.parser()
    object.__setattr__(dialect, "meter", Meter(of_a_text + a_token * len(tokens)))
    return cast("list[exp.Expr | None]", parser.parse(tokens, sql))


@cache
def built_in_calls() -> frozenset[str]:
    """Give the functions, in upper case, that sqlglot reads in a way of their own."""
    parser = _dialect().parser_class
    return frozenset(map(str.upper, (*parser.FUNCTIONS, *parser.FUNCTION_PARSERS)))


@cache
def _dialect() -> Any:
    """Make the dialect when it is first needed: sqlglot takes longer to import than everything else here."""
    from sqlglot.dialects.tsql import TSQL

    read = object.__getattribute__

    class Metered(TSQL):
        """T-SQL that counts what it is asked."""

        meter: Meter | None = None

        def __getattribute__(self, name: str) -> object:
            meter = read(self, "meter")
            if meter is not None:
                meter.left -= 1
                if meter.left < 0:
                    raise TooMuchWork
            return read(self, name)

    return Metered
