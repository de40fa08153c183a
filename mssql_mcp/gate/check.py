"""The gate: a text goes in, an `Approved` comes out, or a `Refusal` that says what to change.

Order of the steps, each of which may refuse: lexer (what is written), proof (one query that only reads), policy (what
it may read), tree (sqlglot's second opinion, and what the policy needs a tree for).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from mssql_mcp.errors import Refusal, SecurityError
from mssql_mcp.gate.approved import SEAL, Approved
from mssql_mcp.gate.fault import Edit, Fault
from mssql_mcp.gate.lexer import canonical, tokenize
from mssql_mcp.gate.policy import Policy
from mssql_mcp.gate.proof import prove, strip_separators
from mssql_mcp.gate.sources import Reading, read_sources
from mssql_mcp.gate.system import is_builtin_function
from mssql_mcp.gate.tree import NoTree, TreeFacts, read_facts, with_tree

if TYPE_CHECKING:
    from collections.abc import Collection

OPEN = Policy()
MAX_REWRITES = 24
"""Rounds of edits before the gate gives up looking for an accepted rewrite."""
MAX_REWRITE_CHARACTERS = 5_000
"""Longer texts are refused without a rewrite."""


def check(sql: str, policy: Policy = OPEN, *, parameters: Collection[str] = ()) -> Approved:
    """Approve a text that holds exactly one query that only reads what the policy allows.

    Args:
        sql: The text as it was given.
        policy: What the connection may read.
        parameters: Names whose values will be bound; `@name` in the text becomes `?`.

    Raises:
        Refusal: The text is not one query (`gate.*`); knows position, token and, where there is one, a rewrite that
            this same check accepts.
        SecurityError: The query reads what the policy does not allow (`policy.*`).
    """
    declared = {name.removeprefix("@").lower(): name.removeprefix("@") for name in parameters}
    try:
        return _approve(sql, policy, declared)
    except Fault as fault:
        raise _refusal(sql, fault, _rewrite(sql, policy, declared, fault)) from None


def _approve(sql: str, policy: Policy, declared: dict[str, str]) -> Approved:
    tokens = strip_separators(tokenize(sql, declared))
    partner = prove(tokens)
    reading = read_sources(tokens, partner)
    policy.hold(reading)
    line_offset = sql.count("\n", 0, tokens[0].start)
    tokens[0].gap = ""
    text = canonical(tokens)
    facts = _facts(text, policy)
    return Approved(
        sql=text,
        parameter_order=tuple(token.value for token in tokens if token.kind == "parameter"),
        objects=_objects(reading),
        columns=facts.columns if facts else (),
        masks=(),
        fingerprint=hashlib.sha256(f"{policy!r}\0{text}".encode()).hexdigest(),
        has_tree=facts is not None,
        line_offset=line_offset,
        seal=SEAL,
    )


def _facts(text: str, policy: Policy) -> TreeFacts | None:
    try:
        facts = with_tree(text, read_facts)
    except NoTree as problem:
        if policy.needs_tree:
            raise Fault(
                "gate.no_tree", f"The rules of this connection need a parsed query; this one cannot be: {problem}.",
                0, 0, hint="Write the query with plainer syntax.",
            ) from None  # fmt: skip
        return None
    if policy.max_joins is not None and facts.join_count > policy.max_joins:
        raise Fault(
            "policy.max_joins", f"The query joins {facts.join_count} times; {policy.max_joins} are allowed here.", 0, 0,
            hint="Join fewer tables.", rule=f"max_joins = {policy.max_joins}",
        )  # fmt: skip
    return facts


def _objects(reading: Reading) -> tuple[tuple[str, ...], ...]:
    found: dict[tuple[str, ...], None] = {}
    for source in reading.sources:
        if source.cte == "no" and not (source.is_function and is_builtin_function(source.parts)):
            found[source.parts] = None
    return tuple(found)


def _rewrite(sql: str, policy: Policy, declared: dict[str, str], fault: Fault) -> str:
    """Follow the faults' edits until the text is accepted; empty where that does not happen."""
    if len(sql) > MAX_REWRITE_CHARACTERS:
        return ""
    text, known = sql, dict(declared)
    for _ in range(MAX_REWRITES):
        if not fault.edits:
            return ""
        text = _edited(text, fault.edits)
        for edit in fault.edits:
            if fault.code == "gate.parameter" and edit.replacement.startswith("@"):
                known |= _named_parameter(text, edit)
        try:
            _approve(text, policy, known)
        except Fault as next_fault:
            fault = next_fault
        else:
            return text.strip()
    return ""


def _edited(text: str, edits: tuple[Edit, ...]) -> str:
    for edit in sorted(edits, key=lambda edit: edit.start, reverse=True):
        text = text[: edit.start] + edit.replacement + text[edit.end :]
    return text


def _named_parameter(text: str, edit: Edit) -> dict[str, str]:
    end = edit.start + 1
    while end < len(text) and (text[end].isalnum() or text[end] in "_@$#"):
        end += 1
    name = text[edit.start + 1 : end]
    return {name.lower(): name} if name else {}


def _refusal(sql: str, fault: Fault, rewrite: str) -> SecurityError:
    line = sql.count("\n", 0, fault.start) + 1
    column = fault.start - (sql.rfind("\n", 0, fault.start) + 1) + 1
    kind = Refusal
    return kind(
        fault.message,
        code=fault.code,
        position=fault.start,
        token=sql[fault.start : fault.end],
        rewrite=rewrite,
        hint=fault.hint,
        line=line,
        column=column,
        details={"rule": fault.rule} if fault.rule else None,
    )
