"""Arithmetic in translated text, with SQL Server's types, scales, overflows and divisions by zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlglot import exp

from mssql_mcp.demo.coerce import as_decimal, cast, coerce, common_type, digits, joint_collation, scale_of
from mssql_mcp.demo.context import Context, describe, only
from mssql_mcp.demo.runtime.errors import unsupported
from mssql_mcp.demo.sqltypes import (
    BIGINT,
    DATETIME,
    FLOAT,
    INT,
    INTEGER_RANGES,
    MAX,
    MONEY,
    SqlType,
    decimal_type,
    text_type,
)
from mssql_mcp.demo.typed import NULL, Typed, literal
from mssql_mcp.errors import QueryError

Handler = Callable[[Context, exp.Expr], Typed]
_OPERATIONS: dict[type[exp.Expr], str] = {
    exp.Add: "add",
    exp.Sub: "subtract",
    exp.Mul: "multiply",
    exp.Div: "divide",
    exp.Mod: "modulo",
}
_SYMBOLS = {"add": "+", "subtract": "-", "multiply": "*", "divide": "/", "modulo": "%"}
_INTEGER_RANK = ("bit", "tinyint", "smallint", "int", "bigint")


def _binary(context: Context, node: exp.Expr) -> Typed:
    """Translate a chain of operators of one side, without recursing: programs write them hundreds of terms long."""
    chain = [node]
    # What groups yield is looked for in every part of a chain, so there each part is translated for itself.
    while context.scope.group_keys is None and type(chain[-1].this) in _OPERATIONS:
        chain.append(chain[-1].this)
    value = context.value(chain[-1].this)
    for part in reversed(chain):
        only(part, "this", "expression", "typed", "safe")
        _refuse_mixed(part)
        value = arithmetic(_OPERATIONS[type(part)], value, context.value(part.expression))
    return value


def _refuse_mixed(node: exp.Expr) -> None:
    """Refuse what sqlglot groups otherwise than T-SQL, where + - & ^ | are of one rank (page "Operator precedence")."""
    bitwise = (exp.BitwiseAnd, exp.BitwiseOr, exp.BitwiseXor)
    summing = (exp.Add, exp.Sub)
    for side in (node.this, node.args.get("expression")):
        clash = (
            isinstance(node, bitwise) and isinstance(side, (*summing, *bitwise)) and type(side) is not type(node)
        ) or (isinstance(node, summing) and isinstance(side, bitwise))
        if clash:
            raise unsupported(f"The demo needs parentheses in {describe(node)}.")


def arithmetic(operation: str, left: Typed, right: Typed) -> Typed:
    """Translate one of add, subtract, multiply, divide, modulo.

    Raises:
        QueryError: 402 or 8117, the types have no such operation.
        UnsupportedError: The demo has none for these types.
    """
    left, right = _meet(left, right)
    if operation == "add" and left.type.family in {"text", "binary"} and right.type.family == left.type.family:
        return concatenate(left, right)
    if "datetime" in {left.type.name, right.type.name} or "smalldatetime" in {left.type.name, right.type.name}:
        return _moment_arithmetic(operation, left, right)
    left, right = _as_number(operation, left, right), _as_number(operation, right, left)
    target = common_type((left, right))
    if target.family == "float":
        return _float(operation, coerce(left, FLOAT), coerce(right, FLOAT), target)
    if target.name == "decimal":
        return _decimal(operation, left, right)
    if target.family == "money":
        return _money(operation, coerce(left, target), coerce(right, target), target)
    return _integer(operation, left, right)


def _meet(left: Typed, right: Typed) -> tuple[Typed, Typed]:
    if left.is_untyped_null and right.is_untyped_null:
        return NULL, NULL
    if left.is_untyped_null:
        return cast(NULL, right.type), right
    if right.is_untyped_null:
        return left, cast(NULL, left.type)
    return left, right


def _as_number(operation: str, value: Typed, other: Typed) -> Typed:
    if value.type.is_number:
        return value
    if value.type.is_text and other.type.is_number:
        return coerce(value, other.type)
    if value.type.is_text and operation != "add":
        raise QueryError(
            f"The data types {value.type.name} and {other.type.name} are incompatible in the {operation} operator.",
            number=402,
        )
    if value.type.family == "variant":
        raise QueryError(
            f"Operand data type {value.type.name} is invalid for {operation} operator.",
            number=8117,
            hint="CAST it first.",
        )
    raise QueryError(
        f"Operand type clash: {value.type.name} is incompatible with {other.type.name}"
        if value.type.is_temporal
        else f"Operand data type {value.type.name} is invalid for {operation} operator.",
        number=206 if value.type.is_temporal else 8117,
        hint="Use DATEADD or DATEDIFF." if value.type.is_temporal else "",
    )


def concatenate(left: Typed, right: Typed) -> Typed:
    """Put characters or bytes behind one another; NULL makes NULL."""
    first, second = left.type, right.type
    length = MAX if MAX in {first.length, second.length} else first.length + second.length
    if first.family == "binary":
        type_ = SqlType("varbinary", length=length if length == MAX else min(length, 8000))
        return Typed(f"t_join_bytes({left.sql}, {right.sql})", type_)
    unicode = first.is_unicode or second.is_unicode
    limit = 4000 if unicode else 8000
    # SQLite's parser has room for a hundred open parentheses.
    chain = f"{left.chain if left.sql == f'({left.chain})' else left.sql} || {right.sql}"
    text = f"({chain})"
    if length != MAX and length > limit:
        # Neither side is (max): what is longer than the type holds is cut.
        return Typed(f"substr({text}, 1, {limit})", text_type(limit, unicode=unicode))
    joined = joint_collation(left, right)
    return Typed(text, text_type(length, unicode=unicode), chain=chain, collation=joined)


def _float(operation: str, left: Typed, right: Typed, target: SqlType) -> Typed:
    if operation == "modulo":
        raise QueryError("The data types float and float are incompatible in the modulo operator.", number=402)
    if operation == "divide":
        return _real(Typed(f"t_float_divide({left.sql}, {right.sql})", FLOAT), target)
    return _real(Typed(f"t_float(({left.sql} {_SYMBOLS[operation]} {right.sql}))", FLOAT), target)


def _real(value: Typed, target: SqlType) -> Typed:
    return cast(value, target) if target.name == "real" else value


def result_decimal(operation: str, left: Typed, right: Typed) -> SqlType:
    """Give the type of an operation on decimals; page "Precision, scale, and length (Transact-SQL)"."""
    p1, s1, p2, s2 = digits(left), scale_of(left), digits(right), scale_of(right)
    if operation in {"add", "subtract"}:
        scale, whole = max(s1, s2), max(p1 - s1, p2 - s2)
        precision = scale + whole + 1
        if precision > 38:
            return decimal_type(38, max(38 - whole, 0) if whole + scale > 38 else scale)
        return decimal_type(precision, scale)
    if operation == "modulo":
        scale = max(s1, s2)
        return decimal_type(min(min(p1 - s1, p2 - s2) + scale, 38), scale)
    if operation == "multiply":
        precision, scale = p1 + p2 + 1, s1 + s2
    else:
        scale = max(6, s1 + p2 + 1)
        precision = p1 - s1 + s2 + scale
    if precision <= 38:
        return decimal_type(precision, scale)
    whole = precision - scale
    if whole < 32:
        return decimal_type(38, min(scale, 38 - whole))
    return decimal_type(38, min(scale, 6))


def _decimal(operation: str, left: Typed, right: Typed) -> Typed:
    first, second = as_decimal(left), as_decimal(right)
    result = result_decimal(operation, left, right)
    if (left.is_constant and left.constant is None) or (right.is_constant and right.constant is None):
        return cast(NULL, result)
    native = _native_decimal(operation, first, second, result)
    if native is not None:
        return Typed(native, result)
    second_sql = second.sql
    name = operation
    if operation == "subtract":
        name, second_sql = "add", _negated(second).sql
    scales = f"'{first.type.scale},{second.type.scale},{result.scale}'"
    return Typed(f"t_decimal_{name}({first.sql}, {second_sql}, {scales}, {result.precision})", result)


def _native_decimal(operation: str, left: Typed, right: Typed, result: SqlType) -> str | None:
    """Use SQLite's own integers where no digit can be lost."""
    if result.is_wide or left.type.is_wide or right.type.is_wide or operation in {"divide", "modulo"}:
        return None
    if operation == "multiply":
        return f"({left.sql} * {right.sql})" if result.scale == left.type.scale + right.type.scale else None
    sides = []
    for side in (left, right):
        shift = result.scale - side.type.scale
        if shift < 0:
            return None
        sides.append(f"{side.sql} * {10**shift}" if shift else side.sql)
    return f"({sides[0]} {_SYMBOLS[operation]} {sides[1]})"


