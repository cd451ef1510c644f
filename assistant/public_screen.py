"""What a screen before strangers may show of a conversation: shopping as it is, what is the customer's own only by their leave.

Pure. `Screen` takes a log's events in order and gives each as such a screen may have it: the same seq and type, and where it
is personal, its words replaced by a neutral sentence (`Masked`). It is held back until a device in the customer's hand allows
it (`display_allowed`), and again once the screen is left. What no rule knows is masked. Above: `channels.privacy`, which puts it
before every way out. Below: events.

Why words may be trusted where a turn was asked on the public screen itself: while one takes part, the assistant uses nothing of
what is kept of the customer (`turn.PUBLIC_CHANNELS`), and who they are is not asked there; what is theirs then comes by tools,
order and profile citations and confirmations alone, and each of these marks its turn.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from assistant.answering.formats import language_of
from assistant.conversation import products_listed
from assistant.events import (
    AGENTS_ONLY,
    Actor,
    AgentJoined,
    AgentLeft,
    AgentSaid,
    AssistantSaid,
    CartChanged,
    ChannelJoined,
    ChannelLeft,
    ChannelName,
    Citation,
    ConfirmationAnswered,
    ConfirmationAsked,
    ContextChanged,
    ConversationClosed,
    ConversationStarted,
    CustomerIdentified,
    CustomerSaid,
    CustomerSignedOut,
    DataErased,
    DisplayAllowed,
    Event,
    Fact,
    FeedbackGiven,
    HandoffEnded,
    ReplyReady,
    ToolCalled,
    ToolReturned,
    TurnFailed,
    TurnId,
    TurnStarted,
    WaitOffered,
)
from assistant.memories import FORGET
from retrieval.words import words

NEUTRAL: Mapping[str, str] = {
    "en": "This is personal, so it is not shown here. You find it on your own phone or computer.",
    "de": "Das ist persönlich und steht deshalb nicht hier. Sie finden es auf Ihrem eigenen Handy oder Computer.",
    "es": "Esto es personal y por eso no se muestra aquí. Lo encontrará en su propio móvil u ordenador.",
    "fr": "C’est personnel et n’est donc pas affiché ici. Vous le trouverez sur votre propre téléphone ou ordinateur.",
}
_OPEN_TOOLS = frozenset({"find_products", "find_policies", "check_stock"})
"""Of the shop, not of a customer."""
_OWN_CARDS = frozenset({"order", "confirmation"})
_OF_THE_TALK = frozenset({"cart", "queue", "queue_wait", "hours"})
"""Profile citations that stand for what is on the table, and for nobody's life."""
_TOLD_HERE = frozenset({"told", "here"})
"""What they said of themselves in this conversation: said aloud on the screen itself, it is no secret of theirs."""
_KEPT = frozenset(
    {
        "turn_id",
        "call_id",
        "confirmation_id",
        "language",
        "interrupted",
        "channel",
        "method",
        "rating",
        "answer",
        "about_seq",
    }
)
"""Fields of names that we made and of closed sets: they tell nothing of a customer."""
_TELLING = re.compile(r"[\w.+-]+@[\w.-]+|#?\b(?=[\w-]*\d)[\w-]{5,}|\b[A-Z\u00c0-\u00de][\w'’-]{2,}")
"""What of private words must not come back in a reply: addresses, numbers, names."""

_BEGINNINGS = frozenset(
    words(
        "add also and any are buy can compare could did does dont find get give has have hello help hey how is its just let list"
        " look make maybe more need not okay please put remove show sorry take tell thanks that the there these they this those"
        " what whats when where which who why will with would yes you your"
        " alle auch bitte das dann der die diese dieser dieses ein eine einen gib gibt habe haben hallo ich ist kann kannst können"
        " leg mach mehr nein nicht nimm noch oder sind suche und vergleiche von wann warum was welche welcher welches wer wie"
        " wieviel wird zeig ajoute ajoutez aussi avec avez bonjour cherche combien comment compare dans est et je la le les mettez"
        " montre montrez non où oui pouvez pour quel quelle quels qui un une vous busco compara con cuál cuáles cuándo cuánto cómo"
        " dame dónde el ella eso esta este gracias hay hola las los me mete muestra necesito no pon por puede qué quiero si sí"
        " tiene tienen una uno y añade"
    )
)
"""What messages begin with, with a capital: no names. Elsewhere a capital may be one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Masked(Event):
    """An event without what is the customer's own."""


def neutral(language: str) -> str:
    return NEUTRAL.get(language_of(language), NEUTRAL["en"])


