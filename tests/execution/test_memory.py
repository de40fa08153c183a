"""What is kept between calls is made when it is first used, and only where the settings say so."""

import pytest

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.demo import DemoSource
from mssql_mcp.errors import QueryError
from mssql_mcp.execution import folder
from mssql_mcp.execution.limits import Limits
from mssql_mcp.execution.memory import MAX_CONFIRMED, Memory
from mssql_mcp.gate import check
from mssql_mcp.result import Column, ResultSet
from mssql_mcp.settings import ConnectionSettings, LimitSettings

ANSWER = ResultSet((Column("a", "int"),), ((1,),))


def ask(memory, sql, seconds, calls, is_steady=lambda judge: True):
    def answer():
        calls.append(sql)
        return ANSWER

    return memory.remembered(
        answer,
        source=DemoSource("demo", ConnectionSettings(demo=True)),
        approved=check(sql),
        values={},
        database=None,
        limits=Limits.of(LimitSettings()),
        seconds=seconds,
        is_steady=is_steady,
    )


def test_without_seconds_the_server_is_asked_each_time():
    """Off is off."""
    memory, calls = Memory(LimitSettings()), []
    assert ask(memory, "SELECT 1 AS a", 0, calls) is ANSWER
    ask(memory, "SELECT 1 AS a", 0, calls)
    assert len(calls) == 2


def test_a_repeated_question_is_answered_from_memory_and_says_so():
    """The second answer carries its age; another text is another question."""
    memory, calls = Memory(LimitSettings()), []
    ask(memory, "SELECT 1 AS a", 60, calls)
    again = ask(memory, "SELECT  1 AS a -- the same", 60, calls)
    assert again.rows == ANSWER.rows
    assert "From the cache" in again.notes[0]
    ask(memory, "SELECT 2 AS a", 60, calls)
    assert len(calls) == 2


def test_what_the_clock_answers_is_never_remembered():
    """GETDATE() is asked each time."""
    memory, calls = Memory(LimitSettings()), []
    ask(memory, "SELECT GETDATE() AS a", 60, calls)
    ask(memory, "SELECT GETDATE() AS a", 60, calls)
    assert len(calls) == 2


def test_what_stands_behind_a_name_must_be_known_to_be_steady():
    """A view can ask for the time; the judge of texts is handed on, and nobody is asked where the cache is off."""
    memory, calls, judged = Memory(LimitSettings()), [], []

    def is_steady(judge):
        judged.append((judge("SELECT 1"), judge("SELECT GETDATE()")))
        return False

    ask(memory, "SELECT a FROM v", 60, calls, is_steady)
    ask(memory, "SELECT a FROM v", 60, calls, is_steady)
    assert (len(calls), judged) == (2, [(True, False)] * 2)
    ask(memory, "SELECT a FROM v", 0, calls, is_steady)
    ask(memory, "SELECT GETDATE() AS a FROM v", 60, calls, is_steady)
    assert len(judged) == 2


def test_nothing_is_kept_for_nobody():
    """A command, which has no next call, keeps nothing on disk; neither does keep_rows = 0."""
    limits = LimitSettings()
    memory = Memory(limits)
    assert memory.keeper("c", limits, None) is None
    assert memory.keeper("c", LimitSettings(keep_rows=0), "me") is None
    memory.close()
    assert "results" not in memory.__dict__


def test_the_rest_of_a_result_can_be_continued_until_the_end():
    """What the keeper wrote comes back to its owner, and is gone after the end."""
    limits = LimitSettings()
    memory = Memory(limits)
    writer = memory.keeper("c", limits, "me")([Column("a", "int")])
    writer.append([(1,), (2,), (3,)])
    handle = writer.finish(1)
    part = memory.results.read(handle, owner="me", max_rows=10, max_characters=1_000)
    assert part.rows == ((2,), (3,))
    memory.close()
    assert memory.results.count == 0


def test_a_row_that_cannot_be_made_to_fit_is_told():
    """A row of numbers further on may be longer than the first one; half a number would be another one."""
    memory = Memory(LimitSettings())
    columns = tuple(Column(f"c{number}", "decimal(38,0)") for number in range(60))
    writer = memory.keeper("c", LimitSettings(), "me")(columns)
    writer.append([("1",) * 60, ("9" * 38,) * 60])
    handle = writer.finish(1)
    with pytest.raises(QueryError) as caught:
        memory.resume(
            handle,
            Call(60),
            owner="me",
            connection=None,
            limits=lambda _: Limits.of(LimitSettings(max_characters=2_000)),
        )
    assert caught.value.code == "query.too_wide"
    assert "c0, c1, " in caught.value.hint
    memory.close()


def test_a_cursor_has_the_limits_of_its_own_connection():
    """Whatever the default connection allows."""
    memory, asked = Memory(LimitSettings()), []
    writer = memory.keeper("second", LimitSettings(keep_rows=7), "me")(ANSWER.columns)
    assert writer.append([(number,) for number in range(10)]) == 7

    def limits(connection):
        asked.append(connection)
        return Limits.of(LimitSettings(max_rows=3))

    part = memory.resume(writer.finish(1), Call(60), owner="me", connection=None, limits=limits)
    assert asked == ["second"]
    assert part.rows == ((1,), (2,), (3,))
    memory.close()


def test_leftovers_are_swept_from_the_user_s_cache(tmp_path, monkeypatch):
    """Without keeping anything."""
    monkeypatch.setattr(folder, "default_root", lambda: tmp_path)
    (tmp_path / "1-left").mkdir()
    (tmp_path / "1-left.lock").touch()
    Memory(LimitSettings()).sweep()
    assert list(tmp_path.iterdir()) == []


def test_what_one_server_confirmed_is_new_to_another():
    """A text is confirmed for its connection and database alone; the oldest of many are forgotten."""
    memory = Memory(LimitSettings())
    memory.confirm(("first", "shop", "abc"))
    assert memory.is_confirmed(("first", "shop", "abc"))
    assert not memory.is_confirmed(("first", "hr", "abc"))
    assert not memory.is_confirmed(("second", "shop", "abc"))
    for number in range(MAX_CONFIRMED):
        memory.confirm(("first", "shop", str(number)))
    assert not memory.is_confirmed(("first", "shop", "abc"))
    assert memory.is_confirmed(("first", "shop", "0"))
