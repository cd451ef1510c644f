"""What is shown, read aloud."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.voice.spoken import spoken

SHOWN = """Here are good matches for tents:
- **Ridge Trail 2**: $154.95, in stock
- **Vale Dome 2**: $99.00, only 3 left
- **Tarn Lite 2**: $244.95, in stock
- **Jerv 2**: $1,299.00, in stock"""


def test_two_products_are_said_and_the_rest_is_on_the_screen() -> None:
    said = spoken(SHOWN)
    assert said == (
        "Here are good matches for tents: Ridge Trail 2: 154 dollars 95, in stock. "
        "Vale Dome 2: 99 dollars, only 3 left. There are 2 more on the screen."
    )
    assert "screen" not in spoken(SHOWN, screen=False)


@pytest.mark.parametrize(
    ("shown", "said"),
    [
        ("It costs $1,234.50.", "It costs 1234 dollars 50."),
        ("It costs $1.01.", "It costs 1 dollar and 1 cent."),
        ("Only $0.50!", "Only 50 cents!"),
        ("Order #W5777276 is on its way", "Order W 5 7 7 7 2 7 6 is on its way."),
        ("It weighs 2.2 kg and holds 2000 mm.", "It weighs 2.2 kilograms and holds 2000 millimetres."),
        ("“Within 30 days.” See https://shop.example/returns", "Within 30 days. See."),
        ("", ""),
    ],
)
def test_amounts_numbers_and_links_are_said_as_people_say_them(shown: str, said: str) -> None:
    assert spoken(shown) == said


def test_other_languages_keep_their_own_forms() -> None:
    said = spoken(SHOWN.replace("Here are good matches for tents", "Hier sind gute Treffer"), language="de")
    assert "dollars" not in said
    assert said.endswith("2 weitere stehen auf dem Bildschirm.")


@given(st.text(max_size=300))
def test_nothing_shown_breaks_it_and_no_markup_is_said(text: str) -> None:
    said = spoken(text)
    assert "**" not in said
    assert "\n" not in said
