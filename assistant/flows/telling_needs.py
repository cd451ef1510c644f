"""A need in words: what is searched for, and which conditions had to go. Above: `find_products`. Below: knowledge, phrases."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from assistant.flows.hearing_right import by_voice
from assistant.flows.work import Search, Work
from assistant.understanding.said_numbers import in_figures
from retrieval.constraints import Filter, Need


def told(work: Work, need: Need) -> str:
    """The need in words, without bounds that only we drew ("cheaper" than what was shown)."""
    figures = _figures_typed(work)
    ours = tuple(f for f in need.filters if not _is_ours(f, need, figures))
    without = tuple(f for f in ours if f.operator == "not in" and f.values == ("yes",))
    said = as_typed(work, work.spoken.describe(replace(need, filters=tuple(f for f in ours if f not in without))))
    return " ".join((said, *(work.phrases.say("said.without", name=work.phrases.term(f.field)) for f in without)))


_RESOLUTIONS = {"3840 x 2160": "4K", "1920 x 1080": "Full HD", "2560 x 1440": "QHD"}


def as_typed(work: Work, said: str) -> str:
    """A resolution by its name, where the customer did not write the figures themselves."""
    typed = " ".join(line.text for line in work.conversation.transcript if line.who == "customer")
    for figures, name in _RESOLUTIONS.items():
        said = said if figures in typed else said.replace(figures, name)
    return said


def _figures_typed(work: Work) -> set[Decimal]:
    language = work.phrases.language
    typed = " ".join(in_figures(line.text, language) for line in work.conversation.transcript if line.who == "customer")
    return {Decimal(figure) for figure in re.findall(r"\d+(?:\.\d+)?", typed.replace(",", ""))}


def _is_ours(one: Filter, need: Need, figures: set[Decimal]) -> bool:
    """A bound that the customer did not say in these figures: drawn by us, or worked out from another unit."""
    if one.number is None:
        return len(one.values) > 3 and one.field not in ("category", "size", "colour", "material", "store", "audience")
    if one.field == "price":
        return one.number not in figures
    ends = [f.number for f in need.filters if f.field == one.field and f.number is not None]
    middle = sum(ends, Decimal(0)) / len(ends)
    return one.number not in figures and round(middle, 2) not in figures and one.unit in ("cm", "kg", "l")


def given_up(work: Work, found: Search) -> str:
    """The conditions that had to go, in words. On a line every figure is named: it may have been misheard."""
    fields: dict[str, list[Filter]] = {}
    bare: list[str] = []
    typed = None if by_voice(work) else _figures_typed(work)
    for condition in found.relaxed:
        ours = typed is not None and _is_ours(condition, Need(filters=found.relaxed), typed)
        if condition.number is not None and ours:
            bare.append(work.phrases.term(condition.field))
            continue
        fields.setdefault(condition.field, []).append(condition)
    anything = f"{work.spoken.describe(Need())} "
    told = [work.spoken.describe(Need(filters=tuple(conditions))) for conditions in fields.values()]
    return work.phrases.listed([_bare(text.removeprefix(anything)) for text in told] + list(dict.fromkeys(bare)))


def _bare(condition: str) -> str:
    plain = condition.removeprefix("with ").removeprefix("made of ")
    return plain[1:-1] if plain.startswith("(") and plain.endswith(")") else plain
