"""Say-acts -> draft: the template's words, varied, with the lists, cards and sources that belong to them (pure)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.answering.say_acts import AskConfirmation, AskSlot, Greet, SayAct
from assistant.answering.tables import read_table
from assistant.events import Card, Citation, QuickReply

_HERE = Path(__file__).parent / "templates"
MOST_QUICK_REPLIES = 4

Templates = Mapping[str, tuple[str, ...]]


class TemplateMissing(Exception):
    """A say-act that no template words: a mistake of ours, found by the tests."""


def load_templates(language: str = "en") -> Templates:
    """Each key's wordings. Reads a file; call it once, at start."""
    raw = {**read_table(_HERE / f"{language}.yaml"), **read_table(_HERE / "privacy" / f"{language}.yaml")}
    return {key: tuple(wordings) for key, wordings in raw.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    sentence: str
    lines: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        return "\n".join((self.sentence, *(f"- {line}" for line in self.lines))).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A whole reply before a model may reword it."""

    paragraphs: tuple[Paragraph, ...]
    cards: tuple[Card, ...] = ()
    citations: tuple[Citation, ...] = ()
    quick_replies: tuple[QuickReply, ...] = ()
    exact: bool = False
    """Its words were weighed by people: no model rewords them."""

    @property
    def text(self) -> str:
        return "\n\n".join(paragraph.text for paragraph in self.paragraphs if paragraph.text)


EXACT = frozenset({"greet_distress"})


def draft(
    acts: Sequence[SayAct], templates: Templates, *, said_before: Collection[str], pick: Callable[[int], int]
) -> Draft:
    """The reply to all acts. `said_before`: the last reply's wordings, not to be used again; `pick(n)` chooses among n."""
    ordered = _in_order(list({(act.about, tuple(act.values.items()), act.lines): act for act in acts}.values()))
    greeted = len(ordered) > 1
    paragraphs = tuple(
        Paragraph(sentence=_worded(_key(act, greeted), act, templates, said_before, pick), lines=act.lines)
        for act in ordered
    )
    return Draft(
        paragraphs=paragraphs,
        cards=_unique_cards(ordered),
        citations=tuple(dict.fromkeys(citation for act in ordered for citation in act.citations)),
        quick_replies=_quick_replies(ordered),
        exact=any(act.about in EXACT for act in ordered),
    )


def _in_order(acts: Sequence[SayAct]) -> list[SayAct]:
    """A greeting comes first, a question last; a second open question would not be answered, so only the last is asked."""
    greetings = [act for act in acts if isinstance(act, Greet)]
    questions = [act for act in acts if isinstance(act, AskSlot | AskConfirmation)]
    others = [act for act in acts if not isinstance(act, Greet | AskSlot | AskConfirmation)]
    if others or questions:
        greetings = [act for act in greetings if act.about in ("greet_hello", "greet_hello_again", "greet_thanks")]
    return [*greetings[:1], *others, *questions[-1:]]


def _key(act: SayAct, greeted: bool) -> str:
    return "greet_prefix" if greeted and act.about in ("greet_hello", "greet_hello_again") else act.about


def _worded(
    key: str, act: SayAct, templates: Templates, said_before: Collection[str], pick: Callable[[int], int]
) -> str:
    wordings = templates.get(key)
    if not wordings:
        raise TemplateMissing(key)
    try:
        worded = [wording.format_map(act.values) for wording in wordings]
    except KeyError as missing:
        raise TemplateMissing(f"{key} needs {missing}") from missing
    fresh = [text for text in worded if text not in said_before] or worded
    return fresh[pick(len(fresh))].strip()


def _unique_cards(acts: Sequence[SayAct]) -> tuple[Card, ...]:
    cards: dict[tuple[str, str], Card] = {}
    for act in acts:
        for card in act.cards:
            cards.setdefault((card.kind, card.id), card)
    return tuple(cards.values())


def _quick_replies(acts: Sequence[SayAct]) -> tuple[QuickReply, ...]:
    """Those of the last act that has any: they answer what was said last."""
    for act in reversed(acts):
        if act.quick_replies:
            return act.quick_replies[:MOST_QUICK_REPLIES]
    return ()
