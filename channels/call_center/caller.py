"""Caller: who is on the phone as far as the phone company says, which proves nothing and so opens nothing (pure).

A number can be forged. It counts calls, and finds the conversation in which its owner proved it a short while ago, where the
carrier vouches for it; else the customer is recognised as everywhere, by what they know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Attestation = Literal["passed", "failed", "none"]
"""What the carrier says of the number: it vouches for it, it does not, or it says nothing."""

_NUMBER = re.compile(r"\+?[1-9]\d{5,14}")
_LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_WITHHELD = frozenset({"266696687", "2562533", "8566696", "86282452253"})
"""ANONYMOUS, BLOCKED, UNKNOWN, UNAVAILABLE on a phone's keys: Twilio sends them in place of a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    number: str = ""
    """E.164; "" where it is withheld."""
    call: str = ""
    """The carrier's own name of the call."""
    locale: str = ""
    attestation: Attestation = "none"


def number_of(said: str) -> str:
    """As a carrier sends it -> E.164, or "" for a withheld one and for what is no number."""
    plain = re.sub(r"[\s().-]", "", said)
    if not _NUMBER.fullmatch(plain) or plain.lstrip("+") in _WITHHELD:
        return ""
    return plain if plain.startswith("+") else f"+{plain}"


def attested_by(stir: str) -> Attestation:
    """Twilio's StirVerstat. Only the full attestation counts: the carrier knows its customer, and that the number is theirs."""
    if stir == "TN-Validation-Passed-A":
        return "passed"
    return "none" if stir in ("", "No-TN-Validation") else "failed"


def locale_of(said: str) -> str:
    """ "" for what is no language tag."""
    return said if len(said) <= 16 and _LOCALE.fullmatch(said) else ""
