"""The parts of a plan while it is read: what the frozen values of `model` are made of."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mssql_mcp.insight.plan.model import (
    Conversion,
    MemoryGrant,
    MissingIndex,
    ObjectName,
    Operator,
    PlanStatement,
    PlanWarning,
    Runtime,
    Wait,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

Attributes = dict[str, str]

_TRUE = frozenset({"1", "true"})


def number(attributes: Mapping[str, str], name: str) -> float:
    """Give an attribute as a number; 0 where it is absent.

    Raises:
        ValueError: It is no finite number.
    """
    text = attributes.get(name, "")
    if not text:
        return 0.0
    value = float(text)
    if value - value != 0:  # infinite or not a number
        raise ValueError(f"{name} is {text}")
    return value


def whole(attributes: Mapping[str, str], name: str) -> int | None:
    """Give an attribute as a whole number; None where it is absent.

    Raises:
        ValueError: It is no whole number.
    """
    return int(attributes[name]) if attributes.get(name) else None


def is_true(attributes: Mapping[str, str], name: str) -> bool:
    """Say whether a boolean attribute is there and true; the schema writes it as `1` or `true`."""
    return attributes.get(name, "").lower() in _TRUE


def bare(name: str) -> str:
    """Take the brackets off a name as plans write it."""
    if len(name) >= 2 and name[0] == "[" and name[-1] == "]":
        return name[1:-1].replace("]]", "]")
    return name


def object_name(attributes: Mapping[str, str]) -> ObjectName:
    """Read an `Object` element."""
    return ObjectName(
        database=bare(attributes.get("Database", "")),
        schema=bare(attributes.get("Schema", "")),
        table=bare(attributes.get("Table", "")),
        index=bare(attributes.get("Index", "")),
        index_kind=attributes.get("IndexKind", ""),
        alias=bare(attributes.get("Alias", "")),
        storage=attributes.get("Storage", ""),
    )


def column_name(attributes: Mapping[str, str]) -> str:
    """Give a `ColumnReference` as schema.table.column; expressions and variables are their name alone."""
    parts = (bare(attributes.get(part, "")) for part in ("Schema", "Table", "Column"))
    return ".".join(part for part in parts if part)


@dataclass(slots=True)
class RuntimeParts:
    """The sums over an operator's threads."""

    rows: int = 0
    rows_read: int | None = None
    executions: int = 0
    threads: int = 0
    elapsed_ms: int | None = None
    logical_reads: int | None = None

    def add(self, attributes: Attributes) -> None:
        """Add one thread's counters; a thread that never started does not count as one."""
        executions = whole(attributes, "ActualExecutions") or 0
        self.rows += whole(attributes, "ActualRows") or 0
        self.executions += executions
        self.threads += executions > 0
        for name, attribute in (("rows_read", "ActualRowsRead"), ("logical_reads", "ActualLogicalReads")):
            value = whole(attributes, attribute)
            if value is not None:
                setattr(self, name, (getattr(self, name) or 0) + value)
        elapsed = whole(attributes, "ActualElapsedms")
        if elapsed is not None:
            self.elapsed_ms = max(self.elapsed_ms or 0, elapsed)

    def made(self) -> Runtime:
        """Freeze the sums."""
        return Runtime(self.rows, self.rows_read, self.executions, self.threads, self.elapsed_ms, self.logical_reads)


