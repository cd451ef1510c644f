"""A model's reading: what the schema allows, what of it was said, and when the rules' reading stands."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.context import Context
from assistant.understanding.commands import Ask, Command, FillSlot, FlowName, StartFlow
from assistant.understanding.planned_checks import Told
from assistant.understanding.planned_schema import planned_kinds, read_answer, schema
from model_serving.errors import InvalidModelOutput
from retrieval.constraints import Need


class Words:
    """A shop that knows one place and one attribute."""

    def need(self, text: str) -> Need:
        return Need(text=text)

    def sells(self, text: str) -> bool:
        return True

    def kinds(self, text: str) -> tuple[str, ...]:
        return ()

    def knows(self, text: str) -> bool:
        return True

    def attribute(self, text: str) -> str:
        return text if text == "weight" else ""

    def place(self, text: str) -> str:
        return "portland" if "portland" in text.lower() else ""

    def names_product(self, text: str) -> bool:
        return False


def told(said: str, command: Mapping[str, Any], *before: str, **context: Any) -> tuple[Command | None, float]:
    reading = Told(said=said, heard=(*before, said), context=Context(**context), lexicon=Words())
    return reading.command(command), reading.agreement


def test_the_schema_has_every_command_but_yes_and_no() -> None:
    names = {each["properties"]["command"]["const"] for each in schema()["properties"]["commands"]["items"]["anyOf"]}
    assert names == set(planned_kinds()) and not names & {"confirm", "decline"}
    flows = schema()["properties"]["commands"]["items"]["anyOf"][0]["properties"]["flow"]["enum"]
    assert flows == list(get_args(FlowName))


def test_the_schema_is_json_and_closed() -> None:
    assert json.loads(json.dumps(schema())) == schema()
    for each in schema()["properties"]["commands"]["items"]["anyOf"]:
        assert each["additionalProperties"] is False and "words" not in each["properties"]


@given(st.text(max_size=200))
def test_no_answer_breaks_the_reading(text: str) -> None:
    try:
        commands = read_answer(text)
    except InvalidModelOutput:
        return
    assert commands


FIELDS = ("flow", "need", "about", "kind", "references", "quantity", "language")
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(
    st.sampled_from(sorted(planned_kinds())),
    st.dictionaries(st.sampled_from(FIELDS), values),
)
def test_no_value_breaks_a_command(name: str, fields: dict[str, Any]) -> None:
    try:
        (command,) = read_answer(json.dumps({"commands": [{"command": name, **fields}]}))
    except InvalidModelOutput:
        return
    _, agreement = told("hello", command)
    assert 0 <= agreement <= 1


def test_what_was_not_said_is_left_out() -> None:
    command, agreement = told(
        "a blue tent", {"command": "start_flow", "flow": "find_products", "need": "blue tent waterproof"}
    )
    assert isinstance(command, StartFlow) and command.need == Need(text="blue tent")
    assert agreement == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ({"order": "F1000002"}, "F1000002"),
        ({"order": "F9999999"}, ""),
    ],
)
def test_an_orders_number_is_one_that_was_said(fields: dict[str, str], found: str) -> None:
    command, _ = told("where is it?", {"command": "start_flow", "flow": "track_order", **fields}, "my order F1000002")
    assert isinstance(command, StartFlow) and command.order.lstrip("#") == found


def test_who_they_are_stands_in_their_own_words() -> None:
    given = {"command": "fill_slot", "email": "ann@example.org", "first_name": "Bob"}
    command, agreement = told("I'm Ann, ann@example.org", given)
    assert command == FillSlot(email="ann@example.org") and agreement == 0.5
    assert told("hello", {"command": "fill_slot", "email": "ann@example.org"})[0] is None


def test_a_reference_points_at_what_is_shown() -> None:
    pointing = {"command": "ask", "about": "product", "references": [{"kind": "ordinal", "position": 2}]}
    command, _ = told("is the second one light?", pointing, shown=("a", "b"))
    assert isinstance(command, Ask) and [one.position for one in command.references] == [2]
    command, agreement = told("is it light?", pointing, shown=("a",))
    assert isinstance(command, Ask) and command.references == () and agreement == 0


def test_the_words_are_always_the_customers() -> None:
    command, _ = told("cancel it please", {"command": "start_flow", "flow": "serve_orders", "change": "cancel"})
    assert isinstance(command, StartFlow) and (command.words, command.change) == ("cancel it please", "cancel")
    assert told("cancel it", {"command": "start_flow", "flow": "serve_orders", "change": "everything"})[0] is None


@pytest.mark.parametrize(("quantity", "kept"), [(2, 2), (50, None), (-1, None)])
def test_a_quantity_is_one_that_was_said(quantity: int, kept: int | None) -> None:
    said = "put 2 in my cart" if kept else "put it in my cart"
    command, _ = told(said, {"command": "start_flow", "flow": "add_to_cart", "quantity": quantity})
    assert isinstance(command, StartFlow) and command.quantity == kept
