"""Keep plans for a while, so that an answer can hold a link instead of a megabyte.

Plans compress to a tenth or less, so they are kept compressed, in memory, bounded by number and by bytes; the one that
was kept first makes room. What a plan quotes (a query, literals) belongs to whoever asked: ids are random and work for
their owner alone.
"""

from __future__ import annotations

import secrets
import threading
import time
import zlib
from collections import OrderedDict
from typing import TYPE_CHECKING

from mssql_mcp.errors import ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable


class PlanStore:
    """Plans by random id. Safe from any thread.

    Args:
        max_plans: Kept at the same time.
        max_bytes: Of all plans together, compressed.
        ttl_seconds: From the making of an id to its end.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        *,
        max_plans: int = 100,
        max_bytes: int = 16 * 1024 * 1024,
        ttl_seconds: float = 3_600.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.max_plans = max_plans
        self.max_bytes = max_bytes
        self.ttl_seconds = ttl_seconds
        self._clock = clock
        self._lock = threading.Lock()
        # For each id: owner, end, compressed text.
        self._plans: OrderedDict[str, tuple[str, float, bytes]] = OrderedDict()
        self._bytes = 0

    @property
    def total_bytes(self) -> int:
        """Bytes that all kept plans take."""
        with self._lock:
            return self._bytes

    def add(self, xml: str, *, owner: str) -> str | None:
        """Keep a plan.

        Args:
            xml: The document.
            owner: Key of the client or session; only it may read the plan.

        Returns:
            Its id; None where it alone is larger than all plans may be together.
        """
        data = zlib.compress(xml.encode("utf-8", "surrogatepass"))
        if len(data) > self.max_bytes:
            return None
        identity = secrets.token_urlsafe(12)
        with self._lock:
            self._sweep()
            while self._plans and (len(self._plans) >= self.max_plans or self._bytes + len(data) > self.max_bytes):
                self._drop(next(iter(self._plans)))
            self._plans[identity] = (owner, self._clock() + self.ttl_seconds, data)
            self._bytes += len(data)
        return identity

    def get(self, identity: str, *, owner: str) -> str:
        """Give a plan's document.

        Raises:
            ValidationError: `input.unknown_plan`; it was never kept, is kept no more, or belongs to another client.
        """
        with self._lock:
            self._sweep()
            kept = self._plans.get(identity)
        if kept is None or kept[0] != owner:
            raise ValidationError(
                "There is no kept plan of this id.",
                code="input.unknown_plan",
                hint=f"Explain the query again; plans are kept for {self.ttl_seconds / 60:g} minutes.",
            )
        return zlib.decompress(kept[2]).decode("utf-8", "surrogatepass")

    def _sweep(self) -> None:
        now = self._clock()
        while self._plans and next(iter(self._plans.values()))[1] <= now:
            self._drop(next(iter(self._plans)))

    def _drop(self, identity: str) -> None:
        self._bytes -= len(self._plans.pop(identity)[2])
