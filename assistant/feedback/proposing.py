"""What is proposed to be made of a candidate: its label, and of a good reply the conditions that the next one must meet (pure).

Above: `candidates`. Below: the classifier's labels.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from typing import Final, Literal, get_args

from assistant.feedback.episodes import Episode
from assistant.understanding.examples import EXAMPLES

Becomes = Literal["synonym", "reader_example", "writer_example", "eval_case", "tuning_example"]
"""A pair of words for retrieval; a way to say something, for the reader; a rewording, for the writer; a case that is played; a
rewording or a way to say something that only tuning reads."""
BECOMES: Final[tuple[Becomes, ...]] = get_args(Becomes)
_OTHERS: Final = {"person": "human", "decline": "no", "confirm": "yes"}


@cache
def labels() -> tuple[str, ...]:
    """What a way to say something may mean: the classifier's, of which the reader makes commands."""
    return tuple(EXAMPLES)


def label_of(intents: Sequence[str]) -> str:
    """The label that a reply's first intent most likely had; empty where none is as coarse."""
    for intent in intents:
        family, _, named = intent.partition(":")
        topic = named.replace("_", " ")
        for name in (_OTHERS.get(family, family), topic, f"{family}/{topic}"):
            if name in labels():
                return name
        found = next((one for one in labels() if topic and one.startswith(f"{family}/{topic}")), "")
        if found:
            return found
    return ""


def conditions_of(episode: Episode) -> str:
    """As YAML, what the reply met: enough that the same thing done again passes, and nothing that only this one could meet."""
    met = []
    products = sum(card.kind == "product" for card in episode.cards)
    if products:
        met.append("cards: {min: 1}")
    met += [f"cites: {json.dumps(re.escape(one.id))}" for one in episode.citations if one.kind == "policy"][:1]
    if episode.reply.rstrip().endswith("?"):
        met.append("asks: true")
    return "\n".join(met)
