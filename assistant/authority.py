"""Who may do what to what: one pure function over a closed set of roles, acts and things, so that tests can ask it every question.

Nothing here knows a token, a route or a state: doors say who asks (`Role`), which act it is (`acts.Act`) and how the thing stands
to them (`Thing`). What no rule grants is refused. Above: channels' doors, the desk, tools. Below: `acts`.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum, auto
from typing import Literal

from assistant.acts import Act

IdentifyBy = Literal["email", "two_facts", "proof"]
"""What a customer has to say to be known: their e-mail address, or name and zip code; the address and a zip code or order number
of theirs; or nothing that is said: a code that was sent to them, or the shop's own token."""
ChangesBy = Literal["identified", "proof"]
"""What a change of their records takes beyond that."""


class Role(StrEnum):
    """Who asks, as a door has found out. A token of one audience is nobody at another's door."""

    ANONYMOUS = auto()
    CUSTOMER = auto()
    """A conversation's token, on a device of their own or a line."""
    SCREEN = auto()
    """A conversation's token on a public screen: strangers look on."""
    NAMED = auto()
    """A customer who says who they are, by less than the shop asks for (`IdentifyBy`, `ChangesBy`)."""
    KNOWN = auto()
    """… by as much as it asks for."""
    PROVEN = auto()
    """… by the shop's own token, or by a code that was sent to them."""
    NEWCOMER = auto()
    """An agent whose one-time password is to be changed."""
    AGENT = auto()
    SUPERVISOR = auto()
    ADMIN = auto()
    OPERATOR = auto()
    """The admin token: whoever runs the server."""
    SITE = auto()
    """A token that the shop's site signed for its customer."""
    PROGRAM = auto()
    """AISLE_REALTIME_KEY."""
    CARRIER = auto()
    """A carrier, an exchange or an identity provider, by its signature or secret."""


class Thing(StrEnum):
    """How the thing stands to who asks."""

    NOTHING = auto()
    """There is none: a list, a page, something new."""
    OWN = auto()
    """Their conversation; an agent's claimed one, their call-back, their reply."""
    FREE = auto()
    """Nobody's yet: not claimed, not taken."""
    ANOTHERS = auto()
    """A colleague's."""
    FOREIGN = auto()
    """Of a conversation that their token is not for."""
    MISSING = auto()


class Decision(StrEnum):
    ALLOWED = auto()
    UNKNOWN = auto()
    """Says nothing of whether the thing exists: 401."""
    NOT_THERE = auto()
    ROLE_TOO_LOW = auto()
    MUST_CHANGE = auto()
    """First the password."""
    OWN_DEVICE = auto()
    """Not on a public screen."""
    NOT_CLAIMED = auto()
    CLAIMED = auto()
    """By somebody else."""
    MORE_PROOF = auto()
    """Not known well enough."""


_ALL = frozenset({Thing.OWN, Thing.FREE, Thing.ANOTHERS})
_NOTHING = frozenset({Thing.NOTHING})
_OWN = frozenset({Thing.OWN})
_OWN_OR_FREE = frozenset({Thing.OWN, Thing.FREE})
_OWN_OR_ANOTHERS = frozenset({Thing.OWN, Thing.ANOTHERS})

HOLDERS = (Role.CUSTOMER, Role.SCREEN)
AGENTS = (Role.AGENT, Role.SUPERVISOR, Role.ADMIN)
LEADS = (Role.SUPERVISOR, Role.ADMIN)
CUSTOMERS = (Role.NAMED, Role.KNOWN, Role.PROVEN)
DESK = (Role.NEWCOMER, *AGENTS)

Rule = Mapping[Role, frozenset[Thing]]


def _to(roles: tuple[Role, ...], things: frozenset[Thing]) -> Rule:
    return dict.fromkeys(roles, things)


_ANYBODY = _to(tuple(Role), _NOTHING)
_HOLDER = _to(HOLDERS, _OWN)
_OWN_DEVICE = _to((Role.CUSTOMER,), _OWN)
_AT_DESK = _to(AGENTS, _NOTHING)
_ANY_CONVERSATION = _to(AGENTS, _ALL)
_ITS_AGENT = _to(AGENTS, _OWN)
_ITS_AGENT_OR_LEAD = {Role.AGENT: _OWN, **_to(LEADS, _OWN_OR_ANOTHERS)}
_FREE_OR_OWN = _to(AGENTS, _OWN_OR_FREE)
_FREE_OR_OWN_OR_LEAD = {Role.AGENT: _OWN_OR_FREE, **_to(LEADS, _ALL)}

