"""The demo against a live T-SQL server that holds the same rows: the same questions, the same answers."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import math
import uuid
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mssql_mcp.connection.call import Call
from mssql_mcp.connection.dbapi import open_connection
from mssql_mcp.connection.drivers import installed_drivers
from mssql_mcp.connection.failures import Place
from mssql_mcp.connection.login import login_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Asker
    from live_sample import LiveSample

    from mssql_mcp.settings import ConnectionSettings

pytestmark = pytest.mark.live

QUESTIONS = [
    json.loads(line)["sql"]
    for line in Path(__file__).with_name("questions.jsonl").read_text(encoding="utf-8").splitlines()
]
# Babelfish loses Unicode in CONCAT and STRING_AGG, ignores styles of CONVERT and sorts identifiers as text.
LEAST_ALIKE = 0.93


def comparable(cell: Any) -> Any:
    """Give what two drivers give alike: digits behind the last that counts, blanks at the end and UTC's form fall away."""
    if isinstance(cell, str):
        text = cell.rstrip(" ")
        with contextlib.suppress(ValueError):
            return str(uuid.UUID(text)) if len(text) == 36 else text
        return text
    if isinstance(cell, uuid.UUID):
        return str(cell)
    if isinstance(cell, bool):
        return int(cell)
    if isinstance(cell, (int, float, Decimal)):
        number = float(cell)
        return 0.0 if number == 0 else round(number, 8 - math.floor(math.log10(abs(number))))
    if isinstance(cell, (bytes, bytearray)):
        return bytes(cell)
    if isinstance(cell, dt.datetime):
        naive = cell.astimezone(dt.UTC).replace(tzinfo=None) if cell.tzinfo else cell
        return naive.replace(microsecond=naive.microsecond // 1000 * 1000)
    return cell


def test_the_same_questions_have_the_same_answers(
    ask: Asker, live_sample: LiveSample, live_settings: Callable[..., ConnectionSettings], record_property: Any
) -> None:
    """Row by row and cell by cell, of all statements that the server runs."""
    settings = live_settings()
    login = login_of(settings, installed_drivers()).for_database(live_sample.database)
    different, ran = [], 0
    with contextlib.closing(open_connection(login, settings, Call(900), Place())) as connection:
        for sql in QUESTIONS:
            if "INFORMATION_SCHEMA" in sql or "sys." in sql:
                continue  # the server holds more than the sample
            with contextlib.closing(connection.cursor()) as cursor:
                try:
                    cursor.execute(sql)
                    rows = [tuple(map(comparable, row)) for row in cursor.fetchall()]
                except Exception:  # noqa: BLE001 - a server that cannot run it says nothing about the demo
                    connection.rollback()
                    continue
            own = [tuple(map(comparable, row)) for row in ask.rows(sql)]
            if "order by" not in sql.lower():
                rows, own = sorted(rows, key=repr), sorted(own, key=repr)
            ran += 1
            if rows != own:
                different.append(sql)
    record_property("different", different)
    assert ran >= 150
    assert 1 - len(different) / ran >= LEAST_ALIKE, different
