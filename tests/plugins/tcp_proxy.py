"""A TCP proxy on the loopback interface: breaks the wire between a driver and its server in the ways of networks."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from dataclasses import dataclass

# Forwarding in drips: so many bytes, then a pause.
DRIP_PAUSE_SECONDS = 0.01


def reset(end: socket.socket) -> None:
    """Close a connection so that its peer gets a reset instead of an orderly end."""
    with contextlib.suppress(OSError):
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    with contextlib.suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@dataclass(eq=False)
class Pair:
    """One client and its server, and how many bytes went each way."""

    client: socket.socket
    upstream: socket.socket
    from_client: int = 0
    from_server: int = 0
    pumps: int = 2
    has_spoken: bool = False
    is_cut: bool = False

    def reset(self) -> None:
        """Reset both ends."""
        reset(self.client)
        reset(self.upstream)


class TcpProxy:
    """Stands between driver and server.

    Args:
        address: The server's.

    Attributes:
        accepted: Connections that were led to the server.
        used: Those of them on which the client said something.
        is_silent: Take everything and pass nothing on, in either direction: a half-open connection.
        hangs_up: Reset each new connection.
        answer: Bytes that a new connection gets instead of a server.
        drip_bytes: Pass on so many bytes at a time; 0 for no limit.
    """

    def __init__(self, address: tuple[str, int]) -> None:
        self.address = address
        self.accepted = 0
        self.used = 0
        self.is_silent = False
        self.hangs_up = False
        self.answer: bytes | None = None
        self.drip_bytes = 0
        self._cut_from_client: int | None = None
        self._cut_from_server: int | None = None
        self._mute_from_server: int | None = None
        self._stays_away = False
        self._lock = threading.Lock()
        self._pairs: list[Pair] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._listen()

    @property
    def server(self) -> str:
        """The proxy's address as a `server` setting."""
        return f"127.0.0.1,{self.port}"

    @property
    def open_connections(self) -> int:
        """How many connections lead through the proxy now."""
        with self._lock:
            return len(self._pairs)

    def cut_after(
        self, *, from_client: int | None = None, from_server: int | None = None, stays_away: bool = False
    ) -> None:
        """Reset the connection on which, from now on, so many bytes came from that side; once.

        The bytes that reach the mark are still passed on, where they come from the client: the server has its request,
        and the client gets no answer, however fast the server is.

        Args:
            from_client: Bytes of the client, or None.
            from_server: Bytes of the server, or None.
            stays_away: Reset each new connection from then on.
        """
        self._stays_away = stays_away
        with self._lock:
            for pair in self._pairs:
                pair.from_client = pair.from_server = 0
        self._cut_from_client, self._cut_from_server = from_client, from_server

    def mute_after(self, from_server: int) -> None:
        """Become silent once so many bytes have come from the server on a connection, from now on; once."""
        with self._lock:
            for pair in self._pairs:
                pair.from_server = 0
            self._mute_from_server = from_server

    def cut(self) -> None:
        """Reset every open connection; new ones work."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            pair.reset()

    def refuse(self) -> None:
        """Reset every open connection and take no new one, as a server that stopped."""
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that accepts
        self._listener.close()
        self.cut()

    def listen_again(self) -> None:
        """Take connections on the same port again, as a server that came back."""
        self._listener = socket.create_server(("127.0.0.1", self.port))
        self._listen()

    def close(self) -> None:
        """End the proxy."""
        self.refuse()

    def _listen(self) -> None:
        threading.Thread(target=self._accept, args=(self._listener,), name="tcp-proxy", daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            if self.hangs_up:
                reset(client)
            elif self.answer is not None:
                threading.Thread(target=self._answer, args=(client, self.answer), daemon=True).start()
            else:
                self._connect(client)

    def _answer(self, client: socket.socket, answer: bytes) -> None:
        with contextlib.suppress(OSError), client:
            client.recv(65_536)
            client.sendall(answer)
            client.recv(65_536)

    def _connect(self, client: socket.socket) -> None:
        try:
            upstream = socket.create_connection(self.address, timeout=10)
        except OSError:
            reset(client)
            return
        upstream.settimeout(None)
        pair = Pair(client, upstream)
        with self._lock:
            self.accepted += 1
            self._pairs.append(pair)
        threading.Thread(target=self._pump, args=(pair, True), name="tcp-proxy", daemon=True).start()
        threading.Thread(target=self._pump, args=(pair, False), name="tcp-proxy", daemon=True).start()

    def _pump(self, pair: Pair, is_from_client: bool) -> None:
        source, target = (pair.client, pair.upstream) if is_from_client else (pair.upstream, pair.client)
        with contextlib.suppress(OSError):
            while data := source.recv(65_536):
                if is_from_client:
                    self.used += not pair.has_spoken
                    pair.has_spoken = True
                    pair.from_client += len(data)
                else:
                    pair.from_server += len(data)
                    if self._mute_from_server is not None and pair.from_server >= self._mute_from_server:
                        self.is_silent, self._mute_from_server = True, None
                if self._is_due(pair, is_from_client=is_from_client):
                    if is_from_client:
                        target.sendall(data)
                    pair.reset()
                    break
                if not self.is_silent and not pair.is_cut:
                    self._pass_on(target, data)
            target.shutdown(socket.SHUT_WR)
        with self._lock:
            pair.pumps -= 1
            is_last = pair.pumps == 0
            if is_last and pair in self._pairs:
                self._pairs.remove(pair)
        if is_last:
            pair.client.close()
            pair.upstream.close()

    def _is_due(self, pair: Pair, *, is_from_client: bool) -> bool:
        with self._lock:
            mark = self._cut_from_client if is_from_client else self._cut_from_server
            count = pair.from_client if is_from_client else pair.from_server
            if mark is None or count < mark:
                return False
            pair.is_cut = True
            self._cut_from_client = self._cut_from_server = None
            self.hangs_up = self.hangs_up or self._stays_away
            return True

    def _pass_on(self, target: socket.socket, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            size = self.drip_bytes or len(rest)
            target.sendall(rest[:size])
            rest = rest[size:]
            if rest:
                time.sleep(DRIP_PAUSE_SECONDS)
