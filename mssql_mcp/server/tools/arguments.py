"""Arguments that several tools share, described once."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

Connection = Annotated[str | None, Field(description="Configured connection; omit for the default")]
Database = Annotated[str | None, Field(description="Database; omit for the connection's own")]
RowFormat = Annotated[Literal["json", "csv", "markdown"] | None, Field(description="Format of rows")]
TableName = Annotated[str, Field(description="table, schema.table or [schema].[table]", max_length=400)]
# What each may be is checked, by name, where it is bound (`execution.question`).
_VALUES = [{"type": kind} for kind in ("string", "number", "boolean", "null", "object")]
ParameterValue = Annotated[Any, WithJsonSchema({"anyOf": _VALUES})]
