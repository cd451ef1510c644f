"""The second scripted customer's sentences: phrases filled with a goal's facts, in a person's manner, with typing errors. Pure.

Above: `service_heldout_customer`. Below: the phrases, the goals.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

from eval.service_heldout import phrases as say
from eval.service_heldout.goals import Goal, Person, Wish

_PLAIN_WORD: Final = re.compile(r"(?<![\w#@.\-])[a-z]{5,}(?![\w@\-])")
_SPEAKS_FOR_ITSELF: Final = ("color", "material")


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How this person writes."""

    tone: str
    typing_errors: float
    all_at_once: bool
    """Everything in the first message; else one thing after the other, as asked."""
    numbers_orders: bool
    """Names the order from the start; else only when asked."""
    tells_whole: bool
    """Names every option of the new item; else only what changes."""
    repairs: bool
    """Says something else first and corrects it in the same breath."""
    asks_between: bool
    changes_mind: bool
    points: bool
    """Answers a list by place ("the second one")."""


def manner_of(random: Random) -> Manner:
    return Manner(
        tone=random.choice(("terse", "plain", "polite", "grumpy", "rambling")),
        typing_errors=random.choice((0.0, 0.0, 0.0, 0.04, 0.08)),
        all_at_once=random.random() < 0.4,
        numbers_orders=random.random() < 0.6,
        tells_whole=random.random() < 0.3,
        repairs=random.random() < 0.15,
        asks_between=random.random() < 0.25,
        changes_mind=random.random() < 0.1,
        points=random.random() < 0.4,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    random: Random
    manner: Manner
    person: Person

    def one(self, bank: Sequence[str], **facts: str) -> str:
        return self.random.choice(bank).format(**facts)

    def toned(self, text: str) -> str:
        """With this person's manner around it."""
        tone = self.manner.tone
        whole = self.one(say.PREFIXES[tone]) + text + self.one(say.SUFFIXES[tone])
        return whole.lower() if tone == "terse" and "@" not in whole and "#" not in whole else whole

    def typed(self, text: str) -> str:
        """Some plain words with two letters changed places; never a number, an e-mail address or an id."""
        return _PLAIN_WORD.sub(self._mistyped, text) if self.manner.typing_errors else text

    def _mistyped(self, found: re.Match[str]) -> str:
        word = found[0]
        if self.random.random() >= self.manner.typing_errors:
            return word
        at = self.random.randrange(1, len(word) - 2)
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]

    def identity(self) -> str:
        person = self.person
        if person.email:
            return self.one(say.EMAIL, email=person.email, name=person.name)
        return self.one(say.NAME_ZIP, name=person.name, zip=person.zip)

    def goal(self, goal: Goal, *, order: bool = True, all_facts: bool = False) -> str:
        """What is wanted, with as many facts as this person gives unasked."""
        numbered = order or all_facts
        match goal.kind:
            case "cancel":
                text = self.one(say.CANCEL if numbered else say.CANCEL_UNNUMBERED, order=goal.order)
                return f"{text}, {self.reason(goal)}" if all_facts else text
            case "return":
                bank = say.RETURN if numbered else say.RETURN_UNNUMBERED
                text = self.one(bank, items=self.items(goal), order=goal.order)
                return f"{text}. {self.method(goal)}" if all_facts else text
            case "address":
                return self.one(say.ADDRESS, order=goal.order, address=self.address(goal))
            case "payment":
                return self.one(say.PAYMENT, order=goal.order, method=self.kind_of_method(goal.method))
            case _:
                bank = say.SWAP if numbered else say.SWAP_UNNUMBERED
                text = self.one(bank, wishes=self.wishes(goal), order=goal.order)
                return f"{text}. {self.method(goal)}" if all_facts else text

    def reason(self, goal: Goal) -> str:
        bank = say.REASONS[goal.reason]
        if self.manner.repairs:
            other = next(bank for name, bank in say.REASONS.items() if name != goal.reason)
            return f"{self.one(other)} - {self.one(say.SWITCHING)}{self.one(bank)}"
        return self.one(bank)

    def items(self, goal: Goal) -> str:
        return _listed([f"the {self._described(item)}" for item in goal.items or goal.wishes])

    def _described(self, item: Wish) -> str:
        name = self.random.choice((item.name, item.name.lower()))
        if not item.old:
            return name
        return f"{name} ({', '.join(self._value(*pair) for pair in item.old.items())})"

    def wishes(self, goal: Goal) -> str:
        told = [self.wish(wish, goal.kind) for wish in goal.wishes]
        return self.random.choice(("; ", ", and ", ". Also ")).join(told)

    def wish(self, wish: Wish, kind: str) -> str:
        name = self.random.choice((wish.name, wish.name.lower()))
        if not wish.new:
            return f"{kind} the {name} for the same one again"
        old = _listed([self._value(key, wish.old[key]) for key in wish.new if key in wish.old])
        new = self.options(wish.whole if self.manner.tells_whole else wish.new)
        if self.manner.repairs and len(wish.new) == 1:
            new = f"{old}, {self.one(say.SWITCHING)}{new}"
        return self.one(say.WISH[kind], name=name, old=old or "current one", new=new)

    def options(self, options: Mapping[str, str]) -> str:
        return _listed([self._value(name, value) for name, value in options.items()])

    def _value(self, name: str, value: str) -> str:
        if value in ("no", "none"):
            return self.random.choice((f"without {name}", f"no {name}", f"{name}: {value}"))
        if value == "yes":
            return self.random.choice((f"with {name}", f"{name}: yes", f"{name} yes"))
        forms = [f"{name} {value}", f"{name}: {value}", f"{value} {name}", f"with {value} as {name}"]
        if (name.endswith(_SPEAKS_FOR_ITSELF) and len(name.split()) == 1) or re.search(r"\d[\w -]*[a-zA-Z]", value):
            forms += [value] * 4
        return self.random.choice(forms)

    def method(self, goal: Goal) -> str:
        bank = say.METHOD_REFUND if goal.kind == "return" else say.METHOD_DIFFERENCE
        return self.one(bank, method=self.kind_of_method(goal.method))

    def kind_of_method(self, method: str, *, exactly: bool = False) -> str:
        kind = method.rsplit("_", 1)[0].replace("_", " ")
        return method if exactly or self.random.random() < 0.25 else kind

    def address(self, goal: Goal) -> str:
        place = goal.address
        if goal.same_as.startswith("#") and self.random.random() < 0.3:
            forms = ("the same address as order {order}", "the address that {order} has", "where {order} went")
            return self.one(forms, order=goal.same_as)
        street = f"{place['address1']}, {place['address2']}" if place.get("address2") else place["address1"]
        town = f"{place['city']}, {place['state']} {place['zip']}"
        return self.random.choice((f"{street}, {town}", f"{street}, {town}, {place['country']}", f"{street} in {town}"))


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}" if parts else ""
