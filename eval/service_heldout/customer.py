"""The second scripted customer of the public retail benchmark's synthetic tasks: phrases and manners the first one lacks.

Knows the task's text alone. Reads what any client of the protocol gets: the reply's text, its quick replies, and the
question that waits for a yes. Says yes only to what was asked for; corrects what was not; gives up after a while.
Easier to serve than people: the words come from a bank and every answer is to the point sooner or later.
Above: `service_heldout_run`. Below: wording, goals. Pure, and the same again for the same task and seed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from eval.service_heldout import phrases as say
from eval.service_heldout.goals import Goal, Wish, read_person
from eval.service_heldout.wording import Voice, manner_of

MOST_MESSAGES: Final = 40
_MOST_TRIES: Final = 7
"""Of one goal; then it is given up."""

_ASKS: Final = tuple(
    (name, re.compile(pattern, re.I))
    for name, pattern in (
        ("identity", r"e-?mail address of your|your (?:account's )?e-?mail|zip code|who you are|who am i|full name"),
        ("reason", r"\breason\b|\bwhy\b"),
        (
            "order",
            r"which (?:of (?:these|your) )?orders?\b|order number|number of the order|which one (?:do you|is it)",
        ),
        ("items", r"which (?:of (?:these|the) )?(?:items?|things?|products?)|items you(?:'d| would) like"),
        (
            "option",
            r"which (?:options?|version|colou?r|size|one)|be instead\?|one of (?:them|these)|can be had|there are",
        ),
        ("address", r"\baddress\b|\bstreet\b|where should it go"),
        ("method", r"payment method|which (?:card|method)|how would you like to pay|refund (?:can )?go|gift card"),
        ("person", r"\bcolleague\b|\ba person\b|\bhuman\b"),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A reply as a client of the protocol has it."""

    text: str
    quick_replies: tuple[str, ...] = ()
    changes: tuple[Mapping[str, Any], ...] | None = None
    """What waits for a yes; None when nothing does."""
    summary: str = ""


