"""Drafts of replies, right and wrong, made from a suite's wordings and the demo shop's records (pure but for reading the file).

A wording is filled in once with the facts (good), and once with each fault that changes one of its slots (wrong). Below:
`grounding_scenes`. Above: `grounding_measure`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from random import Random
from typing import Any

import yaml

from assistant.answering.number_words import LARGEST, spelled
from assistant.answering.phrases import Phrases
from assistant.answering.voices import LANGUAGES as OFFERED
from assistant.answering.voices import load_voice
from assistant.events import Card, Citation
from assistant.shops.demo.shop import DemoShop
from eval.grounding.scenes import (
    Fact,
    Scene,
    Slots,
    Split,
    cart_scenes,
    flag_scene,
    order_scenes,
    pair_scenes,
    stock_scene,
    store_scenes,
)

LANGUAGES = ("en", "es", "fr", "de")
_SLOT = re.compile(r"\{(\w+)\}")
_CENTS = {"en": "dollars and {} cents", "es": "dólares con {}", "fr": "dollars et {} cents", "de": "Dollar {}"}
_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
}
_WEEKDAYS = {
    "en": "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "es": "lunes martes miércoles jueves viernes sábado domingo",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "de": "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
}
_DATES = {
    "en": ("{w}, {m} {d}", "{m} {d}", "{w}"),
    "es": ("{w} {d} de {m}", "{d} de {m}"),
    "fr": ("{w} {d} {m}", "{d} {m}"),
    "de": ("{w}, {d}. {m}", "{d}. {m}"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A draft with the evidence that it may speak from."""

    kind: str
    """What is wrong with it; "" for a good one."""
    scene: str
    language: str
    text: str
    cards: tuple[Card, ...] = ()
    citations: tuple[Citation, ...] = ()
    said: tuple[str, ...] = ()


