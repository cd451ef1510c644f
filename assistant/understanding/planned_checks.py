"""What a model told, held against the conversation and the shop: an argument that neither has is left out (pure).

What is left out is asked for by the flow. Above: `language_model`. Below: `planned_schema`, the shop's lexicon.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from assistant.context import Context
from assistant.understanding import entities
from assistant.understanding.commands import (
    Ask,
    CancelFlow,
    Choose,
    Command,
    Correct,
    FillSlot,
    Greet,
    Reference,
    SpeakLanguage,
    StartFlow,
    TalkToHuman,
    Unclear,
)
from assistant.understanding.situation import Lexicon
from retrieval.constraints import Need
from retrieval.words import STOP_WORDS, stem, words

CHANGES: Final = ("cancel", "return", "exchange", "address", "payment", "order")
TOPICS: Final = ("hours", "address", "phone", "list")
RULES_ONLY: Final = frozenset({"empty_cart", "remove_from_cart", "my_data"})
"""Flows that take something away without asking: a model starts them only where the rules read the same."""


@dataclass(kw_only=True)
class Told:
    """One answer's commands, and how many of their arguments were found."""

    said: str
    heard: Sequence[str]
    """All that the customer has said in this conversation, this message included."""
    context: Context
    lexicon: Lexicon
    given: int = 0
    found: int = 0
    _stems: frozenset[str] | None = field(default=None, init=False)

    @property
    def agreement(self) -> float:
        """Share of the arguments that the conversation or the shop has."""
        return self.found / self.given if self.given else 1.0

    def command(self, told: Mapping[str, Any]) -> Command | None:
        """None for what makes no sense here."""
        match told["command"]:
            case "start_flow":
                return self._flow(told)
            case "ask":
                return Ask(
                    about=told["about"],
                    question=self.said,
                    references=self._references(told),
                    attribute=self._attribute(told),
                    need=self._need(told),
                )
            case "fill_slot":
                return self._slots(told)
            case "choose" if references := self._references(told):
                return Choose(references=references, words=self.said)
            case "correct":
                return Correct(references=self._references(told), need=self._need(told))
            case "cancel_flow":
                return CancelFlow()
            case "greet":
                return Greet(kind=told["kind"])
            case "talk_to_human":
                return TalkToHuman()
            case "speak_language" if re.fullmatch("[a-z]{2}", str(told["language"])):
                return SpeakLanguage(language=told["language"])
            case "unclear":
                return Unclear(text=self.said, kind=told.get("kind", "unclear"))
            case _:
                return None

    def _flow(self, told: Mapping[str, Any]) -> StartFlow | None:
        change = self._among(told, "change", CHANGES)
        if told["flow"] in ("serve_orders", "change_order") and not change:
            return None
        return StartFlow(
            flow=told["flow"],
            need=self._need(told),
            refine=bool(told.get("refine")) and self.context.need is not None,
            direction=told.get("direction", ""),
            references=self._references(told),
            quantity=self._quantity(told),
            words=self.said,
            place=self._place(told),
            near=bool(told.get("near")),
            order=self._order(told),
            change=change,
            topic=self._among(told, "topic", TOPICS),
        )

    def _slots(self, told: Mapping[str, Any]) -> FillSlot | None:
        """Who the customer is stands in their own words, letter for letter."""
        names = ("email", "first_name", "last_name", "zip_code")
        facts = {name: self._verbatim(told, name) for name in names}
        slot = FillSlot(**facts, order=self._order(told), forgot=bool(told.get("forgot")))
        return slot if any(facts.values()) or slot.order or slot.forgot else None

    def _counted(self, value: str, found: str) -> str:
        self.given += bool(value)
        self.found += bool(value and found)
        return found

    def _verbatim(self, told: Mapping[str, Any], name: str) -> str:
        value = str(told.get(name, "")).strip()
        has = any(re.search(rf"(?<!\w){re.escape(value)}(?!\w)", line, re.I) for line in self.heard) if value else False
        return self._counted(value, value if has else "")

    def _order(self, told: Mapping[str, Any]) -> str:
        value = re.sub(r"\W", "", str(told.get("order", ""))).lower()
        numbers = [entities.order_number(line) for line in self.heard] + [self.context.order]
        own = next((number for number in numbers if number and re.sub(r"\W", "", number).lower() == value), "")
        return self._counted(value, own)

    def _among(self, told: Mapping[str, Any], name: str, known: Sequence[str]) -> str:
        value = str(told.get(name, ""))
        return self._counted(value, value if value in known else "")

    def _quantity(self, told: Mapping[str, Any]) -> int | None:
        value = told.get("quantity")
        if value is None:
            return None
        said = entities.quantity(self.said)
        own = value if value == said or re.search(rf"(?<!\d){value}(?!\d)", self.said) else None
        self._counted(str(value), "x" if own is not None else "")
        return own if own is not None and 0 < own < 1000 else said

    def _place(self, told: Mapping[str, Any]) -> str:
        value = str(told.get("place", ""))
        return self._counted(value, self.lexicon.place(value) if self._said(value) else "")

    def _attribute(self, told: Mapping[str, Any]) -> str:
        value = str(told.get("attribute", ""))
        return self._counted(value, self.lexicon.attribute(value.lower()))

    def _need(self, told: Mapping[str, Any]) -> Need | None:
        """The words of it that the customer has said; the rules read them."""
        value = told.get("need")
        if not value:
            return None
        kept = [word for word in re.findall(r"\S+", str(value)) if self._said(word)]
        wanted = [word for word in words(str(value)) if word not in STOP_WORDS]
        self.given += len(wanted)
        self.found += sum(self._said(word) for word in wanted)
        return self.lexicon.need(" ".join(kept)) if kept else None

    def _said(self, text: str) -> bool:
        """Whether every word of it, in any form, was said."""
        if self._stems is None:
            self._stems = frozenset(stem(word) for line in self.heard for word in words(line))
        told = [word for word in words(text) if word not in STOP_WORDS]
        return all(stem(word) in self._stems for word in told)

    def _references(self, told: Mapping[str, Any]) -> tuple[Reference, ...]:
        return tuple(found for each in told.get("references", ()) if (found := self._reference(each)) is not None)

    def _reference(self, told: Mapping[str, Any]) -> Reference | None:
        kind, position, text = told["kind"], int(told.get("position", 0)), str(told.get("text", ""))
        shown = len(self.context.shown)
        if kind == "ordinal":
            has = 0 < position <= shown or -shown <= position < 0
        else:
            has = (
                not text
                or self._said(text)
                or any(text.lower() in title.lower() for title in self.context.titles.values())
            )
        self._counted("x", "x" if has else "")
        return Reference(kind=kind, position=position, text=text.lower()) if has else None