@dataclass(slots=True)
class OperatorParts:
    """An operator whose element is open."""

    attributes: Attributes
    parent: int | None
    depth: int
    is_repeated: bool
    element: str = ""
    is_lookup: bool = False
    predicate: str = ""
    children: int = 0
    children_cost: float = 0.0
    objects: list[ObjectName] = field(default_factory=list)
    conversions: dict[Conversion, None] = field(default_factory=dict)
    runtime: RuntimeParts | None = None

    @property
    def cost(self) -> float:
        """Of the operator and everything below it."""
        return number(self.attributes, "EstimatedTotalSubtreeCost")

    def made(self) -> Operator:
        """Freeze the operator."""
        given = self.attributes
        rows_read = number(given, "EstimatedRowsRead") if "EstimatedRowsRead" in given else None
        return Operator(
            node_id=whole(given, "NodeId") or 0,
            parent=self.parent,
            depth=self.depth,
            element=self.element,
            physical=given.get("PhysicalOp", ""),
            logical=given.get("LogicalOp", ""),
            cost=self.cost,
            own_cost=max(0.0, self.cost - self.children_cost),
            rows=number(given, "EstimateRows"),
            executions=1 + number(given, "EstimateRebinds") + number(given, "EstimateRewinds"),
            rows_read=rows_read,
            table_rows=number(given, "TableCardinality") if "TableCardinality" in given else None,
            is_parallel=is_true(given, "Parallel"),
            is_lookup=self.is_lookup or given.get("PhysicalOp") in ("Key Lookup", "RID Lookup"),
            is_repeated=self.is_repeated,
            predicate=self.predicate,
            objects=tuple(dict.fromkeys(self.objects)),
            conversions=tuple(self.conversions),
            runtime=self.runtime.made() if self.runtime else None,
        )


@dataclass(slots=True)
class WarningParts:
    """A warning whose element is open."""

    kind: str
    operator: int | None
    attributes: Attributes
    names: list[str] = field(default_factory=list)

    def made(self) -> PlanWarning:
        """Freeze the warning."""
        return PlanWarning(self.kind, tuple(self.attributes.items()), tuple(self.names), self.operator)


@dataclass(slots=True)
class MissingIndexParts:
    """A wished-for index whose element is open."""

    impact_percent: float
    attributes: Attributes
    columns: dict[str, list[str]] = field(default_factory=dict)
    usage: str = ""

    def made(self) -> MissingIndex:
        """Freeze the index."""
        return MissingIndex(
            impact_percent=self.impact_percent,
            database=bare(self.attributes.get("Database", "")),
            schema=bare(self.attributes.get("Schema", "")),
            table=bare(self.attributes.get("Table", "")),
            equality=tuple(self.columns.get("EQUALITY", ())),
            inequality=tuple(self.columns.get("INEQUALITY", ())),
            included=tuple(self.columns.get("INCLUDE", ())),
        )


@dataclass(slots=True)
class StatementParts:
    """A statement whose element is open."""

    element: str
    attributes: Attributes
    routine: str
    routine_kind: str
    is_nested: bool
    plan: Attributes = field(default_factory=dict)
    times: Attributes = field(default_factory=dict)
    memory: Attributes = field(default_factory=dict)
    operators: list[Operator | OperatorParts] = field(default_factory=list)
    open_operators: list[int] = field(default_factory=list)
    warnings: list[PlanWarning] = field(default_factory=list)
    missing_indexes: list[MissingIndex] = field(default_factory=list)
    waits: list[Wait] = field(default_factory=list)

    def made(self) -> PlanStatement:
        """Freeze the statement."""
        given = self.attributes
        return PlanStatement(
            element=self.element,
            type=given.get("StatementType", ""),
            text=given.get("StatementText", ""),
            routine=self.routine,
            routine_kind=self.routine_kind,
            is_nested=self.is_nested,
            cost=number(given, "StatementSubTreeCost"),
            rows=number(given, "StatementEstRows"),
            optimization=given.get("StatementOptmLevel", ""),
            early_abort=given.get("StatementOptmEarlyAbortReason", ""),
            degree_of_parallelism=whole(self.plan, "DegreeOfParallelism"),
            not_parallel_because=self.plan.get("NonParallelPlanReason", ""),
            memory=MemoryGrant(
                desired_kb=whole(self.memory, "SerialDesiredMemory"),
                granted_kb=whole(self.memory, "GrantedMemory") or whole(self.plan, "MemoryGrant"),
                used_kb=whole(self.memory, "MaxUsedMemory"),
                wait_seconds=whole(self.memory, "GrantWaitTime"),
            ),
            elapsed_ms=whole(self.times, "ElapsedTime"),
            cpu_ms=whole(self.times, "CpuTime"),
            operators=tuple(part for part in self.operators if isinstance(part, Operator)),
            warnings=tuple(self.warnings),
            missing_indexes=tuple(sorted(self.missing_indexes, key=lambda wish: -wish.impact_percent)),
            waits=tuple(sorted(self.waits, key=lambda wait: -wait.milliseconds)),
        )
