"""Utterances read, marked and reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.conversation import Conversation
from assistant.events import ConversationId
from assistant.understanding.commands import Choose, Confirm, FillSlot, Greet, Reference, StartFlow, Unclear
from eval.intents.command import Read, report
from eval.intents.intents import IntentsInvalid, IntentSuite, Utterance, load_intents
from eval.intents.marking import Judge, intent_of, marked
from retrieval.constraints import Filter, Need

JUDGE = Judge(kinds=lambda words: (), policy=lambda question: "Returns")
TALK = Conversation(id=ConversationId("c"))
SUITES = Path(__file__).parent / "suites"


def utterance(**row: object) -> Utterance:
    return Utterance.model_validate(row)


def test_both_suites_can_be_read_and_are_as_large_as_asked_for() -> None:
    held_out = load_intents(SUITES / "intents_heldout.yaml")
    assert all(
        sum(language in one.words for one in held_out.utterances) >= 100 for language in ("en", "es", "fr", "de")
    )
    improved_on = load_intents(SUITES / "intents_dev.yaml")
    said = {words.lower() for one in improved_on.utterances for words in one.words.values()}
    assert not said & {words.lower() for one in held_out.utterances for words in one.words.values() if " " in words}


def test_an_unknown_entity_is_told(tmp_path: Path) -> None:
    path = tmp_path / "suite.yaml"
    path.write_text("suite: s\nabout: a\nutterances:\n  - {intent: find, en: hi, weather: rain}\n", encoding="utf-8")
    with pytest.raises(IntentsInvalid, match="weather"):
        load_intents(path)


def test_right_is_the_intent_beside_which_only_small_talk_was_read() -> None:
    one = utterance(intent="add", ordinals=[2], en="hi, add the second")
    add = StartFlow(flow="add_to_cart", references=(Reference(kind="ordinal", position=2),))
    mark = marked(one, [Greet(kind="hello"), add], TALK, JUDGE)
    assert (mark.right, mark.found, mark.missed, mark.invented) == (True, 1, 0, 0)
    both = marked(one, [add, StartFlow(flow="show_cart")], TALK, JUDGE)
    assert (both.right, both.intent) == (False, "add+show_cart")


def test_an_entity_that_was_not_said_is_invented() -> None:
    one = utterance(intent="add", en="add it")
    assert marked(one, [StartFlow(flow="add_to_cart", quantity=3)], TALK, JUDGE).invented == 1


def test_prices_and_kinds_are_read_from_the_need() -> None:
    filters = (
        Filter(field="price", operator="<=", number=120),
        Filter(field="category", operator="in", values=("tents",)),
    )  # type: ignore[arg-type]
    found = StartFlow(flow="find_products", need=Need(filters=filters))
    mark = marked(utterance(intent="find", max=120, kind="Tents", en="tents up to 120"), [found], TALK, JUDGE)
    assert (mark.found, mark.missed, mark.invented) == (2, 0, 0)


@pytest.mark.parametrize(
    ("command", "intent"),
    [
        (StartFlow(flow="find_products", refine=True), "refine"),
        (StartFlow(flow="find_products", tentative=True), "unclear"),
        (StartFlow(flow="serve_orders", change="refund"), "return"),
        (FillSlot(email="a@b.c"), "identify"),
        (Confirm(), "yes"),
        (Choose(references=()), "choose"),
        (Unclear(text="", kind="off_topic"), "off_topic"),
    ],
)
def test_each_command_has_the_name_of_its_intent(command: object, intent: str) -> None:
    assert intent_of(command, TALK) == intent  # type: ignore[arg-type]


def test_a_yes_to_what_was_proposed_is_a_yes() -> None:
    asked = Conversation(id=ConversationId("c"), context={"process": {"waiting": "confirmation"}})
    assert intent_of(StartFlow(flow="serve_orders", words="yes please"), asked) == "yes"
    assert intent_of(StartFlow(flow="serve_orders", words="but by PayPal"), asked) == "answer"


def test_a_report_tells_rates_by_language_and_keeps_failures_to_itself_when_asked() -> None:
    suite = IntentSuite(suite="s", about="a", utterances=(utterance(intent="find", en="tent", de="zelt"),))
    find = StartFlow(flow="find_products")
    reads = [
        Read(utterance=suite.utterances[0], language=language, milliseconds=1.0,
             mark=marked(suite.utterances[0], [command], TALK, JUDGE))
        for language, command in (("en", find), ("de", StartFlow(flow="show_cart")))
    ]  # fmt: skip
    told = report(suite, reads, rates_only=False)
    assert told["languages"]["en"]["intent"]["rate"] == 1.0
    assert told["groups"]["find"]["de"]["hits"] == 0
    assert [failure["said"] for failure in told["failures"]] == ["zelt"]
    assert "failures" not in report(suite, reads, rates_only=True)
