"""Many callers, cancelled callers, large results and every type, over the real wire with each driver."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from callers import calling, eventually

from mssql_mcp.connection.call import Call
from mssql_mcp.settings import LimitSettings, PoolSettings, RetrySettings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from callers import Caller, Outcome
    from tcp_proxy import TcpProxy

Make = Any
SLOW = (
    "SELECT COUNT_BIG(*) FROM shop.numbers AS a CROSS JOIN shop.numbers AS b CROSS JOIN shop.numbers AS c "
    "WHERE a.n + b.n + c.n = -1"
)
MILLION = "SELECT a.n * 1000 + b.n AS n, N'text' AS t FROM shop.numbers AS a CROSS JOIN shop.numbers AS b"


@pytest.fixture
def through(
    caller: Callable[..., Caller], live_settings: Make, live_driver: str, live_database: str, proxy: TcpProxy
) -> Callable[..., Caller]:
    """Make a caller whose connections lead through the proxy, which counts them."""

    def make(connection: dict[str, Any] | None = None, **settings: Any) -> Caller:
        given = {"driver": live_driver, "database": live_database, "server": proxy.server, "retry": RetrySettings()}
        return caller(live_settings(**given | (connection or {})), **settings)

    return make


@pytest.fixture(scope="module")
def reader(live_settings: Make, live_driver: str, live_database: str) -> Iterator[Caller]:
    """A caller for what one statement answers: a new connection for each would cost more than all of them."""
    with calling(live_settings(driver=live_driver, database=live_database)) as made:
        yield made


def at_once(count: int, work: Callable[[int], None]) -> None:
    """Do the work in so many threads at the same time; what fails in one of them fails the test."""
    failures: list[BaseException] = []
    start = threading.Barrier(count)

    def run(number: int) -> None:
        try:
            start.wait()
            work(number)
        except BaseException as error:  # noqa: BLE001 - raised again below
            failures.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


@pytest.mark.parametrize(("callers", "rounds"), [(16, 20), (64, 8)])
def test_callers_get_their_own_answers(through: Any, proxy: TcpProxy, callers: int, rounds: int) -> None:
    """Each finds its own marker in each answer, and what a session keeps is the same for all."""
    made = through(
        {"pool": PoolSettings(size=8, max_overflow=4)}, limits=LimitSettings(max_concurrent=12, timeout_seconds=60)
    )
    # In the first row alone: all rows of an answer are of one session, and some servers look each up for milliseconds.
    kept = ", ".join(
        f"CASE WHEN n = 0 THEN {value} END AS v{number}"
        for number, value in enumerate(("@@LOCK_TIMEOUT", "CAST(CONTEXT_INFO() AS varbinary(9))", "@@TRANCOUNT"))
    )
    sessions: set[tuple[Any, ...]] = set()

    def work(number: int) -> None:
        for turn in range(rounds):
            marker = f"caller {number}, turn {turn}"
            outcome = made.query(
                f"SELECT n, @marker AS marker, {number} AS number, {kept} FROM shop.numbers WHERE n < 30 ORDER BY n",
                parameters={"marker": marker},
                seconds=60,
            )
            assert [row[:3] for row in outcome.rows] == [[n, marker, number] for n in range(30)]
            sessions.add(tuple(outcome.rows[0][3:]))

    at_once(callers, work)
    assert len(sessions) == 1
    assert None not in sessions.pop()
    assert eventually(made.is_at_rest)
    assert proxy.used <= 12
    assert len([name for name in made.threads() if name == "mssql-mcp-main"]) <= 12


def test_nothing_is_left_after_many_calls(through: Any, proxy: TcpProxy) -> None:
    """Good ones, failing ones, truncated ones: one connection, and a thread more only while one still cleans up."""
    made = through({"pool": PoolSettings(size=1, max_overflow=0)})
    texts = ("SELECT 1 AS one", "SELECT 1/0 AS x", "SELECT * FROM shop.nothing", "SELECT n FROM shop.numbers")
    for turn in range(100):
        for sql in texts:
            made.query(sql, max_rows=1 + turn % 3)
    assert made.query("SELECT 1 AS one").rows == [[1]]
    assert eventually(made.is_at_rest)
    assert proxy.used == 1
    assert len([name for name in made.threads() if name == "mssql-mcp-main"]) <= 2
    assert not [name for name in made.threads() if "cancel" in name]


def running(made: Caller, sql: str, call: Call) -> tuple[threading.Thread, list[Outcome]]:
    """Start a query in a thread and wait until it is on its way."""
    outcomes: list[Outcome] = []
    thread = threading.Thread(target=lambda: outcomes.append(made.query(sql, call=call)))
    thread.start()
    assert eventually(lambda: made.checked_out == 1)
    return thread, outcomes


def test_a_cancel_ends_the_call(through: Any) -> None:
    """The caller has its answer long before the deadline; the connection is thrown away, the next one works."""
    made = through({"pool": PoolSettings(size=1, max_overflow=0)})
    call = Call(120)
    thread, outcomes = running(made, SLOW, call)
    call.cancel()
    thread.join()
    assert outcomes[0].code == "query.cancelled"
    assert outcomes[0].seconds_left > 60
    assert made.query("SELECT 1 AS one").rows == [[1]]
    assert eventually(made.is_at_rest)


@pytest.mark.parametrize("moment", range(6))
def test_a_cancel_at_any_moment_ends_the_call(through: Any, proxy: TcpProxy, moment: int) -> None:
    """Before the login, during it, before and while the statement runs: it is never lost."""
    made = through({"pool": PoolSettings(size=2, max_overflow=0)})
    if moment % 2:
        assert made.query("SELECT 1 AS one").rows == [[1]]
    call = Call(120)
    outcomes: list[Outcome] = []
    used = proxy.used
    thread = threading.Thread(target=lambda: outcomes.append(made.query(SLOW, call=call)))
    thread.start()
    waits = (lambda: True, lambda: True, lambda: proxy.used > used, lambda: made.checked_out == 1)
    if moment < 4:
        assert eventually(waits[moment])
    else:
        assert eventually(lambda: made.checked_out == 1)
        threading.Event().wait(0.02 * moment)
    call.cancel()
    thread.join()
    assert outcomes[0].code == "query.cancelled"
    assert outcomes[0].seconds_left > 60
    assert made.query("SELECT 1 AS one", seconds=60).rows == [[1]]
    assert eventually(made.is_at_rest)


def test_the_deadline_ends_the_call(through: Any) -> None:
    """In its time, with the truth about why."""
    made = through({"pool": PoolSettings(size=1, max_overflow=0)})
    assert made.query("SELECT 1 AS one", seconds=60).rows == [[1]]
    outcome = made.query(SLOW, seconds=2)
    assert outcome.code == "query.timeout"
    assert -0.5 < outcome.seconds_left < 1
    assert made.query("SELECT 1 AS one").rows == [[1]]
    assert eventually(made.is_at_rest)


def test_a_truncated_huge_result_leaves_a_usable_connection(through: Any, proxy: TcpProxy) -> None:
    """A million rows of which a hundred are kept: the rest is not read, and the same connection goes on."""
    made = through({"pool": PoolSettings(size=1, max_overflow=0)}, limits=LimitSettings(keep_rows=0))
    for _ in range(3):
        outcome = made.query(MILLION, seconds=60)
        assert outcome.result is not None
        assert (outcome.result.row_count, outcome.result.is_truncated) == (100, True)
        assert made.query("SELECT 1 AS one").rows == [[1]]
    assert eventually(made.is_at_rest)
    assert proxy.used == 1


def test_the_rest_is_read_no_longer_than_the_deadline(through: Any) -> None:
    """The only thread and connection are free again then; what came can be read, and says why it is not all."""
    made = through({"pool": PoolSettings(size=1, max_overflow=0)}, limits=LimitSettings(max_concurrent=1))
    assert made.query("SELECT 1 AS one", seconds=60).rows == [[1]]
    outcome = made.query(f"SELECT n AS n FROM shop.numbers UNION ALL {SLOW}", seconds=8, max_rows=10, owner="me")
    assert outcome.result is not None, outcome.error
    assert outcome.result.next is not None
    assert made.query("SELECT 1 AS one", seconds=60).rows == [[1]]
    part = made.workspace.resume(outcome.result.next, Call(60), owner="me", max_rows=5_000)
    assert part.row_count > 0
    assert part.truncation is not None
    assert (part.truncation.reason, part.next) == ("time", None)
    assert eventually(made.is_at_rest)


def test_rows_that_came_in_time_are_given(through: Any) -> None:
    """Of a statement whose end the deadline does not see; the next call has a new connection."""
    made = through({"pool": PoolSettings(size=1, max_overflow=0)})
    assert made.query("SELECT 1 AS one", seconds=60).rows == [[1]]
    wide = "SELECT n AS n, REPLICATE('x', 500) AS x FROM shop.numbers"
    endless = SLOW.replace("COUNT_BIG(*)", "COUNT_BIG(*) AS n, 'x' AS x")
    outcome = made.query(f"{wide} UNION ALL {endless}", seconds=8, max_rows=5_000)
    assert outcome.result is not None, outcome.error
    assert 0 < outcome.result.row_count <= 1_000
    assert outcome.seconds_left > -0.5
    assert made.query("SELECT 1 AS one").rows == [[1]]
    assert eventually(made.is_at_rest)


def test_a_busy_pool_is_told(through: Any) -> None:
    """Who waits for a connection in vain hears why, at the deadline."""
    made = through({"pool": PoolSettings(size=1, max_overflow=0)}, limits=LimitSettings(max_concurrent=4))
    call = Call(120)
    thread, _ = running(made, SLOW, call)
    outcome = made.query("SELECT 1 AS one", seconds=1.5)
    assert outcome.code in {"connection.busy", "query.timeout"}
    assert outcome.seconds_left > -0.5
    call.cancel()
    thread.join()
    assert made.query("SELECT 1 AS one").rows == [[1]]


# Type, T-SQL literal, and what an answer shows: the table in execution/values.py.
TYPES = [
    ("bit", "1", True),
    ("tinyint", "255", 255),
    ("smallint", "-32768", -32_768),
    ("int", "2147483647", 2_147_483_647),
    ("bigint", "9007199254740992", 9_007_199_254_740_992),
    ("bigint", "-9223372036854775808", "-9223372036854775808"),
    ("decimal(5,2)", "10.50", "10.50"),
    ("decimal(38,10)", "1234567890123456789012345678.0123456789", "1234567890123456789012345678.0123456789"),
    ("numeric(9,0)", "-7", "-7"),
    ("money", "922337203685477.5807", "922337203685477.5807"),
    ("smallmoney", "-214748.3648", "-214748.3648"),
    ("float", "0.1", 0.1),
    ("float", "1e300", 1e300),
    ("real", "0.5", 0.5),
    ("date", "'0001-01-01'", "0001-01-01"),
    ("date", "'9999-12-31'", "9999-12-31"),
    ("time(0)", "'23:59:59'", "23:59:59"),
    ("time(3)", "'13:45:00.5'", "13:45:00.5"),
    ("datetime", "'2024-05-01T13:45:00.123'", "2024-05-01T13:45:00.123"),
    ("datetime2(0)", "'2024-05-01T13:45:00'", "2024-05-01T13:45:00"),
    ("datetime2(6)", "'2024-05-01T13:45:00.123456'", "2024-05-01T13:45:00.123456"),
    ("smalldatetime", "'2024-05-01T13:45:00'", "2024-05-01T13:45:00"),
    ("datetimeoffset(0)", "'2024-05-01T13:45:00+02:00'", "2024-05-01T13:45:00+02:00"),
    ("datetimeoffset(3)", "'2024-05-01T13:45:00.25-05:30'", "2024-05-01T13:45:00.25-05:30"),
    ("uniqueidentifier", "'0e984725-c51c-4bf4-9960-e1c80e27aba0'", "0E984725-C51C-4BF4-9960-E1C80E27ABA0"),
    ("char(5)", "'ab'", "ab   "),
    ("varchar(10)", "'it''s'", "it's"),
    ("varchar(max)", "'long'", "long"),
    ("nchar(3)", "N'名'", "名  "),
    ("nvarchar(20)", "N'Łódź 💡'", "Łódź 💡"),
    ("nvarchar(max)", "N''", ""),
    ("text", "'old'", "old"),
    ("ntext", "N'ölt'", "ölt"),
    ("binary(4)", "0x0102", "0x01020000"),
    ("varbinary(8)", "0x48656C6C6F", "0x48656C6C6F"),
    ("varbinary(max)", "0x00FF", "0x00FF"),
    ("image", "0x0A", "0x0A"),
    ("xml", "N'<a b=\"1\">x</a>'", '<a b="1">x</a>'),
    ("sql_variant", "CAST(5 AS int)", 5),
    ("sql_variant", "CAST(N'x' AS nvarchar(5))", "x"),
    ("sql_variant", "CAST(1.5 AS decimal(3,1))", "1.5"),
    ("sysname", "N'name'", "name"),
    ("hierarchyid", "'/1/'", "0x58"),
    ("geometry", "'POINT (1 2)'", None),
    ("rowversion", "0x00000000000007D1", "0x00000000000007D1"),
]
# Where a server has no such type, or none with such a value, the answer says so.
MISSING = {"query.syntax", "query.failed", "query.conversion", "query.invalid_function", "query.overflow"}


@pytest.mark.parametrize(
    ("kind", "literal", "shown"), TYPES, ids=[f"{kind} {literal}"[:40] for kind, literal, _ in TYPES]
)
def test_each_type_is_read(reader: Caller, kind: str, literal: str, shown: Any) -> None:
    """As the documented table says, and NULL as null."""
    outcome = reader.query(f"SELECT CAST({literal} AS {kind}) AS x, CAST(NULL AS {kind}) AS n")
    if outcome.error is not None and outcome.code in MISSING:
        pytest.skip(f"this server has no {kind} of {literal}: {outcome.error.message}")
    ((value, nothing),) = outcome.rows
    assert nothing is None
    assert shown is None or value == shown
    assert type(value) is type(shown) or shown is None


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("int", {"int"}),
        ("bigint", {"bigint"}),
        ("smallint", {"smallint"}),
        ("tinyint", {"tinyint"}),
        ("bit", {"bit"}),
        ("decimal(10,3)", {"decimal(10,3)", "numeric(10,3)"}),
        ("float", {"float"}),
        ("date", {"date"}),
        ("datetime2(6)", {"datetime2(6)"}),
        ("uniqueidentifier", {"uniqueidentifier", "string(36)"}),
    ],
)
def test_each_type_is_named(reader: Caller, kind: str, told: set[str]) -> None:
    """As far as the driver tells it."""
    outcome = reader.query(f"SELECT CAST(NULL AS {kind}) AS x")
    assert outcome.result is not None, outcome.error
    assert outcome.result.columns[0].type in told


@pytest.mark.parametrize("parameters", [None, {"p": 1}])
@pytest.mark.parametrize("literal", ["50!%%", "%(name)s", "%s", "{fn NOW()}", "{d '2024-01-01'}", "?", ":name", "\\"])
def test_the_text_is_sent_as_it_is(reader: Caller, literal: str, parameters: dict[str, Any] | None) -> None:
    """No driver finds marks, escapes or names of its own in a literal."""
    written = literal.replace("'", "''")
    more = ", @p AS p" if parameters else ""
    outcome = reader.query(f"SELECT N'{written}' AS x{more}", parameters=parameters)
    assert outcome.rows[0][0] == literal
