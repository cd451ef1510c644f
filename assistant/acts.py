"""Every act that somebody may ask of this product: a closed set. Each route and each frame is one of them (`channels/acts.py`).

Above: `authority`, which says who may, and the doors that ask it. Below: nothing.
"""

from __future__ import annotations

from enum import StrEnum, auto


class Act(StrEnum):
    """By whom it is meant to be done; who may, `authority.RULES` tells."""

    # anybody
    READ_PAGE = auto()
    READ_SHOP = auto()
    READ_INTERFACE = auto()
    """The published documents, and a socket's address asked as a page."""
    CHECK_HEALTH = auto()
    READ_METRICS = auto()
    START_CONVERSATION = auto()
    REDEEM_CODE = auto()
    BEAT_AS_KIOSK = auto()
    SIGN_IN_AS_AGENT = auto()

    # whoever holds a conversation's token
    READ_CONVERSATION = auto()
    FOLLOW_CONVERSATION = auto()
    SAY = auto()
    PRESS = auto()
    """A card's button."""
    SPEAK = auto()
    KEY_IN = auto()
    """A key of a telephone."""
    HEAR = auto()
    """What was played, and how a session sounds."""
    TYPE = auto()
    ACKNOWLEDGE = auto()
    PING = auto()
    INTERRUPT = auto()
    GIVE_FEEDBACK = auto()
    HAND_ON = auto()
    LEAVE = auto()
    ALLOW_DISPLAY = auto()
    READ_SIGN_IN = auto()
    SIGN_IN = auto()
    SIGN_OUT = auto()
    SUBSCRIBE = auto()
    UNSUBSCRIBE = auto()
    TAKE_TICKET = auto()
    END_OTHER_DEVICES = auto()
    READ_CONSENTS = auto()
    CHOOSE_CONSENTS = auto()
    READ_OWN_DATA = auto()
    TAKE_OWN_DATA = auto()
    ERASE_OWN_DATA = auto()

    # a customer, by what is known of them
    SEE_OWN_RECORDS = auto()
    CHANGE_OWN_RECORDS = auto()

    # agents
    OPEN_DESK = auto()
    READ_QUEUE = auto()
    READ_TRANSCRIPT = auto()
    WATCH = auto()
    CLAIM = auto()
    TAKE_OVER = auto()
    RELEASE = auto()
    GIVE_ON = auto()
    SNOOZE = auto()
    WAKE = auto()
    CLOSE = auto()
    SAY_AS_AGENT = auto()
    TYPE_AS_AGENT = auto()
    CHANGE_FOR_CUSTOMER = auto()
    GIVE_CALL_ON = auto()
    NOTE = auto()
    DRAFT = auto()
    SUMMARISE = auto()
    TRANSLATE = auto()
    READ_ALONG = auto()
    WHISPER = auto()
    READ_REPLIES = auto()
    KEEP_OWN_REPLY = auto()
    KEEP_SHARED_REPLY = auto()
    READ_CALLBACKS = auto()
    TAKE_CALLBACK = auto()
    GIVE_CALLBACK_BACK = auto()
    FINISH_CALLBACK = auto()
    SEARCH = auto()
    READ_DESK = auto()
    """Colleagues, hours, oneself."""
    SET_MYSELF = auto()
    READ_FIGURES = auto()
    REVIEW_FEEDBACK = auto()
    """What conversations could teach: read, decided, made into sets."""
    READ_ACCOUNTS = auto()
    KEEP_ACCOUNTS = auto()
    READ_AUDIT = auto()
    CHANGE_PASSWORD = auto()
    SIGN_OUT_AS_AGENT = auto()
    TAKE_DESK_TICKET = auto()

    # the operator
    READ_SIGHT = auto()
    """How the server runs: no customer is in it. The desk's administrators may, too."""
    READ_MODELS = auto()
    SWITCH_MODELS = auto()

    # other houses' servers, by their signature
    BRING_TEXT = auto()
    BRING_CALL = auto()
    BRING_LOGOUT = auto()
    TALK_REALTIME = auto()
    """By a key for programs, a customer's token or a conversation's."""
