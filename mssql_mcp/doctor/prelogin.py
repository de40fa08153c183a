"""Say hello to a SQL Server without logging in: what it is, whether it encrypts, and what its certificate is worth.

Protocol: [MS-TDS] 2.2.6.5 PRELOGIN (https://learn.microsoft.com/openspecs/windows_protocols/ms-tds/60f56408-0188-4cd5-8b90-25c6f2423868).
In TDS 7 the TLS handshake travels inside PRELOGIN packets; in TDS 8 (`encrypt = strict`) TLS comes first, with the
application protocol `tds/8.0`.
"""

from __future__ import annotations

import socket
import ssl
import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

PRELOGIN_PACKET = 0x12
_RESPONSE_PACKET = 0x04
_END_OF_MESSAGE = 0x01
_HEADER = struct.Struct(">BBHHBB")
_VERSION, _ENCRYPTION, _INSTANCE, _THREAD, _MARS, _TERMINATOR = 0x00, 0x01, 0x02, 0x03, 0x04, 0xFF
ENCRYPTION = {0: "login only", 1: "on", 2: "not supported", 3: "required"}
_ENCRYPT_ON = b"\x01"
# No server sends a longer greeting; whatever else listens may send anything.
_MAX_MESSAGE = 65_536


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a server says before the login.

    Attributes:
        version: Product version, such as `16.0.4165`; empty behind TDS 8, where nothing is said before TLS.
        encryption: `on`, `required`, `login only` or `not supported`.
        tls: TLS version that was agreed; empty where the handshake failed.
        problem: Why the certificate cannot be verified by this Python's trust store, or why TLS failed; empty where
            all is well.
    """

    version: str
    encryption: str
    tls: str
    problem: str


class NotSqlServerError(Exception):
    """What listens does not speak TDS."""


def greet(host: str, port: int, seconds: float, *, certificate_name: str, strict: bool) -> Greeting:
    """Exchange PRELOGIN and try a verified TLS handshake, then hang up.

    Args:
        host: Name or address.
        port: TCP port.
        seconds: Longest wait for each answer.
        certificate_name: Name that the certificate must have.
        strict: Whether TLS comes first (TDS 8).

    Raises:
        NotSqlServerError: Something else listens there.
        OSError: The connection broke.
    """
    with socket.create_connection((host, port), timeout=seconds) as wire:
        if strict:
            tls, problem = _handshake(wire, certificate_name, strict=True)
            return Greeting("", "required", tls, problem)
        wire.sendall(packet(request()))
        version, encryption = parse(read_message(wire.recv))
        if encryption == "not supported":
            return Greeting(version, encryption, "", "the server does not encrypt")
        tls, problem = _handshake(wire, certificate_name, strict=False)
        return Greeting(version, encryption, tls, problem)


def request() -> bytes:
    """Make the PRELOGIN message of a client that wants encryption."""
    options = (
        (_VERSION, b"\x00" * 6),
        (_ENCRYPTION, _ENCRYPT_ON),
        (_INSTANCE, b"\x00"),
        (_THREAD, b"\x00" * 4),
        (_MARS, b"\x00"),
    )
    offset = len(options) * 5 + 1
    table, data = b"", b""
    for token, value in options:
        table += struct.pack(">BHH", token, offset + len(data), len(value))
        data += value
    return table + bytes([_TERMINATOR]) + data


def packet(payload: bytes) -> bytes:
    """Put a message into one packet."""
    return _HEADER.pack(PRELOGIN_PACKET, _END_OF_MESSAGE, _HEADER.size + len(payload), 0, 1, 0) + payload


def read_message(receive: Callable[[int], bytes]) -> bytes:
    """Read the packets of one message and give their payload.

    Args:
        receive: Gives up to so many bytes, none at the end, as `socket.recv`.

    Raises:
        NotSqlServerError: The bytes are no TDS.
    """
    message = b""
    while True:
        kind, status, length, *_ = _HEADER.unpack(_exactly(receive, _HEADER.size))
        if kind not in (_RESPONSE_PACKET, PRELOGIN_PACKET) or not _HEADER.size <= length <= _MAX_MESSAGE:
            raise NotSqlServerError
        message += _exactly(receive, length - _HEADER.size)
        if status & _END_OF_MESSAGE or len(message) > _MAX_MESSAGE:
            return message


def parse(message: bytes) -> tuple[str, str]:
    """Read version and encryption out of a PRELOGIN answer.

    Raises:
        NotSqlServerError: The bytes are no PRELOGIN.
    """
    options: dict[int, bytes] = {}
    position = 0
    while position + 5 <= len(message) and message[position] != _TERMINATOR:
        token, offset, length = struct.unpack_from(">BHH", message, position)
        options[token] = message[offset : offset + length]
        position += 5
    version, encryption = options.get(_VERSION, b""), options.get(_ENCRYPTION, b"")
    if len(version) < 4 or len(encryption) != 1:
        raise NotSqlServerError
    major, minor, build = struct.unpack_from(">BBH", version)
    return f"{major}.{minor}.{build}", ENCRYPTION.get(encryption[0], "unknown")


def _handshake(wire: socket.socket, certificate_name: str, *, strict: bool) -> tuple[str, str]:
    context = ssl.create_default_context()
    if strict:
        context.set_alpn_protocols(["tds/8.0"])
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = context.wrap_bio(incoming, outgoing, server_hostname=certificate_name)
    try:
        while True:
            try:
                tls.do_handshake()
            except ssl.SSLWantReadError:
                _send(wire, outgoing.read(), strict=strict)
                incoming.write(_receive(wire, strict=strict))
            else:
                return tls.version() or "", ""
    except ssl.SSLCertVerificationError as error:
        return tls.version() or "", error.verify_message
    except ssl.SSLError as error:
        return "", error.reason or "TLS failed"
    except (OSError, NotSqlServerError):
        return "", "the server broke off the handshake"


def _send(wire: socket.socket, data: bytes, *, strict: bool) -> None:
    if data:
        wire.sendall(data if strict else packet(data))


def _receive(wire: socket.socket, *, strict: bool) -> bytes:
    if not strict:
        return read_message(wire.recv)
    data = wire.recv(_MAX_MESSAGE)
    if not data:
        raise ConnectionResetError
    return data


def _exactly(receive: Callable[[int], bytes], count: int) -> bytes:
    data = b""
    while len(data) < count:
        piece = receive(count - len(data))
        if not piece:
            raise NotSqlServerError
        data += piece
    return data
