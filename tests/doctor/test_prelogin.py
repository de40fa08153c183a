"""The greeting before a login is spoken and read as the protocol says."""

from __future__ import annotations

import contextlib
import io
import socket
import struct
import threading
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mssql_mcp.doctor.prelogin import NotSqlServerError, greet, packet, parse, read_message, request

if TYPE_CHECKING:
    from collections.abc import Iterator


def answer(encryption: int, *, version: tuple[int, int, int] = (16, 0, 4165)) -> bytes:
    values = ((0, struct.pack(">BBHH", *version, 0)), (1, bytes([encryption])))
    table, data = b"", b""
    for token, value in values:
        table += struct.pack(">BHH", token, len(values) * 5 + 1 + len(data), len(value))
        data += value
    return table + b"\xff" + data


def framed(payload: bytes, *, kind: int = 4, status: int = 1) -> bytes:
    return struct.pack(">BBHHBB", kind, status, 8 + len(payload), 0, 1, 0) + payload


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


def answering(server: socket.socket, *replies: bytes) -> threading.Thread:
    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            for reply in replies:
                connection.recv(10_000)
                connection.sendall(reply)

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


def test_the_request_asks_for_encryption() -> None:
    """Our own greeting is well formed: its own reader finds encryption `on`."""
    assert parse(request()) == ("0.0.0", "on")
    assert read_message(io.BytesIO(packet(request())).read) == request()


@pytest.mark.parametrize(
    ("value", "word"), [(0, "login only"), (1, "on"), (2, "not supported"), (3, "required"), (9, "unknown")]
)
def test_version_and_encryption_are_read(value: int, word: str) -> None:
    """The server's version and what it wants of encryption come before any login."""
    assert parse(answer(value)) == ("16.0.4165", word)


def test_a_message_of_several_packets_is_joined() -> None:
    """Only the last packet has the mark of the end."""
    whole = answer(1)
    pieces = framed(whole[:7], status=0) + framed(whole[7:])
    assert read_message(io.BytesIO(pieces).read) == whole


@given(st.binary(max_size=60))
def test_what_is_no_tds_is_told(noise: bytes) -> None:
    """Whatever listens may send anything: it is read as a greeting or refused, never more."""
    for read in (lambda: read_message(io.BytesIO(noise).read), lambda: parse(noise)):
        with contextlib.suppress(NotSqlServerError):
            read()


def test_another_service_is_not_taken_for_a_server(server: socket.socket) -> None:
    """A web server that answers the greeting is no SQL Server."""
    thread = answering(server, b"HTTP/1.1 400 Bad Request\r\n\r\n")
    with pytest.raises(NotSqlServerError):
        greet(*server.getsockname(), 30, certificate_name="x", strict=False)
    thread.join(30)


def test_a_server_without_encryption_is_told(server: socket.socket) -> None:
    """No TLS is tried where the server says that it has none."""
    thread = answering(server, framed(answer(2)))
    found = greet(*server.getsockname(), 30, certificate_name="x", strict=False)
    thread.join(30)
    assert (found.version, found.encryption, found.tls) == ("16.0.4165", "not supported", "")


def test_a_handshake_that_is_broken_off_is_told(server: socket.socket) -> None:
    """A server that hangs up during TLS is a problem of the handshake, not of ours."""
    thread = answering(server, framed(answer(1)), b"")
    found = greet(*server.getsockname(), 30, certificate_name="x", strict=False)
    thread.join(30)
    assert found.encryption == "on"
    assert found.problem == "the server broke off the handshake"


def test_strict_speaks_tls_first(server: socket.socket) -> None:
    """With TDS 8 the first byte is TLS's; a server that does not know it breaks off."""
    first: list[bytes] = []

    def serve() -> None:
        connection, _ = server.accept()
        with connection:
            first.append(connection.recv(10_000)[:1])

    thread = threading.Thread(target=serve)
    thread.start()
    found = greet(*server.getsockname(), 30, certificate_name="x", strict=True)
    thread.join(30)
    assert first == [b"\x16"]
    assert found.tls == ""
    assert found.problem
