"""The wire breaks in every way that networks know: the caller gets a true answer in time, and nothing is left over."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from callers import eventually

from mssql_mcp.connection.call import Call
from mssql_mcp.settings import LimitSettings, PoolSettings, RetrySettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from callers import Caller
    from tcp_proxy import TcpProxy

NO_RETRY = RetrySettings(max_retries=0)
RETRY = RetrySettings(max_retries=3, delay_seconds=0.05)
ONE = "SELECT 1 AS one"
# Two columns of a thousand characters on a thousand rows: four megabytes, of which the limits keep little. The casts
# make them short columns: mssql-python lets no other thread run while it waits for a part of a long one, and the proxy
# lives in such a thread.
LARGE = (
    "SELECT n, CAST(REPLICATE(N'x', 1000) AS nvarchar(1000)) AS a, CAST(REPLICATE(N'y', 1000) AS nvarchar(1000)) AS b "
    "FROM shop.numbers AS t"
)
# An answer that has room for all of it.
ROOMY = LimitSettings(max_characters=10_000_000)
SLOW = (
    "SELECT COUNT_BIG(*) FROM shop.numbers AS a CROSS JOIN shop.numbers AS b CROSS JOIN shop.numbers AS c "
    "WHERE a.n + b.n + c.n = -1"
)
# What the driver calls a server that it cannot speak with; which one depends on the moment.
UNREACHABLE = {
    "connection.failed",
    "connection.lost",
    "connection.timeout",
    "connection.refused",
    "connection.unreachable",
    "connection.tls",
    "connection.certificate",
}

Make = Any


@pytest.fixture
def through(
    caller: Callable[..., Caller], live_settings: Make, live_driver: str, live_database: str, proxy: TcpProxy
) -> Callable[..., Caller]:
    """Make a caller whose connection leads through the proxy: `through(retry=...)`."""

    def make(**changes: Any) -> Caller:
        given = {"driver": live_driver, "database": live_database, "server": proxy.server, "retry": NO_RETRY, **changes}
        return caller(live_settings(**given))

    return make


def assert_recovered(made: Caller) -> None:
    """The next call works, no connection is out, no job runs."""
    assert made.query(ONE).rows == [[1]]
    assert eventually(made.is_at_rest), (made.checked_out, made.workspace.lane().busy, made.threads())


def test_a_refused_connection_is_told_at_once(through: Any, proxy: TcpProxy) -> None:
    """A server that is down is named in a moment, and found again when it is back."""
    made = through()
    proxy.refuse()
    outcome = made.query(ONE, seconds=30)
    assert outcome.code == "connection.refused"
    assert outcome.seconds_left > 25
    proxy.listen_again()
    assert_recovered(made)


def test_an_unknown_host_is_told(through: Any, proxy: TcpProxy) -> None:
    """A name that no DNS knows is told as such."""
    made = through(server="no-such-host.invalid")
    outcome = made.query(ONE, seconds=30)
    assert outcome.code == "connection.dns"
    assert outcome.seconds_left > 0
    assert eventually(made.is_at_rest)


def test_a_reset_before_the_login(through: Any, proxy: TcpProxy) -> None:
    """A server that resets what it accepted is a connection failure."""
    made = through()
    proxy.hangs_up = True
    outcome = made.query(ONE, seconds=30)
    assert outcome.code in UNREACHABLE, outcome.error
    assert outcome.error.retryable
    assert outcome.seconds_left > 0
    proxy.hangs_up = False
    assert_recovered(made)


@pytest.mark.parametrize(
    "mark", [{"from_client": 1}, {"from_server": 1}, {"from_client": 100}, {"from_server": 49}, {"from_client": 600}]
)
def test_a_reset_during_the_login(through: Any, proxy: TcpProxy, mark: dict[str, int]) -> None:
    """A server that goes away between greeting, encryption and login is a connection failure."""
    made = through()
    proxy.cut_after(**mark, stays_away=True)
    outcome = made.query(ONE, seconds=30)
    assert outcome.code in UNREACHABLE, outcome.error
    assert outcome.seconds_left > 0
    proxy.hangs_up = False
    assert_recovered(made)


def test_a_reset_during_the_login_is_tried_again(through: Any, proxy: TcpProxy) -> None:
    """With retries the caller does not notice."""
    made = through(retry=RETRY)
    proxy.cut_after(from_client=600)
    assert_recovered(made)


def test_a_connection_that_broke_while_idle_is_replaced(through: Any, proxy: TcpProxy) -> None:
    """The caller does not notice, even without retries."""
    made = through()
    assert_recovered(made)
    proxy.cut()
    assert_recovered(made)
    assert proxy.used == 2


def test_one_login_heals_what_broke_while_idle(through: Any, proxy: TcpProxy) -> None:
    """With several idle connections broken, the calls after the first one use what it has opened."""
    made = through()
    source = made.workspace.registry.source()
    held = [source.connect(Call(30)) for _ in range(3)]
    for connection in held:
        connection.close()
    assert_recovered(made)
    proxy.cut()
    for _ in range(4):
        assert_recovered(made)
    assert proxy.used == 4


def test_a_reset_during_execution_is_told(through: Any, proxy: TcpProxy) -> None:
    """The statement is sent, the connection breaks, the server stays away: the caller hears of it."""
    made = through()
    assert_recovered(made)
    proxy.cut_after(from_client=1, stays_away=True)
    outcome = made.query(ONE, seconds=30)
    assert outcome.code in UNREACHABLE, outcome.error
    assert outcome.seconds_left > 0
    proxy.hangs_up = False
    assert_recovered(made)


def test_a_reset_during_execution_is_healed(through: Any, proxy: TcpProxy) -> None:
    """The statement is sent and the connection breaks: it runs again on a new one, unseen."""
    made = through()
    assert_recovered(made)
    proxy.cut_after(from_client=1)
    assert_recovered(made)
    assert proxy.used == 2


def test_a_reset_in_the_middle_of_a_result_is_told(through: Any, proxy: TcpProxy) -> None:
    """Half a result is no result: the caller gets the failure, not the rows that came."""
    made = through(limits=ROOMY)
    assert_recovered(made)
    proxy.cut_after(from_server=200_000)
    outcome = made.query(LARGE, seconds=30, max_rows=900)
    assert outcome.result is None
    assert outcome.code in UNREACHABLE, outcome.error
    assert outcome.seconds_left > 0
    assert_recovered(made)


def test_a_reset_in_the_middle_of_a_result_is_healed_with_retries(through: Any, proxy: TcpProxy) -> None:
    """A SELECT may run again: with retries the caller gets the whole answer."""
    made = through(retry=RETRY, limits=ROOMY)
    assert_recovered(made)
    proxy.cut_after(from_server=200_000)
    outcome = made.query(LARGE, seconds=30, max_rows=900)
    assert outcome.result is not None, outcome.error
    assert outcome.result.row_count == 900
    assert outcome.result.rows[0][0] == 0
    assert_recovered(made)


def test_half_open_silence_ends_at_the_deadline(through: Any, proxy: TcpProxy) -> None:
    """A server that says nothing any more costs the call's time and no more; its connection is thrown away."""
    made = through()
    assert_recovered(made)
    proxy.is_silent = True
    outcome = made.query(ONE, seconds=2)
    assert outcome.code == "query.timeout"
    assert outcome.seconds_left > -0.5
    assert made.checked_out == 0
    assert made.workspace.lane().busy == 0
    proxy.is_silent = False
    assert_recovered(made)


