"""A showplan as frozen values: what the optimizer chose, what it warned of, and what it wished for.

The words are those of Microsoft's showplan schema, version 1.6 and later, namespace
http://schemas.microsoft.com/sqlserver/2004/07/showplan (published at https://schemas.microsoft.com/sqlserver/2004/07/showplan/).
Costs have no unit: they compare plans on one server. Rows are per execution unless the name says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

# Elements of the schema whose operators change data or definitions, and the last words of such operators' names.
WRITE_ELEMENTS = frozenset(
    {"CreateIndex", "OnlineIndex", "Put", "RemoteModify", "ScalarInsert", "SimpleUpdate", "Update"}
)
WRITE_WORDS = frozenset({"Insert", "Update", "Delete", "Merge", "Put"})


@dataclass(frozen=True, slots=True)
class ObjectName:
    """A table or index as a plan names it; parts without brackets, empty where the plan leaves them out.

    Attributes:
        index_kind: `Heap`, `Clustered`, `NonClustered`, ... where the plan tells it.
        alias: The query's name for the table.
        storage: `RowStore`, `ColumnStore` or `MemoryOptimized` where the plan tells it.
    """

    database: str = ""
    schema: str = ""
    table: str = ""
    index: str = ""
    index_kind: str = ""
    alias: str = ""
    storage: str = ""

    @property
    def label(self) -> str:
        """`schema.table` and, where there is one, the index in parentheses."""
        name = ".".join(part for part in (self.schema, self.table) if part) or self.index
        return f"{name} ({self.index})" if self.index and self.table else name


@dataclass(frozen=True, slots=True)
class Conversion:
    """A column that the server converts by itself.

    Attributes:
        column: `schema.table.column`, as far as the plan names it.
        data_type: What it is converted to.
        is_filter: Whether it happens in a filter, a seek or a join, where it can keep an index from being used.
    """

    column: str
    data_type: str
    is_filter: bool


@dataclass(frozen=True, slots=True)
class PlanWarning:
    """A warning of the plan.

    Attributes:
        kind: Name of the schema's element or attribute, such as `PlanAffectingConvert` or `NoJoinPredicate`.
        facts: The element's attributes, in order.
        names: Columns or indexes that the warning lists.
        operator: Index into the statement's operators; None where the warning is about the whole plan.
    """

    kind: str
    facts: tuple[tuple[str, str], ...] = ()
    names: tuple[str, ...] = ()
    operator: int | None = None

    def fact(self, name: str) -> str:
        """Give one attribute's value, empty where it is absent."""
        return next((value for key, value in self.facts if key == name), "")


@dataclass(frozen=True, slots=True)
class Runtime:
    """What an operator did, over all of its threads and executions.

    Attributes:
        rows: Rows that it gave.
        rows_read: Rows that it looked at, where the plan tells it.
        executions: How often it was started.
        threads: Threads that took part.
        elapsed_ms: The longest thread's time, including what is below the operator (row mode).
        logical_reads: Pages.
    """

    rows: int = 0
    rows_read: int | None = None
    executions: int = 0
    threads: int = 0
    elapsed_ms: int | None = None
    logical_reads: int | None = None


@dataclass(frozen=True, slots=True)
class Operator:
    """One operator of a plan's tree.

    Attributes:
        node_id: As in the plan; unique within a statement.
        parent: Index of the parent among the statement's operators; None for the root.
        depth: 0 for the root.
        element: The schema's element, such as `IndexScan` or `NestedLoops`.
        physical: Physical operation, such as `Clustered Index Scan`.
        logical: Logical operation, such as `Inner Join`.
        cost: Estimated cost of the operator and everything below it.
        own_cost: The part of `cost` that is the operator's own.
        rows: Estimated rows of one execution.
        executions: Estimated executions: 1 + rebinds + rewinds.
        rows_read: Estimated rows that are looked at, where the plan tells it.
        table_rows: Rows of the table, where the plan tells it.
        is_parallel: Whether several threads run it.
        is_lookup: Whether it fetches the rest of a row that an index found (key and RID lookups).
        is_repeated: Whether it is on the inner side of a nested loop, and so runs once for each outer row.
        predicate: What is checked row by row after the access; empty for none.
        objects: Tables and indexes that it reads or writes.
        conversions: Columns that are converted implicitly in its expressions.
        runtime: None in an estimated plan.
    """

    node_id: int
    parent: int | None
    depth: int
    element: str
    physical: str
    logical: str
    cost: float
    own_cost: float
    rows: float
    executions: float
    rows_read: float | None = None
    table_rows: float | None = None
    is_parallel: bool = False
    is_lookup: bool = False
    is_repeated: bool = False
    predicate: str = ""
    objects: tuple[ObjectName, ...] = ()
    conversions: tuple[Conversion, ...] = ()
    runtime: Runtime | None = None

    @property
    def is_scan(self) -> bool:
        """Whether it reads a whole table or index."""
        return self.element in ("IndexScan", "TableScan") and self.physical.endswith("Scan")

    @property
    def is_seek(self) -> bool:
        """Whether it goes to a range of an index; lookups do not count."""
        return self.element == "IndexScan" and self.physical.endswith("Seek") and not self.is_lookup

    @property
    def is_write(self) -> bool:
        """Whether it changes data or definitions."""
        words = {*self.physical.split()[-1:], *self.logical.split()[-1:]}
        return self.element in WRITE_ELEMENTS or bool(words & WRITE_WORDS)

    @property
    def name(self) -> str:
        """The operation as SQL Server's own tools name it."""
        if self.is_lookup and self.physical == "Clustered Index Seek":
            return "Key Lookup"
        if self.is_scan and self.objects and self.objects[0].storage == "ColumnStore":
            return "Columnstore Index Scan"
        is_join = self.logical.endswith("Join") and self.physical not in (self.logical, "")
        return f"{self.physical} ({self.logical})" if is_join else self.physical