@dataclass(slots=True, kw_only=True)
class HeldoutCustomer:
    voice: Voice
    goals: tuple[Goal, ...]
    at: int = 0
    done: set[int] = field(default_factory=set)
    agreed: set[int] = field(default_factory=set)
    """Goals that the last yes was for."""
    tries: int = 0
    asked_between: bool = False
    changed_mind: bool = False
    declined: bool = False
    told: set[int] = field(default_factory=set)
    messages: int = 0

    @classmethod
    def of(cls, instruction: str, *, task: object, seed: int) -> HeldoutCustomer:
        """Raises ValueError for a text that is not understood."""
        person = read_person(instruction)
        random = Random(f"{task}/{seed}/second")
        voice = Voice(random=random, manner=manner_of(random), person=person)
        return cls(voice=voice, goals=person.goals)

    def opening(self) -> str:
        voice, manner = self.voice, self.voice.manner
        if manner.all_at_once:
            wanted = [voice.goal(goal, all_facts=True) for goal in self._together()]
            self.told.update(range(len(wanted)))
            first, *others = wanted
            text = ". ".join([first, *(voice.one(say.NEXT, goal=other) for other in others), voice.identity()])
            return self._send(voice.toned(text))
        if voice.random.random() < 0.25:
            return self._send(f"{voice.one(say.HELLO)} {voice.one(say.NEEDS)}")
        who = voice.random.random() < 0.3
        text = self._tell()
        return self._send(voice.toned(f"{voice.identity()}. {text}" if who else text))

    def _together(self) -> Sequence[Goal]:
        return self.goals if self.voice.random.random() < 0.5 else self.goals[:1]

    def answer(self, heard: Heard) -> str | None:
        """What is said next; None when there is nothing more to say."""
        if self.messages >= MOST_MESSAGES:
            return None
        if self.agreed and not self._covered(heard) & self.agreed:
            self.done |= self.agreed
            self.agreed = set()
            if heard.changes is None:
                return self._go_on()
        if len(self.done) == len(self.goals):
            return None
        if heard.changes is not None:
            return self._confirm(heard)
        if self.declined:
            self.declined = False
            return self._send(self.voice.one(say.AFTER_ALL, goal=self._tell(fully=True)))
        if self._ask_between():
            return self._send(self.voice.one(say.QUESTIONS))
        self.tries += 1
        if self.tries > _MOST_TRIES:
            return self._give_up()
        return self._send(self._reply_to(heard))

    def _ask_between(self) -> bool:
        if not self.voice.manner.asks_between or self.asked_between or self.voice.random.random() < 0.5:
            return False
        self.asked_between = True
        return True

    def _go_on(self) -> str | None:
        """The next thing that is wanted."""
        self.tries = 0
        open_goals = [at for at in range(len(self.goals)) if at not in self.done]
        if not open_goals:
            return None
        self.at = open_goals[0]
        return self._send(self.voice.one(say.NEXT, goal=self._tell()))

    def _give_up(self) -> str | None:
        self.done.add(self.at)
        return self._go_on()

    @property
    def goal(self) -> Goal:
        return self.goals[self.at]

    def _tell(self, *, fully: bool = False) -> str:
        self.told.add(self.at)
        manner = self.voice.manner
        numbered = manner.numbers_orders or fully or len(self.goals) > 1
        return self.voice.goal(self.goal, order=numbered, all_facts=fully or manner.all_at_once)

    def _reply_to(self, heard: Heard) -> str:
        if self.at not in self.told:
            asked = self._asked(heard)
            return self.voice.identity() if asked == "identity" and self.tries < 2 else self._tell()
        voice, goal = self.voice, self.goal
        match self._asked(heard):
            case "identity":
                return voice.identity()
            case "reason" if goal.reason:
                return voice.reason(goal)
            case "order":
                return voice.one(say.ORDER, order=goal.order)
            case "items" if goal.items:
                return voice.items(goal) + (f", order {goal.order}" if self.tries > 2 else "")
            case "items" if goal.wishes:
                return f"{voice.items(goal)}{f', order {goal.order}' if self.tries > 2 else ''}"
            case "option" if goal.wishes:
                return self._option(heard)
            case "address" if goal.address:
                return voice.one(say.ADDRESS_ALONE, address=voice.address(goal))
            case "method" if goal.method:
                return voice.kind_of_method(goal.method, exactly=self.tries > 2)
            case "person":
                return voice.one(say.NOT_A_PERSON, goal=self._tell(fully=True))
        return self._tell(fully=True)

    def _asked(self, heard: Heard) -> str:
        """What the reply's last question is about; its other sentences where that tells nothing."""
        sentences = re.split(r"(?<=[.?!:])\s+", heard.text)
        questions = [sentence for sentence in sentences if sentence.endswith(("?", ":"))]
        for text in (*reversed(questions), heard.text):
            for name, pattern in _ASKS:
                if pattern.search(text):
                    return name
        return ""

    def _option(self, heard: Heard) -> str:
        """By place in the list shown, where this person points; else in words."""
        voice, goal = self.voice, self.goal
        lines = [line for line in heard.text.splitlines() if re.match(r"\s*(?:[-*•]|\d+[.)])\s", line)]
        about = [wish for wish in goal.wishes if wish.name.casefold() in heard.text.casefold()] or list(goal.wishes)
        wish = about[-1] if len(about) == 1 else about[min(self.tries - 1, len(about) - 1)]
        fitting = [
            at for at, line in enumerate(lines) if all(v.casefold() in line.casefold() for v in wish.whole.values())
        ]
        if voice.manner.points and len(fitting) == 1 and len(about) == 1 and fitting[0] < 4:
            return voice.one(_PLACES[fitting[0]])
        if self.tries > 2:
            return f"the {wish.name}: {voice.options(wish.whole)}"
        return voice.options(wish.whole if voice.manner.tells_whole else wish.new or wish.whole)

    def _confirm(self, heard: Heard) -> str:
        voice, covered = self.voice, self._covered(heard)
        if covered and self.at not in covered:
            self.at, self.tries = min(covered), 0
        if fix := self._amiss(heard, covered):
            self.tries += 1
            if self.tries <= _MOST_TRIES:
                return self._send(fix)
            following = self._give_up()
            return self._send(voice.one(say.DECLINES)) if following is None else following
        if voice.manner.changes_mind and not self.changed_mind:
            self.changed_mind = self.declined = True
            return self._send(voice.one(say.DECLINES))
        if self._ask_between():
            return self._send(voice.one(say.QUESTIONS))
        self.agreed = covered
        return self._send(voice.one(say.YES))

    def _covered(self, heard: Heard) -> set[int]:
        """The open goals among what waits for a yes."""
        return {
            at for at, goal in enumerate(self.goals) if at not in self.done and self._found(goal, heard) is not None
        }

    def _found(self, goal: Goal, heard: Heard) -> Mapping[str, Any] | None:
        """The change of the list that is this goal."""
        kind = "swap" if goal.wishes else goal.kind
        for change in heard.changes or ():
            if _kind(change) == kind and change.get("order_id") == goal.order:
                return change
        return None

    def _amiss(self, heard: Heard, covered: set[int]) -> str:
        """What to say against what is proposed; nothing when it is what was asked for."""
        voice, goal = self.voice, self.goal
        changes = heard.changes or ()
        if not covered:
            same_kind = any(_kind(each) == ("swap" if goal.wishes else goal.kind) for each in changes)
            return voice.one(say.OTHER_ORDER if same_kind else say.NO_BUT, order=goal.order, fix=self._tell(fully=True))
        if (before := self._before(covered)) is not None:
            return voice.one(say.NO_BUT, fix=voice.goal(before, all_facts=True))
        if len(changes) > len(covered):
            return voice.one(say.NO_BUT, fix=f"only {goal.order}, nothing else")
        for at in sorted(covered):
            change = self._found(self.goals[at], heard) or {}
            if fix := self._one_amiss(self.goals[at], change, heard):
                return f"{fix} (order {self.goals[at].order})" if len(covered) > 1 else fix
        return ""

    def _before(self, covered: set[int]) -> Goal | None:
        """Something else of the same order that was to come first, for afterwards it may be too late."""
        orders = {self.goals[at].order for at in covered}
        before = (at for at in range(max(covered)) if at not in self.done | covered and self.goals[at].order in orders)
        first = next(before, None)
        return None if first is None else self.goals[first]

    def _one_amiss(self, goal: Goal, change: Mapping[str, Any], heard: Heard) -> str:
        if goal.reason and change.get("reason") != goal.reason:
            return self.voice.one(say.NO_BUT, fix=self.voice.one(say.REASONS[goal.reason]))
        return self._items_amiss(goal, change, heard)

    def _items_amiss(self, goal: Goal, change: Mapping[str, Any], heard: Heard) -> str:
        voice = self.voice
        text = f"{heard.summary} {heard.text}".casefold()
        pieces = change.get("swaps") or change.get("items") or ()
        named = goal.wishes or goal.items
        if len(pieces) != len(named) or any(item.name.casefold() not in text for item in named):
            told = voice.items(goal) if goal.items else voice.wishes(goal)
            return voice.one(say.NO_BUT, fix=f"{told}, nothing else")
        for wish in goal.wishes:
            if not _shown(wish, heard.summary or heard.text):
                if wish.old and not _lists(wish.name, wish.old, heard.summary or heard.text):
                    return voice.one(say.NO_BUT, fix=f"I mean the {wish.name} with {voice.options(wish.old)}")
                return voice.one(say.NO_BUT, fix=f"the {wish.name} should be {voice.options(wish.whole)}")
        if goal.address and any(change.get("address", {}).get(key) != value for key, value in goal.address.items()):
            return voice.one(say.NO_BUT, fix=voice.one(say.ADDRESS_ALONE, address=voice.address(goal)))
        if goal.method and change.get("payment_method_id") != goal.method:
            exactly = voice.kind_of_method(goal.method, exactly=self.tries > 1)
            bank = say.METHOD_REFUND if goal.kind == "return" else say.METHOD_DIFFERENCE
            return voice.one(say.NO_BUT, fix=voice.one(bank, method=exactly))
        return ""

    def _send(self, text: str) -> str:
        self.messages += 1
        return self.voice.typed(text)


