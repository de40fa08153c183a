"""The proxy that breaks the wire in the live tests breaks it where it says."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING

import pytest
from callers import eventually
from tcp_proxy import Pair, TcpProxy

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def echo() -> Iterator[tuple[str, int]]:
    """The address of a server that takes one connection and says what it hears."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            connection, _ = listener.accept()
            with connection:
                try:
                    while heard := connection.recv(100):
                        connection.sendall(heard)
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        yield listener.getsockname()
        thread.join()


def test_a_cut_lets_no_answer_through(echo: tuple[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    """The server has the request, and its answer is at the proxy before the connection is reset."""
    reset, answered = Pair.reset, []

    def late(pair: Pair) -> None:
        answered.append(eventually(lambda: pair.from_server == len(b"request")))
        reset(pair)

    monkeypatch.setattr(Pair, "reset", late)
    proxy = TcpProxy(echo)
    try:
        with socket.create_connection(("127.0.0.1", proxy.port)) as client:
            client.sendall(b"first")
            assert client.recv(100) == b"first"
            proxy.cut_after(from_client=1)
            client.sendall(b"request")
            with contextlib.suppress(ConnectionResetError):
                assert client.recv(100) == b""
    finally:
        proxy.close()
    assert answered[0]
