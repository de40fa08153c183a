"""An answer from the cache is the answer, says that it is kept, and is given to nobody else."""

from __future__ import annotations

import threading
from dataclasses import replace
from decimal import Decimal

import pytest

from mssql_mcp.execution.cache import ResultCache, cache_key, is_cacheable
from mssql_mcp.execution.limits import Limits
from mssql_mcp.gate import Policy, check
from mssql_mcp.result import Column, ResultSet, Truncation

LIMITS = Limits(max_rows=100, max_characters=20_000, max_cell_characters=1_000, timeout_seconds=30)
RESULT = ResultSet((Column("a", "int"),), ((1,), (2,)), elapsed_ms=12.5, notes=("first",))
ASKED = {"values": {}, "connection": "main", "database": "Shop", "principal": "ann", "limits": LIMITS}


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def cache(clock) -> ResultCache:
    return ResultCache(ttl_seconds=60, clock=clock)


def key(sql="SELECT a FROM t WHERE b = @b", policy=None, **changes):
    approved = check(sql, policy or Policy(), parameters=("b",))
    return cache_key(approved, **{**ASKED, **changes})


def test_a_kept_answer_says_that_it_is_kept_and_how_old(cache, clock):
    """Rows, columns and notes are those of the first answer; only the time of the server is not spent again."""
    assert cache.put(key(), RESULT)
    clock.now += 12
    answer = cache.get(key())
    assert answer.notes == ("first", "From the cache: the answer is 12 s old.")
    assert replace(answer, notes=RESULT.notes, elapsed_ms=RESULT.elapsed_ms) == RESULT
    assert answer.elapsed_ms == 0


def test_an_answer_ends_in_time(cache, clock):
    """Its age is bounded by what was configured, however often it is asked for."""
    cache.put(key(), RESULT)
    clock.now += 59
    assert cache.get(key())
    clock.now += 1
    assert cache.get(key()) is None
    assert len(cache) == 0


def test_without_a_time_to_live_nothing_is_kept(clock):
    """Off is off."""
    cache = ResultCache(ttl_seconds=0, clock=clock)
    assert not cache.put(key(), RESULT)
    assert cache.get(key()) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"sql": "SELECT a FROM t WHERE b = @b AND 1 = 1"},
        {"sql": "SELECT a FROM t WHERE b = 'x'"},
        {"policy": Policy(max_joins=3)},
        {"values": {"b": 2}},
        {"values": {"b": "1"}},
        {"values": {"b": 1.0}},
        {"values": {"b": True}},
        {"values": {"b": Decimal(1)}},
        {"values": {"b": None}},
        {"values": {"b": 1, "c": 1}},
        {"connection": "other"},
        {"database": "Other"},
        {"principal": "bob"},
        {"limits": replace(LIMITS, max_rows=99)},
        {"limits": replace(LIMITS, max_characters=99)},
        {"limits": replace(LIMITS, max_cell_characters=99)},
    ],
)
def test_another_question_has_another_key(changes):
    """Text, policy, values with their types, place, person and limits each count."""
    assert key(**{"values": {"b": 1}, **changes}) != key(values={"b": 1})


def test_the_same_question_has_the_same_key():
    """Comments, the order of the values and the timeout make no difference; no value can be read from the key."""
    same = key("SELECT a FROM t WHERE b = @b /* again */", values={"B": 1}, limits=replace(LIMITS, timeout_seconds=5))
    assert same == key(values={"b": 1})
    assert key(values={"a": 1, "b": 2}) == key(values={"b": 2, "a": 1})
    assert "secret" not in key(values={"b": "secret"})


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT a FROM t",
        "SELECT 'GETDATE()' AS a, [b] FROM t",
        "SELECT COUNT(*), MAX(a) FROM dbo.t WHERE b IN (1, 2) GROUP BY c",
        "SELECT UPPER(a), DATEADD(day, 1, b) FROM s.t WHERE t.c IN (SELECT d FROM u)",
        "SELECT 'it''s sys.objects' AS a FROM t AS system",
    ],
)
def test_a_plain_query_is_cacheable(sql):
    """What stands in a string is data."""
    assert is_cacheable(check(sql).sql)
    assert key(sql) is not None


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT GETDATE() AS a",
        "SELECT getdate ( ) AS a",
        "SELECT SYSDATETIME() AS a",
        "SELECT CURRENT_TIMESTAMP AS a",
        "SELECT a FROM t WHERE b < DATEADD(day, -1, SYSUTCDATETIME())",
        "SELECT TOP (5) a FROM t ORDER BY NEWID()",
        "SELECT RAND() AS a",
        "SELECT a AS [it's], GETDATE() AS [it's too] FROM t",
        "SELECT @@ROWCOUNT AS a",
        "SELECT SUSER_SNAME() AS a",
        "SELECT CURRENT_USER AS a",
        "SELECT SESSION_CONTEXT(N'k') AS a",
        "SELECT name FROM sys.objects",
        "SELECT name FROM [sys].[objects]",
        "SELECT TABLE_NAME FROM INFORMATION_SCHEMA.TABLES",
        "SELECT dbo.price(a) FROM t",
        "SELECT [dbo].[price] (a) FROM t",
        "SELECT f.a FROM dbo.orders_of(5) AS f",
        "SELECT a FROM t TABLESAMPLE (10 PERCENT)",
        "SELECT HAS_PERMS_BY_NAME('t', 'OBJECT', 'SELECT') AS a",
    ],
)
def test_what_may_change_by_itself_is_never_kept(cache, sql):
    """Time, chance, session, the server's state, and functions of which nobody knows what they do."""
    assert not is_cacheable(check(sql).sql)
    assert key(sql) is None
    assert not cache.put(key(sql), RESULT)
    assert cache.get(key(sql)) is None


def test_half_answers_are_not_kept(cache):
    """One that the time limit cut, and one whose rest is one client's; one that a row limit cut is whole enough."""
    by_time = replace(RESULT, truncation=Truncation("time", 30, ""))
    by_rows = replace(RESULT, truncation=Truncation("rows", 100, ""))
    assert not cache.put(key(), by_time)
    assert not cache.put(key(), replace(by_rows, next="handle.100"))
    assert cache.get(key()) is None
    assert cache.put(key(), by_rows)
    assert cache.get(key()).is_truncated


def test_answers_are_bounded_in_bytes(clock):
    """The one that was not used longest makes room, and what is larger than the cache is not kept."""
    cache = ResultCache(ttl_seconds=60, max_bytes=10_000, clock=clock)
    large = replace(RESULT, rows=(("x" * 3_000,),))
    keys = [key(f"SELECT a{number} FROM t") for number in range(3)]
    for one in keys:
        assert cache.put(one, large)
    assert cache.get(keys[0]) is None
    assert cache.get(keys[1])
    assert cache.get(keys[2])
    assert not cache.put(key("SELECT b FROM t"), replace(RESULT, rows=(("x" * 20_000,),)))


def test_clearing_forgets_everything(cache):
    """For a change of policy or of the schema."""
    cache.put(key(), RESULT)
    cache.clear()
    assert (cache.get(key()), len(cache)) == (None, 0)


def test_many_threads_share_a_cache(clock):
    """Under load no answer is taken for another."""
    cache, wrong = ResultCache(ttl_seconds=60, max_bytes=20_000, clock=clock), []

    def work(number):
        own = replace(RESULT, rows=((number,),))
        for turn in range(300):
            name = f"{number}-{turn % 7}"
            cache.put(name, own)
            answer = cache.get(name)
            if answer is not None and answer.rows != own.rows:
                wrong.append(number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert wrong == []
    assert len(cache) > 0