_PLACES: Final = (
    ("the first one", "number 1", "the first", "1st one please", "option 1", "first"),
    ("the second one", "number 2", "the second", "2nd one please", "option 2", "second"),
    ("the third one", "number 3", "the third", "3rd one please", "option 3", "third"),
    ("the fourth one", "number 4", "the fourth", "4th one please", "option 4", "fourth"),
)


def _shown(wish: Wish, text: str) -> bool:
    """Whether the item that they have and the one that they want are both listed, with exactly their options."""
    wanted = _lists(wish.name, wish.whole, text)
    return wanted > (0 if wish.new else 1) and (not wish.old or _lists(wish.name, wish.old, text) > 0)


def _lists(name: str, options: Mapping[str, str], text: str) -> int:
    """How often the item is mentioned with just these options, as a reader would check them."""
    wanted = sorted(value.casefold() for value in options.values())
    lists = re.findall(rf"{re.escape(name)}\s*\(([^()]*)\)", text, re.I)
    return sum(sorted(value.strip() for value in told.casefold().split(",")) == wanted for told in lists)


def _kind(change: Mapping[str, Any]) -> str:
    """Of a proposed change, by what its arguments name."""
    if "address" in change:
        return "address"
    if "reason" in change:
        return "cancel"
    if "items" in change:
        return "return"
    return "swap" if "swaps" in change else "payment"
