"""What the SDK cannot read is answered where it is a request."""

from __future__ import annotations

import pytest
from mcp.types import jsonrpc_message_adapter
from pydantic import ValidationError

from mssql_mcp.server.unread import refusal


def unread(line: str) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        jsonrpc_message_adapter.validate_json(line, by_name=False)
    return caught.value


@pytest.mark.parametrize(("identity", "told"), [("5", 5), ('"a"', "a")])
def test_half_a_character_is_refused_by_its_id(identity: str, told: int | str) -> None:
    """Numbers and texts name requests."""
    answer = refusal(unread(f'{{"jsonrpc": "2.0", "id": {identity}, "method": "x", "params": {{"a": "\\ud800"}}}}'))
    assert answer is not None
    assert (answer.id, answer.error.code) == (told, -32600)


@pytest.mark.parametrize(
    "line",
    [
        "no JSON",
        '{"jsonrpc": "2.0", "method": "note", "params": {"a": "\\ud800"}}',
        '{"jsonrpc": "2.0", "id": 5, "result": {"a": "\\ud800"}}',
        '{"jsonrpc": "2.0", "id": "\\ud800", "method": "x"}',
        '{"jsonrpc": "2.0", "id": true, "method": "x\\ud800"}',
        '["\\ud800"]',
        "[" * 100_000,
    ],
)
def test_what_is_no_request_is_not_answered(line: str) -> None:
    """Notifications, answers and noise."""
    assert refusal(unread(line)) is None