def test_rows_that_came_before_the_silence_are_the_answer(through: Any, proxy: TcpProxy) -> None:
    """Nobody answers the cancel: the caller has what came, and hears why it is not all."""
    made = through(limits=ROOMY)
    assert_recovered(made)
    proxy.mute_after(from_server=200_000)
    outcome = made.query(LARGE, seconds=4, max_rows=900)
    assert outcome.seconds_left > -0.5
    assert 0 < len({row[0] for row in outcome.rows}) == len(outcome.rows) < 900
    assert outcome.result is not None
    assert outcome.result.truncation is not None
    assert outcome.result.truncation.reason == "time"
    assert outcome.result.next is None
    assert made.checked_out == 0
    proxy.is_silent = False
    proxy.cut()
    assert_recovered(made)


def test_stuck_threads_end_when_the_wire_does(through: Any, proxy: TcpProxy) -> None:
    """A thread that waits for a silent server is left behind, and is gone once the network gives the connection up."""
    made = through(limits=LimitSettings(max_concurrent=1))
    assert_recovered(made)
    proxy.is_silent = True
    # The first has the pooled connection and sends its statement; the others are not let in.
    codes = [made.query(ONE, seconds=1).code for _ in range(3)]
    assert codes == ["query.timeout", "connection.timeout", "connection.timeout"]
    proxy.is_silent = False
    proxy.cut()
    assert_recovered(made)
    assert eventually(lambda: made.threads().count("mssql-mcp-main") == 1), made.threads()


