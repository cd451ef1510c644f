"""Examples for the writer: drafts of real turns, and replies that say the same in other words.

A draft is read back to its say-acts (`say_acts`), worded anew from the templates by the seed, and reworded from
rewordings.yaml; the assistant's own checks must accept the result. Training, dev and test have different say-acts, products,
places and prices. The prompt is the writer's own. Above: `generate`. Below: `scripts` (the played turns), `answering`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, Final

from assistant.answering.prompt import writer_messages
from assistant.answering.tables import read_table
from assistant.answering.wording import Paragraph, load_templates
from assistant.answering.writer import ModelWriter
from assistant.conversation import Spoken
from assistant.events import TurnId
from assistant.live_turn import LiveTurn
from assistant.shops.demo.stores import STORES
from eval.tuning.data.say_acts import Recovered, Recovery
from eval.tuning.data.splits import digest, share
from eval.tuning.data.values import places
from eval.writer.writer import Case
from model_serving.language_models.scripted import ScriptedModel
from model_serving.tuning.examples import Example, Split

OPENED: Final = 0.3
"""Share of replies that begin with a word of service, where one fits."""
MOST_OF_A_KEY: Final[Mapping[Split, int]] = {"train": 32, "dev": 12, "test": 25}
MONEY: Final = re.compile(r"\$\d[\d,.]*\d")
_BY_THE_CLOCK: Final = re.compile(r",? (?:open now|closed now|now, until|closed|opens)[^\n]*")
"""What the hour of the making decides."""
_SLOT: Final = re.compile(r"{(\w+)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewordings:
    openers: tuple[str, ...]
    opened: frozenset[str]
    words: Mapping[str, tuple[str, ...]]


@cache
def rewordings() -> Rewordings:
    raw = read_table(Path(__file__).with_name("rewordings.yaml"))
    words = {key: tuple(found) for key, found in raw["words"].items()}
    return Rewordings(openers=tuple(raw["openers"]), opened=frozenset(raw["opened"]), words=words)


@cache
def _templates() -> Mapping[str, tuple[str, ...]]:
    return load_templates("en")


@cache
def recovery() -> Recovery:
    return Recovery(_templates())


@cache
def keys_of(split: Split) -> frozenset[str]:
    return frozenset(share(tuple(_templates()), split))


@cache
def foreign_places(split: Split) -> re.Pattern[str]:
    own = places(split)
    names = [store.address.city for store in STORES if store.address.city not in own]
    return re.compile("|".join(map(re.escape, names)), re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A played draft, worded anew."""

    case: Case
    acts: tuple[Recovered, ...]
    """Of its sentences, in order."""

    @property
    def lead(self) -> str:
        return " ".join(p.sentence for p in self.case.draft.paragraphs if p.sentence)

    @property
    def key(self) -> str:
        return " + ".join(act.key for act in self.acts)


def told(cases: Sequence[Case], split: Split, seed: int) -> Iterator[Told]:
    """The cases of which every sentence is a say-act of this split, no more of a kind than are useful."""
    counted: Counter[str] = Counter()
    anew: dict[str, str] = {}
    seen: set[str] = set()
    for case in cases:
        sentences = [p.sentence for p in case.draft.paragraphs if p.sentence]
        acts = [recovery().recover(sentence) for sentence in sentences]
        for sentence, act in zip(sentences, acts, strict=True):
            anew[sentence] = _worded(act, seed) if act else sentence
        known = tuple(act for act in acts if act)
        if not known or len(known) < len(acts) or not {act.key for act in known} <= keys_of(split):
            continue
        found = Told(case=_anew(case, anew, split), acts=known)
        apart = not foreign_places(split).search(f"{found.lead} {case.customer}") and not _BY_THE_CLOCK.search(
            found.lead
        )
        if apart and found.lead + case.customer not in seen and counted[found.key] < MOST_OF_A_KEY[split]:
            counted[found.key] += 1
            seen.add(found.lead + case.customer)
            yield found


def _worded(act: Recovered, seed: int) -> str:
    """One of its wordings, the same whichever of them was played: by the digest of what it says."""
    wordings = _templates()[act.key]
    common = set.intersection(*(set(_SLOT.findall(wording)) for wording in wordings))
    able = [wording for wording in wordings if set(_SLOT.findall(wording)) <= common] or list(wordings)
    said = ";".join(f"{name}={act.values[name]}" for name in sorted(common))
    return able[digest(f"{seed}/{act.key}/{said}") % len(able)].format_map(act.values).strip()


