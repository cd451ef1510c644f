"""What customers say about their data, in four languages, and what sounds like it and is not."""

from __future__ import annotations

import pytest

from assistant.understanding.commands import StartFlow
from assistant.understanding.rules.privacy import choices


class Said:
    def __init__(self, text: str) -> None:
        self.text = text


@pytest.mark.parametrize(
    ("text", "topic", "change"),
    [
        ("don't use my past orders", "off", "personalisation"),
        ("please stop using my order history", "off", "personalisation"),
        ("no personalisation please", "off", "personalisation"),
        ("stop recording", "off", "recording"),
        ("please don't record this call", "off", "recording"),
        ("don't remember anything", "off", "memory"),
        ("stop remembering what i say", "off", "memory"),
        ("don't track me", "off", "analytics"),
        ("no marketing please", "off", "marketing"),
        ("do not sell my data", "off", "sale"),
        ("do not sell or share my personal information", "off", "sale"),
        ("don't use my conversations for training", "off", "training"),
        ("opt out", "off", "everything"),
        ("i want to opt out of tracking", "off", "analytics"),
        ("you may use my past orders again", "on", "personalisation"),
        ("remember me again", "on", "memory"),
        ("forget me", "erase", "customer"),
        ("delete my data", "erase", "customer"),
        ("please delete all my personal data", "erase", "customer"),
        ("erase everything you have about me", "erase", "customer"),
        ("delete this conversation", "erase", "conversation"),
        ("delete this conversation's data", "erase", "conversation"),
        ("download my data", "download", ""),
        ("i want a copy of my data", "download", ""),
        ("send me my data", "download", ""),
        ("can i have a copy of all my personal data?", "download", ""),
    ],
)
def test_wishes_about_ones_data_are_understood(text: str, topic: str, change: str) -> None:
    read = choices(Said(text))  # type: ignore[arg-type]
    assert isinstance(read, StartFlow), text
    assert (read.flow, read.topic, read.change) == ("my_data", topic, change)


@pytest.mark.parametrize(
    "text",
    [
        "how do i delete my data?",
        "do you sell my data?",
        "are you recording this?",
        "forget my shoe size",
        "forget everything about me",
        "forget me not seeds",
        "delete the tent from my cart",
        "show me my data",
        "what do you know about me",
        "where is my order",
        "don't use wool",
        "i want a record player",
        "do you have my size",
        "i need a tent for my data center team",
        "remember the milk frother you showed me",
        "stop",
        "please use my address for the order",
    ],
)
def test_what_only_sounds_like_it_is_left_to_others(text: str) -> None:
    assert choices(Said(text)) is None, text  # type: ignore[arg-type]
