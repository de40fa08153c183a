"""What can go wrong with a statement on a server; the second half of the table of `failures`."""

from __future__ import annotations

from mssql_mcp.connection.failure_rule import Rule
from mssql_mcp.errors import QueryCancelledError, QueryTimeoutError, UnsupportedError

_NAMES: tuple[Rule, ...] = (
    Rule(
        "query.invalid_object",
        "{text}",
        "Check schema and name with list_tables or search_objects; the login may also lack the right to see it.",
        shell_hint="Check schema and name with `mssql-mcp inspect tables` or `inspect search`; the login may also lack "
        "the right to see it.",
        numbers=(208, 2812),
        pattern=r"(Invalid object name|relation \".*\" does not exist|Could not find stored procedure)",
        states=("42S02",),
    ),
    Rule(
        "query.invalid_column",
        "{text}",
        "Check the columns with describe_table; with several tables, put the table's alias before the column.",
        shell_hint="Check the columns with `mssql-mcp inspect table`; with several tables, put the table's alias "
        "before the column.",
        numbers=(207, 4104, 1038),
        pattern=(
            r"(Invalid column name|The multi-part identifier .* could not be bound|column .* does not exist"
            r"|missing FROM-clause)"
        ),
        states=("42S22",),
    ),
    Rule(
        "query.ambiguous_column",
        "{text}",
        "Put the table's alias before the column.",
        numbers=(209, 8156),
        pattern=r"(Ambiguous column name|column reference .* is ambiguous)",
    ),
    Rule(
        "query.invalid_function",
        "{text}",
        "Check the function's name and that this server's version has it; own functions need their schema: dbo.name().",
        numbers=(195, 4121, 174, 189),
        pattern=r"('.*' is not a recognized|Cannot find either column .* user-defined|function .* does not exist)",
    ),
    Rule(
        "query.undeclared_parameter",
        "{text}",
        "Give the value of every @name in the parameters argument.",
        shell_hint="Give the value of every @name with --param name=value.",
        numbers=(137, 1087),
        pattern=r"Must declare the (scalar|table) variable",
    ),
    Rule(
        "query.permission_denied",
        "{text}",
        "The login lacks this right. Ask for it, or read something else; `mssql-mcp check` shows what it may do.",
        numbers=(229, 230, 262, 297, 300, 371, 916, 15151, 15247, 15562, 33009),
        pattern=(
            r"(The .* permission was denied|.*permission denied|The user does not have permission|"
            r"The server principal .* is not able to access|(VIEW|SHOWPLAN) .*permission)"
        ),
    ),
)

_MEANING: tuple[Rule, ...] = (
    Rule(
        "query.conversion",
        "{text}",
        "Use TRY_CAST, TRY_CONVERT or TRY_PARSE, which give NULL for values that do not fit, or filter those rows out.",
        numbers=(241, 242, 244, 245, 248, 295, 296, 529, 8114, 8169, 9803, 13609),
        pattern=r"(Conversion failed|Error converting data type|The conversion of a|invalid input syntax for type)",
        states=("22007", "22008", "22018"),
    ),
    Rule(
        "query.overflow",
        "{text}",
        "CAST to a larger type before the arithmetic: bigint, or decimal(38, n); COUNT_BIG instead of COUNT.",
        numbers=(220, 232, 517, 535, 8115, 8152, 2628),
        pattern=r"(Arithmetic overflow|.*out of range|Adding a value to a '.*' column caused an overflow)",
        states=("22003", "22001"),
    ),
    Rule(
        "query.divide_by_zero",
        "{text}",
        "Divide by NULLIF(x, 0).",
        numbers=(8134,),
        pattern=r"(Divide by zero|division by zero)",
        states=("22012",),
    ),
    Rule(
        "query.type_mismatch",
        "{text}",
        "CAST one side to the other's type.",
        numbers=(206, 402, 403, 8117, 305, 306, 468, 457),
        pattern=(
            r"(Operand type clash|The data types .* are incompatible|Operand data type .* is invalid"
            r"|Cannot resolve the collation)"
        ),
    ),
    Rule(
        "query.grouping",
        "{text}",
        "Put every column that is not inside an aggregate into GROUP BY.",
        numbers=(8118, 8119, 8120, 8121, 8126, 8127, 130, 147, 164),
        pattern=r"Column '.*' is invalid in the (select list|HAVING clause|ORDER BY clause)",
    ),
    Rule(
        "query.subquery_rows",
        "{text}",
        "Add TOP (1) with ORDER BY, or an aggregate, to the subquery.",
        numbers=(512, 116),
        pattern=r"Subquery returned more than 1 value",
    ),
    Rule(
        "query.recursion",
        "{text}",
        "Add OPTION (MAXRECURSION n) or a condition that ends the recursion.",
        numbers=(530, 217),
        pattern=r"The statement terminated\. The maximum recursion",
    ),
    Rule(
        "query.syntax",
        "{text}",
        "Correct the T-SQL near the word that is named.",
        numbers=(101, 102, 103, 105, 156, 170, 205, 213, 319, 1033, 1035, 4145, 8155),
        pattern=r"(Incorrect syntax|syntax error|Unclosed quotation mark)",
    ),
)

