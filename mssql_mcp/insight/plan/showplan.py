"""Read a showplan document into a `Plan`, in one pass, without recursion and without trusting it.

The document comes from the server, but may quote what users wrote, and a server need not be what it says. So a document
type or an entity of its own ends the reading at once, the size is bounded, and an element that the schema does not know
is passed over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.parsers import expat

from mssql_mcp.errors import UnsupportedError
from mssql_mcp.insight.plan.building import (
    Attributes,
    MissingIndexParts,
    OperatorParts,
    RuntimeParts,
    StatementParts,
    WarningParts,
    bare,
    column_name,
    is_true,
    number,
    object_name,
    whole,
)
from mssql_mcp.insight.plan.model import Conversion, Plan, PlanStatement, PlanWarning, Wait

if TYPE_CHECKING:
    from collections.abc import Callable

NAMESPACE = "http://schemas.microsoft.com/sqlserver/2004/07/showplan"
MAX_CHARACTERS = 50_000_000
"""The largest document that is read; plans of several megabytes are seen, beyond this something is wrong."""

_PREFIX = NAMESPACE + "}"
_STATEMENTS = frozenset({"StmtSimple", "StmtCond", "StmtCursor", "StmtReceive", "StmtUseDb"})
_ROUTINES = frozenset({"UDF", "StoredProc"})
# Children of RelOp that describe it; the one child that is none of these says what kind of operator it is.
_OPERATOR_FACTS = frozenset(
    {"OutputList", "Warnings", "MemoryFractions", "RunTimeInformation", "RunTimePartitionSummary", "InternalInfo"}
)
# Elements whose expressions decide which rows are read or joined.
_FILTERS = frozenset(
    {
        "Predicate", "SeekPredicates", "SeekPredicate", "SeekPredicateNew",
        "BuildResidual", "ProbeResidual", "Residual", "PassThru",
    }
)  # fmt: skip
# Boolean attributes of Warnings.
_WARNING_FLAGS = ("NoJoinPredicate", "SpatialGuess", "UnmatchedIndexes", "FullUpdateForOnlineIndexBuild")


def parse_plan(xml: str) -> Plan:
    """Read a showplan document, estimated or actual.

    Args:
        xml: The document, as SET SHOWPLAN_XML, SET STATISTICS XML or sys.dm_exec_query_plan give it.

    Raises:
        UnsupportedError: `unsupported.showplan`; the text is no showplan document that can be read.
    """
    if len(xml) > MAX_CHARACTERS:
        raise _unreadable(f"it is larger than {MAX_CHARACTERS:,} characters")
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    # A document type is where entities are declared; without one there are none but XML's own five.
    parser.StartDoctypeDeclHandler = _refuse_doctype
    try:
        parser.Parse(xml.removeprefix("\ufeff"), True)
    except expat.ExpatError as error:
        raise _unreadable(f"it is not well-formed: {error}") from None
    except ValueError as error:
        raise _unreadable(f"a number cannot be read: {error}") from None
    return Plan(reader.version, reader.build, tuple(s for s in reader.statements if isinstance(s, PlanStatement)))


def _refuse_doctype(*_: object) -> None:
    raise _unreadable("it declares a document type, which showplans never do")


def _unreadable(reason: str) -> UnsupportedError:
    return UnsupportedError(
        f"What came back is not a showplan that can be read: {reason}.",
        code="unsupported.showplan",
        hint="Only SQL Server's own showplan XML can be read.",
    )


class _Reader:
    """What has been read so far, and the elements that are open."""

    def __init__(self) -> None:
        self.version = ""
        self.build = ""
        # A statement takes its place when it begins, and is frozen in it when it ends.
        self.statements: list[PlanStatement | StatementParts] = []
        self._places: list[int] = []
        # For each open element its name, and what to do at its end.
        self._path: list[str] = []
        self._closers: list[Callable[[], None] | None] = []
        # For each open function or procedure its name and element.
        self._routines: list[tuple[str, str]] = []
        self._warning: WarningParts | None = None
        self._impact = 0.0
        self._wish: MissingIndexParts | None = None
        # For each open Convert: its target type where it is implicit, else None.
        self._conversions: list[str | None] = []
        self._starts: dict[str, Callable[[Attributes], None]] = {
            "RelOp": self._operator,
            "Object": self._object,
            "RunTimeCountersPerThread": self._counters,
            "Warnings": self._warnings,
            "ScalarOperator": self._expression,
            "Convert": self._convert,
            "ColumnReference": self._column,
            "MissingIndexGroup": self._group,
            "MissingIndex": self._missing_index,
            "ColumnGroup": self._usage,
            "Column": self._wished_column,
            "QueryPlan": self._query_plan,
            "MemoryGrantInfo": self._memory,
            "QueryTimeStats": self._times,
            "Wait": self._wait,
        }
        self._ends: dict[str, Callable[[], None]] = {
            "RelOp": self._end_operator,
            "MissingIndex": self._end_missing_index,
            "Convert": self._end_convert,
        }

    def start(self, tag: str, attributes: Attributes) -> None:
        """Take the beginning of an element."""
        # An element of another namespace keeps its whole name, and so is known by none of ours.
        name = tag.removeprefix(_PREFIX) if tag.startswith(_PREFIX) else "}" + tag
        if not self._path:
            if tag != _PREFIX + "ShowPlanXML":
                raise _unreadable("its root is not ShowPlanXML of Microsoft's namespace")
            self.version, self.build = attributes.get("Version", ""), attributes.get("Build", "")
        self._path.append(name)
        self._closers.append(self._begin(name, attributes))

    def end(self, tag: str) -> None:
        """Take the end of an element."""
        close = self._closers.pop()
        if close:
            close()
        self._path.pop()

    def _begin(self, name: str, attributes: Attributes) -> Callable[[], None] | None:
        """Take the beginning of an element, and say what its end means."""
        if name in _STATEMENTS:
            self._statement(name, attributes)
            return self._end_statement
        if name in _ROUTINES:
            self._routines.append((attributes.get("ProcName", ""), name))
            return self._end_routine
        if not self._places:
            return None
        parent, operator = self._path[-2], self._open_operator
        if parent == "RelOp" and operator and name not in _OPERATOR_FACTS:
            operator.element = name
            operator.is_lookup = is_true(attributes, "Lookup")
        if parent == "Warnings" or name == "UnmatchedIndexes":
            place = self._operator_place if parent == "Warnings" else None
            self._warning = WarningParts(name, place, dict(attributes))
            return self._end_warning
        handler = self._starts.get(name)
        if handler:
            handler(attributes)
        return self._ends.get(name)

    @property
    def _current(self) -> StatementParts:
        statement = self.statements[self._places[-1]]
        assert isinstance(statement, StatementParts)  # noqa: S101 - what is open is not frozen yet
        return statement

    @property
    def _operator_place(self) -> int | None:
        places = self._current.open_operators
        return places[-1] if places else None

    @property
    def _open_operator(self) -> OperatorParts | None:
        place = self._operator_place
        part = None if place is None else self._current.operators[place]
        return part if isinstance(part, OperatorParts) else None

    # Statements

    def _statement(self, name: str, attributes: Attributes) -> None:
        routine, kind = self._routines[-1] if self._routines else ("", "")
        self.statements.append(StatementParts(name, dict(attributes), routine, kind, is_nested=bool(self._places)))
        self._places.append(len(self.statements) - 1)

    def _end_statement(self) -> None:
        place = self._places.pop()
        part = self.statements[place]
        if isinstance(part, StatementParts):
            self.statements[place] = part.made()

    def _end_routine(self) -> None:
        self._routines.pop()

    def _query_plan(self, attributes: Attributes) -> None:
        self._current.plan.update(attributes)

    def _memory(self, attributes: Attributes) -> None:
        self._current.memory.update(attributes)

    def _times(self, attributes: Attributes) -> None:
        self._current.times.update(attributes)

    def _wait(self, attributes: Attributes) -> None:
        if self._path[-2] == "WaitStats":
            wait = Wait(
                attributes.get("WaitType", ""),
                whole(attributes, "WaitTimeMs") or 0,
                whole(attributes, "WaitCount") or 0,
            )
            self._current.waits.append(wait)

    # Operators

    def _operator(self, attributes: Attributes) -> None:
        parent, place = self._open_operator, self._operator_place
        is_inner = False
        if parent:
            parent.children += self._path[-2] == parent.element
            is_inner = parent.is_repeated or (parent.element == "NestedLoops" and parent.children > 1)
        part = OperatorParts(dict(attributes), place, parent.depth + 1 if parent else 0, is_repeated=is_inner)
        statement = self._current
        statement.operators.append(part)
        statement.open_operators.append(len(statement.operators) - 1)

    def _end_operator(self) -> None:
        statement = self._current
        place = statement.open_operators.pop()
        part = statement.operators[place]
        if isinstance(part, OperatorParts):
            statement.operators[place] = part.made()
            parent = self._open_operator
            if parent:
                parent.children_cost += part.cost

    def _object(self, attributes: Attributes) -> None:
        if self._warning:
            self._warning.names.append(object_name(attributes).label)
        elif self._open_operator and "IndexedViewInfo" not in self._path:
            self._open_operator.objects.append(object_name(attributes))

    def _counters(self, attributes: Attributes) -> None:
        operator = self._open_operator
        if operator:
            operator.runtime = operator.runtime or RuntimeParts()
            operator.runtime.add(attributes)

    # Expressions

    def _expression(self, attributes: Attributes) -> None:
        operator = self._open_operator
        if operator and self._path[-2] == "Predicate" and self._path[-3] == operator.element and not operator.predicate:
            operator.predicate = attributes.get("ScalarString", "")

    def _convert(self, attributes: Attributes) -> None:
        self._conversions.append(attributes.get("DataType", "") if is_true(attributes, "Implicit") else None)

    def _end_convert(self) -> None:
        self._conversions.pop()

    def _column(self, attributes: Attributes) -> None:
        if self._warning:
            self._warning.names.append(column_name(attributes))
        operator = self._open_operator
        target = self._conversions[-1] if self._conversions else None
        # Expressions have no table: COUNT(*) is converted to int in every plan, and no index is the worse for it.
        if operator and target and attributes.get("Table") and self._path[-2] == "Identifier":
            start = max(place for place, name in enumerate(self._path) if name == "RelOp")
            is_filter = not _FILTERS.isdisjoint(self._path[start:])
            operator.conversions[Conversion(column_name(attributes), target, is_filter)] = None

    # Warnings and wishes

    def _warnings(self, attributes: Attributes) -> None:
        warnings = self._current.warnings
        flags = (flag for flag in _WARNING_FLAGS if is_true(attributes, flag))
        warnings.extend(PlanWarning(flag, operator=self._operator_place) for flag in flags)

    def _end_warning(self) -> None:
        if self._warning:
            self._current.warnings.append(self._warning.made())
            self._warning = None

    def _group(self, attributes: Attributes) -> None:
        self._impact = number(attributes, "Impact")

    def _missing_index(self, attributes: Attributes) -> None:
        self._wish = MissingIndexParts(self._impact, dict(attributes))

    def _usage(self, attributes: Attributes) -> None:
        if self._wish:
            self._wish.usage = attributes.get("Usage", "")

    def _wished_column(self, attributes: Attributes) -> None:
        if self._wish:
            self._wish.columns.setdefault(self._wish.usage, []).append(bare(attributes.get("Name", "")))

    def _end_missing_index(self) -> None:
        if self._wish:
            self._current.missing_indexes.append(self._wish.made())
            self._wish = None
