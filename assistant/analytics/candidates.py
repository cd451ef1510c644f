"""Candidates: what a conversation could teach, masked: thumbs down, rephrasings, agents' edits of drafts, failed searches (pure).

Of conversations alone whose customer lets them be used for training. Nothing learns from a candidate before a person has
accepted it. Above: `reviewing`. Below: events, masking.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rapidfuzz import fuzz

from assistant.analytics.conversation_facts import NOT_UNDERSTOOD, facts_of
from assistant.events import (
    AgentSaid,
    AssistantSaid,
    CustomerSaid,
    Event,
    FeedbackGiven,
    SuggestionMade,
    SuggestionUsed,
)
from assistant.privacy.masking.masked import masked

Kind = Literal["thumb_down", "rephrased", "agent_edit", "not_found"]
ALIKE: Final = 40.0
"""Of 100, by the words that both have: below, the next message is about something else."""
LONGEST: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    conversation_id: str
    seq: int
    kind: Kind
    language: str
    text: str
    """What was said, drafted or searched."""
    better: str = ""
    """How they put it next; what the agent sent instead."""
    label: str = ""
    """What it most likely meant, by intents; a person confirms it."""


def candidates_of(events: Sequence[Event]) -> tuple[Candidate, ...]:
    language = facts_of(events).language
    found = (
        *_thumbs(events, language),
        *_rephrased(events, language),
        *_edits(events, language),
        *_missed(events, language),
    )
    return tuple(one for one in found if one.text)


def _thumbs(events: Sequence[Event], language: str) -> Iterator[Candidate]:
    said = {event.seq: event.fact for event in events}
    for event in events:
        if isinstance(event.fact, FeedbackGiven) and event.fact.rating == "down":
            reply = said.get(event.fact.about_seq)
            before = [one for one in events if one.seq < event.fact.about_seq and isinstance(one.fact, CustomerSaid)]
            if before and isinstance(reply, AssistantSaid):
                asked = before[-1].fact
                assert isinstance(asked, CustomerSaid)
                yield _made(event, "thumb_down", language, asked.text, label=" ".join(reply.intents))


def _rephrased(events: Sequence[Event], language: str) -> Iterator[Candidate]:
    """What was not understood, and then was, in other words."""
    asked, missed = "", ""
    for event in events:
        if isinstance(event.fact, CustomerSaid) and event.fact.action is None:
            asked = event.fact.text
        elif isinstance(event.fact, AssistantSaid) and asked:
            understood = not NOT_UNDERSTOOD & set(event.fact.intents)
            if missed and understood and fuzz.token_set_ratio(missed, asked) >= ALIKE:
                yield _made(event, "rephrased", language, missed, asked, " ".join(event.fact.intents))
            missed = "" if understood else asked


def _edits(events: Sequence[Event], language: str) -> Iterator[Candidate]:
    drafts = {one.fact.suggestion_id: one.fact.text for one in events if isinstance(one.fact, SuggestionMade)}
    sent = ""
    for event in events:
        if isinstance(event.fact, AgentSaid):
            sent = event.fact.text
        elif isinstance(event.fact, SuggestionUsed) and event.fact.edited:
            draft = drafts.get(event.fact.suggestion_id, "")
            if draft and sent and draft != sent:
                yield _made(event, "agent_edit", language, draft, sent)


def _missed(events: Sequence[Event], language: str) -> Iterator[Candidate]:
    for words in dict.fromkeys(facts_of(events).not_found):
        yield _made(events[-1], "not_found", language, words, label="find_products")


def _made(event: Event, kind: Kind, language: str, text: str, better: str = "", label: str = "") -> Candidate:
    return Candidate(
        conversation_id=event.conversation,
        seq=event.seq,
        kind=kind,
        language=language,
        text=masked(text)[:LONGEST],
        better=masked(better)[:LONGEST],
        label=label,
    )
