"""Candidates: what a conversation could teach, masked: thumbs, rephrasings, agents' edits, failed searches, handoffs (pure).

Of conversations alone whose customer lets them be used for training. Nothing learns from a candidate before a person has
accepted it. Above: `reviewing`. Below: `episodes`, events, masking.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Literal, get_args

from rapidfuzz import fuzz

from assistant.analytics.conversation_facts import NOT_UNDERSTOOD, facts_of
from assistant.desk.events import HandoffRequested
from assistant.events import AgentSaid, Event, FeedbackGiven, SuggestionMade, SuggestionUsed
from assistant.feedback.episodes import Episode, Line, episodes_of
from assistant.feedback.proposing import Becomes, conditions_of, label_of
from assistant.privacy.masking.masked import masked

Kind = Literal["thumb_down", "thumb_up", "rephrased", "agent_edit", "not_found", "handoff"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
ALIKE: Final = 40.0
"""Of 100, by the words that both have: below, the next message is about something else."""
ASKED_AGAIN: Final = frozenset({"policy", "product_question"})
"""A question that is put twice in other words was not answered; a search in other words may only be narrowed."""
LONGEST: Final = 500
MOST_LINES: Final = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    conversation_id: str
    seq: int
    """Of the event that tells it: the thumb, the later words, the search, the handoff."""
    kind: Kind
    language: str
    channel: str = ""
    becomes: Becomes = "eval_case"
    """What is proposed; a person may choose another."""
    text: str
    """What was said, drafted or searched."""
    better: str = ""
    """How they put it next; what the agent sent instead; what the shop calls it."""
    label: str = ""
    """What it most likely meant, by the classifier's labels; a person confirms it."""
    conditions: str = ""
    """Of an eval case: what a good reply meets, as YAML."""
    reason: str = ""
    """Of a handoff: the rule; of a thumb: nothing, for comments are words."""
    exchange: tuple[Line, ...] = ()


def candidates_of(events: Sequence[Event]) -> tuple[Candidate, ...]:
    facts = facts_of(events)
    episodes = episodes_of(events)
    making = _Making(events=events, language=facts.language)
    found = (
        *_thumbs(making, episodes),
        *_rephrased(making, episodes),
        *_missed(making, episodes),
        *_edits(making),
        *_handoffs(making, episodes),
    )
    return tuple(one for one in found if one.text)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Making:
    events: Sequence[Event]
    language: str

    def one(
        self,
        kind: Kind,
        event: Event,
        text: str,
        *,
        becomes: Becomes,
        better: str = "",
        label: str = "",
        conditions: str = "",
        reason: str = "",
        exchange: Sequence[Line] = (),
    ) -> Candidate:
        return Candidate(
            conversation_id=event.conversation, seq=event.seq, kind=kind, language=self.language, channel=event.channel,
            becomes=becomes, text=_short(text), better=_short(better), label=label, conditions=conditions, reason=reason,
            exchange=tuple(Line(who=one.who, text=_short(one.text)) for one in exchange[-MOST_LINES:]),
        )  # fmt: skip


def _thumbs(making: _Making, episodes: Sequence[Episode]) -> Iterator[Candidate]:
    """The last thumb of a reply counts; a thumb up keeps what was good from being lost."""
    thumbs = {one.fact.about_seq: one for one in making.events if isinstance(one.fact, FeedbackGiven)}
    for episode in episodes:
        event = thumbs.get(episode.reply_seq)
        if event is None or not isinstance(event.fact, FeedbackGiven):
            continue
        good = event.fact.rating == "up"
        yield making.one(
            "thumb_up" if good else "thumb_down", event, episode.said, becomes="eval_case",
            label=label_of(episode.intents), conditions=conditions_of(episode) if good else "", exchange=episode.lines,
        )  # fmt: skip


def _rephrased(making: _Making, episodes: Sequence[Episode]) -> Iterator[Candidate]:
    """What was not understood, or not answered, and was then said in other words."""
    for before, after in pairwise(episodes):
        if not _again(before, after):
            continue
        yield making.one(
            "rephrased", after.event, before.said, becomes="reader_example", better=after.said,
            label=label_of(after.intents), exchange=(*before.lines, *after.lines),
        )  # fmt: skip


def _again(before: Episode, after: Episode) -> bool:
    if NOT_UNDERSTOOD & set(after.intents) or before.said.strip().lower() == after.said.strip().lower():
        return False
    if fuzz.token_set_ratio(before.said.lower(), after.said.lower()) < ALIKE:
        return False
    same = {one.partition(":")[0] for one in before.intents} & {one.partition(":")[0] for one in after.intents}
    return bool(NOT_UNDERSTOOD & set(before.intents) or same & ASKED_AGAIN)


def _missed(making: _Making, episodes: Sequence[Episode]) -> Iterator[Candidate]:
    """Searched in vain; where the next message found something, that is most likely what the shop calls it."""
    seen: set[str] = set()
    for place, episode in enumerate(episodes):
        if not episode.missed or episode.missed in seen:
            continue
        seen.add(episode.missed)
        after = episodes[place + 1] if place + 1 < len(episodes) else None
        named = after is not None and after.searched and not after.missed
        yield making.one(
            "not_found", episode.event, episode.missed, becomes="synonym", label="find_products",
            better=after.searched if after is not None and named else "",
            exchange=(*episode.lines, *(after.lines if after is not None and named else ())),
        )  # fmt: skip


def _edits(making: _Making) -> Iterator[Candidate]:
    events = making.events
    drafts = {one.fact.suggestion_id: one.fact.text for one in events if isinstance(one.fact, SuggestionMade)}
    sent = ""
    for event in events:
        if isinstance(event.fact, AgentSaid):
            sent = event.fact.text
        elif isinstance(event.fact, SuggestionUsed) and event.fact.edited:
            draft = drafts.get(event.fact.suggestion_id, "")
            if draft and sent and draft != sent:
                lines = (Line(who="draft", text=draft), Line(who="agent", text=sent))
                yield making.one("agent_edit", event, draft, becomes="writer_example", better=sent, exchange=lines)


def _handoffs(making: _Making, episodes: Sequence[Episode]) -> Iterator[Candidate]:
    """The first, with its rule: whoever only asked for a person teaches that they are given one."""
    event = next((one for one in making.events if isinstance(one.fact, HandoffRequested)), None)
    before = [one for one in episodes if event is not None and one.event.seq < event.seq]
    if event is None or not before or not isinstance(event.fact, HandoffRequested):
        return
    rule = event.fact.rule or "other"
    yield making.one(
        "handoff", event, before[-1].said, becomes="eval_case", label=label_of(before[-1].intents), reason=rule,
        conditions="handoff: true" if rule == "asked" else "", exchange=[line for one in before[-3:] for line in one.lines],
    )  # fmt: skip


def _short(text: str) -> str:
    return masked(text)[:LONGEST]
