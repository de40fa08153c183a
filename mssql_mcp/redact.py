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

_KEYS = r"pwd|password|passphrase|secret|client[_ ]?secret|access[_ ]?token|token|api[_ ]?key|shared[_ ]?access[_ ]?key|keystoresecret"
# key=value of ODBC strings and URL queries: the value is {braced with }} inside}, "quoted", 'quoted' or runs to a separator.
_PAIR = re.compile(
    rf"(?i)(?P<key>(?<![a-z])(?:{_KEYS})\s*[=:]\s*)(?P<value>\{{(?:[^}}]|\}}\}})*\}}?|\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'|[^\s;&,'\"]+)"
)
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


def _forms(secret: str) -> tuple[str, ...]:
    from urllib.parse import quote, quote_plus

    return tuple(dict.fromkeys((secret, quote(secret, safe=""), quote_plus(secret), secret.replace("}", "}}"))))
