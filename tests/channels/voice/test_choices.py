"""What may be answered, said to those who see no buttons."""

from __future__ import annotations

import pytest

from channels.voice.choices import choices_aloud
from channels.voice.clauses import Clauses
from channels.voice.commands import Synthesise
from channels.voice.cues import ReplyWhole, Synthesised
from channels.voice.playout import Playout
from channels.voice.replying import Replying


@pytest.mark.parametrize(
    ("language", "texts", "said"),
    [
        ("en", ["Yes", "No"], "You can say yes or no."),
        ("de", ["Ja", "Nein"], "Sie können ja oder nein sagen."),
        ("fr", ["Oui", "Non"], "Vous pouvez dire oui ou non."),
        ("es", ["Sí", "No"], "Puede decir sí o no."),
        ("en", ["Portland", "Seattle", "Salt Lake City"], "You can say portland, seattle or Salt Lake City."),
        ("en", ["Order #W100", "Order #W200"], "You can say Order W, 1 0 0 or Order W, 2 0 0."),
        ("en", ["What do you sell?", "Where is my order?"], ""),
        ("en", ["one", "two", "three", "four"], ""),
        ("en", ["I would rather talk to a person", "No"], ""),
        ("en", ["Yes"], ""),
        ("en", [], ""),
    ],
)
def test_few_and_short_answers_are_told(language: str, texts: list[str], said: str) -> None:
    assert choices_aloud(texts, language) == said


def test_what_is_said_after_a_reply_stands_behind_its_text() -> None:
    machine = Clauses()
    machine.append("Shall I go ahead?")
    _, new = machine.finish(then="You can say yes or no.")
    assert (new[-1].spoken, new[-1].start, new[-1].end) == ("You can say yes or no.", 17, 17)
    assert machine.finish() == ((), ())


@pytest.mark.parametrize(
    ("screen", "said"), [(False, ["Shall I go ahead?", "You can say yes or no."]), (True, ["Shall I go ahead?"])]
)
def test_on_a_phone_the_answers_come_behind_the_question(screen: bool, said: list[str]) -> None:
    replying = Replying(mouth=Playout(screen=screen))
    whole = ReplyWhole(turn_id="t", text="Shall I go ahead?", language="en", choices=("Yes", "No"))
    commands = replying.receive(whole, 0.0)
    asked = [command for command in commands if isinstance(command, Synthesise)]
    for made in asked:
        more = replying.receive(Synthesised(piece=made.piece, seconds=1.0, peak=0.3), 0.1)
        asked += [command for command in more if isinstance(command, Synthesise)]
    assert [made.text for made in asked] == said
