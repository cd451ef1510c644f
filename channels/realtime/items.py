"""The items of a Realtime conversation, as this client has seen them (pure). Above: `realtime_line`, `exchange`. Below: `wire`."""

from __future__ import annotations

from dataclasses import dataclass, field

from channels.realtime import wire
from channels.realtime.wire import BadEvent, Event

MOST = 2_000
"""Kept for `retrieve`; the oldest is forgotten."""


@dataclass(slots=True)
class Items:
    _items: dict[str, Event] = field(default_factory=dict)

    @property
    def last(self) -> str | None:
        return next(reversed(self._items), None)

    def add(self, item: Event) -> list[Event]:
        """Its events. Raises BadEvent where the id is taken."""
        if item["id"] in self._items:
            raise BadEvent("item_exists", f"there is an item {item['id']} already", param="item.id")
        before = self.last
        self._items[item["id"]] = item
        while len(self._items) > MOST:
            self._items.pop(next(iter(self._items)))
        return [wire.sent("conversation.item.added", item=item, previous_item_id=before)]

    def done(self, item: Event) -> list[Event]:
        before = self._before(item["id"])
        self._items[item["id"]] = item
        return [wire.sent("conversation.item.done", item=item, previous_item_id=before)]

    def get(self, item_id: str) -> Event:
        """Raises BadEvent."""
        found = self._items.get(item_id)
        if found is None:
            raise BadEvent("item_not_found", f"there is no item {item_id[:64]}", param="item_id")
        return found

    def remove(self, item_id: str) -> None:
        """Raises BadEvent."""
        self.get(item_id)
        del self._items[item_id]

    def _before(self, item_id: str) -> str | None:
        before: str | None = None
        for known in self._items:
            if known == item_id:
                return before
            before = known
        return before
