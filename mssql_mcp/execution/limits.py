"""How much one answer may hold: the settings, narrowed or widened by the call within the ceiling."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from mssql_mcp.settings import LimitSettings

MAX_TIMEOUT_SECONDS = 3_600.0


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one answer.

    Attributes:
        max_rows: Rows that are kept; one more is fetched to know whether more exist.
        max_characters: Of a whole answer in its format: columns, rows and what is said of them.
        max_cell_characters: Characters of one cell; a longer one is clipped and says its full length.
        timeout_seconds: Deadline of the call.
        output_format: Of the answer, in which the characters are counted; one of `rendering.FORMATS`, or any other
            name where those of the rows alone are: on a terminal, and where the caller builds an answer of its own.
    """

    max_rows: int
    max_characters: int
    max_cell_characters: int
    timeout_seconds: float
    output_format: str = "json"

    @classmethod
    def of(
        cls,
        settings: LimitSettings,
        *,
        max_rows: int | None = None,
        timeout_seconds: float | None = None,
        output_format: str = "json",
    ) -> Limits:
        """Join the settings with what the call asks for.

        Raises:
            ValidationError: `input.max_rows` or `input.timeout`, outside what the settings allow.
        """
        if max_rows is not None and not 1 <= max_rows <= settings.row_ceiling:
            raise ValidationError(
                f"max_rows must be from 1 to {settings.row_ceiling}, not {max_rows}.",
                code="input.max_rows",
                hint="Aggregate or filter in SQL, or continue a truncated result with its cursor.",
                shell_hint="Aggregate or filter in SQL; --format csv or jsonl has no such limit.",
            )
        if timeout_seconds is not None and not 0 < timeout_seconds <= MAX_TIMEOUT_SECONDS:
            raise ValidationError(
                f"The timeout must be above 0 and at most {MAX_TIMEOUT_SECONDS:g} s, not {timeout_seconds:g}.",
                code="input.timeout",
                hint="Give a number of seconds in this range, or leave it out for the configured one: "
                f"{settings.timeout_seconds:g} s.",
            )
        return cls(
            max_rows=settings.max_rows if max_rows is None else max_rows,
            max_characters=settings.max_characters,
            max_cell_characters=settings.max_cell_characters,
            timeout_seconds=settings.timeout_seconds if timeout_seconds is None else timeout_seconds,
            output_format=output_format,
        )