_RUNNING: tuple[Rule, ...] = (
    Rule(
        "query.deadlock",
        "The query was chosen as a deadlock's victim: {text}",
        "Try again; if it repeats, read fewer rows at a time, or set session.isolation to snapshot.",
        numbers=(1205, 41301, 41302, 41305, 41325, 41839),
        pattern=r"Transaction \(Process ID .*deadlock",
        states=("40001",),
        is_retried=True,
        phase="query",
    ),
    Rule(
        "query.lock_timeout",
        "The rows are locked by another session for longer than the session waits: {text}",
        "Try again later, or raise session.lock_timeout_ms.",
        numbers=(1222,),
        pattern=r"Lock request time out",
        is_retryable=True,
    ),
    Rule(
        "query.snapshot",
        "{text}",
        "Set session.isolation to read committed, or have ALLOW_SNAPSHOT_ISOLATION switched on in every database read.",
        numbers=(3952, 3960, 3961, 3963, 3964),
        pattern=r"Snapshot isolation transaction",
    ),
    Rule(
        "query.data_moved",
        "Rows moved while they were read: {text}",
        "Try again, without NOLOCK or READ UNCOMMITTED.",
        numbers=(601,),
        pattern=r"Could not continue scan with NOLOCK",
        is_retryable=True,
    ),
    Rule(
        "query.too_costly",
        "The server's cost limit does not let this query run: {text}",
        "Read less: a WHERE clause on an indexed column, fewer joins, an aggregate. explain_query shows the cost.",
        shell_hint="Read less: a WHERE clause on an indexed column, fewer joins, an aggregate. --plan shows the cost.",
        numbers=(8649,),
        pattern=r"The query has been canceled because the estimated cost",
    ),
    Rule(
        "query.resources",
        "The server ran short of memory or space for this query: {text}",
        "Sort, group and join fewer rows, or try again when the server is less busy.",
        numbers=(
            701,
            802,
            1101,
            1105,
            8623,
            8631,
            8632,
            8645,
            8651,
            8657,
            8902,
            9002,
            10930,
            40544,
            40549,
            40550,
            40551,
            40552,
            40553,
        ),
        pattern=(
            r"(There is insufficient system memory|A timeout occurred while waiting for memory"
            r"|Could not allocate space)"
        ),
        is_retryable=True,
    ),
    Rule(
        "query.damaged_data",
        "The server found damaged data: {text}",
        "Tell the server's administrator: DBCC CHECKDB shows how far it reaches.",
        numbers=(605, 823, 824, 825),
    ),
    Rule(
        "query.timeout",
        "The query took longer than it may: {text}",
        "Read less (a WHERE clause, TOP, fewer columns, an aggregate), or ask for a longer timeout: "
        "timeout_seconds, on the command line --timeout.",
        states=("HYT00", "HYT01"),
        kind=QueryTimeoutError,
        phase="query",
    ),
    Rule(
        "query.cancelled",
        "The query was cancelled.",
        "",
        states=("HY008",),
        kind=QueryCancelledError,
    ),
    Rule(
        "unsupported.type",
        "The driver cannot read a column's type: {text}",
        "CAST the column to a plain type such as nvarchar(4000).",
        pattern=r"ODBC SQL type .* is not yet supported",
        states=("HY106",),
        kind=UnsupportedError,
    ),
    Rule(
        "unsupported.server",
        "This server does not offer it: {text}",
        "Write the query without it; Azure SQL, Synapse and Fabric lack parts of SQL Server.",
        numbers=(40510, 40511, 40512, 40513, 40514, 40515, 40517, 40520, 40521, 104426),
        kind=UnsupportedError,
    ),
)

QUERY_FAILURES: tuple[Rule, ...] = (*_NAMES, *_MEANING, *_RUNNING)
