"""How a scripted customer puts what they want into words: every fact in at least five ways, chosen by seed (pure).

Above: `tau2_customer`. Below: `tau2_goals`.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.tau2.goals import Goal, Piece, Want

_AFFIRMS = {"yes", "true"}
_DENIES = {"no", "none", "false"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """One customer's way of talking, the same through a conversation."""

    opening: str
    """How much the first message holds: "everything", "all requests", "one request", "who first", "bit by bit"."""
    tone: str
    """ "plain", "chatty", "terse", "polite", "hurried"."""
    options: str
    """How options are named: "keyed", "natural", "bare", "from to", "whole"."""
    orders: str
    """ "number", "bare number", "described" (by what is in it, where the task tells)."""
    typos: float = 0.0
    """Share of the longer words with one wrong letter."""
    corrects: bool = False
    """Says something wrong at first and mends it."""
    adds: bool = False
    """Keeps one item back until the list is read out: "actually, also …"."""


OPENINGS = ("everything", "all requests", "one request", "who first", "bit by bit")
TONES = ("plain", "chatty", "terse", "polite", "hurried")
OPTIONS = ("keyed", "natural", "bare", "from to", "whole")
ORDERS = ("number", "number", "bare number", "described", "described")


def manner_of(dice: random.Random) -> Manner:
    extra = dice.choice(("", "", "typos", "corrects", "adds"))
    return Manner(
        opening=dice.choice(OPENINGS),
        tone=dice.choice(TONES),
        options=dice.choice(OPTIONS),
        orders=dice.choice(ORDERS),
        typos=0.08 if extra == "typos" else 0.0,
        corrects=extra == "corrects",
        adds=extra == "adds",
    )


