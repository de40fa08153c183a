"""The closed choices of the catalog, apart from its values: a tool's schema needs them and nothing else."""

from __future__ import annotations

from typing import Literal

Kind = Literal["table", "view", "procedure", "function", "trigger", "synonym", "sequence", "type"]
Depth = Literal["overview", "full"]
Detail = Literal["summary", "full"]
Section = Literal[
    "columns", "keys", "foreign_keys", "indexes", "constraints", "triggers", "statistics", "comments", "definition"
]
