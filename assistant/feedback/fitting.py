"""Whether a candidate may be accepted as what it is to become: what could not be used is refused with the way out (pure).

Above: `reviewing`. Below: `candidates`, retrieval's words.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import yaml

from assistant.errors import AssistantError
from assistant.feedback.candidates import Candidate
from assistant.feedback.proposing import labels
from retrieval.words import stem, words

MOST_WORDS: Final = 4
LONGEST_EXAMPLE: Final = 300
CONDITIONS: Final = frozenset(
    {
        "cards",
        "no_cards",
        "about",
        "answers",
        "says_unknown",
        "says_cannot",
        "says_relaxed",
        "cites",
        "stores",
        "orders",
        "no_orders",
        "cart",
        "cart_unchanged",
        "confirmation",
        "tool",
        "no_tool",
        "asks",
        "handoff",
        "identified",
        "language",
        "text_any",
        "text_all",
        "text_none",
        "max_words",
    }
)
"""Of a reply, as the suites of `aisle eval dialogue` have them: docs/evaluation.md. A test holds the list to theirs."""


class Unfit(AssistantError):
    """It cannot become that. The message says what is missing; `field` names where."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field


def check_fit(one: Candidate) -> None:
    """Raises Unfit."""
    match one.becomes:
        case "synonym":
            _check_pair(one)
        case "reader_example":
            _check_reading(one)
        case "writer_example" | "tuning_example" if not one.better.strip():
            raise Unfit("better", "say how it should have been put")
        case "tuning_example" if one.kind != "agent_edit":
            _check_reading(one)
        case "eval_case":
            conditions_read(one.conditions)
        case _:
            pass


def _check_pair(one: Candidate) -> None:
    for name, text in (("text", one.text), ("better", one.better)):
        if not words(text):
            raise Unfit(name, "a synonym has two sides: the word they used, and the one that the shop uses")
        if len(words(text)) > MOST_WORDS or "," in text or "\n" in text:
            raise Unfit(name, f"a synonym's side is a phrase of at most {MOST_WORDS} words, without commas")
    if [stem(word) for word in words(one.text)] == [stem(word) for word in words(one.better)]:
        raise Unfit("better", "both sides are the same word")


def _check_reading(one: Candidate) -> None:
    if len(one.text) > LONGEST_EXAMPLE:
        raise Unfit("text", f"an example is at most {LONGEST_EXAMPLE} characters: cut it down to what is typical")
    if one.label not in labels():
        raise Unfit("label", f"{one.label!r} is nothing that the assistant can do: choose what was meant")


def conditions_read(text: str) -> Mapping[str, Any]:
    """An eval case's conditions. Raises Unfit."""
    try:
        found = yaml.safe_load(text) if text.strip() else {}
    except yaml.YAMLError as error:
        raise Unfit("conditions", "the conditions are no YAML: write one a line, as in “cards: {min: 1}”") from error
    if not isinstance(found, dict) or not found:
        raise Unfit("conditions", "say what a good reply meets, one condition a line, as in “cards: {min: 1}”")
    unknown = sorted(str(name) for name in found if name not in CONDITIONS)
    if unknown:
        raise Unfit("conditions", f"there is no condition {unknown[0]!r}: there are {', '.join(sorted(CONDITIONS))}")
    return found
