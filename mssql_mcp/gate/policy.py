"""What one connection may read, as a frozen value, and the rules that are held against a query's row sources.

Every refusal names the setting and the pattern that refused. Rules speak about names as the text mentions them: a view
or a synonym is an object of its own, and what stands behind it is its owner's decision. Column masks are the exception:
they look through views (`mssql_mcp.gate.lineage`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mssql_mcp.gate.fault import Fault
from mssql_mcp.gate.names import could_match, dotted, first_possible_match, fold, matches, matches_parts, split_name
from mssql_mcp.gate.system import (
    METADATA_FUNCTIONS,
    VALUE_SHOWING_OBJECTS,
    could_be_any,
    could_be_system_object,
    is_builtin_function,
    is_system_object,
)
from mssql_mcp.gate.words import FORBIDDEN_BUILTINS, FORBIDDEN_FUNCTIONS, LOCAL_FUNCTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mssql_mcp.gate.mask import Mask
    from mssql_mcp.gate.sources import Call, Reading, Source
    from mssql_mcp.settings.model import GateSettings


@dataclass(frozen=True, slots=True)
class MaskRule:
    """One glob of columns and what becomes of their values.

    Attributes:
        glob: `schema.table.column`, with the database in front if need be; missing parts in front match all.
        mask: What becomes of the values.
    """

    glob: str
    mask: Mask


@dataclass(frozen=True, slots=True)
class Policy:
    """What one connection may read. The default allows everything that the built-in rules allow.

    Attributes:
        allow_schemas: Globs of schemas that may be read; empty allows all.
        deny_schemas: Globs of schemas that may not be read; wins over every allow.
        allow_objects: Globs of tables, views and functions that may be read; empty allows all.
        deny_objects: Globs of those that may not be read; wins over every allow.
        allow_databases: Globs of other databases that three-part names may reach.
        deny_functions: Globs of functions that may not be called.
        system_catalog: Whether the system catalogue may be read.
        blocking_hints: Whether lock hints that block writers are allowed.
        max_joins: Joined row sources in one query; None leaves it open.
        max_recursion: The most that MAXRECURSION may ask for; None leaves it open.
        masks: Globs of masked columns; the strictest that matches wins.
        mask_classified: How to mask the columns that the server calls sensitive; None leaves them as they are.
        database: The connection's own database; three-part names that name it stay within.
        default_schema: Where a name without schema is looked for before `dbo`.
    """

    allow_schemas: tuple[str, ...] = ()
    deny_schemas: tuple[str, ...] = ()
    allow_objects: tuple[str, ...] = ()
    deny_objects: tuple[str, ...] = ()
    allow_databases: tuple[str, ...] = ("*",)
    deny_functions: tuple[str, ...] = ()
    system_catalog: bool = True
    blocking_hints: bool = False
    max_joins: int | None = None
    max_recursion: int | None = None
    masks: tuple[MaskRule, ...] = ()
    mask_classified: Mask | None = None
    database: str | None = None
    default_schema: str = "dbo"

    @classmethod
    def from_settings(
        cls,
        settings: GateSettings,
        *,
        database: str | None = None,
        default_schema: str = "dbo",
    ) -> Policy:
        """Make the policy of one connection and database.

        Args:
            settings: What is configured.
            database: The database that the query will run in.
            default_schema: The login's default schema there.

        Raises:
            ValueError: A glob is not a dotted name.
        """
        kinds: tuple[tuple[Mask, tuple[str, ...]], ...] = (
            ("hidden", settings.mask_hidden),
            ("hashed", settings.mask_hashed),
            ("partial", settings.mask_partial),
        )
        masks = [MaskRule(glob, mask) for mask, globs in kinds for glob in globs]
        policy = cls(
            allow_schemas=settings.allow_schemas,
            deny_schemas=settings.deny_schemas,
            allow_objects=settings.allow_objects,
            deny_objects=settings.deny_objects,
            allow_databases=settings.allow_databases,
            deny_functions=settings.deny_functions,
            system_catalog=settings.system_catalog,
            blocking_hints=settings.blocking_hints,
            max_joins=settings.max_joins,
            max_recursion=settings.max_recursion,
            masks=tuple(masks),
            mask_classified=None if settings.mask_classified == "off" else settings.mask_classified,
            database=database,
            default_schema=default_schema,
        )
        for glob in (*policy._object_globs(), *(rule.glob for rule in masks)):
            split_name(glob)
        return policy

    @property
    def has_object_rules(self) -> bool:
        """Whether single schemas or objects are allowed or denied."""
        return bool(self._object_globs()) or not self.system_catalog

    @property
    def has_masks(self) -> bool:
        """Whether columns may be masked."""
        return bool(self.masks) or self.mask_classified is not None

    @property
    def needs_tree(self) -> bool:
        """Whether a text that sqlglot cannot parse must be refused."""
        return self.has_object_rules or self.has_masks or self.max_joins is not None

    def _object_globs(self) -> tuple[str, ...]:
        return self.allow_schemas + self.deny_schemas + self.allow_objects + self.deny_objects

    def is_own_database(self, database: str) -> bool:
        """Say whether a name's first part is the database that the query runs in."""
        return self.database is not None and fold(self.database) == fold(database)

    def hold(self, reading: Reading) -> None:
        """Hold every rule that needs no tree against what a query touches.

        Raises:
            Fault: A rule refuses; `policy.*`, or `gate.*` for the rules that no setting can lift.
        """
        for call in reading.calls:
            self._hold_call(call)
        for source in reading.sources:
            self._hold_source(source)
        if reading.hints and not self.blocking_hints:
            hint = reading.hints[0]
            raise Fault(
                "policy.blocking_hint", f"The lock hint {hint.word} blocks writers.", hint.start, hint.end,
                hint="Leave the hint out.", edits=hint.edits, rule="blocking_hints = false",
            )  # fmt: skip
        for recursion in reading.recursions:
            if self.max_recursion is not None and not 0 < recursion.depth <= self.max_recursion:
                raise Fault(
                    "policy.max_recursion", f"MAXRECURSION may be 1 to {self.max_recursion} here.",
                    recursion.start, recursion.end, hint="Ask for less, and filter inside the recursive part.",
                    rule=f"max_recursion = {self.max_recursion}",
                )  # fmt: skip

    def _hold_call(self, call: Call) -> None:
        if _reaches_outside(call.parts):
            raise Fault(
                "gate.external", f"The function {dotted(call.parts)} reaches files, the log, the network or a model.",
                call.start, call.end, hint="No setting allows it; ask the database's owner for a table with the data.",
            )  # fmt: skip
        glob = first_possible_match(self.deny_functions, call.parts)
        if glob is not None:
            raise Fault(
                "policy.denied_function", f"The function {dotted(call.parts)} may not be called.", call.start, call.end,
                hint="Write the query without it.", rule=f"deny_functions: {glob}",
            )  # fmt: skip
        if not self.system_catalog and len(call.parts) == 1 and could_be_any(METADATA_FUNCTIONS, call.parts[0]):
            raise self._denied(call.parts, "system_catalog = false", (call.start, call.end))
        if call.is_function:
            self.hold_object(call.parts[-3:], call.start, call.end)
        elif len(call.parts) > 1:
            self._hold_denials(call)

    def _hold_denials(self, call: Call) -> None:
        """Hold denying rules against what looks like a method of a column, but could be a function of that name."""
        if self.deny_objects or self.deny_schemas:
            for candidate in self._candidates(call.parts[-3:]):
                denial = self._denial(candidate)
                if denial:
                    raise self._denied(call.parts, denial, (call.start, call.end))

    def _hold_source(self, source: Source) -> None:
        parts = source.parts
        if len(parts) > 3:
            raise Fault(
                "gate.linked_server", f"{dotted(parts)} names another server.", source.start, source.end,
                hint="Four-part names reach linked servers, which is not allowed.",
            )  # fmt: skip
        if could_match("xp_*", parts[-1]):
            raise Fault(
                "gate.external", f"{dotted(parts)} is an extended procedure, not a table.", source.start, source.end,
                hint="Procedures are not run.",
            )  # fmt: skip
        if source.cte == "exact" or (source.cte == "folded" and not self.has_object_rules):
            return
        if source.is_function and (is_builtin_function(parts) or (len(parts) > 1 and parts[-1] == "nodes")):
            return  # `nodes` is the method of an xml column, whose table is a source of its own
        self.hold_object(parts, source.start, source.end)

    def hold_object(self, parts: Sequence[str], start: int, end: int) -> None:
        """Hold the rules about databases, schemas and objects against one name.

        Raises:
            Fault: A rule refuses.
        """
        database = parts[0] if len(parts) == 3 else ""
        if database and not self._may_reach(database, parts):
            raise Fault(
                "policy.other_database", f"{dotted(parts)} lies in another database.", start, end,
                hint="Read it through the `database` argument, or ask for the database to be allowed.",
                rule="allow_databases",
            )  # fmt: skip
        if not self.has_object_rules:
            return
        for candidate in self._candidates(parts):
            self._hold_candidate(
                candidate, is_foreign=bool(database) and not self.is_own_database(database), at=(start, end)
            )

    def _may_reach(self, database: str, parts: Sequence[str]) -> bool:
        if self.is_own_database(database):
            return True
        if any(matches(glob, database) for glob in self.allow_databases):
            return True
        return self.system_catalog and is_system_object(parts)

    def _candidates(self, parts: Sequence[str]) -> list[tuple[str, ...]]:
        """Give every (database, schema, object) that the name may mean; empty where the database is the own one."""
        database = parts[0] if len(parts) == 3 and not self.is_own_database(parts[0]) else ""
        schema = parts[-2] if len(parts) > 1 else ""
        schemas = [schema] if schema else list(dict.fromkeys((self.default_schema, "dbo")))
        return [(database, name, parts[-1]) for name in schemas]

    def _hold_candidate(self, candidate: tuple[str, ...], *, is_foreign: bool, at: tuple[int, int]) -> None:
        qualified = candidate if candidate[0] else candidate[1:]
        full = self._full(candidate)
        denial = self._denial(candidate)
        if denial:
            raise self._denied(qualified, denial, at)
        if not self.system_catalog and could_be_system_object(qualified):
            raise self._denied(qualified, "system_catalog = false", at)
        if is_system_object(qualified):
            if could_be_any(VALUE_SHOWING_OBJECTS, qualified[-1]):
                raise self._denied(qualified, "it shows values of any table by its number", at)
            return
        if self.allow_schemas and not any(self._allows(glob, full[:2], is_foreign) for glob in self.allow_schemas):
            raise self._denied(qualified, "allow_schemas", at)
        if self.allow_objects and not any(self._allows(glob, full, is_foreign) for glob in self.allow_objects):
            raise self._denied(qualified, "allow_objects", at)

    def _full(self, candidate: tuple[str, ...]) -> tuple[str, ...]:
        return candidate if candidate[0] else (self.database or "", *candidate[1:])

    def _denial(self, candidate: tuple[str, ...]) -> str:
        """Give the setting and pattern that deny a name, empty where none does."""
        full = self._full(candidate)
        denied = first_possible_match(self.deny_objects, full)
        if denied is not None:
            return f"deny_objects: {denied}"
        denied = first_possible_match(self.deny_schemas, full[:2])
        return f"deny_schemas: {denied}" if denied is not None else ""

    def _allows(self, glob: str, full: tuple[str, ...], is_foreign: bool) -> bool:
        """Match an allowing glob; one that names no database allows the own database only."""
        if is_foreign and len(split_name(glob)) < len(full):
            return False
        return matches_parts(glob, full)

    def _denied(self, parts: Sequence[str], rule: str, at: tuple[int, int]) -> Fault:
        return Fault(
            "policy.denied_object", f"{dotted(parts)} may not be read: {rule}.", *at,
            hint="Read something else, or ask whoever runs this server to change the rule.", rule=rule,
        )  # fmt: skip


def _reaches_outside(parts: Sequence[str]) -> bool:
    name = parts[-1]
    if any(could_match(glob, name) for glob in FORBIDDEN_FUNCTIONS):
        return True
    is_builtin = len(parts) == 1 and fold(name) not in LOCAL_FUNCTIONS
    return is_builtin and any(could_match(glob, name) for glob in FORBIDDEN_BUILTINS)