def _negated(value: Typed) -> Typed:
    if value.type.is_wide:
        return replace(value, sql=f"t_decimal_negate({value.sql}, {value.type.precision})", is_constant=False)
    return replace(value, sql=f"(- {value.sql})", is_constant=False)


def _money(operation: str, left: Typed, right: Typed, target: SqlType) -> Typed:
    if operation in {"add", "subtract"}:
        return Typed(f"t_money(({left.sql} {_SYMBOLS[operation]} {right.sql}), '{target.name}')", target)
    if operation == "modulo":
        return Typed(f"t_int_modulo({left.sql}, {right.sql})", target)
    return Typed(f"t_money_{operation}({left.sql}, {right.sql}, '{target.name}')", target)


def _integer(operation: str, left: Typed, right: Typed) -> Typed:
    rank = max(_INTEGER_RANK.index(left.type.name), _INTEGER_RANK.index(right.type.name))
    if _INTEGER_RANK[rank] == "bit":
        raise QueryError(
            f"Operand data type bit is invalid for {operation} operator.", number=8117, hint="CAST it to int."
        )
    target = SqlType(_INTEGER_RANK[rank])
    symbol = _SYMBOLS[operation]
    if operation in {"divide", "modulo"}:
        divisor = right.constant if right.is_constant else None
        if isinstance(divisor, int) and divisor not in {0, -1}:
            bounds = left.bounds
            low, high = _quotient(operation, bounds[0], bounds[1], divisor) if bounds else (None, None)
            return Typed(f"({left.sql} {symbol} {right.sql})", target, low=low, high=high)
        return Typed(f"t_int_{operation}({left.sql}, {right.sql}, '{target.name}')", target)
    text = f"({left.sql} {symbol} {right.sql})"
    low, high = _range(operation, left, right)
    allowed = INTEGER_RANGES[target.name]
    if low is not None and high is not None and allowed[0] <= low and high <= allowed[1]:
        if left.is_constant and right.is_constant and low == high:
            return literal(low, target)
        return Typed(text, target, low=low, high=high)
    return Typed(f"t_int({text}, '{target.name}')", target)