RULES: Mapping[Act, Rule] = {
    Act.READ_PAGE: _ANYBODY,
    Act.READ_SHOP: _ANYBODY,
    Act.READ_INTERFACE: _ANYBODY,
    Act.CHECK_HEALTH: _ANYBODY,
    Act.READ_METRICS: _ANYBODY,
    Act.START_CONVERSATION: _ANYBODY,
    Act.REDEEM_CODE: _ANYBODY,
    Act.BEAT_AS_KIOSK: _ANYBODY,
    Act.SIGN_IN_AS_AGENT: _ANYBODY,
    Act.READ_CONVERSATION: _HOLDER,
    Act.FOLLOW_CONVERSATION: _HOLDER,
    Act.SAY: _HOLDER,
    Act.PRESS: _HOLDER,
    Act.SPEAK: _HOLDER,
    Act.KEY_IN: _OWN_DEVICE,
    Act.HEAR: _HOLDER,
    Act.TYPE: _HOLDER,
    Act.ACKNOWLEDGE: _HOLDER,
    Act.PING: {**_HOLDER, **_AT_DESK},
    Act.INTERRUPT: _HOLDER,
    Act.GIVE_FEEDBACK: _HOLDER,
    Act.HAND_ON: _HOLDER,
    Act.LEAVE: _HOLDER,
    Act.ALLOW_DISPLAY: _OWN_DEVICE,
    Act.READ_SIGN_IN: _HOLDER,
    Act.SIGN_IN: _OWN_DEVICE,
    Act.SIGN_OUT: _HOLDER,
    Act.SUBSCRIBE: _OWN_DEVICE,
    Act.UNSUBSCRIBE: _HOLDER,
    Act.TAKE_TICKET: _HOLDER,
    Act.END_OTHER_DEVICES: _OWN_DEVICE,
    Act.READ_CONSENTS: _HOLDER,
    Act.CHOOSE_CONSENTS: _HOLDER,
    Act.READ_OWN_DATA: _OWN_DEVICE,
    Act.TAKE_OWN_DATA: _OWN_DEVICE,
    Act.ERASE_OWN_DATA: _OWN_DEVICE,
    Act.SEE_OWN_RECORDS: _to((Role.KNOWN, Role.PROVEN), _OWN),
    Act.CHANGE_OWN_RECORDS: _to((Role.KNOWN, Role.PROVEN), _OWN),
    Act.OPEN_DESK: _AT_DESK,
    Act.READ_QUEUE: _AT_DESK,
    Act.READ_TRANSCRIPT: _ANY_CONVERSATION,
    Act.WATCH: _ANY_CONVERSATION,
    Act.CLAIM: _FREE_OR_OWN,
    Act.TAKE_OVER: _to(LEADS, _ALL),
    Act.RELEASE: _ITS_AGENT_OR_LEAD,
    Act.GIVE_ON: _ITS_AGENT_OR_LEAD,
    Act.SNOOZE: _ITS_AGENT_OR_LEAD,
    Act.WAKE: _ITS_AGENT_OR_LEAD,
    Act.CLOSE: _ITS_AGENT_OR_LEAD,
    Act.SAY_AS_AGENT: _ITS_AGENT,
    Act.TYPE_AS_AGENT: _ITS_AGENT,
    Act.CHANGE_FOR_CUSTOMER: _ITS_AGENT,
    Act.GIVE_CALL_ON: _ITS_AGENT,
    Act.NOTE: _ANY_CONVERSATION,
    Act.DRAFT: _ANY_CONVERSATION,
    Act.SUMMARISE: _ANY_CONVERSATION,
    Act.TRANSLATE: _ANY_CONVERSATION,
    Act.READ_ALONG: _to(LEADS, _ALL),
    Act.WHISPER: _to(LEADS, _ALL),
    Act.READ_REPLIES: dict.fromkeys(AGENTS, _ALL | _NOTHING),
    Act.KEEP_OWN_REPLY: _to(AGENTS, _OWN | _NOTHING),
    Act.KEEP_SHARED_REPLY: _to(LEADS, _ALL | _NOTHING),
    Act.READ_CALLBACKS: _AT_DESK,
    Act.TAKE_CALLBACK: _FREE_OR_OWN,
    Act.GIVE_CALLBACK_BACK: _ITS_AGENT_OR_LEAD,
    Act.FINISH_CALLBACK: _FREE_OR_OWN_OR_LEAD,
    Act.SEARCH: _AT_DESK,
    Act.READ_DESK: _AT_DESK,
    Act.SET_MYSELF: _AT_DESK,
    Act.READ_FIGURES: _to(LEADS, _NOTHING),
    Act.REVIEW_FEEDBACK: _to(LEADS, _NOTHING),
    Act.READ_ACCOUNTS: _to(LEADS, _NOTHING),
    Act.KEEP_ACCOUNTS: {Role.ADMIN: _NOTHING},
    Act.READ_AUDIT: _to(LEADS, _NOTHING),
    Act.CHANGE_PASSWORD: _to(DESK, _NOTHING),
    Act.SIGN_OUT_AS_AGENT: _to(DESK, _NOTHING),
    Act.TAKE_DESK_TICKET: _AT_DESK,
    Act.READ_SIGHT: _to((Role.OPERATOR, Role.ADMIN), _NOTHING),
    Act.READ_MODELS: {Role.OPERATOR: _NOTHING},
    Act.SWITCH_MODELS: {Role.OPERATOR: _NOTHING},
    Act.BRING_TEXT: {Role.CARRIER: _NOTHING},
    Act.BRING_CALL: {Role.CARRIER: _NOTHING},
    Act.BRING_LOGOUT: {Role.CARRIER: _NOTHING},
    Act.TALK_REALTIME: {Role.CUSTOMER: _OWN, Role.SITE: _NOTHING, Role.PROGRAM: _NOTHING},
}

