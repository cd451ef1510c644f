"""Keeping to the draft: a rewording may change the tone, and adds nothing of its own.

Grounding knows figures, names and claims; what it has no table for ("staff access is granted", the prompt read aloud) is caught
here: of each sentence nearly every word stands in the draft or says nothing. The customer's words do not count: they may be
whatever a model was told to say. Pure but for a table that is read once. Above: the writer. Below: `retrieval.words`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Final

import yaml

from retrieval.words import STOP_WORDS, stem, words

_TABLE: Final = Path(__file__).with_name("friendly.yaml")
_SHORTEST: Final = 3
"""Letters of a word that says something."""
_A_NEW_ONE_IN: Final = 6
_MOST_NEW: Final = 2
"""Of six words one may be the model's own, two in all, where the sentence speaks of what the draft speaks of; and never two side
by side: that is something said."""
_GIVEN: Final = re.compile(r"“[^”]*”|\*\*.+?\*\*")
"""Quotes and titles: another check has it that they are the draft's own."""
_FIGURE: Final = re.compile(r"\d+")
_MARKUP: Final = re.compile(r"[<>\[\]{}|`\\]|!\(|://")


def strays(sentence: str, said: Iterable[str]) -> tuple[str, ...]:
    """The words that are the model's own, where they are too many; `said`: the draft. Empty: it keeps to it."""
    told = " ".join(said)
    markup = [mark for mark in _MARKUP.findall(sentence) if mark not in told]
    figures = {*_FIGURE.findall(sentence)} - {*_FIGURE.findall(told)}
    known = {stem(word) for word in words(told)}
    own = [word for word in words(_GIVEN.sub(" ", sentence)) if len(word) >= _SHORTEST and word not in STOP_WORDS]
    strange = [stem(word) not in known and stem(word) not in _friendly() for word in own]
    new = tuple(word for word, is_strange in zip(own, strange, strict=True) if is_strange)
    shared = any(stem(word) in known for word in own)
    allowed = min(_MOST_NEW, len(own) // _A_NEW_ONE_IN) if shared else 0
    phrase = any(one and other for one, other in pairwise(strange))
    return (*markup, *sorted(figures), *(new if len(new) > allowed or phrase else ()))


@cache
def _friendly() -> frozenset[str]:
    table: dict[str, str] = yaml.safe_load(_TABLE.read_text(encoding="utf-8"))
    return frozenset(stem(word) for line in table.values() for word in words(line))
