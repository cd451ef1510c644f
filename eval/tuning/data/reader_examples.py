"""Examples for the reader: a message in its situation, and the commands that it asks for as the planner's schema has them.

The prompt is the planner's own. Above: `generate`. Below: `phrasings`, `scenes`, `values`, the planner's prompt and schema.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any, Final

from msgspec import structs

from assistant.context import context_of
from assistant.conversation import Conversation, Spoken
from assistant.understanding.planned_prompt import planner_messages
from assistant.understanding.planned_schema import read_answer
from eval.tuning.data.phrasings import Family, families, filled, slots_of, worded
from eval.tuning.data.scenes import Scene, products_of, scene
from eval.tuning.data.values import Drawing, fillers
from model_serving.tuning.examples import Example, Split
from retrieval.words import listed

PAIRED: Final = 0.12
"""Share of messages with two wishes."""
DRESSED: Final = 0.4
"""Share of messages with an opener, and of those with a closer."""
_PAIRS: Final = listed(
    "find track ask_shipping ask_returns store_hours add_one show_cart human ask_attribute_of compare_two cancel_number"
    " track_number stores_all check_out add_it remove stock_there"
)
"""Families that may stand together with another one."""


def reader_examples(split: Split, count: int, *, seed: int, avoid: frozenset[str] = frozenset()) -> Iterator[Example]:
    """`count` examples, the families by how many ways they have to be said.

    avoid: messages, normalised, that stand in a suite and are not to be taught.
    """
    rng = Random(f"{seed}/reader/{split}")
    able = [family for family in families() if family.of(split)]
    weights = [len(family.say) ** 0.5 for family in able]
    seen, number = set(avoid), 0
    while number < count:
        family = rng.choices(able, weights)[0]
        for _ in range(20):
            found = (
                _paired(family, split, rng)
                if family.name in _PAIRS and rng.random() < 3 * PAIRED
                else _single(family, split, rng)
            )
            if normalised(found[1]) not in seen or rng.random() < 0.02:
                break
        where, said, commands, templates = found
        if normalised(said) in avoid:
            continue  # a suite has the very message
        seen.add(normalised(said))
        yield _example(f"reader-{split}-{number:05d}", split, where, said, commands, family, templates)
        number += 1


Found = tuple[Scene, str, list[dict[str, Any]], tuple[str, ...]]


def _single(family: Family, split: Split, rng: Random) -> Found:
    where = scene(rng.choice(family.at), split, rng)
    said, commands, wording = _said(family, where, split, rng)
    return where, _dressed(said, split, rng), commands, (f"{family.name}: {wording}",)


def _paired(family: Family, split: Split, rng: Random) -> Found:
    """Two wishes at the same place."""
    others = [
        o
        for o in families()
        if o.name in _PAIRS and o.name != family.name and set(o.at) & set(family.at) and o.of(split)
    ]
    other = rng.choice(others)
    where = scene(rng.choice(sorted(set(family.at) & set(other.at))), split, rng)
    first, second = _said(family, where, split, rng), _said(other, where, split, rng)
    said = f"{first[0]}{rng.choice(fillers('joiners', split))}{second[0]}"
    names = (f"{family.name}: {first[2]}", f"{other.name}: {second[2]}")
    return where, _dressed(said, split, rng), [*first[1], *second[1]], names


def _said(family: Family, where: Scene, split: Split, rng: Random) -> tuple[str, list[dict[str, Any]], str]:
    wording = rng.choice(family.of(split))
    titles = where.titles or [rng.choice(products_of(split)).title]
    names = [title.partition(",")[0] for title in titles]
    drawing = Drawing(rng=rng, split=split, titles=names, items=where.items or ("kettle",), shown=where.shown or 3)
    drawn = drawing.draw(slots_of(family, wording))
    return worded(wording, drawn, rng), filled(list(family.commands), drawn), wording


def _dressed(said: str, split: Split, rng: Random) -> str:
    opener = rng.choice(fillers("openers", split)) if rng.random() < DRESSED else ""
    closer = rng.choice(fillers("closers", split)) if rng.random() < DRESSED else ""
    text = f"{opener}{said}{'' if said[-1] in '.!?' else closer}"
    return text[0].upper() + text[1:] if rng.random() < 0.3 else text


def normalised(text: str) -> str:
    return "".join(letter for letter in text.lower() if letter.isalnum() or letter == " ").strip()


def _example(
    id: str,
    split: Split,
    where: Scene,
    said: str,
    commands: list[dict[str, Any]],
    family: Family,
    templates: tuple[str, ...],
) -> Example:
    conversation = saying(where.conversation, said)
    answer = json.dumps({"commands": commands}, ensure_ascii=False, separators=(",", ":"))
    read_answer(answer)  # a family that the schema does not allow is a mistake of ours, found here
    titles = [item.title for item in conversation.cart.items]
    return Example(
        id=id,
        task="reader",
        split=split,
        messages=tuple(planner_messages(said, context_of(conversation), conversation.transcript, titles)),
        answer=answer,
        marks={
            "family": family.name,
            "template": " + ".join(templates),
            "at": where.name,
            "said": said,
            "context": dict(conversation.context),
            "cart": [
                {
                    "variant_id": i.variant_id,
                    "product_id": i.product_id,
                    "title": i.title,
                    "quantity": i.quantity,
                    "price": str(i.price.amount),
                }
                for i in conversation.cart.items
            ],
            "transcript": [[line.who, line.text] for line in where.conversation.transcript],
            "customer_id": conversation.customer_id,
        },
    )


def saying(conversation: Conversation, said: str) -> Conversation:
    line = Spoken(seq=len(conversation.transcript) + 1, who="customer", text=said)
    return structs.replace(conversation, transcript=(*conversation.transcript, line))
