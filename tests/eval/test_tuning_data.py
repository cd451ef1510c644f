"""Generated examples: the splits share nothing, the commands are the planner's, and the rewordings keep what was said."""

from __future__ import annotations

import json
import re
from itertools import combinations

import pytest

from assistant.answering.wording import load_templates
from assistant.understanding.planned_schema import read_answer
from eval.tuning.data.phrasings import families, slots_of
from eval.tuning.data.reader_examples import normalised, reader_examples
from eval.tuning.data.say_acts import Recovery
from eval.tuning.data.scenes import SEEDS, products_of, short_name
from eval.tuning.data.splits import share, split_of
from eval.tuning.data.values import of_split, table
from eval.tuning.data.writer_examples import keys_of, rewordings
from model_serving.tuning.examples import SPLITS

SLOT = re.compile(r"{(\w+)}")
FIRST_EXPERIMENT = 50


def test_the_same_seed_gives_the_same_examples_and_another_others() -> None:
    first = list(reader_examples("test", 30, seed=4))

    assert first == list(reader_examples("test", 30, seed=4))
    assert first != list(reader_examples("test", 30, seed=5))


@pytest.mark.slow
def test_no_template_value_or_product_is_in_two_splits() -> None:
    for one, other in combinations(SPLITS, 2):
        for family in families():
            assert set(family.of(one)).isdisjoint(family.of(other)), family.name
        for name in ("kinds", "colours", "attributes", "first_names", "openers", "joiners"):
            assert set(of_split(name, one)).isdisjoint(of_split(name, other)), name
        assert keys_of(one).isdisjoint(keys_of(other))
        products = [{short_name(product) for product in products_of(split)} for split in (one, other)]
        assert products[0].isdisjoint(products[1])
        templates = [
            {part for made in reader_examples(split, 100, seed=4) for part in str(made.marks["template"]).split(" + ")}
            for split in (one, other)
        ]
        assert templates[0].isdisjoint(templates[1])
    assert len(set(SEEDS.values())) == len(SPLITS)


def test_every_item_has_one_split_and_most_are_for_training() -> None:
    items = tuple(f"item {number}" for number in range(200))

    parts = {split: share(items, split) for split in SPLITS}

    assert sorted(item for part in parts.values() for item in part) == sorted(items)
    assert len(parts["train"]) > 5 * len(parts["dev"])
    assert {split_of(f"number {number}") for number in range(100)} == set(SPLITS)


def test_there_are_ten_times_the_phrasings_of_the_first_experiment() -> None:
    wordings = [(family.name, text) for family in families() for text in family.say]

    assert len(wordings) == len(set(wordings)) > 10 * FIRST_EXPERIMENT
    assert len({normalised(text) for _, text in wordings}) > 10 * FIRST_EXPERIMENT


def test_every_wording_says_what_its_commands_take_from_it() -> None:
    """A value that stands in the commands and not in the message would teach to invent."""
    made_by = {"position": "one", "position2": "one2", "code": "language"}
    for family in families():
        for wording in family.say:
            needed = {made_by.get(slot, slot) for slot in slots_of(family, "")}
            assert needed <= set(SLOT.findall(wording)), f"{family.name}: {wording}"


def test_arguments_stand_in_the_message_and_the_answer_is_what_the_schema_has() -> None:
    for made in reader_examples("train", 300, seed=9):
        for command in read_answer(made.answer):
            for name in ("need", "place", "order", "email", "first_name", "zip_code"):
                assert str(command.get(name, "")).lower() in made.marks["said"].lower()
        assert json.loads(made.messages[-1].content.rpartition("MESSAGE: ")[2]) == made.marks["said"]


def test_a_message_that_a_suite_has_is_never_made() -> None:
    everything = {normalised(made.marks["said"]) for made in reader_examples("train", 200, seed=9)}
    some = frozenset(sorted(everything)[:40])

    made = {normalised(example.marks["said"]) for example in reader_examples("train", 200, seed=9, avoid=some)}

    assert made.isdisjoint(some)


def test_a_sentence_of_the_templates_is_read_back_to_its_say_act_and_values() -> None:
    recovery = Recovery(load_templates("en"))

    found = recovery.recover("**Fellwind 2** weighs 1.8 kg.")
    assert found is not None
    assert (found.key, dict(found.values)) == ("attribute_weight", {"title": "Fellwind 2", "value": "1.8 kg"})
    assert recovery.recover("Cheese, anybody?") is None


def test_a_rewording_has_all_slots_that_every_wording_of_its_say_act_has() -> None:
    templates = load_templates("en")
    for key, words in rewordings().words.items():
        common = set.intersection(*(set(SLOT.findall(wording)) for wording in templates[key]))
        known = set().union(*(set(SLOT.findall(wording)) for wording in templates[key]))
        for text in words:
            assert common <= set(SLOT.findall(text)) <= known, f"{key}: {text}"
    assert rewordings().opened <= set(templates)
    assert set(table()) >= {"kinds", "colours", "strange_kinds"}
