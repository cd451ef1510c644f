"""Parser of Server-Sent Events: bytes in, the data of whole events out. No I/O.

`openai_protocol` feeds it. Follows the event stream format of the HTML standard; only `data` matters here. Lines and
events are bounded, since a broken server may never end one.
"""

from __future__ import annotations

from collections.abc import Iterator

from model_serving.errors import InvalidModelOutput

LONGEST_EVENT = 1 << 20
"""Bytes. An event carries one token; tool arguments and usage stay far below."""


class EventStreamParser:
    def __init__(self, *, longest: int = LONGEST_EVENT) -> None:
        self._longest = longest
        self._rest = b""
        self._data: list[str] = []
        self._size = 0

    def feed(self, chunk: bytes) -> Iterator[str]:
        """Data of every event that this chunk ends. Raises InvalidModelOutput for invalid UTF-8 or an endless event."""
        buffer = self._rest + chunk
        if buffer.endswith(b"\r"):  # a \n may follow in the next chunk
            held, buffer = b"\r", buffer[:-1]
        else:
            held = b""
        lines = buffer.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n")
        self._rest = lines.pop() + held
        self._bound(len(self._rest))
        for line in lines:
            if line:
                self._field(line)
            elif self._data:
                yield self._event()

    def _field(self, line: bytes) -> None:
        name, _, value = line.partition(b":")
        if name != b"data":
            return
        self._bound(len(value))
        try:
            self._data.append(value.removeprefix(b" ").decode())
        except UnicodeDecodeError as error:
            raise InvalidModelOutput("the engine sent text that is not UTF-8") from error
        self._size += len(value)

    def _event(self) -> str:
        data, self._data, self._size = "\n".join(self._data), [], 0
        return data

    def _bound(self, more: int) -> None:
        if self._size + more > self._longest:
            raise InvalidModelOutput(f"the engine sent an event of more than {self._longest} bytes")
