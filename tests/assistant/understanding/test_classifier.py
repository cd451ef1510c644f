"""The classifier says what a sentence is nearest to, and nothing when it is near nothing."""

from __future__ import annotations

import pytest

from assistant.understanding.classifier import CERTAIN, FewShotClassifier
from assistant.understanding.examples import EXAMPLES
from retrieval.embedders.hashing import HashingEmbedder
from tests.assistant.shopper import Brains


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("could i speak with one of your employees", "human"),
        ("has my parcel left yet", "track_order"),
        ("put this in my bag", "add_to_cart"),
        ("am i talking with a robot", "who_are_you"),
        ("may i send it back when it does not fit", "policy/returns"),
    ],
)
def test_other_words_for_an_example_get_its_label(brains: Brains, said: str, label: str) -> None:
    found = brains.classifier.label(said)
    assert found is not None and found.name.startswith(label)


@pytest.mark.parametrize("said", ["zxqv wvut", "the mitochondria is the powerhouse of the cell"])
def test_what_is_near_no_example_gets_no_label(brains: Brains, said: str) -> None:
    assert brains.classifier.label(said) is None


def test_every_example_is_nearest_to_its_own_label(brains: Brains) -> None:
    wrong = [
        (text, found)
        for label, texts in EXAMPLES.items()
        for text in texts
        if (found := brains.classifier.label(text)) is None or found.name != label
    ]
    assert len(wrong) <= 0.02 * sum(len(texts) for texts in EXAMPLES.values()), wrong


def test_no_example_stands_under_two_labels() -> None:
    said = [text.lower() for texts in EXAMPLES.values() for text in texts]
    assert len(said) == len(set(said))


def test_it_works_with_the_fallback_embedder() -> None:
    classifier = FewShotClassifier(HashingEmbedder(), {"a": ["where is my parcel"], "b": ["talk to a person"]})
    found = classifier.label("where is my parcel")
    assert found is not None and found.name == "a" and found.confidence >= CERTAIN