def _range(operation: str, left: Typed, right: Typed) -> tuple[int | None, int | None]:
    if left.bounds is None or right.bounds is None:
        return None, None
    (a, b), (c, d) = left.bounds, right.bounds
    if operation == "add":
        return a + c, b + d
    if operation == "subtract":
        return a - d, b - c
    products = (a * c, a * d, b * c, b * d)
    return min(products), max(products)


def _quotient(operation: str, low: int, high: int, divisor: int) -> tuple[int, int]:
    if operation == "modulo":
        limit = abs(divisor) - 1
        return (-limit if low < 0 else 0), (limit if high > 0 else 0)
    ends = (int(low / divisor) if abs(low) < 2**52 else low, int(high / divisor) if abs(high) < 2**52 else high)
    return min(*ends, 0), max(*ends, 0)


def _moment_arithmetic(operation: str, left: Typed, right: Typed) -> Typed:
    """Add days to a datetime, or take them away: what datetime allows and the newer types do not."""
    if operation not in {"add", "subtract"}:
        raise QueryError(f"Operand data type datetime is invalid for {operation} operator.", number=8117)
    others = {left.type.name, right.type.name} - {"datetime", "smalldatetime"}
    if others & {"date", "datetime2", "datetimeoffset", "time"}:
        raise QueryError(
            f"The data types {left.type.name} and {right.type.name} are incompatible in the {operation} operator.",
            number=402,
            hint="Use DATEADD or DATEDIFF.",
        )
    target = SqlType("smalldatetime") if DATETIME.name not in {left.type.name, right.type.name} else DATETIME
    first, second = coerce(left, DATETIME), coerce(right, DATETIME)
    sign = -1 if operation == "subtract" else 1
    return cast(Typed(f"t_moment_add({first.sql}, {second.sql}, {sign})", DATETIME), target)