@dataclass(frozen=True, slots=True)
class MissingIndex:
    """An index that the optimizer wished for.

    Attributes:
        impact_percent: How much cheaper the optimizer thinks that the query would be.
        equality: Columns that are compared by `=`.
        inequality: Columns that are compared otherwise.
        included: Columns that are only read.
    """

    impact_percent: float
    database: str
    schema: str
    table: str
    equality: tuple[str, ...] = ()
    inequality: tuple[str, ...] = ()
    included: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MemoryGrant:
    """Memory for sorting and hashing, in KB; None where the plan does not tell.

    Attributes:
        desired_kb: What the optimizer would like (serial plan).
        granted_kb: What the query got.
        used_kb: What it used at most.
        wait_seconds: How long it waited for it.
    """

    desired_kb: int | None = None
    granted_kb: int | None = None
    used_kb: int | None = None
    wait_seconds: int | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """What a query waited for.

    Attributes:
        kind: Wait type, such as `PAGEIOLATCH_SH`.
        milliseconds: In total.
        count: How often.
    """

    kind: str
    milliseconds: int
    count: int


@dataclass(frozen=True, slots=True)
class PlanStatement:
    """One statement of a plan.

    Attributes:
        element: `StmtSimple`, `StmtCond`, `StmtCursor`, `StmtReceive` or `StmtUseDb`.
        type: As SQL Server names it: `SELECT`, `SELECT INTO`, `SELECT WITHOUT QUERY`, `INSERT`, `ASSIGN`, ...
        text: Of the statement.
        routine: The function or procedure that it is in; empty at the top.
        routine_kind: `UDF` or `StoredProc`; empty at the top.
        is_nested: Whether it stands inside another statement (a function's body, a branch of an IF).
        cost: Estimated cost of the whole statement; 0 where it has no plan.
        rows: Estimated rows that it returns.
        optimization: `TRIVIAL` or `FULL`; empty where the plan does not tell.
        early_abort: Why the optimizer stopped early: `TimeOut`, `MemoryLimitExceeded`, `GoodEnoughPlanFound` or empty.
        degree_of_parallelism: None where the plan does not tell, as in most estimated plans.
        not_parallel_because: The plan's reason; empty for none.
        elapsed_ms: Of an actual plan.
        cpu_ms: Of an actual plan.
        operators: The tree in document order, the root first.
        missing_indexes: Largest impact first.
    """

    element: str
    type: str
    text: str = ""
    routine: str = ""
    routine_kind: str = ""
    is_nested: bool = False
    cost: float = 0.0
    rows: float = 0.0
    optimization: str = ""
    early_abort: str = ""
    degree_of_parallelism: int | None = None
    not_parallel_because: str = ""
    memory: MemoryGrant = MemoryGrant()
    elapsed_ms: int | None = None
    cpu_ms: int | None = None
    operators: tuple[Operator, ...] = ()
    warnings: tuple[PlanWarning, ...] = ()
    missing_indexes: tuple[MissingIndex, ...] = ()
    waits: tuple[Wait, ...] = ()

    @property
    def is_parallel(self) -> bool:
        """Whether any operator runs in several threads."""
        return any(operator.is_parallel for operator in self.operators)


@dataclass(frozen=True, slots=True)
class Plan:
    """A showplan document.

    Attributes:
        version: Of the schema, such as `1.6`.
        build: Of the server.
        statements: In document order; those inside functions and branches follow the statement that they belong to.
    """

    version: str
    build: str
    statements: tuple[PlanStatement, ...]

    @property
    def top(self) -> tuple[PlanStatement, ...]:
        """The statements that stand in the batch itself."""
        return tuple(statement for statement in self.statements if not statement.is_nested)

    @property
    def is_actual(self) -> bool:
        """Whether the plan tells what happened, beside what was expected."""
        return any(operator.runtime for statement in self.statements for operator in statement.operators)
