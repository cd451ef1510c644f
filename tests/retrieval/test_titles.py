"""Titles: neighbouring words, and things that a title only names as what it is for."""

from __future__ import annotations

import numpy as np
import pytest

from retrieval.titles import phrasing_of, titles_of
from retrieval.words import stem

TITLES = ("Single-Serve Coffee Maker", "Coffeemaker", "Maker of Coffee", "Case for iPhone 4", "iPhone 4", "")
NUMBERS = {
    word: number
    for number, word in enumerate(
        dict.fromkeys(map(stem, ["single", "serve", "coffee", "maker", "coffeemaker", "case", "iphone", "4"]))
    )
}
ROWS = np.arange(len(TITLES))


@pytest.mark.parametrize(
    ("query", "phrased"),
    [
        ("coffee maker", [1.0, 1.0, 0.0, 0.0, 0.0, 0.0]),
        ("single serve coffee maker", [1.0, 1 / 3, 0.0, 0.0, 0.0, 0.0]),
        ("coffee", [0.0] * 6),
        ("coffee for maker", [0.0] * 6),
    ],
)
def test_words_side_by_side_count_by_their_share(query: str, phrased: list[float]) -> None:
    found, _ = titles_of(TITLES, NUMBERS).phrased(ROWS, phrasing_of(query), NUMBERS)
    assert found.tolist() == pytest.approx(phrased)


def test_an_accessory_names_the_thing_only_after_for() -> None:
    _, beside = titles_of(TITLES, NUMBERS).phrased(ROWS, phrasing_of("iphone"), NUMBERS)
    assert beside.tolist() == [0, 0, 0, 1, 0, 0]
    _, beside = titles_of(TITLES, NUMBERS).phrased(ROWS, phrasing_of("case for iphone"), NUMBERS)
    assert not beside.any()


def test_rows_are_told_in_the_order_asked_for() -> None:
    found, _ = titles_of(TITLES, NUMBERS).phrased(np.array([3, 0]), phrasing_of("coffee maker"), NUMBERS)
    assert found.tolist() == [0.0, 1.0]
