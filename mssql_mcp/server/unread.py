r"""Answer requests that the SDK cannot read: it drops them, and their senders would wait until they give up.

JSON may write half a character (a lone surrogate, `\ud800`), which no text of UTF-8 can hold; clients that cut texts in
the middle send such. Python's own reader takes it, so the id is found and the request refused by its id. Nothing is
repaired: the text that would run would not be the one that was sent.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from mcp.shared.message import SessionMessage
from mcp.types import INVALID_REQUEST, ErrorData, JSONRPCError
from pydantic import ValidationError

if TYPE_CHECKING:
    from contextvars import Context
    from types import TracebackType

    from mcp.shared._stream_protocols import ReadStream, WriteStream

MESSAGE = (
    "This request cannot be read: it is not valid JSON in UTF-8. A \\u escape may be half a character (a surrogate "
    "without its pair): send whole characters."
)


class Answering:
    """A stream of what the client sends, which answers the requests among what could not be read.

    Args:
        inner: Of the SDK's transport; gives messages, and exceptions for what it could not read.
        out: Where answers go.
    """

    def __init__(self, inner: ReadStream[SessionMessage | Exception], out: WriteStream[SessionMessage]) -> None:
        self._inner = inner
        self._out = out

    @property
    def last_context(self) -> Context | None:
        """The sender's context of the last item."""
        return getattr(self._inner, "last_context", None)

    async def receive(self) -> SessionMessage | Exception:
        """Give the next message or exception."""
        item = await self._inner.receive()
        if isinstance(item, ValidationError) and (answer := refusal(item)) is not None:
            await self._out.send(SessionMessage(answer))
        return item

    async def aclose(self) -> None:
        """Close the stream."""
        await self._inner.aclose()

    def __aiter__(self) -> Answering:
        return self

    async def __anext__(self) -> SessionMessage | Exception:
        import anyio

        try:
            return await self.receive()
        except anyio.EndOfStream:
            raise StopAsyncIteration from None

    async def __aenter__(self) -> Answering:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()


def refusal(error: ValidationError) -> JSONRPCError | None:
    """Make the answer to a line that could not be read; None where it holds no request that can be told."""
    request: Any = None
    for fact in error.errors(include_url=False, include_context=False):
        if fact["type"] == "json_invalid" and isinstance(fact["input"], str | bytes):
            try:
                request = json.loads(fact["input"])
            except (ValueError, RecursionError):
                return None
    if not isinstance(request, dict) or "method" not in request:
        return None
    identity = request.get("id")
    if isinstance(identity, bool) or not isinstance(identity, int | str):
        return None
    if isinstance(identity, str) and any("\ud800" <= character <= "\udfff" for character in identity):
        return None
    return JSONRPCError(jsonrpc="2.0", id=identity, error=ErrorData(code=INVALID_REQUEST, message=MESSAGE))
