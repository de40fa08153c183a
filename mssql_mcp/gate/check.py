"""The gate: a text goes in, an `Approved` comes out, or a `Refusal` that says what to change.

Order of the steps, each of which may refuse: lexer (what is written), proof (one query that only reads), policy (what
it may read), tree (sqlglot's second opinion, and what the policy needs a tree for).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from mssql_mcp.errors import Refusal, SecurityError
from mssql_mcp.gate.approved import SEAL, Approved
from mssql_mcp.gate.fault import Edit, Fault
from mssql_mcp.gate.lexer import canonical, tokenize
from mssql_mcp.gate.mask import UNMASKED
from mssql_mcp.gate.parsertext import parser_text
from mssql_mcp.gate.policy import Policy
from mssql_mcp.gate.proof import prove
from mssql_mcp.gate.schema import NotAskedYet, ShapeMemory
from mssql_mcp.gate.separators import strip_separators
from mssql_mcp.gate.sources import Reading, read_sources
from mssql_mcp.gate.system import is_builtin_function
from mssql_mcp.gate.tree import NoTree, TooComplex, TreeFacts, read_facts, sees_same_tables, with_tree

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlglot import exp

    from mssql_mcp.gate.lexer import Token
    from mssql_mcp.gate.mask import Outcome
    from mssql_mcp.gate.masking import Masking
    from mssql_mcp.gate.schema import SchemaLookup

OPEN = Policy()
MAX_REMEMBERED = 256
"""Approved texts that are remembered with their policy; those with masks are not, since a schema changes."""
MAX_REMEMBERED_CHARACTERS = 8_000
MAX_QUESTIONS = 200
"""Names of tables behind the views of one query."""
MAX_QUESTIONS_AGAIN = 20
"""Names that are met only when the query is followed; for each it is followed anew."""
MAX_REWRITES = 24
"""Rounds of edits before the gate gives up looking for an accepted rewrite."""
MAX_REWRITE_CHARACTERS = 5_000
"""Longer texts are refused without a rewrite."""


def check(
    sql: str,
    policy: Policy = OPEN,
    *,
    parameters: Collection[str] = (),
    schema: SchemaLookup | None = None,
) -> Approved:
    """Approve a text that holds exactly one query that only reads what the policy allows.

    Args:
        sql: The text as it was given.
        policy: What the connection may read.
        parameters: Names whose values will be bound; `@name` in the text becomes `?`.
        schema: Where column masks ask for tables and views; asked only if the policy masks anything.

    Raises:
        Refusal: The text is not one query (`gate.*`), or it reads what the policy does not allow (`policy.*`); knows
            position, token and, where there is one, a rewrite that this same check accepts.
    """
    declared = declare(parameters)
    try:
        if policy.has_masks or len(sql) > MAX_REMEMBERED_CHARACTERS:
            return approve(sql, policy, declared, schema)
        return _remembered(sql, policy, tuple(sorted(declared.items())))
    except Fault as fault:
        raise _refusal(sql, fault, _rewrite(sql, policy, declared, schema, fault)) from None


def declare(parameters: Collection[str]) -> dict[str, str]:
    """Give parameter names in lower case without `@`, each with the spelling that was declared."""
    return {name.removeprefix("@").lower(): name.removeprefix("@") for name in parameters}


def approve(sql: str, policy: Policy, declared: Mapping[str, str], schema: SchemaLookup | None = None) -> Approved:
    """Do what `check` does, without a memory and without looking for a rewrite.

    Args:
        sql: The text as it was given.
        policy: What the connection may read.
        declared: What `declare` gives.
        schema: Where column masks ask for tables and views.

    Raises:
        Fault: A rule does not hold.
    """
    text = read(sql, declared)
    policy.hold(text.reading)
    tree = _ask_and_read(text, policy, schema)
    return Approved(
        sql=text.canonical,
        parameter_order=text.parameter_order,
        objects=text.objects,
        columns=tree.facts.columns if tree else (),
        masks=tree.outcome.masks if tree else (),
        names=tree.outcome.names if tree else (),
        is_masked=tree.outcome.is_masked if tree else False,
        fingerprint=hashlib.sha256(f"{policy!r}\0{tree and tree.outcome!r}\0{text.canonical}".encode()).hexdigest(),
        has_tree=tree is not None,
        line_offset=sql.count("\n", 0, text.tokens[0].start),
        seal=SEAL,
    )


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is proven to be one query, before any policy.

    Attributes:
        tokens: Its tokens.
        partner: For each the index of what closes or opens it, or -1.
        reading: What it touches.
        canonical: What is executed.
    """

    tokens: tuple[Token, ...]
    partner: tuple[int, ...]
    reading: Reading
    canonical: str

    @property
    def parameter_order(self) -> tuple[str, ...]:
        """For each `?` the name whose value is bound."""
        return tuple(token.value for token in self.tokens if token.kind == "parameter")

    @property
    def objects(self) -> tuple[tuple[str, ...], ...]:
        """The tables, views and functions that are read or called, each once, as written."""
        found: dict[tuple[str, ...], None] = {}
        for source in self.reading.sources:
            if source.cte == "no" and not (source.is_function and is_builtin_function(source.parts)):
                found[source.parts] = None
        for call in self.reading.calls:
            if call.is_function:
                found[call.parts] = None
        return tuple(found)


