"""Chance for the sample data: always the same, on every machine and under every Python."""

from __future__ import annotations

import datetime as dt
from random import Random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


class Dice:
    """Draw numbers, choices, bytes and days.

    Only `Random.random()` is drawn from, the one method whose sequence Python promises to keep.
    """

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random

    def share(self) -> float:
        """Draw a number from 0 up to 1."""
        return self._random()

    def number(self, low: int, high: int) -> int:
        """Draw a whole number, both ends included."""
        return low + int(self._random() * (high - low + 1))

    def pick(self, values: Sequence[Any]) -> Any:
        """Draw one of some values."""
        return values[int(self._random() * len(values))]

    def weighted(self, weights: Sequence[int]) -> int:
        """Draw a position, each as often as its weight says."""
        place = self._random() * sum(weights)
        for position, weight in enumerate(weights):
            place -= weight
            if place < 0:
                return position
        return len(weights) - 1

    def data(self, count: int) -> bytes:
        """Draw so many bytes."""
        return bytes(int(self._random() * 256) for _ in range(count))

    def guid(self) -> str:
        """Draw an identifier of version 4."""
        text = self.data(16).hex().upper()
        return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-A{text[17:20]}-{text[20:]}"

    def day(self, first: dt.date, last: dt.date) -> dt.date:
        """Draw a day, both ends included."""
        return first + dt.timedelta(days=self.number(0, (last - first).days))
