"""The words around a code, in the customer's language. Pure but for its file, which is read once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from channels.sending.messengers import Way

LONGEST_NAME = 40
"""Of a shop's name in an SMS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    subject: str
    text: str


def code_message(way: Way, code: str, *, shop: str, language: str, minutes: int) -> Message:
    """language: a locale ("de-AT"); English for one that has no words here."""
    words = _words().get(language[:2].lower()) or _words()["en"]
    said = {"code": code, "shop": " ".join(shop.split())[:LONGEST_NAME], "minutes": minutes}
    text = words["sms" if way == "phone" else "email"].format(**said).strip()
    return Message(subject=words["subject"].format(**said), text=text)


@cache
def _words() -> Mapping[str, Mapping[str, str]]:
    found: Mapping[str, Mapping[str, str]] = yaml.safe_load(
        (Path(__file__).parent / "messages.yaml").read_text(encoding="utf-8")
    )
    return found
