"""Naming: which of the things of the evidence a text names, and where it names something else of the same make (pure).

Above: `grounding`, `claims`. Below: `evidence`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz.distance import OSA

from assistant.answering.concepts import language_of as text_language
from assistant.answering.evidence import WORD, Support, Thing
from retrieval.words import word_set

_QUOTED: Final = re.compile(r"[“„«\"] ?([^“”„«»\"]{12,}?) ?[”“»\"]")
_BRACKETED: Final = re.compile(r"‘([^‘’]{12,})’")
_NAMED_SHORT: Final = 5
"""Letters from which one wrong letter in a name is forgiven; figures and short words must be exact."""
_SUFFIX: Final = word_set("pro max lite gt x s ii iii iv v mini plus ultra se sport air go one two xl")


def without_quotes(text: str, support: Support) -> str:
    """What the evidence says word for word proves itself: blanked, so that places stay."""
    for pattern in (_QUOTED, _BRACKETED):
        for match in pattern.finditer(text):
            if match.group(1) in support.text:
                text = text[: match.start()] + " " * len(match.group()) + text[match.end() :]
    return text


def without_titles(text: str, support: Support) -> str:
    """What a title says is its name, and no claim: "2500 mm Waterproof"."""
    for title in sorted(support.titles, key=len, reverse=True):
        text = text.replace(title, " " * len(title))
    return text


def language_said(text: str, support: Support) -> str:
    """The reply's language, by its own words: titles are the shop's."""
    return text_language(without_titles(text, support), support.language)


@dataclass(frozen=True, slots=True)
class Mention:
    start: int
    end: int
    things: tuple[Thing, ...]
    """Several where the words fit more than one."""
    kind: str
    wrong: str = ""
    """The words, where they name something else of the same make: another model, another size of it."""


def mentions(text: str, support: Support, language: str) -> tuple[Mention, ...]:
    tokens = list(WORD.finditer(text))
    lowered = [token.group().lower() for token in tokens]
    named = [thing for thing in support.things if thing.kind in ("product", "store", "order", "item")]
    shared = _shared_head([thing for thing in named if thing.kind == "store"])
    beginning = _by_first_letter(named, shared)
    found: list[Mention] = []
    place = 0
    while place < len(tokens):
        best = _best(beginning.get(lowered[place][0], ()), tokens, lowered, place, shared)
        if best is None:
            place += 1
            continue
        length, things = best
        found.append(_mention(text, tokens, lowered, place, length, things, support, language))
        place += length
    return tuple(found)


def _by_first_letter(named: Sequence[Thing], shared: int) -> Mapping[str, Sequence[Thing]]:
    """A name is said with its first letter right, so that most words of a text are no name at a glance."""
    beginning: dict[str, list[Thing]] = {}
    for thing in named:
        words = thing.words
        second = _second_start(thing, shared)
        starts = words[-1:] if thing.kind == "order" else (*words[:1], *words[second : second + 1])
        for letter in {word[0] for word in starts}:
            beginning.setdefault(letter, []).append(thing)
    return beginning


def _second_start(thing: Thing, shared: int) -> int:
    """Where else a name may be begun: a store's behind what all stores are called, another's behind its make."""
    return shared if thing.kind == "store" else 1


def _best(
    named: Sequence[Thing], tokens: Sequence[re.Match[str]], lowered: Sequence[str], place: int, shared: int
) -> tuple[int, tuple[Thing, ...]] | None:
    lengths = [(_matched(thing, tokens, lowered, place, shared), thing) for thing in named]
    longest = max((length for length, _ in lengths), default=0)
    return (longest, tuple(thing for length, thing in lengths if length == longest)) if longest else None


def _matched(thing: Thing, tokens: Sequence[re.Match[str]], lowered: Sequence[str], place: int, shared: int) -> int:
    """How many words from here on are this thing's name; 0 for none."""
    words = thing.words
    if thing.kind == "order":
        return int(bool(words) and lowered[place] == words[-1])
    other = _second_start(thing, shared)
    for start in (0, other) if other else (0,):
        if start >= len(words) or not _same(lowered[place], words[start]):
            continue
        count = 1
        while (
            place + count < len(lowered)
            and start + count < len(words)
            and _same(lowered[place + count], words[start + count])
        ):
            count += 1
        if thing.kind == "store":
            enough = start + count == len(words)
        else:
            enough = count >= 2 or (count == 1 and tokens[place].group()[0].isupper() and not words[start].isdigit())
        if enough and count:
            return count
    return 0


def _shared_head(stores: Sequence[Thing]) -> int:
    """The words that all stores' names begin with: "Fjord & Field". Of a single store, all but the last."""
    if len(stores) < 2:
        return max(0, len(stores[0].words) - 1) if stores else 0
    count = 0
    for words in zip(*(store.words for store in stores), strict=False):
        if len(set(words)) > 1:
            break
        count += 1
    return count


def _same(said: str, word: str) -> bool:
    if said == word:
        return True
    if said[0] != word[0]:
        return False
    fuzzy = len(word) >= _NAMED_SHORT and said.isalpha() and word.isalpha()
    return fuzzy and OSA.distance(said, word, score_cutoff=1) <= 1


def _mention(
    text: str,
    tokens: Sequence[re.Match[str]],
    lowered: Sequence[str],
    place: int,
    length: int,
    things: tuple[Thing, ...],
    support: Support,
    language: str,
) -> Mention:
    start, end = tokens[place].start(), tokens[place + length - 1].end()
    wrong = ""
    kind = things[0].kind
    if kind in ("product", "item") and place + length < len(tokens):
        following = tokens[place + length]
        beside = text[end : following.start()] == " "
        word = lowered[place + length]
        figure_after = text[following.end() : following.end() + 1] in ".,%$€°"
        strange = not any(word in thing.words for thing in things)
        if (
            beside
            and strange
            and _goes_on(
                following.group(), word, length, things, lowered[place], support, language, figure_after=figure_after
            )
        ):
            wrong = text[start : following.end()]
    while place + length < len(tokens) and kind == "product":
        gap = text[end : tokens[place + length].start()]
        if not re.fullmatch(r"[ ,()-]{1,3}", gap) or not any(lowered[place + length] in t.words for t in things):
            break
        if lowered[place + length].isdigit() and not re.match(r"[- ][^\W\d]", text[tokens[place + length].end() :]):
            break
        end = tokens[place + length].end()
        length += 1
    return Mention(start, end, things, kind, wrong)


def _goes_on(
    written: str,
    word: str,
    length: int,
    things: Sequence[Thing],
    first: str,
    support: Support,
    language: str,
    *,
    figure_after: bool,
) -> bool:
    """Whether the word behind a name makes it another name: "Pixa Pro" for "Pixa Max", "Skarvik Gaupe" for "Skarvik Hollin"."""
    if word in _SUFFIX and (written[0].isupper() or written.isupper()):
        return True
    numbered = any(re.match(rf"(?:\W*\w+){{{length}}} \d+(?= )", thing.title) for thing in things)
    if word.isdigit() and len(word) < 3 and numbered and not figure_after:
        return True
    if length > 1 or not written[0].isupper() or word in support.vocabulary or any(t.words[0] != first for t in things):
        return False
    return language != "de" or word in support.names
