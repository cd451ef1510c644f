"""A scripted customer of the public benchmark's synthetic tasks: knows the task's words, hears what the protocol sends.

Answers questions, says yes to a list that is what they want, no to another, and gives up after a bounded number of
messages. Easier than a customer played by a language model: it never strays, never misremembers, and names options by the
shop's own values. Above: `tau2_synthetic`. Below: goals, speech.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from eval.tau2.goals import Goal, Piece, Want
from eval.tau2.speech import Speech, _joined

Json = dict[str, Any]
MOST_REPEATS = 3

_ASKS_WHO = re.compile(r"e-?mail|zip|who (?:am i|you are)|your name", re.I)
_ASKS_REASON = re.compile(r"\breason\b|\bwhy\b", re.I)
_ASKS_ORDER = re.compile(r"which (?:of (?:these|your) )?orders?\b|order number|which order", re.I)
_ASKS_ITEMS = re.compile(r"which (?:of these )?items?|which of (?:them|these)\b|which pieces?|which one", re.I)
_ASKS_OPTION = re.compile(r"\boptions?\b|be instead|available|can be had|what shall", re.I)
_ASKS_METHOD = re.compile(
    r"payment method|how would you like to pay|refund (?:go|to)|pay (?:by|with)|which (?:card|method)", re.I
)
_ASKS_ADDRESS = re.compile(r"\baddress\b|street|where should it go", re.I)
_ASKS_MORE = re.compile(r"anything else|is that all|what else", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A reply: its text, and the events of the turn as plain data: type and data."""

    text: str
    events: Sequence[Json] = ()

    def of(self, kind: str) -> list[Json]:
        return [event["data"] for event in self.events if event["type"] == kind]


