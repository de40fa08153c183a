"""What a check says, and what it gets to look at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from mssql_mcp.doctor.examination import Examination

Status = Literal["ok", "warning", "failed", "skipped"]


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """The result of one check.

    Attributes:
        name: Of the check, such as `network`.
        title: For people.
        status: `failed` ends the walk: what comes after needs what broke.
        summary: What was found, in one or two sentences.
        hint: The exact next step; empty where there is nothing to do.
        facts: What was seen; JSON scalars or lists of them.
        code: Error code of a failure; empty otherwise.
    """

    name: str
    title: str
    status: Status
    summary: str
    hint: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check found, before it is known under the check's name.

    Attributes:
        status: As `CheckOutcome.status`.
        summary: As there.
        hint: As there.
        facts: As there.
        code: As there.
    """

    status: Status
    summary: str
    hint: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
    code: str = ""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to look at.

    Attributes:
        name: Stable, one word.
        title: For people.
        look: Looks, and raises one of our errors where what it needs is broken.
        on_demo: Whether it makes sense on the embedded sample database.
    """

    name: str
    title: str
    look: Callable[[Examination], Finding]
    on_demo: bool = True
