"""The sentences of a text that answer a question, word for word (pure)."""

from __future__ import annotations

import re
from functools import lru_cache

from retrieval.words import stem, words

_STOP = frozenset(
    words(
        "is are it its the a an does do have has with what which how much many can i you they this that one of for to in on and or"
        " my your if there any be will would about by at from not we our me need want get"
    )
)
_END = re.compile(
    r"(?<=[.!?])(?<!\b[ap]\.m\.)(?<!\be\.g\.)(?<!\bi\.e\.)(?<!\bapprox\.)(?<!\bNo\.)(?<!\bSt\.)\s+(?=[A-Z“\"(])|\n+"
)


def sentences(text: str) -> list[str]:
    plain = "\n".join(line for line in text.splitlines() if not line.startswith("## "))
    return [part.strip() for part in _END.split(plain) if part.strip()]


def best_sentences(text: str, question: str, *, count: int, floor: int = 0) -> str:
    """Up to `count` neighbouring sentences that share most words with the question; the first ones when none shares any.

    floor: words they must share at least, else "".
    """
    parts = sentences(text)
    if not parts:
        return ""
    said = meaningful(question)
    scores = [_score(said, part, question) for part in parts]
    best = max(range(len(parts)), key=lambda place: (scores[place], -place))
    if scores[best] < floor:
        return ""
    if scores[best] == 0:
        best = 0
    chosen = parts[best : best + count]
    if len(chosen) < count and best > 0:
        chosen = parts[max(0, best - count + len(chosen)) : best + 1]
    return " ".join(chosen)


def meaningful(text: str) -> set[str]:
    return set(_meaningful(text))


@lru_cache(maxsize=4096)
def _meaningful(text: str) -> frozenset[str]:
    """A turn asks this of the same products and passages again and again."""
    return frozenset(stem(word) for word in words(text) if word not in _STOP)


def _score(said: set[str], sentence: str, question: str) -> float:
    """Shared words; a question for an amount or a time prefers a sentence that states one."""
    shared = float(len(said & meaningful(sentence)))
    lowered = question.lower()
    if re.search(r"how (?:much|many|long|soon)|cost|fee|when|\bdays?\b|free", lowered) and re.search(r"\d", sentence):
        shared += 0.5
    if "free" in lowered and "free" in sentence.lower():
        shared += 0.5
    return shared
