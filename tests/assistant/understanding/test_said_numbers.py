"""Numbers that customers write in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.number_words import spelled
from assistant.understanding.said_numbers import in_figures


@pytest.mark.parametrize(
    ("language", "said", "meant"),
    [
        ("de", "unter dreihundert Dollar", "unter 300 Dollar"),
        ("de", "hundert euro maximal", "100 euro maximal"),
        ("de", "hoechstens fuenfhundert", "hoechstens 500"),
        ("de", "anderthalb Liter", "1.5 Liter"),
        ("de", "zweitausend", "2000"),
        ("es", "menos de doscientos cincuenta", "menos de 250"),
        ("es", "un kilo y medio", "1.5 kilo"),
        ("es", "mil gracias", "mil gracias"),
        ("es", "mil doscientos", "1200"),
        ("es", "los dos y la tercera", "los dos y la tercera"),
        ("fr", "jusqu'à quatre-vingt-dix", "jusqu'à 90"),
        ("fr", "moins de sept cents", "moins de 700"),
        ("fr", "un kilo et demi", "1.5 kilo"),
        ("it", "meno di duecento", "meno di duecento"),
        ("en", "under two hundred", "under two hundred"),
    ],
)
def test_amounts_in_words_become_figures_and_what_counts_stays(language: str, said: str, meant: str) -> None:
    assert in_figures(said, language) == meant


@given(language=st.sampled_from(["es", "fr", "de"]), number=st.integers(13, 999))
def test_every_number_that_we_write_is_read_back(language: str, number: int) -> None:
    assert in_figures(spelled(number, language), language) == str(number)


@given(st.text(max_size=80), st.sampled_from(["es", "fr", "de"]))
def test_it_never_raises(text: str, language: str) -> None:
    in_figures(text, language)
