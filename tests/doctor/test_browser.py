"""SQL Server Browser's answer gives a named instance's port."""

# ruff: noqa: E501

from __future__ import annotations

import socket
import threading

import pytest

from mssql_mcp.doctor.browser import instance_port, parse_answer

ANSWER = "ServerName;DB;InstanceName;BI;IsClustered;No;Version;16.0.1000.6;tcp;51433;np;\\\\DB\\pipe\\sql;;"


def framed(text: str) -> bytes:
    return b"\x05" + len(text).to_bytes(2, "little") + text.encode("ascii")


def test_the_port_is_read_from_the_answer() -> None:
    """The value after `tcp` is the port."""
    assert parse_answer(framed(ANSWER)) == 51433


@pytest.mark.parametrize(
    "answer",
    [b"", b"\x05", b"\x04" + framed(ANSWER)[1:], framed("ServerName;DB;;"), framed("tcp;0;;"), framed("tcp;99999;;"), framed("tcp;x"), b"\xff" * 50],
)  # fmt: skip
def test_what_is_no_answer_gives_no_port(answer: bytes) -> None:
    """Anything may come over UDP; only a port of an SVR_RESP counts."""
    assert parse_answer(answer) is None


def test_the_browser_is_asked_by_name() -> None:
    """The request names the instance, as the protocol says."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(30)
        seen: list[bytes] = []

        def answer() -> None:
            request, client = server.recvfrom(100)
            seen.append(request)
            server.sendto(framed(ANSWER), client)

        thread = threading.Thread(target=answer)
        thread.start()
        assert instance_port("127.0.0.1", "BI", 30, port=server.getsockname()[1]) == 51433
        thread.join(30)
    assert seen == [b"\x04BI\x00"]


def test_nobody_there_gives_no_port() -> None:
    """A Browser that does not run, or a host that does not exist, is no error."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        port = server.getsockname()[1]
        assert instance_port("127.0.0.1", "BI", 0.01, port=port) is None
    assert instance_port("no-such-host.invalid", "BI", 0.01) is None