_OPENS: Mapping[tuple[Role, Act], bool] = {(role, act): bool(RULES[act].get(role)) for role in Role for act in Act}


def permit(actor: Role, act: Act, thing: Thing) -> Decision:
    """A look into a table of every answer: under a µs."""
    return _ANSWERS[actor, act, thing]


def customer_role(*, known: bool, proven: bool, asks: ChangesBy) -> Role:
    """Of whom a conversation is with, as far as it matters for a change. known: as well as the shop asks (`IdentifyBy`)."""
    if known and proven:
        return Role.PROVEN
    return Role.KNOWN if known and asks == "identified" else Role.NAMED


def admit(actor: Role, act: Act) -> Decision:
    """At a door that does not know the thing yet: whether there is any that they might."""
    return Decision.ALLOWED if _OPENS[actor, act] else _refused(actor, act)


def least_role(act: Act) -> Role:
    """The lowest of the desk's roles that may at all; of those acts that any may."""
    return next(role for role in DESK if _OPENS[role, act])


def _decide(actor: Role, act: Act, thing: Thing) -> Decision:
    granted = RULES[act].get(actor)
    if not granted:
        return _refused(actor, act)
    if thing in granted:
        return Decision.ALLOWED
    return _OF_THING[thing]


def _refused(actor: Role, act: Act) -> Decision:
    """Of a role that may never."""
    rule = RULES[act]
    if actor is Role.SCREEN and Role.CUSTOMER in rule:
        return Decision.OWN_DEVICE
    if actor in CUSTOMERS and Role.PROVEN in rule:
        return Decision.MORE_PROOF
    if actor in DESK and any(role in rule for role in AGENTS):
        return Decision.MUST_CHANGE if actor is Role.NEWCOMER else Decision.ROLE_TOO_LOW
    return Decision.UNKNOWN


_OF_THING: Mapping[Thing, Decision] = {
    Thing.NOTHING: Decision.UNKNOWN,
    Thing.OWN: Decision.UNKNOWN,
    Thing.FREE: Decision.NOT_CLAIMED,
    Thing.ANOTHERS: Decision.CLAIMED,
    Thing.FOREIGN: Decision.UNKNOWN,
    Thing.MISSING: Decision.NOT_THERE,
}
_ANSWERS: Mapping[tuple[Role, Act, Thing], Decision] = {
    (role, act, thing): _decide(role, act, thing) for role in Role for act in Act for thing in Thing
}