@dataclass(slots=True, kw_only=True)
class Customer:
    goal: Goal
    speech: Speech
    variants: Mapping[str, Json]
    """The shop's variants by id, to read the list that is to be confirmed: {"name", "options"}."""
    left: list[Want] = field(init=False)
    told_who: bool = False
    known: bool = False
    """Whether the assistant has said that it knows them."""
    asked_before: Counter[str] = field(default_factory=Counter)
    """How often each question has come."""
    repeats: int = 0
    asked_about: Want | None = None
    held_back: Piece | None = None
    wronged: bool = False
    noes: int = 0
    seen_confirmation: str = ""
    said_yes_to: list[Want] = field(default_factory=list)
    agreed: bool = False
    """Whether their last message was a yes to a list."""

    def __post_init__(self) -> None:
        self.left = list(self.goal.wants)

    @property
    def manner(self) -> Any:
        return self.speech.manner

    def first(self) -> str:
        speech, wants = self.speech, self.left
        who = speech.who(self.goal)
        match self.manner.opening:
            case "everything":
                self.told_who = True
                text = f"{who}. {self._requests(wants)}"
            case "all requests":
                text = self._requests(wants)
            case "one request":
                text = self._request(wants[0])
            case "who first":
                self.told_who = True
                text = who
            case _:
                text = speech.opening(wants[0])
        return speech.message(text, first=True)

    def answer(self, heard: Heard) -> str:
        """What they say to a reply; "" when they have nothing more to say, or give up."""
        self._settle(heard)
        self.agreed = False
        said = self._answer(heard)
        return self.speech.message(said) if said else ""

    def _answer(self, heard: Heard) -> str:
        asked = heard.of("confirmation_asked")
        if asked:
            return self._judged(asked[-1])
        if not self.left:
            return ""
        question = _question(heard.text)
        if _ASKS_WHO.search(question) and not self.known:
            return self._who()
        want = self.asked_about or self.left[0]
        if want not in self.left:
            want = self.left[0]
        return self._fact(want, question, heard)

    def _who(self) -> str:
        self.repeats += 1
        if self.repeats > MOST_REPEATS:
            return ""
        self.told_who = True
        return self.speech.who(self.goal)

    def _fact(self, want: Want, question: str, heard: Heard) -> str:
        key = self._key(want, question)
        self.asked_before[key] += 1
        self.repeats = self.asked_before[key]
        if self.repeats > MOST_REPEATS:
            return self._given_up(want, heard)
        speech, first_time = self.speech, self.asked_about is not want
        self.asked_about = want
        if _ASKS_REASON.search(question) and want.kind == "cancel":
            return speech.reason(want)
        if _ASKS_ORDER.search(question):
            return speech.which_order(want)
        if _ASKS_METHOD.search(question) and want.method:
            return speech.method(want.method) if self.repeats == 1 else want.method
        if _ASKS_ADDRESS.search(question) and want.kind == "address":
            return speech.address(want, written=self.repeats > 1)
        if _ASKS_ITEMS.search(question) and want.items:
            return self._which_items(want, question)
        if _ASKS_OPTION.search(question) and want.kind == "swap":
            return self._option(want, heard.text)
        if first_time and self.manner.opening == "bit by bit" and want is not self.goal.wants[0]:
            return speech.opening(want)
        return self._request(want)

    def _key(self, want: Want, question: str) -> str:
        """The same question about the same things: asked too often, they give up."""
        patterns = (_ASKS_REASON, _ASKS_ORDER, _ASKS_METHOD, _ASKS_ADDRESS, _ASKS_ITEMS, _ASKS_OPTION)
        kinds = [str(number) for number, pattern in enumerate(patterns) if pattern.search(question)]
        about = [piece.name for piece in want.items if piece.name.casefold() in question.casefold()]
        return "/".join((want.kind, want.order, *kinds, *about))

    def _given_up(self, want: Want, heard: Heard) -> str:
        """Goes on with the next wish."""
        self.left = [other for other in self.left if other != want]
        self.repeats, self.asked_about = 0, None
        return self._fact(self.left[0], "", heard) if self.left else ""

    def _which_items(self, want: Want, question: str) -> str:
        if want.kind == "return" and self.repeats > 1:
            described = [
                f"{piece.name} ({', '.join(piece.now.values())})" if piece.now else piece.name for piece in want.items
            ]
            return f"{_joined(described)} from {want.order}"
        if want.kind == "swap" and self.repeats > 1:
            described = [f"{piece.name} ({', '.join(piece.now.values())})" for piece in want.items]
            return f"{_joined(described)} in order {want.order}"
        return self.speech.items(want)

    def _option(self, want: Want, text: str) -> str:
        """The options of the item that the question names."""
        named = [piece for piece in want.items if piece.name.casefold() in text.casefold()]
        piece = (named or want.items)[0]
        return (
            self.speech.target(piece)
            if self.repeats < 2
            else ", ".join(f"{name} {value}" for name, value in piece.target.items())
        )

    def _requests(self, wants: Sequence[Want]) -> str:
        joins = (". Also, ", ". And ", ". Then ", ". ", ". I also need this: ")
        text = self._request(wants[0])
        for want in wants[1:]:
            text = text.rstrip(".") + self.speech.pick(*joins) + self._request(want)
        return text

    def _request(self, want: Want) -> str:
        said = want
        if self.manner.adds and len(want.items) > 1 and self.held_back is None:
            self.held_back = want.items[-1]
            said = replace(want, items=want.items[:-1])
        if self.manner.corrects and not self.wronged and want.kind == "cancel":
            self.wronged = True
            other = "no longer needed" if "mistake" in want.reason else "ordered by mistake"
            return f"{self.speech.request(replace(want, reason=other))}. No wait, {self.speech.reason(want)}"
        return self.speech.request(said)

    def _judged(self, asked: Json) -> str:
        """Yes to what is wanted and to nothing else."""
        changes = asked["arguments"].get("changes", [])
        met = [want for change in changes for want in self.left if self._meets(change, want)]
        self.seen_confirmation = str(asked["confirmation_id"])
        if changes and len(met) == len(changes):
            self.said_yes_to, self.repeats, self.noes, self.agreed = met, 0, 0, True
            return self._yes()
        self.noes += 1
        want = self._nearest(changes) if self.left else None
        if self.noes > MOST_REPEATS or want is None:
            self.left = [other for other in self.left if other != want]
            self.noes = 0
            return "no, leave it"
        self.asked_about = want
        if self.held_back is not None and self.held_back in want.items and self._lacks_only(changes, want):
            return self._also(want, self.held_back)
        said = self.speech.pick(
            "No, that's not right", "no", "No, not like that", "That's not what I want", "no, that is wrong"
        )
        return f"{said}. {_capitalised(self.speech.request(want))}"

    def _also(self, want: Want, piece: Piece) -> str:
        thing = self.speech.swap(piece) if want.kind == "swap" else self.speech.piece(piece, article=True)
        verb = {"swap": "change", "return": "return"}[want.kind]
        return self.speech.pick(
            f"actually, also {verb} {thing}",
            f"wait, I also want to {verb} {thing}",
            f"oh and {thing} too",
            f"before you do that, please add {thing} as well",
            f"hold on, {thing} also",
        )

    def _yes(self) -> str:
        return self.speech.pick(
            "yes",
            "Yes, please go ahead",
            "yes that's correct",
            "Yes",
            "sure, do it",
            "go ahead",
            "that's right, please proceed",
            "yes, confirm",
        )

    def _settle(self, heard: Heard) -> None:
        """What was carried out is no wish any more."""
        answered = [
            one["answer"]
            for one in heard.of("confirmation_answered")
            if one["confirmation_id"] == self.seen_confirmation
        ]
        failed = any("error" in one and one["error"] for one in heard.of("tool_returned"))
        if "yes" in answered and not failed:
            self.left = [want for want in self.left if want not in self.said_yes_to]
            self.asked_about, self.repeats = None, 0
        if heard.of("customer_identified"):
            self.known, self.repeats = True, 0

    def _nearest(self, changes: Sequence[Json]) -> Want:
        orders = {str(change.get("order_id")) for change in changes}
        kinds = {_kind(change) for change in changes}
        ranked = sorted(self.left, key=lambda want: (want.order not in orders, want.kind not in kinds))
        return ranked[0]

    def _lacks_only(self, changes: Sequence[Json], want: Want) -> bool:
        less = replace(want, items=tuple(piece for piece in want.items if piece != self.held_back))
        return any(self._meets(change, less) for change in changes)

    def _meets(self, change: Json, want: Want) -> bool:
        """Whether that change is exactly this wish."""
        if change.get("order_id") != want.order or _kind(change) != want.kind:
            return False
        match want.kind:
            case "cancel":
                return bool(change["reason"] == want.reason)
            case "address":
                return all(str(change["address"].get(key, "")) == value for key, value in want.address.items())
            case "payment":
                return bool(change["payment_method_id"] == want.method)
            case "return":
                return change["payment_method_id"] == want.method and _all_meet(want.items, change["items"], self._is)
            case _:
                swaps = [(swap["old"], swap["new"]) for swap in change["swaps"]]
                return change["payment_method_id"] == want.method and _all_meet(want.items, swaps, self._becomes)

    def _is(self, piece: Piece, variant_id: str) -> bool:
        variant = self.variants[variant_id]
        return variant["name"] == piece.name and all(variant["options"].get(k) == v for k, v in piece.now.items())

    def _becomes(self, piece: Piece, swap: tuple[str, str]) -> bool:
        old, new = swap
        options = self.variants[new]["options"]
        return self._is(piece, old) and all(options.get(name) == value for name, value in piece.target.items())


def _all_meet(pieces: Sequence[Piece], found: Sequence[Any], meets: Any) -> bool:
    """Each piece has one of its own."""
    left = list(found)
    for piece in pieces:
        one = next((each for each in left if meets(piece, each)), None)
        if one is None:
            return False
        left.remove(one)
    return not left


def _kind(change: Json) -> str:
    if "reason" in change:
        return "cancel"
    if "swaps" in change:
        return "swap"
    if "items" in change:
        return "return"
    return "address" if "address" in change else "payment"


def _question(text: str) -> str:
    """The sentences that ask; all of the text when none does."""
    asked = re.findall(r"[^.?!\n]*\?|[^.?!\n]*\b(?:please (?:give|tell)|tell me|choose among)\b[^.?!\n]*", text)
    return " ".join(asked) or text


def _capitalised(text: str) -> str:
    return text[:1].upper() + text[1:]


def writes(heard: Heard) -> Counter[str]:
    """Tools that changed something in that turn, by name."""
    started = {one["call_id"]: one for one in heard.of("tool_called") if one["arguments"].get("step") == "execute"}
    done = [one for one in heard.of("tool_returned") if one["call_id"] in started and not one.get("error")]
    return Counter(started[one["call_id"]]["name"] for one in done)
