"""Which threads are inside a driver right now: while one is, the process cannot end in the orderly way.

At the end of a process Python ends its threads when they come back from the driver, in the middle of the driver's C++
code, and the process aborts. So whoever ends the process asks here first.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_left = threading.Condition()
_inside: list[int] = []


@contextmanager
def inside_driver() -> Iterator[None]:
    """Count this thread as being inside a driver for the length of the block."""
    thread = threading.get_ident()
    with _left:
        _inside.append(thread)
    try:
        yield
    finally:
        with _left:
            _inside.remove(thread)
            _left.notify_all()


def all_left(seconds: float) -> bool:
    """Wait until no thread is inside a driver; False where one still is after so many seconds."""
    with _left:
        return _left.wait_for(lambda: not _inside, seconds)
