"""Marks of a line whose other side plays what it holds: which were heard, and which never count any more (pure).

After a `clear` Twilio sends back every mark that was pending, as if it had been played; an Asterisk drops them without a
word. Both end alike here: what was pending when we cleared was not heard. Names on the wire are ours and short, since an
Asterisk takes no command over 128 bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Marks:
    _count: int = 0
    _pending: dict[str, str] = field(default_factory=dict)

    def sent(self, mark: str) -> str:
        """Its name on the wire."""
        self._count += 1
        name = f"m{self._count}"
        self._pending[name] = mark
        return name

    def came_back(self, name: str) -> str | None:
        """The mark that was heard; None for one that was cleared, came before or is not ours."""
        return self._pending.pop(name, None)

    def all_came_back(self) -> list[str]:
        found = list(self._pending.values())
        self._pending.clear()
        return found

    def clear(self) -> None:
        self._pending.clear()
