"""What is kept of a customer beyond a conversation: what they said of themselves, and what past conversations were about.

Derived from the log and from nothing else: `told` reads one conversation's events, so that all of it can be made anew, with
what was forgotten left out. The conversation of somebody who is not known leaves nothing here. Pure.
Above: `customers` and the stores of memories. Below: events, the words of preferences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal, Protocol

from assistant.events import ConsentChanged, CustomerIdentified, CustomerSaid, CustomerSignedOut, Event, ToolCalled
from assistant.shops.records import CustomerId
from assistant.understanding.preference_words import SINGLE, preferences

FORGET: Final = "forget_customer_notes"
"""The tool whose call in the log means: what was kept so far of that kind is gone."""
EVERYTHING: Final = "everything"
TALK: Final = "conversation"
"""The trait of what past conversations were about."""
_LONGEST_QUOTE: Final = 200
_LONGEST_TALK: Final = 1_200
_TELLING_NUMBERS: Final = re.compile(r"\S+@\S+|\d[\d -]{6,}\d")
"""E-mail addresses, card and telephone numbers: nothing to be kept twice."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """One thing kept of one customer, with where it was said."""

    owner: CustomerId
    kind: Literal["preference", "conversation"]
    trait: str
    """Of a preference: "shoe size", "avoids"; of a conversation "conversation"."""
    value: str
    """Of a conversation its id."""
    words: str
    """The customer's own, as the source to show."""
    conversation: str
    at: datetime


class Memories(Protocol):
    """Durable. Every call names the owner: there is no way to read across customers. Blocking, thread-safe."""

    def of(self, owner: CustomerId) -> tuple[Memory, ...]:
        """Newest first."""
        ...

    def keep(self, memories: Sequence[Memory]) -> None:
        """The same thing again takes the place of the older; of sizes the newest alone is kept."""
        ...

    def forget(self, owner: CustomerId, trait: str = EVERYTHING, value: str = "") -> int:
        """How many went: of that trait, of that value where one is given, else everything of that customer."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Forgotten:
    """From this moment on nothing older of that trait is kept."""

    owner: CustomerId
    trait: str
    value: str
    at: datetime


def told(events: Iterable[Event]) -> tuple[tuple[Memory, ...], tuple[Forgotten, ...]]:
    """What one conversation leaves: for whoever it turns out to be with, from its first message on, or since the last
    one signed out."""
    parts = [_told(stretch) for stretch in _stretches(events)]
    return tuple(one for kept, _ in parts for one in kept), tuple(one for _, gone in parts for one in gone)


def _stretches(events: Iterable[Event]) -> Iterator[list[Event]]:
    stretch: list[Event] = []
    for event in events:
        stretch.append(event)
        if isinstance(event.fact, CustomerSignedOut):
            yield stretch
            stretch = []
    yield stretch


def _told(events: Iterable[Event]) -> tuple[tuple[Memory, ...], tuple[Forgotten, ...]]:
    said: list[tuple[CustomerSaid, datetime]] = []
    gone: list[tuple[str, str, datetime]] = []
    owner, conversation, refused = "", "", False
    for event in events:
        conversation = event.conversation
        match event.fact:
            case CustomerSaid() as fact if not refused:
                said.append((fact, event.at))
            case ConsentChanged(purpose="memory", given=given):
                refused = not given
                gone += [(EVERYTHING, "", event.at)] if refused else []
            case CustomerIdentified(customer_id=customer_id):
                owner = customer_id
            case ToolCalled(name=name, arguments=asked) if name == FORGET:
                gone.append((str(asked.get("trait", EVERYTHING)), str(asked.get("value", "")), event.at))
    if not owner:
        return (), ()
    who = CustomerId(owner)
    kept = [
        memory for fact, at in said if fact.action is None for memory in of_message(who, conversation, fact.text, at)
    ]
    texts = [fact.text for fact, _ in said if fact.action is None]
    untold = any(trait in (EVERYTHING, TALK) for trait, _, _ in gone)
    talk = () if untold or not texts else of_talk(who, conversation, texts, said[-1][1])
    forgotten = tuple(Forgotten(owner=who, trait=trait, value=value, at=at) for trait, value, at in gone)
    return (*kept, *talk), forgotten


def of_message(owner: CustomerId, conversation: str, text: str, at: datetime) -> tuple[Memory, ...]:
    return tuple(
        Memory(
            owner=owner,
            kind="preference",
            trait=one.trait,
            value=one.value,
            words=one.words[:_LONGEST_QUOTE],
            conversation=conversation,
            at=at,
        )
        for one in preferences(text)
    )


def of_talk(owner: CustomerId, conversation: str, said: Sequence[str], at: datetime | None) -> tuple[Memory, ...]:
    """What a conversation was about, in the customer's words; none where nothing was said.

    What they said of themselves is left out: it is kept on its own, and must be forgotten with that.
    """
    others = (text for text in said if not preferences(text))
    words = " / ".join(tidy for text in others if (tidy := " ".join(_TELLING_NUMBERS.sub("…", text).split())))
    if not words or at is None:
        return ()
    words = words[:_LONGEST_TALK]
    return (
        Memory(
            owner=owner,
            kind="conversation",
            trait=TALK,
            value=conversation,
            words=words,
            conversation=conversation,
            at=at,
        ),
    )


def standing(memories: Iterable[Memory], forgotten: Iterable[Forgotten] = ()) -> tuple[Memory, ...]:
    """What holds of all that was told, newest first: the last word on each thing, less what was forgotten since."""
    kept: dict[tuple[str, ...], Memory] = {}
    both: list[Memory | Forgotten] = [*memories, *forgotten]
    for one in sorted(both, key=lambda each: (each.at, isinstance(each, Forgotten))):
        if isinstance(one, Memory):
            kept[key_of(one)] = one
        else:
            kept = {key: memory for key, memory in kept.items() if not _covers(one, memory)}
    return tuple(sorted(kept.values(), key=lambda one: one.at, reverse=True))


def key_of(memory: Memory) -> tuple[str, ...]:
    """Of what there is one only: a size for each kind, each thing avoided, each conversation."""
    single = memory.trait in SINGLE
    return (memory.owner, memory.trait) if single else (memory.owner, memory.trait, memory.value.casefold())


def _covers(gone: Forgotten, memory: Memory) -> bool:
    if gone.owner != memory.owner or gone.trait not in (EVERYTHING, memory.trait):
        return False
    return not gone.value or gone.value.casefold() == memory.value.casefold()
