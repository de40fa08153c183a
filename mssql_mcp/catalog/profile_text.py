"""Write what was found in a table's values as dense text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mssql_mcp.catalog.profile import ColumnProfile, TableProfile
    from mssql_mcp.result import Cell


def profile_text(profile: TableProfile) -> str:
    """Write a profile as dense text, one line a column."""
    how = {
        "all": "all of them",
        "pages": f"a sample of {profile.sampled}, by pages",
        "first": f"the first {profile.sampled}",
    }[profile.method]
    rows = profile.sampled if profile.method == "all" else profile.rows
    lines = [f"{profile.schema}.{profile.table}: {'' if rows is None else f'{rows} rows, '}looked at {how}."]
    lines += [_line(column, profile.sampled) for column in profile.columns]
    return "\n".join(lines)


def _line(column: ColumnProfile, rows: int) -> str:
    nulls = column.nulls or 0
    facts = [] if column.nulls is None else [f"{_percent(nulls, rows)} null"]
    if column.distinct is not None:
        is_unique = column.distinct == rows - nulls and rows > 1
        facts.append("all different" if is_unique else f"{column.distinct} different")
    if column.minimum is not None:
        facts.append(f"{_short(column.minimum)} .. {_short(column.maximum)}")
    if column.average is not None:
        facts.append(f"mean {column.average:.6g}")
    if column.max_length is not None:
        facts.append(f"length {column.min_length} .. {column.max_length}")
    if column.empty:
        facts.append(f"{_percent(column.empty, rows)} empty")
    if column.top:
        common = ", ".join(f"{_short(value)} {_percent(count, rows)}" for value, count in column.top)
        facts.append(f"common: {common}")
    if column.failed:
        facts.append(f"not to be had: {', '.join(column.failed)} ({' '.join(column.reason.split())})")
    return f"{column.name} {column.type}: {'; '.join(facts)}"


def _percent(part: int, whole: int) -> str:
    if not part or not whole:
        return "0%"
    share = 100 * part / whole
    return "<0.1%" if share < 0.1 else f"{share:.3g}%"


def _short(value: Cell) -> str:
    text = " ".join(str(value).split()) or "''"
    return text if len(text) <= 40 else f"{text[:39]}…"
