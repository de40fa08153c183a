"""Functions of characters, as the demo's collation has them: case-insensitive, supplementary characters count as one.

Pages: "String functions (Transact-SQL)" and the page of each function.
"""

from __future__ import annotations

from functools import lru_cache

from mssql_mcp.demo.runtime.errors import server_error
from mssql_mcp.errors import QueryError

_SOUNDEX = {
    letter: code
    for code, letters in zip("123456", ("BFPV", "CGJKQSXZ", "DT", "L", "MN", "R"), strict=True)
    for letter in letters
}
_NOT_IN_CODE_PAGE = frozenset(b"\x81\x8d\x8f\x90\x9d")
_QUOTES = {
    "[": "[]",
    "]": "[]",
    "'": "''",
    '"': '""',
    "(": "()",
    ")": "()",
    "<": "<>",
    ">": "<>",
    "{": "{}",
    "}": "{}",
    "`": "``",
}


@lru_cache(maxsize=8192)
def folded(text: str) -> str:
    """Give a text of the same length in which characters that differ by case alone are one."""
    if text.isascii():
        return text.lower()
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)


def length(text: str | None) -> int | None:
    """LEN: characters, blanks at the end left out."""
    return None if text is None else len(text.rstrip(" "))


def data_length(text: str | None, unicode: int) -> int | None:
    """DATALENGTH of characters: bytes, in UTF-16 or in the code page."""
    if text is None:
        return None
    if not unicode:
        return len(text)
    return len(text) * 2 if text.isascii() else len(text.encode("utf-16-le"))


def upper(text: str | None) -> str | None:
    """UPPER: character by character, so that ß stays ß."""
    if text is None or text.isascii():
        return text.upper() if text else text
    return "".join(high if len(high := character.upper()) == 1 else character for character in text)


def lower(text: str | None) -> str | None:
    """LOWER, character by character."""
    if text is None or text.isascii():
        return text.lower() if text else text
    return "".join(low if len(low := character.lower()) == 1 else character for character in text)


def left(text: str | None, count: int | None) -> str | None:
    """LEFT."""
    if text is None or count is None:
        return None
    if count < 0:
        raise server_error(537)
    return text[:count]


def right(text: str | None, count: int | None) -> str | None:
    """RIGHT."""
    if text is None or count is None:
        return None
    if count < 0:
        raise QueryError("Invalid length parameter passed to the RIGHT function.", number=536)
    return text[len(text) - min(count, len(text)) :]


def substring(text: str | bytes | None, start: int | None, count: int | None) -> str | bytes | None:
    """SUBSTRING: what lies before the first character counts but yields nothing."""
    if text is None or start is None or count is None:
        return None
    if count < 0:
        raise server_error(537)
    end = start - 1 + count
    return text[max(start - 1, 0) : max(end, 0)]


def charindex(wanted: str | None, text: str | None, start: int | None) -> int | None:
    """CHARINDEX: position from 1, or 0."""
    if wanted is None or text is None or start is None:
        return None
    if not wanted:
        return 0
    return folded(text).find(folded(wanted), max(start - 1, 0)) + 1


def replace(text: str | None, wanted: str | None, by: str | None) -> str | None:
    """REPLACE."""
    if text is None or wanted is None or by is None:
        return None
    if not wanted:
        return text
    haystack, needle = folded(text), folded(wanted)
    place = haystack.find(needle)
    if place < 0:
        return text
    parts: list[str] = []
    last = 0
    while place >= 0:
        parts += (text[last:place], by)
        last = place + len(wanted)
        place = haystack.find(needle, last)
    parts.append(text[last:])
    return "".join(parts)


def stuff(text: str | None, start: int | None, count: int | None, by: str | None) -> str | None:
    """STUFF: put `by` in the place of some characters; a NULL `by` only takes away."""
    if text is None or start is None or count is None or start < 1 or start > len(text) or count < 0:
        return None
    return text[: start - 1] + (by or "") + text[start - 1 + count :]