def _negative(context: Context, node: exp.Expr) -> Typed:
    only(node, "this")
    value = context.value(node.this)
    if value.is_untyped_null:
        return value
    if not value.type.is_number or value.type.name == "bit":
        raise QueryError(f"Operand data type {value.type.name} is invalid for minus operator.", number=8117)
    folds = value.type.name in {"int", "decimal"} or value.type.family in {"float", "money"}
    if value.is_constant and isinstance(value.constant, (int, float)) and folds:
        return replace(literal(-value.constant, value.type), digits=value.digits)
    if value.type.is_wide:
        if value.is_constant and isinstance(value.constant, bytes):
            from mssql_mcp.demo.runtime import decimals

            return literal(decimals.negate(value.constant, value.type.precision), value.type)
        return replace(_negated(value), name="")
    if value.type.family == "integer":
        if value.type.name == "tinyint":
            return Typed(f"t_int((- {value.sql}), 'tinyint')", value.type)
        low, high = value.bounds or (0, 0)
        if -low <= INTEGER_RANGES[value.type.name][1]:
            return Typed(f"(- {value.sql})", value.type, low=-high, high=-low)
        return Typed(f"t_int((- {value.sql}), '{value.type.name}')", value.type)
    return Typed(f"(- {value.sql})", value.type)


def _bitwise(symbol: str) -> Handler:
    def handle(context: Context, node: exp.Expr) -> Typed:
        only(node, "this", "expression")
        _refuse_mixed(node)
        left, right = _meet(context.value(node.this), context.value(node.expression))
        for side in (left, right):
            if side.type.family not in {"integer", "bit"}:
                raise unsupported(f"The demo has bitwise operators for whole numbers only, not {describe(node)}.")
        rank = max(_INTEGER_RANK.index(left.type.name), _INTEGER_RANK.index(right.type.name))
        a, b = left.sql, right.sql
        text = f"(({a} | {b}) - ({a} & {b}))" if symbol == "^" else f"({a} {symbol} {b})"
        return Typed(text, SqlType(_INTEGER_RANK[rank]))

    return handle


def _bitwise_not(context: Context, node: exp.Expr) -> Typed:
    only(node, "this")
    value = context.value(node.this)
    if value.type.family not in {"integer", "bit"}:
        raise QueryError(f"Operand data type {value.type.name} is invalid for '~' operator.", number=8117)
    if value.type.name == "bit":
        return Typed(f"(1 - {value.sql})", value.type)
    if value.type.name == "tinyint":
        return Typed(f"(255 - {value.sql})", value.type)
    return Typed(f"(~ {value.sql})", value.type)


def sum_type(type_: SqlType) -> SqlType:
    """Give the type of SUM over values of a type; page "SUM (Transact-SQL)"."""
    if type_.family == "integer":
        return BIGINT if type_.name == "bigint" else INT
    if type_.name == "decimal":
        return decimal_type(38, type_.scale)
    return MONEY if type_.family == "money" else FLOAT


NUMBER_HANDLERS: dict[type[exp.Expr], Handler] = {
    **dict.fromkeys(_OPERATIONS, _binary),
    exp.Neg: _negative,
    exp.BitwiseAnd: _bitwise("&"),
    exp.BitwiseOr: _bitwise("|"),
    exp.BitwiseXor: _bitwise("^"),
    exp.BitwiseNot: _bitwise_not,
}