def test_silence_during_the_login_ends_at_the_deadline(through: Any, proxy: TcpProxy) -> None:
    """A server that accepts and never answers costs the call's time and no more."""
    made = through()
    proxy.is_silent = True
    outcome = made.query(ONE, seconds=2)
    assert outcome.code == "connection.timeout", outcome.error
    assert "on the server" not in str(outcome.error)
    assert outcome.seconds_left > -0.5
    proxy.is_silent = False
    proxy.cut()
    assert_recovered(made)


def test_a_slow_wire_ends_at_the_deadline(through: Any, proxy: TcpProxy) -> None:
    """An answer that drips is cut at the deadline, behind the rows that came; a small one still comes through."""
    made = through(limits=ROOMY)
    assert_recovered(made)
    proxy.drip_bytes = 200
    assert_recovered(made)
    outcome = made.query(LARGE, seconds=2, max_rows=900)
    if outcome.result is None:
        assert outcome.code == "query.timeout"
    else:
        assert outcome.result.truncation is not None
        assert outcome.result.truncation.reason == "time"
    assert outcome.seconds_left > -0.5
    proxy.drip_bytes = 0
    assert_recovered(made)


@pytest.mark.parametrize(
    "answer", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\x04\x01\x00\x08\x00\x00\x01\x00", b"\x15\x03\x01"]
)
def test_a_server_that_is_none_is_told(through: Any, proxy: TcpProxy, answer: bytes) -> None:
    """Something else listens on the port: a connection failure, in the login's time."""
    made = through(login_timeout_seconds=1)
    proxy.answer = answer
    outcome = made.query(ONE, seconds=20)
    assert outcome.code in UNREACHABLE, outcome.error
    assert outcome.seconds_left > 0
    proxy.answer = None
    # A server that is one may take longer than that to let somebody in.
    source = made.workspace.registry.source()
    source.settings = source.settings.model_copy(update={"login_timeout_seconds": 15})
    assert_recovered(made)


def test_a_running_statement_ends_at_the_deadline(through: Any, proxy: TcpProxy) -> None:
    """A statement that takes too long ends with its call, whether or not the server answers the cancel."""
    made = through()
    assert_recovered(made)
    outcome = made.query(SLOW, seconds=2)
    assert outcome.code == "query.timeout"
    assert outcome.seconds_left > -0.5
    assert_recovered(made)


def test_a_restart_under_load(through: Any, proxy: TcpProxy) -> None:
    """While the server restarts each call has a true answer in its time; then all is as before."""
    made = through(retry=RETRY, pool=PoolSettings(size=4, max_overflow=4))
    stop = threading.Event()
    outcomes: list[Any] = []

    def work(number: int) -> None:
        while not stop.is_set():
            outcomes.append((number, made.query(f"SELECT {number} AS n FROM shop.numbers WHERE n < 50", seconds=20)))

    workers = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for worker in workers:
        worker.start()
    assert eventually(lambda: len(outcomes) >= 40)
    proxy.refuse()
    count = len(outcomes)
    assert eventually(lambda: any(outcome.code for _, outcome in outcomes[count:]))
    proxy.listen_again()
    count = len(outcomes)
    assert eventually(lambda: len(outcomes) >= count + 40)
    stop.set()
    for worker in workers:
        worker.join()
    assert {outcome.code for _, outcome in outcomes} <= UNREACHABLE | {""}
    assert min(outcome.seconds_left for _, outcome in outcomes) > 0
    assert all(outcome.rows == [[number]] * 50 for number, outcome in outcomes if not outcome.code)
    assert not any(outcome.code for _, outcome in outcomes[-8:])
    assert_recovered(made)
