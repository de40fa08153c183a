"""Write a driver's rows as JSON at once, without making a text of each date and decimal first.

The text is the one that `rows_json` gives for what `values.Cells` makes of the rows. pydantic's serializer writes a
Decimal as `str` does, a date and a datetime as ISO 8601, so most columns go to it as the driver gave them; what it
would write otherwise is turned into JSON scalars before. The types of the columns say which is which: a driver makes
the values by the types that it tells.
"""

from __future__ import annotations

import re
from math import isfinite
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from mssql_mcp.execution.values import MAX_EXACT_INTEGER, SMALL_NUMBERS, Cells

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mssql_mcp.result import Column

    Values = tuple[Any, ...]
    Prepare = Callable[[Values, Cells], Sequence[Any]]

# Python writes a decimal without an exponent where no digit of it is further behind the point than this
# (https://docs.python.org/3/library/decimal.html#decimal.Decimal, "to-scientific-string").
_PLAIN_SCALE = 6
# Seven digits come as text, since Python's datetime has six.
_PYTHON_DIGITS = 6
_DECIMAL = re.compile(r"(?:decimal|numeric)\([0-9]+,([0-9]+)\)", re.ASCII)
_TEXT = re.compile(r"(?:string|n?(?:var)?char)\(([0-9]+)\)", re.ASCII)
_MOMENT = re.compile(r"datetime2\(([0-9]+)\)", re.ASCII)
_microsecond = attrgetter("microsecond")


class JsonWriter:
    """Writes the rows of one result.

    Args:
        columns: Whose types say what the values are.
        max_characters: Of one cell.
    """

    __slots__ = ("_max_characters", "_work")

    def __init__(self, columns: Sequence[Column], max_characters: int) -> None:
        self._max_characters = max_characters
        made = ((place, _prepare(column.type, max_characters)) for place, column in enumerate(columns))
        self._work = tuple((place, prepare) for place, prepare in made if prepare)

    def write(self, rows: Sequence[Sequence[Any]]) -> str | None:
        """Write fetched rows as compact JSON arrays, without the brackets around them all.

        Returns:
            None where a cell has to be clipped, or a value is none that can be written so.
        """
        from pydantic_core import PydanticSerializationError, to_json

        cells = Cells(self._max_characters)
        values: list[Sequence[Any]] = list(zip(*rows, strict=False))  # a driver gives rows of one length
        if not values:
            return None
        try:
            for place, prepare in self._work:
                values[place] = prepare(values[place], cells)  # type: ignore[arg-type]
            text = to_json(list(zip(*values, strict=False)))
        except (PydanticSerializationError, AttributeError, TypeError):
            return None
        return None if cells.clipped else text.decode()[1:-1]


def _prepare(kind: str, max_characters: int) -> Prepare | None:
    """Give what is to be done with a column's values before they are written; None for nothing."""
    name = kind.partition("(")[0]
    if name in SMALL_NUMBERS or name == "date":
        return None
    if decimal := _DECIMAL.fullmatch(kind):
        return None if int(decimal[1]) <= _PLAIN_SCALE else _by_cells(name)
    if (text := _TEXT.fullmatch(kind)) and int(text[1]) <= max_characters:
        return None
    if (moment := _MOMENT.fullmatch(kind)) and int(moment[1]) <= _PYTHON_DIGITS:
        name = "datetime"
    return _QUICK.get(name) or _by_cells(name)


def _by_cells(name: str) -> Prepare:
    return lambda values, cells: cells.column(values, name)


def _integers(values: Values, cells: Cells) -> Sequence[Any]:
    try:
        if min(values) >= -MAX_EXACT_INTEGER and max(values) <= MAX_EXACT_INTEGER:
            return values
    except TypeError:  # NULL is no number
        pass
    return cells.column(values, "bigint")


def _floats(values: Values, cells: Cells) -> Sequence[Any]:
    """Leave numbers; NaN and infinity, which SQL Server does not have and others do, show in the sum."""
    return values if isfinite(sum(filter(None, values))) else cells.column(values, "float")


def _moments(values: Values, cells: Cells) -> Sequence[Any]:
    """Leave what has no fraction of a second: pydantic writes six digits of one, however many are zeros."""
    if any(map(_microsecond, filter(None, values))):
        return cells.column(values, "datetime")
    return values


_QUICK: dict[str, Prepare] = {
    "bigint": _integers,
    "float": _floats,
    "datetime": _moments,
    "smalldatetime": _moments,
}