@dataclass(slots=True, kw_only=True)
class Screen:
    """One public screen's view. `shown` is to be asked in the order of seq; a seq that was asked is answered alike again."""

    public: frozenset[ChannelName] = frozenset({"kiosk"})
    """The channels whose words strangers heard anyway."""
    seq: int = 0
    allowed: bool = False
    own: bool = False
    """Something of the customer's own may be in the conversation: they were known, or spoke on a device of theirs."""
    language: str = "en"
    turn: TurnId | None = None
    _listed: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    """The products that were shown, and from which seq on."""
    _masked: dict[int, Masked] = field(default_factory=dict)
    _bare: dict[int, Event] = field(default_factory=dict)
    _said_privately: set[int] = field(default_factory=set)
    _turn_private_words: bool = False
    _touched: bool = False
    """This turn has dealt with what is theirs."""
    _about_orders: bool = False
    _ready: dict[TurnId, bool] = field(default_factory=dict)
    _secrets: set[str] = field(default_factory=set)

    @property
    def streams(self) -> bool:
        """Whether words of the running turn may be shown as they are written."""
        return self.allowed or not (self.own or self._turn_private_words)

    def listed_at(self, seq: int) -> tuple[str, ...]:
        """The products on the table after that event, as far as they were shown: its own state hash is made of them."""
        return next((products for since, products in reversed(self._listed) if since <= seq), ())

    def view(self, events: Iterable[Event]) -> tuple[Event, ...]:
        return tuple(self.shown(event) for event in events)

    def shown(self, event: Event) -> Event:
        """Raises ValueError for a seq that is ahead."""
        if event.seq <= self.seq:
            return self._masked.get(event.seq) or self._bare.get(event.seq) or event
        if event.seq != self.seq + 1:
            raise ValueError(f"event {event.seq} cannot follow {self.seq}")
        self.seq = event.seq
        self._before(event)
        held_back = not self.allowed and self._is_private(event)
        self._after(event)
        if held_back:
            self._masked[event.seq] = masked(event, self.language)
            return self._masked[event.seq]
        if isinstance(event.fact, AssistantSaid | ReplyReady):
            products = products_listed(event.fact)
            self._listed += [(event.seq, products)] if products else []
        if event.actor.kind == "customer" and event.actor.id and not self.allowed:
            self._bare[event.seq] = dataclasses.replace(event, actor=Actor(kind="customer"))
            return self._bare[event.seq]
        return event

    # -- inside ------------------------------------------------------------------------------------------------------

    def _before(self, event: Event) -> None:
        """What an event changes for itself already."""
        match event.fact:
            case ConversationStarted(locale=locale):
                self.language = language_of(locale)
            case CustomerSaid(text=text) if event.channel not in self.public:
                self.own = True
                self._said_privately.add(event.seq)
                self._learn(text)
            case CustomerIdentified():
                self.own = self._touched = True
            case ToolCalled(name=name) | ToolReturned(name=name) if name not in _OPEN_TOOLS:
                self.own = self._touched = True
                if name == FORGET:
                    self.allowed = False
            case ConfirmationAsked() | ConfirmationAnswered():
                self._touched = True
            case CustomerSignedOut():
                self._touched, self.allowed = True, False
                self._listed.append((event.seq, ()))
            case DataErased():
                self._listed.append((event.seq, ()))
            case ContextChanged(context=context):
                self._about_orders = context.get("topic") == "orders"
            case TurnStarted(turn_id=turn_id, answers=answers):
                self.turn, self._touched, self._about_orders = turn_id, False, False
                self._turn_private_words = not self._said_privately.isdisjoint(answers)
            case AssistantSaid(language=language) | ReplyReady(language=language):
                self.language = language_of(language) if language else self.language
            case _:
                pass

    def _after(self, event: Event) -> None:
        match event.fact:
            case DisplayAllowed(allow=allow):
                self.allowed = allow
            case ChannelLeft(channel=channel) if channel in self.public:
                self.allowed = False
            case AssistantSaid() | TurnFailed():
                self.turn, self._touched, self._turn_private_words, self._about_orders = None, False, False, False
            case _:
                pass

    def _is_private(self, event: Event) -> bool:
        match event.fact:
            case CustomerSaid():
                return event.channel not in self.public
            case AssistantSaid() | ReplyReady():
                return self._is_private_reply(event.fact)
            case CustomerIdentified() | CustomerSignedOut():
                return True
            case ToolCalled(name=name) | ToolReturned(name=name):
                return self.own or name not in _OPEN_TOOLS
            case ContextChanged():
                return self.own
            case FeedbackGiven():
                return event.channel not in self.public
            case AgentSaid() | ConfirmationAsked() | ConfirmationAnswered():
                return self.own
            case ConversationStarted() | ChannelJoined() | ChannelLeft() | DisplayAllowed() | TurnStarted():
                return False
            case CartChanged() | AgentJoined() | AgentLeft() | WaitOffered() | HandoffEnded():
                return False
            case TurnFailed() | ConversationClosed():
                return self._turn_private_words or self.own
            case _:
                return self.own and not isinstance(event.fact, AGENTS_ONLY)

    def _is_private_reply(self, reply: AssistantSaid | ReplyReady) -> bool:
        if (before := self._ready.get(reply.turn_id)) is not None:
            return before
        found = self._tells_their_own(reply)
        if found:
            self._learn(" ".join(citation.quote for citation in reply.citations if self._is_own(citation)))
        if isinstance(reply, ReplyReady):
            self._ready[reply.turn_id] = found
        return found

    def _tells_their_own(self, reply: AssistantSaid | ReplyReady) -> bool:
        if any(card.kind in _OWN_CARDS for card in reply.cards):
            return True
        if any(self._is_own(citation) for citation in reply.citations):
            return True
        if not self.own:
            return False
        if self._touched or self._about_orders:
            return True
        evidence = bool(reply.cards or reply.citations)
        if not evidence and (self._turn_private_words or reply.written_by != "template"):
            return True
        return self._repeats(reply)

    def _is_own(self, cited: Citation) -> bool:
        if cited.kind != "profile":
            return cited.kind == "order"
        return cited.id not in _OF_THE_TALK and (self.own or cited.id not in _TOLD_HERE)

    def _learn(self, text: str) -> None:
        told = {found.lower().strip(".") for found in _TELLING.findall(text)}
        self._secrets |= told - _BEGINNINGS

    def _repeats(self, reply: AssistantSaid | ReplyReady) -> bool:
        """Something telling that was said in private stands in it, and is no product's or shop's name."""
        named = " ".join([*(card.title for card in reply.cards), *(cited.title for cited in reply.citations)]).lower()
        parts = [reply.text, *(f"{quick.label} {quick.text}" for quick in reply.quick_replies)]
        said = " ".join(parts).lower()
        return any(_stands(secret, said) and not _stands(secret, named) for secret in self._secrets)


