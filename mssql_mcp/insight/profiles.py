"""Profile a table without showing what a mask hides: masked columns are left out, and named."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mssql_mcp.catalog.budget import within
from mssql_mcp.catalog.identifiers import bracketed
from mssql_mcp.catalog.profile import Profiling, TableProfile, chosen_columns, run_profile
from mssql_mcp.catalog.profile_text import profile_text
from mssql_mcp.errors import Refusal, SecurityError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mssql_mcp.catalog.model import Table
    from mssql_mcp.gate import Approved
    from mssql_mcp.result import Cell

# The names of masked columns take at most this share of a text that is bounded.
MASKED_SHARE = 4


@dataclass(frozen=True, slots=True)
class SafeProfile:
    """A profile and what was kept out of it.

    Attributes:
        profile: Of the columns that may be shown.
        masked: Names of the columns that a mask covers; nothing was asked about them.
    """

    profile: TableProfile
    masked: tuple[str, ...] = ()

    def text(self, budget: int | None = None) -> str:
        """Write it as dense text, one line a column.

        Args:
            budget: The most characters; what does not fit is counted. None for any number.
        """
        hidden = f"Masked, and left out: {', '.join(self.masked)}." if self.masked else ""
        if budget is not None and len(hidden) > budget // MASKED_SHARE:
            hidden = f"Masked, and left out: {len(self.masked)} columns."
        room = None if budget is None else budget - len(hidden) - 1
        shown = within(profile_text(self.profile), room, "name the columns that you need")
        return f"{shown}\n{hidden}" if hidden else shown


def profile_table(
    table: Table,
    *,
    columns: Sequence[str] = (),
    sample_rows: int,
    approve: Callable[[str], Approved],
    ask: Callable[[str], Sequence[Sequence[Cell]]],
) -> SafeProfile:
    """Profile a table through the gate.

    Args:
        table: What to look at, whole.
        columns: Names; empty for all.
        sample_rows: The most rows to look at.
        approve: The gate under the connection's policy; tells which columns are masked.
        ask: Sends one text through gate and runner and gives all its rows.

    Raises:
        SecurityError: `policy.masked_column`; every column that was asked for is masked.
        ValidationError: A column is not known.
        ToolError: Whatever `approve` and `ask` raise.
    """
    try:
        return _profile(table, columns, sample_rows, approve, ask)
    except Refusal as refusal:  # its place and rewrite are of a text that the caller never saw
        raise SecurityError(
            refusal.message, code=refusal.code, hint=refusal.hint, details={"rule": refusal.details.get("rule", "")}
        ) from None


def _profile(
    table: Table,
    columns: Sequence[str],
    sample_rows: int,
    approve: Callable[[str], Approved],
    ask: Callable[[str], Sequence[Sequence[Cell]]],
) -> SafeProfile:
    wanted = [column.name for column in chosen_columns(table, columns)]
    place = f"{bracketed(table.schema)}.{bracketed(table.name)}"
    shown = ", ".join(bracketed(name) for name in wanted)
    masks = approve(f"SELECT {shown} FROM {place}").masks  # noqa: S608 - quoted names of the catalog
    masked = [name for name, mask in zip(wanted, masks, strict=False) if mask is not None]
    left = [name for name in wanted if name not in masked]
    if not left:
        raise SecurityError(
            f"Every column of {table.schema}.{table.name} that was asked for is masked.",
            code="policy.masked_column",
            hint="Ask for other columns.",
        )
    return SafeProfile(run_profile(Profiling(table, columns=left, sample_rows=sample_rows), ask), tuple(masked))