@dataclass(slots=True, kw_only=True)
class Speech:
    """Words for facts, in one manner."""

    manner: Manner
    dice: random.Random

    def pick(self, *ways: str) -> str:
        return self.dice.choice(ways)

    def who(self, goal: Goal) -> str:
        if goal.email:
            return self.pick(
                f"my email is {goal.email}",
                f"it's {goal.email}",
                goal.email,
                f"{goal.name}, {goal.email}",
                f"you can find me under {goal.email}",
                f"I'm {goal.name} and my e-mail address is {goal.email}",
            )
        first, last = goal.name.split(" ", 1)
        return self.pick(
            f"my name is {goal.name} and my zip code is {goal.zip_code}",
            f"I'm {goal.name}, zip {goal.zip_code}",
            f"{goal.name}, {goal.zip_code}",
            f"name: {goal.name}, zip code: {goal.zip_code}",
            f"this is {goal.name} and I live in {goal.zip_code}",
            f"zip is {goal.zip_code}, first name {first}, last name {last}",
        )

    def order(self, want: Want) -> str:
        """The order as an object: "order #W1", "the order with the kettle"."""
        number = want.order.lstrip("#") if self.manner.orders == "bare number" else want.order
        if self.manner.orders == "described" and want.items:
            held = _joined([f"the {piece.name.lower()}" for piece in want.items[:2]])
            return self.pick(f"the order with {held}", f"the one with {held} in it", f"my order that has {held}")
        return self.pick(f"order {number}", f"my order {number}", f"order number {number}", f"{number}")

    def which_order(self, want: Want) -> str:
        """The answer to "which order?"."""
        number = want.order.lstrip("#") if self.manner.orders == "bare number" else want.order
        return self.pick(
            number, f"it's {number}", f"order {number}", f"the order number is {number}", f"{number} please"
        )

    def reason(self, want: Want) -> str:
        if "mistake" in want.reason:
            return self.pick(
                "I ordered it by mistake",
                "ordered by mistake",
                "it was a mistake",
                "I placed it accidentally",
                "that order was placed by mistake, sorry",
            )
        return self.pick(
            "I don't need it anymore",
            "no longer needed",
            "I no longer need it",
            "it's not needed any more",
            "I changed my mind and don't need it any longer",
        )

    def method(self, method_id: str) -> str:
        kind = method_id.rsplit("_", 1)[0].replace("_", " ")
        named = {"paypal": "PayPal"}.get(kind, kind)
        return self.pick(method_id, f"my {named}", f"the {named}", f"{named} ({method_id})", f"my {named} {method_id}")

    def paying(self, want: Want) -> str:
        method = self.method(want.method)
        if want.kind == "return":
            return self.pick(
                f"refund to {method}",
                f"please put the refund on {method}",
                f"I'd like the money back on {method}",
                f"the refund should go to {method}",
                f"{method} for the refund",
            )
        return self.pick(
            f"use {method}",
            f"via {method}",
            f"any difference on {method}",
            f"I'll pay with {method}",
            f"please use {method} for the price difference",
        )

    def address(self, want: Want, *, written: bool = False) -> str:
        to = want.address
        if not written and want.same_as:
            return self.pick(
                f"the same address as order {want.same_as}",
                f"the address of order {want.same_as}",
                f"where {want.same_as} was sent",
                f"the address I used for {want.same_as}",
                f"same as {want.same_as}",
                self.address(want, written=True),
                self.address(want, written=True),
            )
        return self.pick(
            f"{to['address1']}, {to['address2']}, {to['city']}, {to['state']} {to['zip']}",
            f"{to['address1']} {to['address2']}, {to['city']}, {to['state']}, {to['zip']}, {to['country']}",
            f"{to['address1']}, {to['address2']}, {to['city']} {to['state']} {to['zip']}",
            f"{to['address1']}, {to['address2']}, {to['city']}, {to['country']}, {to['state']}, {to['zip']}",
            f"street {to['address1']}, {to['address2']}, city {to['city']}, state {to['state']}, zip {to['zip']}",
        )

    def items(self, want: Want) -> str:
        return _joined([self.piece(piece, article=True) for piece in want.items])

    def piece(self, piece: Piece, *, article: bool = False) -> str:
        name = piece.name if self.dice.random() < 0.4 else piece.name.lower()
        before = self.pick("the ", "my ") if article else ""
        if piece.now and not piece.to:
            values = [value for value in piece.now.values() if value not in (*_AFFIRMS, *_DENIES)]
            return self.pick(f"{before}{name} ({', '.join(values)})", f"{before}{' '.join(values[:2])} {name}")
        return f"{before}{name}"

    def swap(self, piece: Piece) -> str:
        """ "the kettle to black"."""
        item = self.piece(piece, article=True)
        if not piece.to:
            return self.pick(f"{item} for the very same one", f"{item} for another one just like it")
        if self.manner.options == "from to":
            steps = [
                f"{name} from {piece.now[name]} to {value}" for name, value in piece.to.items() if name in piece.now
            ]
            if steps:
                return f"{item}: {', '.join(steps)}"
        return f"{item} {self.pick('to', 'for', 'into')} {self.target(piece)}"

    def target(self, piece: Piece) -> str:
        if not piece.to:
            return self.pick("the very same one", "another one just like it")
        whole = self.manner.options == "whole"
        said = self.options(piece.target if whole else piece.to)
        if whole:
            return self.pick(f"one with {said}", f"the one with {said}", f"the version with {said}")
        return self.pick(
            f"one with {said}",
            f"{said}",
            f"{said}, everything else the same",
            f"one with {said} instead",
            f"the version with {said}",
        )

    def options(self, options: Mapping[str, str]) -> str:
        return _joined([self._option(name, value) for name, value in options.items()])

    def _option(self, name: str, value: str) -> str:
        unnamed = re.fullmatch(r"\d+|[A-Z]{1,3}|yes|no|none|true|false|high|low|medium|standard|full|half", value)
        if value in _AFFIRMS and self.manner.options == "natural":
            return name
        if value in _DENIES and self.manner.options == "natural":
            return f"no {name}"
        if self.manner.options == "bare" and not unnamed:
            return value
        if self.manner.options == "natural":
            return f"{name} {value}" if re.fullmatch(r"\d+|yes|no", value) and name in ("size",) else f"{value} {name}"
        return self.pick(f"{name} {value}", f"{name}: {value}", f"{name} {value}")

    def request(self, want: Want, *, whole: bool = True) -> str:
        """What they want done. `whole`: with every fact; else only what it is."""
        order = self.order(want)
        match want.kind:
            case "cancel":
                ask = self.pick(
                    f"I want to cancel {order}",
                    f"please cancel {order}",
                    f"can you cancel {order} for me?",
                    f"{order} needs to be cancelled",
                    f"I'd like {order} cancelled",
                    f"cancel {order}",
                )
                return self._with(ask, self.reason(want)) if whole else ask
            case "return":
                items = self.items(want)
                described = self.manner.orders == "described"
                ask = self.pick(
                    f"I want to return {items}" + ("" if described else f" from {order}"),
                    f"I'd like to send back {items}" + ("" if described else f" ({order})"),
                    (f"please start a return for {items}" if described else f"from {order} please return {items}"),
                    (f"can I return {items}?" if described else f"for {order}, I need to return {items}"),
                    (f"return {items}" if described else f"return of {items}, {order}"),
                )
                return self._with(ask, self.paying(want)) if whole else ask
            case "swap":
                return self._swap(want, order, whole=whole)
            case "address":
                to = self.address(want)
                return self.pick(
                    f"I want to change the address of {order} to {to}",
                    f"please update the shipping address for {order}: {to}",
                    f"{order} should be sent to {to}",
                    f"can you ship {order} to {to} instead",
                    f"change the delivery address of {order} to {to}",
                )
            case "payment":
                method = self.method(want.method)
                return self.pick(
                    f"I want to change the payment method of {order} to {method}",
                    f"please switch the payment for {order} to {method}",
                    f"I'd rather pay for {order} with {method}",
                    f"change payment for {order} to {method}",
                    f"can you move {order} over to {method} as payment method",
                )

    def _swap(self, want: Want, order: str, *, whole: bool) -> str:
        verb = self.pick("exchange", "change", "swap", "modify", "switch")
        if not whole:
            return f"I want to {verb} {self.items(want)}" + self.pick("", f" in {order}")
        swaps = "; ".join(self.swap(piece) for piece in want.items)
        described = self.manner.orders == "described"
        ask = self.pick(
            f"for {order}, I'd like to {verb} {swaps}" if not described else f"I'd like to {verb} {swaps}",
            f"please {verb} {swaps}" + ("" if described else f", {order}"),
            f"in {order} I want to {verb} {swaps}" if not described else f"I want to {verb} {swaps}",
            f"can you {verb} {swaps}" + ("?" if described else f" in {order}?"),
            f"{verb} {swaps}" + ("" if described else f" ({order})"),
        )
        return self._with(ask, self.paying(want))

    def _with(self, ask: str, fact: str) -> str:
        if ask.endswith("?"):
            return f"{ask} {_capital(fact)}"
        return self.pick(f"{ask}, {fact}", f"{ask}. {_capital(fact)}", f"{ask} - {fact}", f"{ask} and {fact}")

    def opening(self, want: Want) -> str:
        """Only what it is about."""
        return {
            "cancel": self.pick(
                "I want to cancel an order", "I need to cancel something I ordered", "cancel an order please"
            ),
            "return": self.pick(
                "I want to return something", "I'd like to return some items", "I need to make a return"
            ),
            "swap": self.pick(
                "I'd like to exchange something", "I want to change items in my order", "I need to swap an item"
            ),
            "address": self.pick(
                "I need to change the address of an order", "wrong address on my order, please change it"
            ),
            "payment": self.pick(
                "I want to change how I pay for an order", "please change the payment method of an order"
            ),
        }[want.kind]

    def message(self, text: str, *, first: bool = False) -> str:
        """Dressed in the tone, with typing errors where the manner has them."""
        text = self._mistyped(text)
        match self.manner.tone:
            case "chatty":
                lead = (
                    self.pick("Hi there, hope you're having a good day! ", "Hello! So, here's the thing: ")
                    if first
                    else self.pick("", "Ah right, ", "Sure thing! ", "Okay so ")
                )
                tail = self.pick("", " Thanks so much!", " I really appreciate it.", " You're a star.")
                said = text if lead.endswith((", ", "so ")) else _capital(text)
                return f"{lead}{said}{'' if text.endswith('?') else '.'}{tail}"
            case "terse":
                return text
            case "polite":
                lead = self.pick("Good morning. ", "Hello, ") if first else ""
                return f"{lead}{_capital(text)}{'' if text.endswith('?') else '.'}" + self.pick(
                    "", " Thank you.", " Many thanks in advance."
                )
            case "hurried":
                return re.sub(r"[,.](?=\s)", "", text) if "'" not in text and ";" not in text else text
            case _:
                return _capital(text) + ("" if text.endswith(("?", ".")) else ".")

    def _mistyped(self, text: str) -> str:
        if not self.manner.typos:
            return text
        return " ".join(self._slip(word) for word in text.split(" "))

    def _slip(self, word: str) -> str:
        if not re.fullmatch(r"[a-z]{5,}[,.;:?]?", word) or self.dice.random() > self.manner.typos:
            return word
        at = self.dice.randrange(1, len(word.rstrip(",.;:?")) - 1)
        if self.dice.random() < 0.5:
            return word[:at] + word[at + 1 :]
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _joined(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
