"""Aggregates that SQLite does not have, each usable with OVER as well."""

from __future__ import annotations

import bisect
import math
from fractions import Fraction
from typing import Any

from mssql_mcp.demo.runtime import decimals
from mssql_mcp.demo.runtime.errors import server_error
from mssql_mcp.demo.sqltypes import WIDE_BIAS, WIDE_BYTES
from mssql_mcp.errors import QueryError

_LARGEST = 10**38


class WideSum:
    """SUM of decimals, as a wide decimal of 38 digits."""

    def __init__(self) -> None:
        self._total = 0
        self._count = 0

    def step(self, value: int | bytes | None) -> None:
        """Add a value."""
        if value is not None:
            self._total += decimals.number(value)
            self._count += 1

    def inverse(self, value: int | bytes | None) -> None:
        """Take a value away that left the window."""
        if value is not None:
            self._total -= decimals.number(value)
            self._count -= 1

    def value(self) -> bytes | None:
        """Give the sum so far; NULL for nothing."""
        if not self._count:
            return None
        if abs(self._total) >= _LARGEST:
            raise server_error(8115, "expression", "numeric")
        return (self._total + WIDE_BIAS).to_bytes(WIDE_BYTES, "big")

    finalize = value


class _Spread:
    """Variance by compensated sums; subclasses say which and whether its root is wanted."""

    less = 1
    is_root = False

    def __init__(self) -> None:
        self._values: list[float] = []

    def step(self, value: float | None) -> None:
        """Add a value."""
        if value is not None:
            self._values.append(value)

    def inverse(self, value: float | None) -> None:
        """Take a value away that left the window."""
        if value is not None:
            self._values.remove(value)

    def value(self) -> float | None:
        """Give the result so far; NULL where it is not defined."""
        values = self._values
        count = len(values)
        if count <= self.less:
            return None
        mean = math.fsum(values) / count
        squares = math.fsum((value - mean) ** 2 for value in values)
        rest = math.fsum(value - mean for value in values)
        variance = max(squares - rest * rest / count, 0.0) / (count - self.less)
        return math.sqrt(variance) if self.is_root else variance

    finalize = value


class Stdev(_Spread):
    """STDEV: of a sample."""

    is_root = True


class Stdevp(_Spread):
    """STDEVP: of a population."""

    less = 0
    is_root = True


class Var(_Spread):
    """VAR: of a sample."""


class Varp(_Spread):
    """VARP: of a population."""

    less = 0


class StringAgg:
    """STRING_AGG, in the order of its keys where it has some."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, tuple[Any, ...]]] = []
        self._separator = ""
        self._limit = -1
        self._descending: tuple[int, ...] = ()

    def step(self, value: str | None, separator: str | None, limit: int, *keys: Any) -> None:
        """Add a value with its keys: key, descending, key, descending, ..."""
        self._separator, self._limit = separator or "", limit
        if value is not None:
            self._rows.append((value, keys[::2]))
            self._descending = keys[1::2]

    def finalize(self) -> str | None:
        """Give all values in one text; NULL for none.

        Raises:
            QueryError: 9829, it is longer than its type.
        """
        if not self._rows:
            return None
        rows = self._rows
        for place in range(len(self._descending) - 1, -1, -1):
            rows.sort(
                key=lambda row: (row[1][place] is not None, row[1][place] if row[1][place] is not None else 0),
                reverse=bool(self._descending[place]),
            )
        text = self._separator.join(value for value, _ in rows)
        if 0 <= self._limit < len(text):
            raise QueryError(
                "STRING_AGG aggregation result exceeded the limit of 8000 bytes. Use LOB types to avoid result "
                "truncation.",
                number=9829,
                hint="CAST the value to nvarchar(max).",
            )
        return text


class PercentileCont:
    """PERCENTILE_CONT: between the two values that lie around the share; page "PERCENTILE_CONT (Transact-SQL)"."""

    def __init__(self) -> None:
        self._sorted: list[float] = []
        self._share = 0.0
        self._descending = 0

    def step(self, value: float | None, share: float, descending: int) -> None:
        """Add a value."""
        if not 0 <= share <= 1:
            raise QueryError("The percentile value must be between 0.0 and 1.0.", number=10751)
        self._share, self._descending = share, descending
        if value is not None:
            bisect.insort(self._sorted, value)

    def inverse(self, value: float | None, *_: Any) -> None:
        """Take a value away that left the window."""
        if value is not None:
            self._sorted.remove(value)

    def value(self) -> float | None:
        """Give the percentile; NULL for nothing."""
        values = self._sorted[::-1] if self._descending else self._sorted
        if not values:
            return None
        place = Fraction(self._share).limit_denominator(10**9) * (len(values) - 1)
        low, high = math.floor(place), math.ceil(place)
        return values[low] + (values[high] - values[low]) * float(place - low)

    finalize = value


class PercentileDisc:
    """PERCENTILE_DISC: the first value whose cumulative share is at least the one that is asked for."""

    def __init__(self) -> None:
        self._rows: list[tuple[Any, Any]] = []
        self._share = 0.0
        self._descending = 0

    def step(self, value: Any, key: Any, share: float, descending: int) -> None:
        """Add a value with the key that sorts it."""
        if not 0 <= share <= 1:
            raise QueryError("The percentile value must be between 0.0 and 1.0.", number=10751)
        self._share, self._descending = share, descending
        if value is not None:
            self._rows.append((key, value))

    def inverse(self, value: Any, key: Any, *_: Any) -> None:
        """Take a value away that left the window."""
        if value is not None:
            self._rows.remove((key, value))

    def value(self) -> Any:
        """Give the percentile; NULL for nothing."""
        if not self._rows:
            return None
        rows = sorted(self._rows, key=lambda row: row[0], reverse=bool(self._descending))
        place = math.ceil(Fraction(self._share).limit_denominator(10**9) * len(rows))
        return rows[max(place, 1) - 1][1]

    finalize = value


AGGREGATES: tuple[tuple[str, int, type[Any]], ...] = (
    ("t_wide_sum", 1, WideSum),
    ("t_stdev", 1, Stdev),
    ("t_stdevp", 1, Stdevp),
    ("t_var", 1, Var),
    ("t_varp", 1, Varp),
    ("t_percentile_cont", 3, PercentileCont),
    ("t_percentile_disc", 4, PercentileDisc),
)
