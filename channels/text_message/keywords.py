"""Words that are orders about the texts themselves: STOP, START, HELP, NEW, and codes of another device (pure).

The words of STOP are those that networks take as such, whatever a shop thinks (https://www.twilio.com/docs/messaging/tutorials/
advanced-opt-out). Only where the whole message is one. Above: `texting`. Below: nothing.
"""

from __future__ import annotations

import re
from typing import Literal

from channels.moving.transfer import ALPHABET, LENGTH

Keyword = Literal["stop", "start", "help", "new"]
_EVERYWHERE: dict[str, Keyword] = {
    **dict.fromkeys(
        ["stop", "stopall", "unsubscribe", "optout", "stopp", "abmelden", "arret", "arrêt", "baja"], "stop"
    ),
    **dict.fromkeys(["start", "unstop", "resume"], "start"),
    **dict.fromkeys(["help", "info", "hilfe", "aide", "ayuda"], "help"),
    **dict.fromkeys(["new", "neu", "nuevo", "nouveau"], "new"),
}
_SMS_ALONE = frozenset(("cancel", "end", "quit", "revoke"))
"""The network stops the line at these whether we obey or not; in WhatsApp they are words like others."""
_SHOW = frozenset(("show", "zeigen", "mostrar", "montrer"))
_HIDE = frozenset(("hide", "verbergen", "ocultar", "cacher"))
_CODE = re.compile(rf"\b[{ALPHABET}]{{5}}-[{ALPHABET}]{{5}}\b")
_BARE = re.compile(rf"[{ALPHABET}]{{{LENGTH}}}")
_SAID = re.compile(r"\d{5}[- ]?\d{5}")
LONGEST = 80


def keyword_of(text: str, *, sms: bool, stopped: bool = False) -> Keyword | None:
    """stopped: the customer has sent STOP before; "yes" then is START too, as networks have it."""
    word = text.strip().strip(".!\"'").casefold()
    if sms and word in _SMS_ALONE:
        return "stop"
    if stopped and word == "yes":
        return "start"
    return _EVERYWHERE.get(word)


def display_of(text: str) -> bool | None:
    """Whether the screen in the store may show what is personal (SHOW) or no more (HIDE); None: it is neither."""
    word = text.strip().strip(".!\"'").casefold()
    return True if word in _SHOW else False if word in _HIDE else None


def code_of(text: str) -> tuple[str, bool]:
    """A code of another device in the message, and whether it can be nothing else; "" where there is none."""
    plain = text.strip().upper()
    if len(plain) > LONGEST:
        return "", False
    found = _CODE.search(plain)
    if found:
        return found.group(0), True
    if _BARE.fullmatch(plain):
        return plain, any(sign.isdigit() for sign in plain)
    return (plain, False) if _SAID.fullmatch(plain) else ("", False)
