"""Plays scripted shoppers against the assistant and measures: turns reached, figures grounded, cards named, time.

Below: `shopfronts` (where it is played), `checking` (whether a turn is reached), `grounded` (an independent reading of each
reply). Above: `dialogue_report` and `aisle eval dialogue`. Only what a customer could see is judged.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from assistant.events import ToolReturned
from eval.dialogue.checking import wrongs
from eval.dialogue.product_names import ProductNames
from eval.dialogue.scenarios import Scenario, Suite, Turn
from eval.dialogue.script import CannotSay, typed
from eval.dialogue.seen import Seen
from eval.dialogue.shop_facts import ShopFacts
from eval.grounding.grounded import Verdict, judge
from eval.progress import Exchange, Progress
from eval.shopfronts import Shopfront

NOTHING_SAID = Verdict()
SAME_WORDS = 3
"""Sentences of fewer words ("Sure.") may come twice in a row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TurnResult:
    scenario: str
    number: int
    tags: tuple[str, ...]
    said: str
    expected: tuple[str, ...] = ()
    """Its conditions, a line each."""
    reply: str = ""
    written_by: str = ""
    wrongs: tuple[str, ...] = ()
    """Empty: reached."""
    verdict: Verdict = NOTHING_SAID
    repeated: tuple[str, ...] = ()
    """Sentences that the reply before had too."""
    seconds: float = 0.0
    failed: bool = False

    @property
    def reached(self) -> bool:
        return not self.wrongs


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    suite: Suite
    turns: tuple[TurnResult, ...]
    skipped: tuple[tuple[str, str], ...] = ()
    """Scenario and reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything a script is played on."""

    front: Shopfront
    shop: ShopFacts
    names: ProductNames
    seed: int


async def play(
    suite: Suite,
    front: Shopfront,
    shop: ShopFacts,
    *,
    seed: int = 7,
    at_once: int = 1,
    on_turn: Callable[[TurnResult], None] = lambda result: None,
) -> Played:
    """All scenarios, `at_once` side by side; results in the suite's order. `seed` goes into the client_ids alone."""
    stage = Stage(front=front, shop=shop, names=ProductNames.of(shop.products.values()), seed=seed)
    skipped = {s.name: reason for s in suite.scenarios if (reason := _why_not(s, stage))}
    limit = asyncio.Semaphore(at_once)

    async def limited(scenario: Scenario) -> tuple[TurnResult, ...]:
        async with limit:
            return await _play_one(scenario, stage, on_turn)

    playable = [scenario for scenario in suite.scenarios if scenario.name not in skipped]
    results = await asyncio.gather(*(limited(scenario) for scenario in playable))
    return Played(suite=suite, turns=tuple(t for turns in results for t in turns), skipped=tuple(skipped.items()))


def _why_not(scenario: Scenario, stage: Stage) -> str:
    if scenario.signed_in and not stage.front.can_sign_in:
        return "signing in needs the shop's own key"
    if scenario.customer and stage.shop.customer_by_email(scenario.customer) is None:
        return f"the shop has no customer {scenario.customer!r}"
    return ""


async def _play_one(scenario: Scenario, stage: Stage, on_turn: Callable[[TurnResult], None]) -> tuple[TurnResult, ...]:
    customer = stage.shop.customer_by_email(scenario.customer) if scenario.customer else None
    customer_id = customer.id if customer else ""
    signed_in = customer_id if scenario.signed_in else ""
    conversation = await stage.front.start(locale=scenario.locale, customer_id=signed_in)
    progress = Progress(customer_id=signed_in)
    results: list[TurnResult] = []
    for number, turn in enumerate(scenario.turns, start=1):
        empty = TurnResult(
            scenario=scenario.name,
            number=number,
            tags=tuple(dict.fromkeys((*scenario.tags, *turn.tags))),
            said=turn.words,
            expected=turn.expect.lines,
        )
        result, progress = await _play_turn(turn, empty, conversation, progress, stage, customer_id)
        results.append(result)
        on_turn(result)
    return tuple(results)


async def _play_turn(
    turn: Turn, empty: TurnResult, conversation: str, before: Progress, stage: Stage, customer_id: str
) -> tuple[TurnResult, Progress]:
    client_id = f"eval-{stage.seed}-{empty.number}"
    try:
        said, exchange = await _send(turn, conversation, before, stage, customer_id, client_id)
    except CannotSay as error:
        return replace(empty, wrongs=(f"cannot be said: {error}",)), before
    spoken = before.saying(said)
    after = spoken.after(exchange)
    seen = Seen(exchange=exchange, before=spoken, after=after, shop=stage.shop, customer_id=customer_id)
    return _result(replace(empty, said=said), turn, seen, stage), after


async def _send(
    turn: Turn, conversation: str, before: Progress, stage: Stage, customer_id: str, client_id: str
) -> tuple[str, Exchange]:
    if turn.press is not None:
        card = before.shown[turn.press.card - 1] if len(before.shown) >= turn.press.card else None
        button = next((a for a in card.actions if a.action == turn.press.action), None) if card else None
        if button is None:
            raise CannotSay(f"no button {turn.press.action!r} on card {turn.press.card}")
        exchange = await stage.front.press(conversation, button.action, button.arguments, client_id=client_id)
        return button.label, exchange
    said = _tapped(turn, before) if turn.tap else typed(turn.says or "", before, stage.shop, customer_id)
    return said, await stage.front.say(conversation, said, client_id=client_id)


def _tapped(turn: Turn, before: Progress) -> str:
    for offer in before.offered:
        if any(re.search(pattern, offer.label, re.I) for pattern in turn.tap):
            return offer.text
    raise CannotSay(f"no quick reply like {turn.tap[0]!r}")


def _result(empty: TurnResult, turn: Turn, seen: Seen, stage: Stage) -> TurnResult:
    exchange, reply = seen.exchange, seen.exchange.reply
    results = [fact.result for fact in exchange.facts if isinstance(fact, ToolReturned)]
    verdict = NOTHING_SAID
    if reply is not None:
        verdict = judge(
            reply, said=seen.after.said, cart=seen.after.cart, shop=stage.shop, names=stage.names, results=results
        )
    return replace(
        empty,
        reply=exchange.text,
        written_by=reply.written_by if reply else "",
        wrongs=wrongs(turn.expect, seen),
        verdict=verdict,
        repeated=repeated_sentences(seen.before.last_text, exchange.text),
        seconds=exchange.seconds,
        failed=bool(exchange.failed) or exchange.unserved,
    )


def repeated_sentences(earlier: str, later: str) -> tuple[str, ...]:
    """Sentences of `later` that `earlier` had word for word, or that `later` itself has twice."""
    before, now = set(_sentences(earlier)), _sentences(later)
    return tuple(sentence for place, sentence in enumerate(now) if sentence in before or sentence in now[:place])


def _sentences(text: str) -> Sequence[str]:
    """Without very short ones, lines of a list and lines of the form "name: value", which state facts and may recur."""
    prose = [line for line in text.split("\n") if not re.match(r"\s*([-*•]|\d+\.)\s|[^.!?:]{2,30}: \S", line)]
    parts = (re.sub(r"\s+", " ", part).strip() for line in prose for part in re.split(r"(?<=[.!?])\s+", line))
    return [part for part in parts if len(part.split()) >= SAME_WORDS]
