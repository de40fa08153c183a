"""The walk stops at the first break, and its statements only read."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest
from pydantic import SecretStr

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.demo import DemoSource
from mssql_mcp.connection.sqlserver import SqlServerSource
from mssql_mcp.doctor import CHECKS, Check, run_checks
from mssql_mcp.doctor.outcome import Finding
from mssql_mcp.errors import DatabaseConnectionError
from mssql_mcp.gate import check
from mssql_mcp.settings import ConnectionSettings

if TYPE_CHECKING:
    from collections.abc import Callable

    from mssql_mcp.doctor.examination import Examination

FILES = sorted(entry.name for entry in (resources.files("mssql_mcp.doctor") / "sql").iterdir())


def source(**fields: Any) -> SqlServerSource:
    return SqlServerSource("main", ConnectionSettings(username="me", password=SecretStr("c4nary"), **fields))


def looking(status: Any) -> Callable[[Examination], Finding]:
    return lambda _: Finding(status, status)


def breaking(_: Examination) -> Finding:
    raise DatabaseConnectionError(
        "no way",
        code="connection.refused",
        hint="Is it there? Run `mssql-mcp check` for the exact next step.",
        number=5,
    )


def test_the_order_is_a_persons() -> None:
    """From the driver outwards to the server, and then to what one may do there."""
    assert [one.name for one in CHECKS] == ["driver", "network", "encryption", "login", "rights", "features", "limits"]


def test_a_warning_does_not_stop_the_walk() -> None:
    """Only a failure ends it."""
    checks = tuple(Check(name, name, looking(name)) for name in ("ok", "warning", "skipped", "ok"))
    assert [outcome.status for outcome in run_checks(source(), Call(5), checks=checks)] == [
        "ok",
        "warning",
        "skipped",
        "ok",
    ]


def test_a_failure_skips_the_rest() -> None:
    """What comes after the break is named and not looked at; the hint does not point back to this command."""
    checks = (Check("a", "A", looking("ok")), Check("b", "B", breaking), Check("c", "C", breaking))
    first, second, third = run_checks(source(), Call(5), checks=checks)
    assert first.status == "ok"
    assert (second.status, second.code, second.summary, second.hint) == (
        "failed",
        "connection.refused",
        "no way",
        "Is it there?",
    )
    assert second.facts == {"number": 5}
    assert (third.status, third.summary) == ("skipped", "Not looked at, since the check before it failed: B.")


def test_outcomes_come_one_by_one() -> None:
    """A person sees each as soon as it is known; a walk that is left closes what it opened."""
    seen: list[str] = []

    def look(_: Examination) -> Finding:
        seen.append("looked")
        return Finding("ok", "")

    walk = run_checks(source(), Call(5), checks=(Check("a", "A", look), Check("b", "B", look)))
    next(walk)
    assert seen == ["looked"]
    walk.close()  # type: ignore[attr-defined]


def test_a_server_that_is_down_is_found_at_the_network() -> None:
    """With nothing listening the walk ends at name and port, and no outcome holds the password."""
    outcomes = list(run_checks(source(server="127.0.0.1,1"), Call(30)))
    assert len(outcomes) == len(CHECKS)
    if outcomes[0].code == "connection.driver_missing":
        pytest.skip(outcomes[0].summary)
    assert [outcome.status for outcome in outcomes[:3]] == ["ok", "failed", "skipped"]
    assert outcomes[1].code == "connection.refused"
    assert "c4nary" not in repr(outcomes)


def test_the_sample_database_is_fine() -> None:
    """The checks that make sense without a server find nothing wrong with the demo."""
    demo = DemoSource("demo", ConnectionSettings(demo=True))
    found = {outcome.name: outcome.status for outcome in run_checks(demo, Call(60))}
    demo.close()
    assert found == {
        "driver": "ok",
        "network": "skipped",
        "encryption": "skipped",
        "login": "ok",
        "rights": "ok",
        "features": "ok",
        "limits": "ok",
    }


@pytest.mark.parametrize("file", FILES)
def test_every_statement_passes_the_gate(file: str) -> None:
    """What the doctor asks only reads, by the same proof as everybody's."""
    text = (resources.files("mssql_mcp.doctor") / "sql" / file).read_text(encoding="utf-8")
    assert check(text).sql