def read(sql: str, declared: Mapping[str, str]) -> Text:
    """Read a text and prove that it is one query.

    Raises:
        Fault: It is not, or cannot be read with certainty.
    """
    tokens = strip_separators(tokenize(sql, declared))
    partner = prove(tokens)
    tokens[0].gap = ""
    return Text(tuple(tokens), tuple(partner), read_sources(tokens, partner), canonical(tokens))


@lru_cache(maxsize=MAX_REMEMBERED)
def _remembered(sql: str, policy: Policy, declared: tuple[tuple[str, str], ...]) -> Approved:
    return approve(sql, policy, dict(declared))


def _ask_and_read(text: Text, policy: Policy, schema: SchemaLookup | None) -> _Tree | None:
    """Read the tree, asking the catalogue in this thread for the tables of the text and those behind its views."""
    if schema is None or not policy.has_masks:
        return _read_tree(text, policy, _masking(text, policy, None))
    from mssql_mcp.gate.viewsources import ask_for_all

    memory = ShapeMemory(schema)
    if not ask_for_all(memory, policy, text.reading.sources, MAX_QUESTIONS):
        raise _too_many_tables()
    for _ in range(MAX_QUESTIONS_AGAIN):
        try:
            return _read_tree(text, policy, _masking(text, policy, memory))
        except NotAskedYet as question:
            memory.ask(question.key)
    raise _too_many_tables()


def _too_many_tables() -> Fault:
    return Fault(
        "policy.masked_column", f"The views of this query read more than {MAX_QUESTIONS} tables.", 0, 0,
        hint="Read fewer views at once.", rule="mask_*",
    )  # fmt: skip


def _masking(text: Text, policy: Policy, shapes: ShapeMemory | None) -> Masking | None:
    """Make what lineage asks, where the policy masks anything; only then its modules are imported."""
    if not policy.has_masks:
        return None
    from mssql_mcp.gate.masking import Masking

    masking = Masking(policy, shapes, text.tokens)
    masking.hold_text(text.reading.calls)
    return masking


@dataclass(frozen=True, slots=True)
class _Tree:
    facts: TreeFacts
    outcome: Outcome


def _read_tree(text: Text, policy: Policy, masking: Masking | None) -> _Tree | None:
    """Give what the tree says, or None where there is none and none is needed."""

    def visit(query: exp.Query) -> _Tree:
        if masking is None:
            return _Tree(read_facts(query), UNMASKED)
        from mssql_mcp.gate.lineage import follow

        return _Tree(read_facts(query), follow(query, masking))

    try:
        tree = with_tree(parser_text(text.tokens, text.partner, text.reading), visit)
    except NoTree as problem:
        if policy.needs_tree:
            raise _no_tree(str(problem), is_too_complex=isinstance(problem, TooComplex)) from None
        return None
    if (policy.has_object_rules or masking) and not sees_same_tables(tree.facts, text.reading):
        raise _no_tree("the parser sees other tables than the text names")
    if policy.max_joins is not None and tree.facts.join_count > policy.max_joins:
        raise Fault(
            "policy.max_joins", f"The query joins {tree.facts.join_count} times; {policy.max_joins} are allowed here.",
            0, 0, hint="Join fewer tables.", rule=f"max_joins = {policy.max_joins}",
        )  # fmt: skip
    return tree


def _no_tree(problem: str, *, is_too_complex: bool = False) -> Fault:
    if is_too_complex:
        return Fault(
            "gate.too_complex", f"The rules of this connection need a parsed query; parsing this one was given up: "
            f"{problem}.", 0, 0, hint="Flatten the query, for example with common table expressions.",
        )  # fmt: skip
    return Fault(
        "gate.no_tree", f"The rules of this connection need a parsed query; this one cannot be: {problem}.", 0, 0,
        hint="Write the query with plainer syntax.",
    )  # fmt: skip


def _rewrite(sql: str, policy: Policy, declared: Mapping[str, str], schema: SchemaLookup | None, fault: Fault) -> str:
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
            approve(text, policy, known, schema)
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
        shell_hint=fault.shell_hint,
        line=line,
        column=column,
        details={"rule": fault.rule} if fault.rule else None,
    )
