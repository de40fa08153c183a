"""Mask secrets in any text that may leave the process: URLs, ODBC strings, driver messages.

The bias: what is masked too much can be asked for again, what leaked cannot be taken back. So every value of a key that
names a secret is masked whatever its form, and so is every literal secret that a connection has told us of.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

MASK = "********"

_KEYS = (
    r"pwd|password|passphrase|secret|client[_ ]?secret|access[_ ]?token|token|api[_ ]?key|shared[_ ]?access[_ ]?key"
    r"|keystoresecret"
)
# key=value of ODBC strings and URL queries: the value is {braced with }} inside}, "quoted", 'quoted' or runs to a
# separator.
_PAIR = re.compile(
    rf"(?i)(?P<key>(?<![a-z])(?:{_KEYS})\s*[=:]\s*)(?P<value>\{{(?:[^}}]|\}}\}})*\}}?|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s;&,'\"]+)"
)
# An ODBC value without braces runs to the semicolon, spaces and all; in a text for people that would mask too much.
_TO_SEMICOLON = re.compile(rf"(?i)(?<![a-z])(?:{_KEYS})\s*=(?P<value>[^;{{}}]+)")
# "key": "value" of JSON, TOML and Python's repr.
_QUOTED_PAIR = re.compile(
    rf"(?i)(?P<key>[\"'](?:{_KEYS})[\"']\s*[=:]\s*)(?P<value>\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')"
)
# scheme://user:password@host; the password may hold anything up to the last @ before the path.
_URL = re.compile(r"(?P<head>[a-z][a-z0-9+.\-]*://[^\s:/@]*:)(?P<value>[^\s/]*)(?P<tail>@)", re.IGNORECASE)
_BEARER = re.compile(r"(?i)(?P<head>\bbearer\s+)(?P<value>[A-Za-z0-9._~+/=-]{8,})")


def redact(text: str, secrets: Iterable[str] = ()) -> str:
    """Mask what looks like a secret, and the given secrets wherever they stand.

    Args:
        text: Any text; returned unchanged where nothing is to be masked.
        secrets: Literal secrets; also masked in their percent-encoded and brace-escaped forms. Those shorter than
            three characters are ignored, since masking every such pair of letters would destroy the text.
    """
    for secret in sorted({s for s in secrets if len(s) >= 3}, key=len, reverse=True):
        for form in _forms(secret):
            text = text.replace(form, MASK)
    text = _URL.sub(rf"\g<head>{MASK}\g<tail>", text)
    text = _QUOTED_PAIR.sub(rf"\g<key>'{MASK}'", text)
    text = _PAIR.sub(rf"\g<key>{MASK}", text)
    return _BEARER.sub(rf"\g<head>{MASK}", text)


def embedded_secrets(text: str) -> tuple[str, ...]:
    """Find the secrets inside a URL or an ODBC connection string, as they are written and as they are meant."""
    from urllib.parse import unquote, unquote_plus

    found = [match["value"] for match in _URL.finditer(text)]
    found += [unquote(value) for value in found]
    for form in (text, unquote_plus(text)):
        found += [_bare(match["value"]) for match in _PAIR.finditer(form)]
        found += [match["value"].strip() for match in _TO_SEMICOLON.finditer(form)]
    return tuple(dict.fromkeys(value for value in found if value))


def _bare(value: str) -> str:
    """Take ODBC's braces or quotes off a value."""
    if value.startswith("{"):
        return value[1:].removesuffix("}").replace("}}", "}")
    return value[1:-1] if value[:1] in {'"', "'"} else value


def _forms(secret: str) -> tuple[str, ...]:
    from urllib.parse import quote, quote_plus

    return tuple(dict.fromkeys((secret, quote(secret, safe=""), quote_plus(secret), secret.replace("}", "}}"))))
