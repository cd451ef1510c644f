"""Figures of other languages, read as English writes them."""

from __future__ import annotations

import pytest

from eval.grounding.figures import figures
from eval.grounding.number_forms import english_form


@pytest.mark.parametrize(
    ("text", "language", "english"),
    [
        ("309,95\u00a0$, auf Lager", "de", "$309.95, auf Lager"),
        ("cuesta 1.234,50 US$", "es", "cuesta $1234.50"),
        ("à 57,95\u00a0$US, noté 4,7", "fr", "à $57.95, rated 4.7"),
        ("am Freitag, 27. November", "de", "am Friday, November 27"),
        ("el viernes, 27 de noviembre de 2026", "es", "el Friday, November 27, 2026"),
        ("le vendredi 1er mai", "fr", "le Friday May 1"),
        (
            "“Free for orders from $75.00, within 1,000 miles.”",
            "de",
            "“Free for orders from $75.00, within 1,000 miles.”",
        ),
        ("$309.95, in stock", "en", "$309.95, in stock"),
    ],
)
def test_the_same_figures_stand_in_english_form(text: str, language: str, english: str) -> None:
    assert english_form(text, language) == english


def test_a_wrong_price_is_still_another_price() -> None:
    right, wrong = (figures(english_form(text, "de"))[0] for text in ("309,95 $", "309,59 $"))
    assert (right.kind, right.value) == ("price", "309.95")
    assert wrong.value == "309.59"
