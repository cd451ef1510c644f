"""What is due in a conversation that waits: a call-back is offered, one that was laid aside comes back (pure).

Everything follows from the log and the time now, so that nothing is lost when a process ends, and two that look at once do
it once: what they write must follow what they saw. Above: the office's sweep. Below: the fold, the templates.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from assistant.answering.voices import LANGUAGES, Voice, load_voice
from assistant.conversation import Conversation
from assistant.events import AssistantSaid, Fact, QuickReply, TurnId, WaitOffered

OFFERED = ("request_callback", "leave_message", "keep_waiting", "back_to_assistant")
Due = Literal["wake", "offer", ""]


def due(state: Conversation, now: datetime, *, patience: timedelta) -> Due:
    """What is to be done now; "" for nothing. An offer waits until no turn runs: their replies must not cross."""
    if state.snoozed is not None:
        return "wake" if now >= state.snoozed.until else ""
    handoff = state.handoff
    if state.status != "waiting_for_agent" or handoff is None or handoff.offered:
        return ""
    busy = state.turn is not None or state.unanswered
    return "offer" if not busy and now - handoff.patient_since >= patience else ""


def wait_offer(state: Conversation) -> Sequence[Fact]:
    """The offer of a call-back or a message, in the customer's language."""
    turn = TurnId(f"wait_{state.id}_{state.last_seq}")
    replies = tuple(_button(voice_of(state), name) for name in OFFERED)
    return [WaitOffered(turn_id=turn), told(state, "wait_offer", turn, replies=replies)]


def told(
    state: Conversation, key: str, turn: TurnId, *, replies: tuple[QuickReply, ...] = (), **values: str
) -> AssistantSaid:
    """A sentence of ours that answers nothing they said."""
    voice = voice_of(state)
    text = voice.templates[key][0].format_map(values)
    return AssistantSaid(turn_id=turn, text=text, language=voice.language, quick_replies=replies)


def voice_of(state: Conversation) -> Voice:
    language = state.language or state.locale.split("-")[0]
    return load_voice(language if language in LANGUAGES else LANGUAGES[0])


def _button(voice: Voice, name: str) -> QuickReply:
    reply = voice.phrases.reply(name)
    return QuickReply(label=reply.label, text=reply.text, action=name)
