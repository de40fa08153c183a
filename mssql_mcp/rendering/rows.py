"""A result as the text of an answer: compact columnar JSON, CSV or Markdown."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mssql_mcp.rendering.tables import csv_text, markdown_table

if TYPE_CHECKING:
    from mssql_mcp.result import ResultSet

FORMATS = ("json", "csv", "markdown")


def render(result: ResultSet, output_format: str = "json") -> str:
    """Give a result as text in one of `FORMATS`.

    `json` is `{"columns":[{"name","type"}],"rows":[[...]],"row_count":n,"truncated":...}`; the other formats hold the
    rows, then a line per fact that the rows cannot show (types, truncation, handle to continue).
    """
    if output_format == "json":
        return _json(result)
    names = [column.name for column in result.columns]
    body = csv_text(names, result.rows) if output_format == "csv" else markdown_table(names, result.rows)
    return body + "\n" + "\n".join(fact_lines(result)) + "\n"


def _json(result: ResultSet) -> str:
    """Write the answer around the rows, which mostly were written when they were measured."""
    if has_types(result):
        columns = [{"name": column.name, "type": column.type} for column in result.columns]
    else:
        columns = [{"name": column.name} for column in result.columns]
    return f'{{"columns":{_dumped(columns)},"rows":[{result.json_rows}],{_dumped(_facts(result))[1:]}'


def has_types(result: ResultSet) -> bool:
    """Tell whether the types of the columns are shown; those of very wide results are left out."""
    return any(column.type for column in result.columns)


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _facts(result: ResultSet) -> dict[str, Any]:
    """Give what stands behind the rows; facts that do not apply are left out, `truncated` never is."""
    answer: dict[str, Any] = {"row_count": result.row_count, "truncated": result.is_truncated}
    if result.truncation:
        answer["truncated_by"] = result.truncation.reason
        answer["hint"] = result.truncation.hint
    if result.next:
        answer["next"] = result.next
    if result.clipped_cells:
        answer["clipped_cells"] = result.clipped_cells
    if result.notes:
        answer["notes"] = list(result.notes)
    return answer


def fact_lines(result: ResultSet) -> list[str]:
    """Give what the rows alone cannot say, a line per fact."""
    rows = "1 row" if result.row_count == 1 else f"{result.row_count} rows"
    types = ", ".join(f"{column.name or '(unnamed)'} {column.type}" for column in result.columns)
    told = f"; {types}" if has_types(result) else ""
    lines = [f"({rows}{', truncated: more exist' if result.is_truncated else ''}{told})"]
    if result.truncation:
        lines.append(f"Truncated by {result.truncation.reason}. {result.truncation.hint}")
    if result.next:
        lines.append(f"Continue with cursor: {result.next}")
    if result.clipped_cells:
        lines.append(f"Clipped cells: {result.clipped_cells} (each ends with its full length).")
    lines.extend(result.notes)
    return lines