def _stands(word: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text) is not None


def masked(event: Event, language: str) -> Masked:
    """The event with a neutral sentence for its words. Its place, type and time stay."""
    actor = Actor(kind=event.actor.kind, id=event.actor.id if event.actor.kind == "agent" else "")
    fact = _without(event.fact, neutral(language), event.seq)
    return Masked(
        seq=event.seq,
        id=event.id,
        conversation=event.conversation,
        at=event.at,
        actor=actor,
        channel=event.channel,
        fact=fact,
    )


def _without(fact: Fact, sentence: str, seq: int) -> Fact:
    said: dict[str, Any] = {}
    match fact:
        case CustomerSaid():
            said = {"text": sentence, "client_id": f"private-{seq}", "audio": fact.audio}
        case AssistantSaid() | ReplyReady() | AgentSaid():
            said = {"text": sentence if fact.text else ""}
        case TurnFailed():
            said = {"text": sentence if fact.text else "", "code": fact.code}
        case ConfirmationAsked():
            said = {"summary": sentence}
        case ContextChanged(context=context):
            said = {"context": {"asked": _question(context.get("asked"))}}
        case _:
            pass
    return _blank(fact, said)


def _question(asked: Any) -> dict[str, str] | None:
    """What kind of thing is asked, in words of ours: the state hash is made of it."""
    if not isinstance(asked, Mapping):
        return None
    return {"flow": str(asked.get("flow", "")), "slot": str(asked.get("slot", ""))}


def _blank(fact: Fact, said: Mapping[str, Any]) -> Fact:
    values: dict[str, Any] = {}
    kind: Any = type(fact)
    hints = _hints(kind)
    for each in dataclasses.fields(fact):
        if each.name in said:
            values[each.name] = said[each.name]
        elif each.name in _KEPT:
            values[each.name] = getattr(fact, each.name)
        elif each.default is not dataclasses.MISSING:
            values[each.name] = each.default
        elif each.default_factory is not dataclasses.MISSING:
            values[each.name] = each.default_factory()
        else:
            values[each.name] = _nothing(hints[each.name])
    return type(fact)(**values)


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _nothing(hint: Any) -> Any:
    """Of a field that must be there. Raises TypeError for a kind that has no nothing: give the field a default."""
    if get_origin(hint) is Literal:
        return get_args(hint)[0]
    plain = getattr(hint, "__supertype__", None) or get_origin(hint) or hint
    for kind in (str, bool, int, float, tuple):
        if plain is kind:
            return kind()
    if isinstance(plain, type) and issubclass(plain, Mapping):
        return {}
    raise TypeError(f"{hint!r} cannot be masked: give the field a default")
