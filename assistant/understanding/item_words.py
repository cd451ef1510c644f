"""Which of a customer's things words name, where, and what is said about each (pure).

"Change the 500ml bottle (blue) to black, and the lamp for a brighter one" names two; of each it says what it is and what it
shall become. Above: `flows.picking_items`. Below: `order_words`, `option_words`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.shops.records import OrderLine
from assistant.understanding.order_words import COMMON, WORD, stem, stems

_LEAD_STARTS = re.compile(
    r"[,;.:!?()]|\b(?:and|or|the|my|a|an|to|for|from|of|return|exchange|change|modify|swap|switch|back|with|in|also)\b",
    re.I,
)
_BRACKET = re.compile(r"^\W{0,2}[({\[]([^)}\]]*)[)}\]]")
_BECOMES = re.compile(
    r"\b(?:to|for|into|become|becomes|be)\b(?! (?:my|the) (?:order|gift|credit|paypal|original))|:|->|→", re.I
)
_WITH = re.compile(r"\bwith\b", re.I)
_FROM_TO = re.compile(r"\bfrom (?:the |a |an )?(?P<now>[^,;.]{1,40}?) (?:one )?(?:to|into) (?:the |a |an )?", re.I)
_ARTICLE = re.compile(r"(?:\b(?:the|my|both|all|these|those|this|that|your|a|an)\s+(?:[\w-]+\s+){0,3}|^\W*)$", re.I)
_NEAR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """One naming of a product of theirs."""

    product_id: str
    start: int
    end: int
    score: int
    plural: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemClause:
    """What is said about one thing."""

    product_id: str
    plural: bool = False
    now: str = ""
    """Words that say which one it is."""
    target: str = ""
    """Words that say what it is to become; those of `now` too where nothing parts them."""
    parted: bool = False
    """Whether the words part the two."""
    around: str = ""
    """The words before the first thing named."""


def item_clauses(text: str, lines: Sequence[OrderLine], values: Mapping[str, Sequence[str]]) -> tuple[ItemClause, ...]:
    """`values`: by product, its options' values, so that "compartment: camera" names no camera."""
    named = _things(text, lines, values)
    starts = [_lead_start(text, one.start) for one in named]
    clauses = []
    for at, one in enumerate(named):
        end = starts[at + 1] if at + 1 < len(named) and named[at + 1].start != one.start else len(text)
        if at + 1 < len(named) and named[at + 1].start == one.start:
            end = next(
                (starts[later] for later in range(at + 1, len(named)) if named[later].start != one.start), len(text)
            )
        clause = _clause(one, lead=text[starts[at] : one.start], after=text[one.end : end])
        clauses.append(replace(clause, around=text[: starts[at]] if starts[at] == min(starts) else ""))
    return tuple(clauses)


def _clause(one: Named, *, lead: str, after: str) -> ItemClause:
    now = [lead]
    bracket = _BRACKET.match(after)
    if bracket:
        now.append(bracket.group(1))
        after = after[bracket.end() :]
    steps = [found["now"] for found in _FROM_TO.finditer(after)]
    if steps:
        return ItemClause(
            product_id=one.product_id,
            plural=one.plural,
            now=" , ".join((*now, *steps)),
            target=_FROM_TO.sub("", after),
            parted=True,
        )
    parts = _BECOMES.search(after) or _WITH.search(after)
    if parts:
        now.append(after[: parts.start()])
        return ItemClause(
            product_id=one.product_id, plural=one.plural, now=" , ".join(now), target=after[parts.end() :], parted=True
        )
    if bracket:
        return ItemClause(product_id=one.product_id, plural=one.plural, now=" , ".join(now), target=after, parted=True)
    return ItemClause(product_id=one.product_id, plural=one.plural, now=f"{lead} , {after}", target=f"{lead} , {after}")


def _lead_start(text: str, start: int) -> int:
    """Where the words that lead up to a name begin: "my 500ml steel |bottle"."""
    before = text[max(0, start - 60) : start]
    cuts = [found.end() for found in _LEAD_STARTS.finditer(before)]
    return max(0, start - 60) + max(cuts, default=0) if cuts or start <= 60 else start


def _things(text: str, lines: Sequence[OrderLine], values: Mapping[str, Sequence[str]]) -> list[Named]:
    """In the order of the words; of two things that the same words may name, both."""
    said = [
        (stem(found.group(0)), found.start(), found.end(), found.group(0)) for found in WORD.finditer(text.casefold())
    ]
    titles = {str(line.product_id): stems(line.title) for line in lines}
    plurals = {word for line in lines for word in WORD.findall(line.title.casefold()) if stem(word) != word}
    kinds = {str(line.product_id): stems(line.title.partition(",")[0]) for line in lines}
    found = [one for key, words in titles.items() for one in _namings(key, words, titles, said, kinds[key])]
    found = [
        replace(one, plural=one.plural and text[one.start : one.end].casefold().split()[-1] not in plurals)
        for one in found
    ]
    best = [one for one in found if not any(_overlap(one, other) and other.score > one.score for other in found)]
    best.sort(key=lambda one: (one.start, one.product_id))
    kept: list[Named] = []
    for one in best:
        if not (kept and _is_value(text, one, values.get(kept[-1].product_id, ()), kept[-1])):
            kept.append(one)
    return kept


def _overlap(one: Named, other: Named) -> bool:
    return one.product_id != other.product_id and one.start < other.end and other.start < one.end


def _is_value(text: str, one: Named, values: Sequence[str], last: Named) -> bool:
    """ "Compartment: laptop", said of the bag before it."""
    word = text[one.start : one.end].casefold()
    if one.product_id == last.product_id or not any(
        word == value.casefold() or word in value.casefold().split() for value in values
    ):
        return False
    return _ARTICLE.search(text[: one.start]) is None


def _namings(
    key: str,
    words: Sequence[str],
    titles: Mapping[str, Sequence[str]],
    said: Sequence[tuple[str, int, int, str]],
    kind: Sequence[str],
) -> list[Named]:
    """kind: the title's words before what it states of the thing: "Hiking Shoes, Synthetic" are shoes."""
    if not words:
        return []
    others = {word for other, title in titles.items() if other != key for word in title}
    head = next((word for word in reversed(kind or words) if word.isalpha()), words[-1])
    joined = "".join(words)
    hits: list[tuple[int, Named]] = []
    for number, (word, start, end, original) in enumerate(said):
        whole = len(words) > 1 and word == joined
        hit = word == head or (len(word) > 4 and head.endswith(word)) or whole
        rare = len(word) > 3 and word in words and word not in others and word not in COMMON
        if not (hit or rare):
            continue
        around = {each for each, _, _, _ in said[max(0, number - 2) : number + 3]}
        score = len(around & set(words)) + (1 if hit else 0) + (2 if whole else 0)
        if number and said[number - 1][0] in words:
            start = said[number - 1][1]
        one = Named(product_id=key, start=start, end=end, score=score, plural=original != word and hit)
        if hits and number - hits[-1][0] < _NEAR and _same_naming(hits[-1][1], one, words, said, hits[-1][0], number):
            last = hits[-1][1]
            merged = replace(last, end=end, score=max(last.score, score), plural=last.plural or one.plural)
            hits[-1] = (number, merged)
        else:
            hits.append((number, one))
    return [one for _, one in hits]


def _same_naming(
    last: Named, one: Named, words: Sequence[str], said: Sequence[tuple[str, int, int, str]], first: int, then: int
) -> bool:
    """ "Jigsaw puzzle" is one naming, "the puzzle, the puzzle" two."""
    return said[first][0] != said[then][0]
