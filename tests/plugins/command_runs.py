"""What tests of the command line share: an outcome to look at, and what rich takes for a terminal."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """What stands on stdout, line by line, without the blanks that fill a column."""
        return [line.rstrip() for line in self.out.splitlines()]

    @property
    def json(self) -> Any:
        """What stands on stdout, read as JSON."""
        return json.loads(self.out)


class Command(Protocol):
    """Runs a command with the arguments that are typed after its name."""

    def __call__(self, *arguments: str) -> Outcome: ...


class Terminal(io.StringIO):
    """Keeps what is written, and says that somebody reads it."""

    def isatty(self) -> bool:
        return True
