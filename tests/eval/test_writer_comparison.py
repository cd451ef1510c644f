"""Comparing the template's words with a model's."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from assistant.answering.grounding import support_of
from assistant.answering.wording import Draft, Paragraph
from eval.dialogue.product_names import ProductNames
from eval.dialogue.shop_facts import ShopFacts
from eval.writer.writer import Case, Pair, blind, reword, sample, writer_report
from model_serving.chat import ChatMessage, ModelDelta

pytestmark = pytest.mark.anyio


class Parrot:
    """A model that says one thing."""

    name = "parrot"

    def __init__(self, words: str) -> None:
        self._words = words

    async def ready(self) -> bool:
        return True

    @asynccontextmanager
    async def stream(
        self, messages: Sequence[ChatMessage], **settings: object
    ) -> AsyncIterator[AsyncIterator[ModelDelta]]:
        async def deltas() -> AsyncIterator[ModelDelta]:
            yield ModelDelta(text=self._words)

        yield deltas()


def case(sentence: str) -> Case:
    draft = Draft(paragraphs=(Paragraph(sentence=sentence, lines=()),))
    return Case(draft=draft, support=support_of((), ()), customer="hi", transcript=())


def pair(number: int, *, reworded: bool = True) -> Pair:
    model = "B" if reworded else "A"
    return Pair(
        id=f"{number:03d}", customer="hi", template="A", model=model, written_by="parrot" if reworded else "template",
        seconds=1.0, ungrounded=0,
    )  # fmt: skip


def test_a_sample_has_each_wording_once_and_keeps_the_order() -> None:
    cases = [case(f"Sentence {n % 5}.") for n in range(20)]
    texts = [each.draft.text for each in sample(cases, 3, seed=7)]
    assert len(set(texts)) == 3
    assert texts == sorted(texts)
    assert len(sample(cases, 50, seed=7)) == 5


async def test_words_that_fail_the_check_are_the_templates_again() -> None:
    shop, names = ShopFacts(), ProductNames.of(())
    good = await reword(case("Hello there."), 0, Parrot("Hi, nice to see you."), shop, names)  # type: ignore[arg-type]
    bad = await reword(case("Hello there."), 1, Parrot("Everything is $9 today."), shop, names)  # type: ignore[arg-type]
    assert (good.model, good.reworded) == ("Hi, nice to see you.", True)
    assert (bad.model, bad.reworded) == ("Hello there.", False)


def test_a_reader_sees_only_pairs_that_differ_and_not_which_is_which() -> None:
    shown = blind([pair(n, reworded=n % 2 == 0) for n in range(40)], seed=7)
    assert len(shown) == 20
    assert {each["A"] for each in shown} == {"A", "B"}
    assert set(shown[0]) == {"id", "customer", "A", "B"}


def test_preference_counts_choices_by_what_they_were_and_ties_half() -> None:
    pairs = [pair(n, reworded=n < 4) for n in range(6)]
    shown = {each["id"]: each for each in blind(pairs, seed=7)}
    model_is = {each: "A" if shown[each]["A"] == "B" else "B" for each in shown}
    other = {"A": "B", "B": "A"}
    choices = {"000": model_is["000"], "001": model_is["001"], "002": other[model_is["002"]], "003": "same"}
    told = writer_report(pairs, choices, model="parrot", seed=7, reader="a test")
    assert told["model_preferred"]["hits"] == 2
    assert told["template_preferred"]["hits"] == 1
    assert told["preferred"] == round((2 + (1 + 2) / 2) / 6, 4)
    assert told["reworded"]["hits"] == 4
    assert writer_report(pairs, {}, model="parrot", seed=7, reader="")["preferred"] is None
