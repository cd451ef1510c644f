"""Buttons mean exactly what they say, whatever a page sends along."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.understanding.actions import read_action
from assistant.understanding.commands import Ask, Choose, Confirm, Decline, StartFlow, TalkToHuman, Unclear
from tests.assistant.any_log import json_values

KNOWN = (
    *("add_to_cart", "change_quantity", "remove_from_cart", "show_cart", "empty_cart", "check_out", "show_product"),
    *("check_stock", "choose", "more_products", "confirm", "decline", "talk_to_human"),
)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("add_to_cart", StartFlow),
        ("show_product", Ask),
        ("choose", Choose),
        ("confirm", Confirm),
        ("decline", Decline),
        ("talk_to_human", TalkToHuman),
        ("format_disk", Unclear),
    ],
)
def test_a_button_is_one_command(name: str, kind: type) -> None:
    assert isinstance(read_action(name, {}), kind)


def test_the_arguments_of_a_button_are_taken_over() -> None:
    command = read_action("add_to_cart", {"product_id": "t1", "variant_id": "t1-2", "quantity": 3})
    assert isinstance(command, StartFlow)
    assert (command.variant, command.quantity, command.references[0].text) == ("t1-2", 3, "t1")


@pytest.mark.parametrize("wrong", [True, -1, 1000, "3", 2.5, None, [], {}])
def test_a_quantity_that_is_no_count_is_left_out(wrong: object) -> None:
    command = read_action("add_to_cart", {"product_id": "t1", "quantity": wrong})
    assert isinstance(command, StartFlow) and command.quantity is None


@given(st.sampled_from(KNOWN) | st.text(max_size=30), st.dictionaries(st.text(max_size=12), json_values, max_size=4))
def test_no_arguments_break_a_button(name: str, arguments: dict[str, object]) -> None:
    read_action(name, arguments)
    names = ("product_id", "variant_id", "quantity", "text")
    read_action(name, dict(zip(names, arguments.values(), strict=False)))