def read_suite(path: Path) -> Mapping[str, Any]:
    suite: Mapping[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return suite


def cases_of(suite: Mapping[str, Any], shop: DemoShop, *, split: Split, seed: int = 7) -> Iterator[Case]:
    """Evidence is in the draft's language where the shop speaks it, else in English."""
    for language in LANGUAGES:
        phrases = load_voice(language if language in OFFERED else "en").phrases
        yield from _in_language(suite, shop, split, language, phrases, Random(f"{seed}{split}{language}"))
    yield from _of_policies(suite["policies"])


def _in_language(
    suite: Mapping[str, Any], shop: DemoShop, split: Split, language: str, phrases: Phrases, random: Random
) -> Iterator[Case]:
    pairs = list(pair_scenes(shop, split, phrases, 14, random))
    yield from _filled("products", suite["products"][language], language, pairs)
    yield from _filled(
        "stores", suite["stores"][language], language, list(store_scenes(shop, split, phrases, 5, random))
    )
    yield from _filled("carts", suite["carts"][language], language, list(cart_scenes(shop, split, phrases, 5, random)))
    yield from _of_orders(suite, language, list(order_scenes(shop, split, phrases, 3, random)))
    yield from _of_flags(suite["flags"][language], shop, split, language, phrases, random)
    yield from _of_stock(suite["stock"][language], shop, split, language, phrases, random)
    yield from _of_added(suite, language, pairs)
    for text in suite["small_talk"][language]:
        yield Case(kind="", scene="small talk", language=language, text=text)


def _filled(name: str, texts: Sequence[str], language: str, scenes: Sequence[Scene]) -> Iterator[Case]:
    """Each wording over three scenes that have all of its slots."""
    for number, wording in enumerate(texts):
        fitting = [scene for scene in scenes if set(_SLOT.findall(wording)) <= scene.slots.keys()]
        for place in range(min(3, len(fitting))):
            yield from _cases(name, language, wording, fitting[(number + place * 2) % len(fitting)])


def _cases(name: str, language: str, wording: str, scene: Scene, slots: Slots | None = None) -> Iterator[Case]:
    slots = slots or scene.slots
    right = fill(wording, slots, language)
    yield _case(scene, name, language, right)
    for kind, faults in scene.faults.items():
        for fault in faults:
            wrong = fill(wording, {**slots, **fault}, language)
            if wrong != right:
                yield _case(scene, name, language, wrong, kind)


def _case(scene: Scene, name: str, language: str, text: str, kind: str = "") -> Case:
    return Case(kind=kind, scene=name, language=language, text=text, cards=scene.cards, citations=scene.citations)


def _of_orders(suite: Mapping[str, Any], language: str, scenes: Sequence[Scene]) -> Iterator[Case]:
    states: Mapping[str, Sequence[str]] = suite["states"][language]
    for number, wording in enumerate(suite["orders"][language]):
        for place, scene in enumerate(scenes):
            if not set(_SLOT.findall(wording)) <= {*scene.slots, "st"} or (number + place) % 2:
                continue
            own = states[scene.status]
            slots = {**scene.slots, "st": Fact("text", own[(number + place) % len(own)])}
            yield from _cases("orders", language, wording, scene, slots)
            for other in _contradicting(scene.status):
                wrong = {**slots, "st": Fact("text", states[other][0])}
                yield _case(scene, "orders", language, fill(wording, wrong, language), "state")


def _contradicting(status: str) -> tuple[str, ...]:
    """Two states that an order in this one is not in, not even loosely."""
    return {
        "pending": ("shipped", "delivered"),
        "processed": ("shipped", "cancelled"),
        "shipped": ("delivered", "pending"),
        "delivered": ("cancelled", "pending"),
        "cancelled": ("shipped", "delivered"),
    }[status]


def _of_flags(
    by_name: Mapping[str, Any], shop: DemoShop, split: Split, language: str, phrases: Phrases, random: Random
) -> Iterator[Case]:
    for name, texts in by_name.items():
        for value in (True, False):
            scene = flag_scene(shop, split, phrases, name, value, random)
            if scene is not None:
                yield from (_case(scene, "flags", language, fill(t, scene.slots, language)) for t in texts[value])
                wrongs = (fill(text, scene.slots, language) for text in texts[not value])
                yield from (_case(scene, "flags", language, wrong, "negation") for wrong in wrongs)


def _of_stock(
    texts: Mapping[str, Sequence[str]],
    shop: DemoShop,
    split: Split,
    language: str,
    phrases: Phrases,
    random: Random,
) -> Iterator[Case]:
    for there in (True, False):
        for text in (*texts["in"], *texts["out"]):
            scene = stock_scene(shop, split, phrases, there=there, random=random)
            kind = "" if (text in texts["in"]) == there else "stock"
            yield _case(scene, "stock", language, fill(text, scene.slots, language), kind)


def _of_added(suite: Mapping[str, Any], language: str, scenes: Sequence[Scene]) -> Iterator[Case]:
    """A good draft with a sentence behind it that nothing supports."""
    for kind, by_language in suite["added"].items():
        for number, sentence in enumerate(by_language[language]):
            for place in range(2):
                scene = scenes[(number * 2 + place) % len(scenes)]
                leads = [w for w in suite["products"][language] if set(_SLOT.findall(w)) <= scene.slots.keys()]
                lead = leads[(number + place) % len(leads)]
                yield _case(scene, "added", language, fill(f"{lead} {sentence}", scene.slots, language), kind)


def _of_policies(policies: Sequence[Mapping[str, Any]]) -> Iterator[Case]:
    for policy in policies:
        quote = Citation(kind="policy", id=f"{policy['id']}#1", title=str(policy["id"]).title(), quote=policy["quote"])
        for language in LANGUAGES:
            for text in policy["good"].get(language, ()):
                yield Case(kind="", scene="policies", language=language, text=text, citations=(quote,))
            for kind, texts in policy["wrong"].get(language, {}).items():
                yield from (
                    Case(kind=kind, scene="policies", language=language, text=text, citations=(quote,))
                    for text in texts
                )


# -- facts as people of a language write them ----------------------------------------------------------------------------


def fill(wording: str, slots: Slots, language: str) -> str:
    return _SLOT.sub(lambda found: written(slots[found.group(1)], language), wording)


def written(fact: Fact, language: str) -> str:
    match fact.kind:
        case "money":
            return _money(Decimal(str(fact.value)), language)
        case "rounded":
            return _money(Decimal(round(Decimal(str(fact.value)))), language).replace(".00", "").replace(",00", "")
        case "words":
            return _in_words(Decimal(str(fact.value)), language)
        case "date":
            assert isinstance(fact.value, date)
            return _date(fact.value, language)
        case "number" | "measure":
            value = str(fact.value)
            return value if language == "en" else re.sub(r"(\d)\.(\d)", r"\1,\2", value)
        case _:
            return str(fact.value)


def _money(amount: Decimal, language: str) -> str:
    figure = f"{amount:,.2f}"
    if language == "en":
        return f"${figure}"
    swapped = figure.replace(",", "\0").replace(".", ",").replace("\0", "\u202f" if language == "fr" else ".")
    return f"{swapped} $"


def _in_words(amount: Decimal, language: str) -> str:
    whole, cents = divmod(round(amount * 100), 100)
    if whole > LARGEST:
        return _money(amount, language)
    told = spelled(int(whole), language)
    if not cents:
        return f"{told} {_CENTS[language].split()[0]}"
    return f"{told} {_CENTS[language].format(spelled(int(cents), language))}"


def _date(value: date, language: str) -> str:
    patterns = _DATES[language]
    weekday, month = _WEEKDAYS[language].split()[value.weekday()], _MONTHS[language].split()[value.month - 1]
    return patterns[value.day % len(patterns)].format(w=weekday, m=month, d=value.day)
