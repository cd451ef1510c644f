"""What a terminal shows of a conversation's frames: words as they come, then what hangs on the reply. Pure but for `write`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Frame = Mapping[str, Any]


@dataclass(slots=True)
class Transcript:
    write: Callable[[str], None]
    written: str = ""
    cards: Sequence[Mapping[str, Any]] = ()
    """Of the last reply: what a number chooses."""
    quick_replies: Sequence[Mapping[str, Any]] = ()
    cart: Mapping[str, Any] = field(default_factory=dict)
    _stage: str = ""

    def show(self, frame: Frame) -> bool:
        """True when a turn has ended, so that it is the customer's turn again."""
        match frame:
            case {"type": "delta" | "snapshot", "offset": int(offset), "text": str(text)}:
                self._delta(offset, text)
            case {"type": "signal", "signal": "stage", "label": str(label)} if not self.written:
                self._say_stage(label)
            case {"type": "event", "event": event}:
                return self._event(event)
            case {"type": "error", "detail": str(detail)}:
                self.write(f"! {detail}\n")
                return True
            case _:
                pass
        return False

    def _delta(self, offset: int, text: str) -> None:
        if offset < len(self.written):
            self.write("\n  (put differently) " + self.written[:offset])
        elif not self.written:
            self._clear_stage()
        self.written = self.written[:offset] + text
        self.write(text)

    def _say_stage(self, label: str) -> None:
        if label != self._stage:
            self._stage = label
            self.write(f"  {label}\n")

    def _clear_stage(self) -> None:
        self._stage = ""

    def _event(self, event: Mapping[str, Any]) -> bool:
        data = event["data"]
        match event["type"]:
            case "assistant_said":
                self._reply(data)
                return not (data["interrupted"] and not data["text"])
            case "turn_failed":
                self.write(f"{data.get('text') or 'Something went wrong: please say it again.'}\n")
                self.written = ""
                return True
            case "agent_said":
                self.write(f"{data['text']}\n")
            case "cart_changed":
                self.cart = data["cart"]
            case "handoff_requested":
                self.write("  (A person will take over.)\n")
            case _:
                pass
        return False

    def _reply(self, data: Mapping[str, Any]) -> None:
        if not data["text"].startswith(self.written):
            self.write("\n" + data["text"])
        else:
            self.write(data["text"][len(self.written) :])
        self.write("\n")
        self.written = ""
        self.cards, self.quick_replies = data["cards"], data["quick_replies"]
        for number, card in enumerate(self.cards, start=1):
            self.write(f"  {number}. {card_line(card)}\n")
        if self.quick_replies:
            labels = ", ".join(f"{chr(96 + n)}) {reply['label']}" for n, reply in enumerate(self.quick_replies[:9], 1))
            self.write(f"  {labels}\n")


def card_line(card: Mapping[str, Any]) -> str:
    price = card.get("price")
    told = [
        card["title"],
        card.get("subtitle") or "",
        shown_money(price) if price else "",
        card.get("availability") or "",
    ]
    return " · ".join(part for part in told if part)


def shown_money(money: Mapping[str, str]) -> str:
    return f"{money['amount']} {money['currency']}"


def cart_lines(cart: Mapping[str, Any]) -> list[str]:
    items = cart.get("items") or ()
    if not items:
        return ["  Your cart is empty."]
    lines = [f"  {item['quantity']} × {item['title']} · {shown_money(item['price'])}" for item in items]
    return [*lines, f"  Total {shown_money(cart['total'])}"]
