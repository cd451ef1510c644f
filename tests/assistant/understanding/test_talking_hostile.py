"""Words over and over, made to trap the rules of talk: read in no time, however many."""

from __future__ import annotations

import re

import pytest

from assistant.understanding.rules.talking import _SPEAK
from tests.timing import cpu_seconds

WORDS = sorted(set(re.findall(r"[a-z']{1,14}", _SPEAK.pattern)))


@pytest.mark.parametrize("word", WORDS)
def test_a_word_over_and_over_has_one_reading(word: str):
    """A word that stood in the list twice had two to the power of its repetitions."""
    assert cpu_seconds(lambda: _SPEAK.match(f"{word} " * 60 + "!x")) < 0.2


def test_no_word_stands_in_the_list_twice():
    words = _SPEAK.pattern.split(")\\s+)*")[0].removeprefix("^(?:(?:").split("|")
    assert len(words) == len(set(words)) > 30
