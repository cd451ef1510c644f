"""A shop's values in the customer's language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.voices import load_voice


@pytest.mark.parametrize(
    ("language", "value", "told"),
    [
        ("de", "2.2 kg", "2,2 kg"),
        ("de", "red", "Rot"),
        ("de", "5 years", "5 Jahre"),
        ("de", "machine wash 30 °C, no softener", "Maschinenwäsche bei 30 °C, kein Weichspüler"),
        ("es", "48-52 cm and 52-56 cm", "48-52 cm y 52-56 cm"),
        ("es", "yes", "sí"),
        ("fr", "pink, red and navy", "rose, rouge et bleu marine"),
        ("fr", "with mounts and 2 batteries", "avec fixations et 2 batteries"),
        ("fr", "5.0", "5.0"),
        ("de", "unobtainium, 3 mm lugs", "unobtainium, 3 mm lugs"),
        ("en", "2.2 kg", "2.2 kg"),
    ],
)
def test_a_value_is_told_in_whole_or_left_as_it_is(language: str, value: str, told: str) -> None:
    assert load_voice(language).phrases.value(value) == told


@pytest.mark.parametrize("language", ["es", "fr", "de"])
def test_every_known_value_is_told_in_every_language(language: str) -> None:
    tables = [load_voice(one).phrases.values for one in ("es", "fr", "de")]
    assert set(load_voice(language).phrases.values) == set().union(*tables)


def test_a_button_says_an_option_in_the_customers_language_and_means_the_shops() -> None:
    button = load_voice("de").phrases.option("grey")
    assert (button.label, button.text) == ("Grau", "grey")


@given(st.text(max_size=60), st.sampled_from(["en", "es", "fr", "de"]))
def test_any_value_is_told(value: str, language: str) -> None:
    assert isinstance(load_voice(language).phrases.value(value), str)
