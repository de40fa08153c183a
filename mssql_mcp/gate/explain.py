"""Say at length what the gate makes of a text: for people, before anything is sent."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Literal

from mssql_mcp.errors import Refusal
from mssql_mcp.gate.check import OPEN, check, declare, read
from mssql_mcp.gate.fault import Fault

if TYPE_CHECKING:
    from collections.abc import Collection

    from mssql_mcp.gate.mask import Mask
    from mssql_mcp.gate.policy import Policy
    from mssql_mcp.gate.schema import SchemaLookup

Verdict = Literal["approved", "not one query", "not allowed here"]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What the gate makes of a text.

    Attributes:
        verdict: `not one query` where a built-in rule refused (`gate.*`), `not allowed here` where a setting did
            (`policy.*`).
        code: The rule that refused; empty for an approved text.
        message: What was found, in one sentence.
        hint: What to do next.
        shell_hint: The same for a person at a command line.
        rule: The setting, with its pattern, that refused.
        position: 0-based offset of the offending token in the text as it was given; None for an approved text.
        line: Its 1-based line.
        column: Its 1-based column.
        token: The token as it was written.
        rewrite: A form that is accepted, where there is one.
        canonical: What is, or would be, executed; empty where the text cannot be read as one query.
        parameter_order: For each `?` of it the name whose value is bound.
        objects: Tables, views and row-set functions that are read, each as written, outermost part first.
        columns: Columns that are named, each as written, outermost part first; empty without a tree.
        masks: For each column of the result how its values are masked; empty where none is.
        has_tree: Whether the text could be parsed, so that policies can be held; None where it did not come to that.
    """

    verdict: Verdict
    code: str = ""
    message: str = ""
    hint: str = ""
    shell_hint: str = ""
    rule: str = ""
    position: int | None = None
    line: int | None = None
    column: int | None = None
    token: str = ""
    rewrite: str = ""
    canonical: str = ""
    parameter_order: tuple[str, ...] = ()
    objects: tuple[tuple[str, ...], ...] = ()
    columns: tuple[tuple[str, ...], ...] = ()
    masks: tuple[Mask | None, ...] = ()
    has_tree: bool | None = None

    @property
    def is_approved(self) -> bool:
        """Whether the text may be executed."""
        return self.verdict == "approved"

    def as_dict(self) -> dict[str, Any]:
        """Give the explanation as a JSON object; keys without a value are left out."""
        facts = {key: value for key, value in asdict(self).items() if value not in (None, "", ())}
        facts.pop("shell_hint", None)
        for key in ("objects", "columns"):
            if key in facts:
                facts[key] = [".".join(parts) for parts in facts[key]]
        return facts


def explain(
    sql: str,
    policy: Policy = OPEN,
    *,
    parameters: Collection[str] = (),
    schema: SchemaLookup | None = None,
) -> Explanation:
    """Say what `check` makes of a text, and why; never raises for a refused text.

    Args:
        sql: The text.
        policy: What the connection may read.
        parameters: Names whose values would be bound.
        schema: Where column masks ask for tables and views.
    """
    try:
        approved = check(sql, policy, parameters=parameters, schema=schema)
    except Refusal as refusal:
        return _refused(sql, refusal, parameters)
    return Explanation(
        "approved",
        canonical=approved.sql,
        parameter_order=approved.parameter_order,
        objects=approved.objects,
        columns=approved.columns,
        masks=approved.masks,
        has_tree=approved.has_tree,
    )


def _refused(sql: str, refusal: Refusal, parameters: Collection[str]) -> Explanation:
    try:
        text = read(sql, declare(parameters))
    except Fault:
        text = None
    return Explanation(
        "not allowed here" if refusal.code.startswith("policy.") else "not one query",
        code=refusal.code,
        message=refusal.message,
        hint=refusal.hint,
        shell_hint=refusal.shell_hint,
        rule=str(refusal.details.get("rule", "")),
        position=refusal.position,
        line=refusal.line,
        column=refusal.column,
        token=refusal.token,
        rewrite=refusal.rewrite,
        canonical=text.canonical if text else "",
        parameter_order=text.parameter_order if text else (),
        objects=text.objects if text else (),
        has_tree=False if refusal.code == "gate.no_tree" else None,
    )