def _anew(case: Case, anew: Mapping[str, str], split: Split) -> Case:
    paragraphs = tuple(
        Paragraph(sentence=anew.get(p.sentence, p.sentence), lines=p.lines) for p in case.draft.paragraphs
    )
    lines = [replace(line, text=_line(line.text, anew)) for line in case.transcript]
    kept = tuple(line for line in lines if _own(line, split))
    return replace(case, draft=replace(case.draft, paragraphs=paragraphs), transcript=kept)


def _line(text: str, anew: Mapping[str, str]) -> str:
    return "\n".join(anew.get(part, part) for part in text.split("\n"))


def _own(line: Spoken, split: Split) -> bool:
    """Whether a line of the transcript holds nothing of another split, nor of the hour of the making."""
    if foreign_places(split).search(line.text) or _BY_THE_CLOCK.search(line.text):
        return False
    acts = [recovery().recover(part) for part in line.text.split("\n")] if line.who == "assistant" else []
    return all(act is None or act.key in keys_of(split) for act in acts)


async def writer_examples(
    cases: Sequence[Case], split: Split, *, seed: int, taught_prices: frozenset[str] = frozenset()
) -> list[Example]:
    """Of train and dev those with a reply that the assistant's checks accept; of test every one that shares no price."""
    rng = Random(f"{seed}/writer/{split}")
    found: list[Example] = []
    for one in told(cases, split, seed):
        answer = "" if split == "test" else reworded(one, rng)
        if split == "test" and taught_prices & set(MONEY.findall(one.lead)):
            continue
        if split == "test" or (answer and answer != one.lead and await accepted(one.case, answer)):
            found.append(_example(f"writer-{split}-{len(found):05d}", split, one, answer))
    return found


def reworded(one: Told, rng: Random) -> str:
    """The reply to be learnt; empty where no sentence has another wording."""
    table, parts, changed = rewordings(), [], False
    for paragraph, act in zip((p for p in one.case.draft.paragraphs if p.sentence), one.acts, strict=True):
        asks = "?" in paragraph.sentence
        able = [
            w for w in table.words.get(act.key, ()) if ("?" in w) == asks and set(_SLOT.findall(w)) <= set(act.values)
        ]
        changed = changed or bool(able)
        parts.append(rng.choice(able).format_map(act.values) if able else paragraph.sentence)
    if changed and one.acts[0].key in table.opened and rng.random() < OPENED and not parts[0].startswith("Yes"):
        parts.insert(0, rng.choice(table.openers))
    return " ".join(parts) if changed else ""


async def accepted(case: Case, answer: str) -> bool:
    """Whether the assistant would say it, were it a model's."""
    model = ScriptedModel(script={"": re.findall(r"\S+\s*", answer)}, name="target")
    live = LiveTurn(id=TurnId("t"), emit=lambda signal: None)
    written = await ModelWriter(model).write(
        case.draft, case.support, customer=case.customer, transcript=case.transcript, live=live
    )
    return written.written_by == "target"


def prices_of(examples: Iterable[Example]) -> frozenset[str]:
    return frozenset(price for example in examples for price in MONEY.findall(str(example.marks["lead"])))


def _example(id: str, split: Split, one: Told, answer: str) -> Example:
    marks: dict[str, Any] = {
        "template": one.key,
        "lead": one.lead,
        "customer": one.case.customer,
        "heard": [line.text for line in one.case.transcript],
        "kind": kind_of(one.acts),
    }
    messages = tuple(writer_messages(one.lead, one.case.customer, one.case.transcript))
    return Example(id=id, task="writer", split=split, messages=messages, answer=answer, marks=marks)


_REFUSALS: Final = (
    "off_topic",
    "instructions_ignored",
    "cannot",
    "not_yours",
    "desk_refused",
    "change_order",
    "unclear",
)
_UNKNOWN: Final = (
    "attribute_unknown",
    "policy_unknown",
    "no_such_order",
    "found_nothing",
    "not_carried",
    "found_unsure",
    "no_reviews",
    "unknown_place",
    "bought_nothing",
    "said_nothing",
    "stock_not_stated",
    "found_unmet",
    "no_such_option",
)


def kind_of(acts: Sequence[Recovered]) -> str:
    """grounded: states facts of the shop. unknown: says that something is not in the facts. refusal, talk: as they say."""
    keys = [act.key for act in acts]
    if any(key.startswith(_REFUSALS) for key in keys):
        return "refusal"
    if any(key.startswith(_UNKNOWN) for key in keys):
        return "unknown"
    return "grounded" if any(act.values for act in acts) else "talk"