def replicate(text: str | None, count: int | None, limit: int) -> str | None:
    """REPLICATE: cut at `limit` characters, or not where that is -1."""
    if text is None or count is None or count < 0:
        return None
    if limit < 0:
        limit = 10_000_000  # what one cell of the demo may hold
    return (text * min(count, limit // max(len(text), 1) + 1))[:limit]


def trim(text: str | None, characters: str | None, side: str) -> str | None:
    """TRIM, LTRIM and RTRIM: any of the characters, at the given side (`BOTH`, `LEADING`, `TRAILING`)."""
    if text is None or characters is None:
        return None
    unwanted = set(folded(characters))
    low = folded(text)
    start, end = 0, len(text)
    if side != "TRAILING":
        while start < end and low[start] in unwanted:
            start += 1
    if side != "LEADING":
        while end > start and low[end - 1] in unwanted:
            end -= 1
    return text[start:end]


def translate(text: str | None, wanted: str | None, by: str | None) -> str | None:
    """TRANSLATE: character for character."""
    if text is None or wanted is None or by is None:
        return None
    if len(wanted) != len(by):
        raise QueryError(
            "The second and third arguments of the TRANSLATE built-in function must contain an equal number of "
            "characters.",
            number=9828,
        )
    table: dict[str, str] = {}
    for one, other in zip(folded(wanted), by, strict=True):
        table.setdefault(one, other)
    return "".join(table.get(low, character) for low, character in zip(folded(text), text, strict=True))


def reverse(text: str | None) -> str | None:
    """REVERSE."""
    return None if text is None else text[::-1]


def ascii_code(text: str | None) -> int | None:
    """ASCII: the first character's code in the code page; NULL for none."""
    return text[0].encode("cp1252", "replace")[0] if text else None


def unicode_code(text: str | None) -> int | None:
    """UNICODE: the first character's code point; NULL for none."""
    return ord(text[0]) if text else None


def char(code: int | None) -> str | None:
    """CHAR: the code page's character; NULL outside 0 to 255."""
    return None if code is None or not 0 <= code <= 255 else from_code_page(bytes([code]))


def from_code_page(data: bytes) -> str:
    """Read characters of code page 1252; the five bytes without a character there stand for control characters."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return "".join(chr(byte) if byte in _NOT_IN_CODE_PAGE else bytes([byte]).decode("cp1252") for byte in data)


def nchar(code: int | None) -> str | None:
    """NCHAR: the code point's character; NULL outside Unicode."""
    return None if code is None or not 0 <= code <= 0x10FFFF or 0xD800 <= code <= 0xDFFF else chr(code)


def quotename(text: str | None, quote: str | None) -> str | None:
    """QUOTENAME: NULL for more than 128 characters or an unknown quote."""
    if text is None or quote is None or len(text) > 128 or quote[:1] not in _QUOTES:
        return None
    opening, closing = _QUOTES[quote[0]][0], _QUOTES[quote[0]][1]
    return opening + text.replace(closing, closing * 2) + closing


def str_(value: float | None, width: int | None, decimals: int | None) -> str | None:
    """STR: a number right-aligned in so many characters; stars where it does not fit; page "STR (Transact-SQL)"."""
    if value is None or width is None or decimals is None or width < 0 or decimals < 0:
        return None
    places = min(decimals, 16)
    if len(f"{value:.0f}") > width:
        return "*" * width
    text = f"{value:.{places}f}"
    while len(text) > width and places > 0:
        places -= 1
        text = f"{value:.{places}f}"
    return text.rjust(width)


def soundex(text: str | None) -> str | None:
    """SOUNDEX: a letter and three digits; page "SOUNDEX (Transact-SQL)"."""
    if text is None:
        return None
    word = text.upper().lstrip(" ")
    if not word or not word[0].isalpha():
        return "0000"
    code, last = word[0], _SOUNDEX.get(word[0], "")
    for letter in word[1:]:
        if not letter.isalpha():
            break
        digit = _SOUNDEX.get(letter, "")
        if digit and digit != last:
            code += digit
        if letter not in "HW":
            last = digit
    return code[:4].ljust(4, "0")


def difference(first: str | None, second: str | None) -> int | None:
    """DIFFERENCE: how many of the four characters of SOUNDEX are the same."""
    one, other = soundex(first), soundex(second)
    if one is None or other is None:
        return None
    return sum(a == b for a, b in zip(one, other, strict=True))


def concat_ws(separator: str | None, *parts: str | None) -> str:
    """CONCAT_WS: NULLs are left out; a NULL separator is nothing."""
    return (separator or "").join(part for part in parts if part is not None)


def string_escape(text: str | None, kind: str | None) -> str | None:
    """STRING_ESCAPE: what JSON escapes."""
    if text is None or kind is None:
        return None
    if kind.lower() != "json":
        raise QueryError("An invalid value was specified for argument 2.", number=13614)
    import json

    return json.dumps(text, ensure_ascii=False)[1:-1].replace("/", "\\/")


def join_bytes(first: bytes | None, second: bytes | None) -> bytes | None:
    """Put bytes behind one another."""
    return None if first is None or second is None else first + second
