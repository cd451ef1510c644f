"""How good a reworded reply is, without a judge: facts kept and added, repetition, length, variety (pure).

A fact is what can be checked letter by letter against the draft: figures, order numbers, quoted and bold text, names, days,
links. That a reply reads well is not among what this can tell. Above: `tuning_run`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from eval.metrics import Rate, percentile

_FIGURE: Final = re.compile(r"\d+(?:[.,:]\d+)*")
_QUOTE: Final = re.compile(r"“[^”]+”")
_BOLD: Final = re.compile(r"\*\*(.+?)\*\*", re.S)
_LINK: Final = re.compile(r"https?://\S+|www\.\S+|[\w.+-]+@[\w-]+\.\w+")
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE: Final = re.compile(r"(?<=[.!?:])\s+")
_NAME: Final = re.compile(r"(?<![.!?:“*]\s)(?<!^)(?<![“*])\b[A-Z][a-zà-ÿ]{2,}")
LOOP: Final = 3
"""Words that come again in a row of as many: a reply that goes round."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A draft and what a writer made of it."""

    lead: str
    customer: str
    reply: str
    act: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingMark:
    lost: tuple[str, ...]
    added: tuple[str, ...]
    loops: bool
    ratio: float
    """Words of the reply to words of the draft."""
    whole: bool
    """It ends like a sentence, asks where the draft asks, and is not empty."""
    changed: bool

    @property
    def sound(self) -> bool:
        return not self.lost and not self.added and not self.loops and self.whole and self.ratio <= 2.0


def facts(text: str) -> Counter[str]:
    """Quoted and bold text counts whole; figures within count again, which does no harm."""
    found = [*_FIGURE.findall(text), *_QUOTE.findall(text), *_BOLD.findall(text), *_LINK.findall(text)]
    return Counter(found)


def mark(written: Written) -> WritingMark:
    lead, reply = written.lead, written.reply.strip()
    known = {word.lower() for word in _WORD.findall(f"{lead} {written.customer}")}
    names = {name for name in _NAME.findall(_BOLD.sub(" ", _QUOTE.sub(" ", reply))) if name.lower() not in known}
    wanted, told = facts(lead), facts(reply)
    words = _words(reply)
    return WritingMark(
        lost=tuple(fact for fact in wanted if told[fact] == 0),
        added=(*(fact for fact in told if wanted[fact] == 0 and fact not in written.customer), *sorted(names)),
        loops=_loops(words) and not _loops(_words(lead)),
        ratio=round(len(words) / max(1, len(_words(lead))), 3),
        whole=bool(reply) and reply[-1] in ".!?:”" and ("?" in lead) == ("?" in reply),
        changed=_words(reply) != _words(lead),
    )


def _words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _loops(words: Sequence[str]) -> bool:
    grams = Counter(tuple(words[at : at + LOOP]) for at in range(len(words) - LOOP + 1))
    return any(count > 2 for count in grams.values())


def variety(replies: Iterable[str]) -> dict[str, float]:
    """distinct_2: different pairs of words among all (Li et al. 2016). repeated: sentences that came before, word for word."""
    texts = list(replies)
    pairs = [pair for text in texts for pair in pairwise(_words(text))]
    sentences = [sentence for text in texts for sentence in _SENTENCE.split(text) if len(_words(sentence)) > 2]
    return {
        "distinct_2": round(len(set(pairs)) / max(1, len(pairs)), 4),
        "repeated_sentences": round(1 - len(set(sentences)) / max(1, len(sentences)), 4),
    }


def writing_report(written: Sequence[Written]) -> dict[str, Any]:
    marks = [mark(one) for one in written]
    kinds = sorted({one.kind for one in written})
    ratios = [found.ratio for found in marks]
    return {
        "replies": len(written),
        "sound": _rate(found.sound for found in marks),
        "facts_kept": _rate(not found.lost for found in marks),
        "nothing_added": _rate(not found.added for found in marks),
        "no_loop": _rate(not found.loops for found in marks),
        "whole": _rate(found.whole for found in marks),
        "changed": _rate(found.changed for found in marks),
        "length": {"p50": percentile(ratios, 0.5), "p95": percentile(ratios, 0.95)},
        **variety(one.reply for one in written),
        "kinds": {
            kind: _rate(found.sound for one, found in zip(written, marks, strict=True) if one.kind == kind)
            for kind in kinds
        },
    }


def _rate(hits: Iterable[bool]) -> dict[str, Any]:
    known = list(hits)
    return Rate(hits=sum(known), of=len(known)).to_plain()
