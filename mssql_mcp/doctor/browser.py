"""Ask SQL Server Browser which port a named instance has.

Protocol: [MC-SQLR] SQL Server Resolution Protocol, CLNT_UCAST_INST and SVR_RESP
(https://learn.microsoft.com/openspecs/windows_protocols/mc-sqlr/1ea6e25f-bff9-4364-ba21-5dc449a601b7).
"""

from __future__ import annotations

import socket

from mssql_mcp.settings.target import BROWSER_PORT

_CLNT_UCAST_INST = b"\x04"
_SVR_RESP = 0x05
_MAX_ANSWER = 1_024


def instance_port(host: str, instance: str, seconds: float, *, port: int = BROWSER_PORT) -> int | None:
    """Give the TCP port of a named instance; None where nobody answers or it has none.

    Args:
        host: Of the server.
        instance: Its name.
        seconds: Longest wait for the answer.
        port: UDP port of the Browser.
    """
    request = _CLNT_UCAST_INST + instance.encode("ascii", "replace") + b"\x00"
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_DGRAM)[0]
        with socket.socket(family, kind, protocol) as udp:
            udp.settimeout(seconds)
            udp.sendto(request, address)
            answer = udp.recv(_MAX_ANSWER)
    except OSError:
        return None
    return parse_answer(answer)


def parse_answer(answer: bytes) -> int | None:
    """Read the TCP port out of an SVR_RESP: names and values between semicolons after three bytes of header."""
    if len(answer) < 4 or answer[0] != _SVR_RESP:
        return None
    fields = answer[3:].decode("ascii", "replace").split(";")
    pairs = {name.lower(): value for name, value in zip(fields[::2], fields[1::2], strict=False)}
    port = pairs.get("tcp", "")
    return int(port) if port.isdigit() and 0 < int(port) < 65_536 else None
