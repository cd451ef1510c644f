"""Phrases: what code puts together in a customer's language: states, counts, lists, amounts, days, buttons (pure).

Templates word whole sentences, phrases what stands inside them and on cards. What a shop wrote (titles, values, policies)
stays as it is. Above: voices, which reads the tables; cards and flows. Below: formats.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from assistant.answering import formats, shop_values
from assistant.events import QuickReply
from retrieval.catalogue import Money

Entries = Mapping[str, str]
"""By "section.key", and "section.key.one" / "section.key.other" where a count decides."""
_SINGULAR: Mapping[str, tuple[int, ...]] = {"fr": (0, 1)}
"""Counts that take the singular, where they are not just one (CLDR's plural rules)."""


class PhraseMissing(Exception):
    """A phrase that a language lacks: a mistake of ours, found by the tests."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """Of one language, in the forms of one place."""

    language: str
    locale: str
    entries: Entries
    terms: Mapping[str, str] = field(default_factory=dict)
    """The catalogue's names of attributes and options in this language, those that are known."""
    values: Mapping[str, str] = field(default_factory=dict)
    """Its values in this language, those that are known; empty in English."""

    def say(self, key: str, /, **values: str | int) -> str:
        entry = self.entries.get(key)
        if entry is None and "count" in values:
            entry = self.entries.get(f"{key}.{self._number(values['count'])}")
        if entry is None:
            raise PhraseMissing(f"{self.language}: {key}")
        try:
            return entry.format_map(values)
        except KeyError as missing:
            raise PhraseMissing(f"{self.language}: {key} needs {missing}") from missing

    def _number(self, count: str | int) -> str:
        return "one" if count in _SINGULAR.get(self.language, (1,)) else "other"

    def listed(self, items: Sequence[str]) -> str:
        """ "a, b and c"."""
        return formats.listed(items, last=self.say("forms.list"))

    def either(self, items: Sequence[str]) -> str:
        """ "a, b or c"."""
        return formats.listed(items, last=self.say("forms.choice"))

    def pair(self, name: str, value: str) -> str:
        """ "name: value", with the colon as the language sets it."""
        return self.say("forms.pair", name=name, value=value)

    def money(self, amount: Money) -> str:
        return formats.money(amount, self.locale)

    def price(self, amount: Decimal, currency: str) -> str:
        return formats.price(amount, currency, self.locale)

    def rating(self, value: float) -> str:
        """ "4.5", "4,5"."""
        return formats.number(value, self.locale, places=1)

    def day(self, value: date, *, today: date) -> str:
        return formats.day(value, today=today, locale=self.locale, pattern=self.say("forms.day"))

    def state(self, status: str) -> str:
        """An order's state; one that we have no word for as it is."""
        key = status.replace(" (", "_").replace(")", "").replace(" ", "_")
        return self.entries.get(f"states.{key}", status)

    def reason(self, reason: str) -> str:
        """A reason that the shop accepts for a cancellation; one that we have no word for as it is."""
        return self.entries.get(f"reasons.{reason.replace(' ', '_')}", reason)

    def part_of_address(self, name: str) -> str:
        return self.entries.get(f"address.{name}", name)

    def incapable(self, what: str) -> str:
        """What this assistant cannot do; what we have no word for as it is."""
        return self.entries.get(f"cannot.{what.replace(' ', '_').replace('-', '')}", what)

    def term(self, name: str) -> str:
        """The name of an attribute or option; one that we have no word for as the shop wrote it."""
        return self.terms.get(name.lower(), name)

    def value(self, value: str) -> str:
        """A shop's value in this language; one that we have no words for as the shop wrote it."""
        if not self.values:
            return value
        return shop_values.told(value, self.values, lambda *parts: self.listed(parts), self.say("forms.point"))

    def option(self, value: str) -> QuickReply:
        """A button for one of the shop's options: told in this language, understood in the shop's."""
        return QuickReply(label=self.value(value), text=value)

    def reply(self, key: str, /, **values: str) -> QuickReply:
        return QuickReply(
            label=self.say(f"replies.{key}.label", **values), text=self.say(f"replies.{key}.text", **values)
        )
