"""Cultures of FORMAT: what differs between en-US and its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

from mssql_mcp.demo.runtime.errors import unsupported


@dataclass(frozen=True, slots=True)
class Culture:
    """What differs between cultures with English names of months and days."""

    point: str = "."
    group: str = ","
    currency: str = "$"
    negative_currency: str = "-{c}{n}"
    date: str = "M/d/yyyy"
    long_date: str = "dddd, MMMM d, yyyy"
    time: str = "h:mm tt"
    long_time: str = "h:mm:ss tt"
    month_day: str = "MMMM d"
    month_year: str = "MMMM yyyy"
    is_english: bool = True
    currency_after: bool = False


_CULTURES = {
    "en-us": Culture(),
    "en-gb": Culture(
        currency="£",
        date="dd/MM/yyyy",
        long_date="dd MMMM yyyy",
        time="HH:mm",
        long_time="HH:mm:ss",
        month_day="d MMMM",
    ),
    "de-de": Culture(",", ".", "€", "-{n} {c}", "dd.MM.yyyy", "", "HH:mm", "HH:mm:ss", "", "", False, True),
    "fr-fr": Culture(",", "\u202f", "€", "-{n} {c}", "dd/MM/yyyy", "", "HH:mm", "HH:mm:ss", "", "", False, True),
}


def culture_of(name: str | None) -> Culture:
    """Give a culture by its name.

    Raises:
        UnsupportedError: The demo does not know it.
    """
    culture = _CULTURES.get((name or "en-US").lower())
    if culture is None:
        raise unsupported(f"The demo's FORMAT knows the cultures en-US, en-GB, de-DE and fr-FR, not {name}.")
    return culture
