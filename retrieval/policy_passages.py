"""Policies by passage: the section that answers, verbatim, with a score that says whether it answers at all.

Above lies `retriever`; below, `lexical` and the embedder's vectors.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass

import numpy as np

from retrieval import lexical
from retrieval.columns import Mask
from retrieval.evidence import Evidence
from retrieval.lexical import Bm25
from retrieval.policies import Policy
from retrieval.ports import Vectors
from retrieval.synonyms import Synonyms
from retrieval.vocabulary import Vocabulary
from retrieval.words import STOP_WORDS, stem, stems, word_set, words

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|\n+")
_TITLED = 0.08
_UNKNOWN = 3.0
"""Weight of a word that no passage holds: a question about something else must not pass for an answered one."""
_ENGLISH, _OTHER_TONGUE = (0.1, 0.65), (0.1, 0.55)
"""Cosine of unrelated sentences, and of paraphrases: by the plain encoder, and by the multilingual one across languages."""
_SENTENCES = 2
"""Sentences encoded together with their heading: what fits the encoder's 64 tokens."""
_ASKED = "much many long does did am us about there who whom whose why still after before"
_ASKING = STOP_WORDS | word_set(_ASKED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    policy: str
    title: str
    section: str
    """Empty for what stands before the first section."""
    text: str
    start: int
    """Offset of `text` in the document: document[start:start + len(text)] == text."""

    @property
    def heading(self) -> str:
        return f"{self.title}: {self.section}" if self.section else self.title


def passages_of(policy: Policy) -> Iterator[Passage]:
    section, start, place = "", 0, 0
    for line in policy.text.splitlines(keepends=True):
        if line.startswith("## "):
            yield from _passage(policy, section, start, place)
            section, start = line[3:].strip(), place + len(line)
        place += len(line)
    yield from _passage(policy, section, start, place)


def _passage(policy: Policy, section: str, start: int, end: int) -> Iterator[Passage]:
    raw = policy.text[start:end]
    if text := raw.strip():
        offset = start + len(raw) - len(raw.lstrip())
        yield Passage(policy=policy.id, title=policy.title, section=section, text=text, start=offset)


def chunks_of(passage: Passage) -> list[str]:
    """What is embedded: the heading, and it with each two sentences."""
    sentences = [sentence for sentence in _SENTENCE_END.split(passage.text) if sentence.strip()]
    pairs = (" ".join(sentences[start : start + _SENTENCES]) for start in range(0, len(sentences), _SENTENCES))
    return [passage.heading, *(f"{passage.heading}. {pair}" for pair in pairs)]


def _scaled(cosines: Vectors, unrelated: float, sure: float) -> Vectors:
    near: Vectors = np.clip((cosines - unrelated) / (sure - unrelated), 0.0, 1.0)
    return near


def _words_of(passage: Passage) -> set[str]:
    return {*words(passage.heading), *words(passage.text)}


class PolicyPassages:
    """Immutable. `vectors` are those of `chunks_of` each passage, in order."""

    def __init__(self, passages: Sequence[Passage], vectors: Vectors, synonyms: Synonyms) -> None:
        self._passages = passages
        self._vectors = vectors
        self._owners = np.repeat(np.arange(len(passages)), [len(chunks_of(passage)) for passage in passages])
        self._synonyms = synonyms
        self.vocabulary = Vocabulary(counts=Counter(word for passage in passages for word in _words_of(passage)))
        """Of the passages, for questions of other languages to be put into their words."""
        self._words: Bm25
        self._words, _ = lexical.index(lexical.documents((p.heading for p in passages), (p.text for p in passages)))

    def __len__(self) -> int:
        return len(self._passages)

    def calling(self, synonyms: Synonyms) -> PolicyPassages:
        """The same passages, found by other words too."""
        made = copy(self)
        made._synonyms = synonyms
        return made

    def document(self, policy: str) -> str:
        """All that is indexed of that document, by its sections; empty where there is none."""
        return "\n\n".join(f"{one.heading}\n{one.text}" for one in self._passages if one.policy == policy)

    def find(self, text: str, vector: Vectors, k: int, floor: float) -> tuple[Evidence, ...]:
        """Best first; nothing below `floor`, a score in [0, 1]."""
        if not self._passages:
            return ()
        return self._best(self._told(text, vector), k, floor)

    def find_meaning(
        self, asked: Vectors, chunks: Vectors, text: str, vector: Vectors, k: int, floor: float
    ) -> tuple[Evidence, ...]:
        """As `find`, for a question of another language: `asked` and `chunks` are the multilingual encoder's.

        `text` is what of the question could be put into the passages' words, and `vector` the plain encoder's of that.
        """
        if not self._passages or len(chunks) != len(self._owners):
            return ()
        meant = _scaled(self._closest(asked, chunks), *_OTHER_TONGUE)
        if not text:
            return self._best(meant, k, floor)
        told = self._told(text, vector)
        return self._best((meant + told) * np.float32(0.5), k, floor)

    def _told(self, text: str, vector: Vectors) -> Vectors:
        scores: Vectors = 0.55 * self._near(vector) + 0.45 * self._coverage(text) + self._titled(text)
        return scores

    def _best(self, scores: Vectors, k: int, floor: float) -> tuple[Evidence, ...]:
        order = np.argsort(-scores, kind="stable")[:k]
        return tuple(self._evidence(int(row), float(scores[row])) for row in order if scores[row] >= floor)

    def _near(self, vector: Vectors) -> Vectors:
        return _scaled(self._closest(vector, self._vectors), *_ENGLISH)

    def _closest(self, vector: Vectors, chunks: Vectors) -> Vectors:
        """Cosine of each passage's nearest chunk."""
        best = np.full(len(self._passages), -1.0, dtype=np.float32)
        np.maximum.at(best, self._owners, chunks @ vector)
        return best

    def _coverage(self, text: str) -> Vectors:
        """Share of the question's telling words that a passage holds, weighed by how telling they are."""
        asked = [stem(word) for word in dict.fromkeys(words(text)) if word not in _ASKING] or stems(text)
        held = np.zeros(len(self._passages), dtype=np.float32)
        whole = 1e-6
        for phrase in self._units(asked):
            ways = [phrase, *self._synonyms.of(phrase)]
            weight = max(max(map(self._words.idf, way)) for way in ways) or _UNKNOWN
            whole += weight
            held += weight * np.logical_or.reduce([self._holding(way) for way in ways])
        return held / np.float32(whole)

    def _titled(self, text: str) -> Vectors:
        """A little more for the document that is named: "is there a warranty"."""
        asked = set(stems(text))
        named = [not asked.isdisjoint(stems(passage.title)) for passage in self._passages]
        return np.float32(_TITLED) * np.array(named, dtype=np.float32)

    def _units(self, asked: Sequence[str]) -> Iterator[tuple[str, ...]]:
        """Known phrases whole, other words one by one."""
        taken = 0
        for start, end in [*self._synonyms.phrases_in(asked), (len(asked), len(asked))]:
            yield from ((word,) for word in asked[taken:start])
            if end > start:
                yield tuple(asked[start:end])
            taken = end

    def _holding(self, phrase: Sequence[str]) -> Mask:
        masks = np.zeros((len(phrase), len(self._passages)), dtype=np.bool_)
        for place, word in enumerate(phrase):
            masks[place, self._words.postings.of(word)[0]] = True
        return np.asarray(masks.all(axis=0), dtype=np.bool_)

    def _evidence(self, row: int, score: float) -> Evidence:
        passage = self._passages[row]
        return Evidence(
            kind="policy",
            id=f"{passage.policy}#{passage.start}",
            title=passage.heading,
            text=passage.text,
            fields={
                "document": passage.policy,
                "title": passage.title,
                "section": passage.section,
                "start": str(passage.start),
                "end": str(passage.start + len(passage.text)),
            },
            score=min(1.0, score),
        )
