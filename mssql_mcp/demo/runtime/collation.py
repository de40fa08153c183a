"""Compare characters as the demo's collation does: case and trailing blanks do not matter, accents do.

`Latin1_General_100_CI_AS_SC` in small: the order is blanks, punctuation and symbols, digits, letters; within letters
alphabets follow Unicode. Accents decide only where everything else is equal, so 'a' < 'á' < 'b'. Full and half width
are one, as are ß and ss (page "Collation and Unicode support").
"""

from __future__ import annotations

import unicodedata

# Case-sensitive; accent-insensitive; case-sensitive and accent-insensitive; by code point.
RULES = ("cs", "ai", "cs_ai", "bin")
_MEMORY = 60_000
# Letters that Unicode does not take apart and Latin1_General sorts beside the plain ones.
_VARIANTS = {
    "æ": "ae",
    "đ": "d",
    "ð": "d",
    "ħ": "h",
    "ı": "i",
    "ł": "l",
    "ø": "o",
    "œ": "oe",
    "ŧ": "t",
    "þ": "th",
}
_keys: dict[str, str] = {}


def sort_key(text: str | None) -> str | None:
    """Give a text whose code points compare as SQL Server compares the given one; equal texts have equal keys."""
    if text is None:
        return None
    key = _keys.get(text)
    if key is None:
        if len(_keys) > _MEMORY:
            _keys.clear()
        key = _keys[text] = _make_key(text)
    return key


def key_of(text: str | None, rules: str) -> str | None:
    """Give the key of a text under other rules than the demo's own.

    Args:
        text: The text.
        rules: One of `RULES`.
    """
    if text is None:
        return None
    if rules == "bin":
        return text.rstrip(" ")
    key = sort_key(text) or ""
    if "ai" in rules:
        key = key.partition("\x01")[0]
    if "cs" in rules:
        # Where all else is equal, small letters stand before capitals.
        key += "\x01\x01" + "".join("1" if character.isupper() else "0" for character in text.rstrip(" "))
    return key


def compare(left: str, right: str) -> int:
    """Compare two texts: -1, 0 or 1."""
    if left == right:
        return 0
    first, second = sort_key(left) or "", sort_key(right) or ""
    return (first > second) - (first < second)


def _make_key(text: str) -> str:
    text = text.rstrip(" ")
    if text.isascii():
        return "".join(_CLASS[character] for character in text.lower())
    folded = unicodedata.normalize("NFKD", text).casefold()
    primary: list[str] = []
    accents: list[str] = []
    for character in unicodedata.normalize("NFKD", folded):
        if unicodedata.combining(character):
            accents.append(f"{chr(len(primary) + 1)}{character}")
        elif character in _VARIANTS:
            accents.append(f"{chr(len(primary) + 1)}{character}")
            primary += (_CLASS[letter] for letter in _VARIANTS[character])
        elif character.isascii():
            primary.append(_CLASS[character])
        else:
            primary.append(_class(character) + character)
    # What has no accent ends before it begins with one: chr(1) is lower than every class.
    return "".join(primary) + ("\x01" + "".join(accents) if accents else "")


def _class(character: str) -> str:
    category = unicodedata.category(character)
    if category[0] in "ZC":
        return "\x02"
    if category[0] == "P":
        return "\x03"
    if category[0] == "S":
        return "\x04"
    return "\x05" if category[0] == "N" else "\x06"


_CLASS = {chr(code): _class(chr(code)) + chr(code) for code in range(128)}
