"""The scripted customer: reads a task's words, puts them in many ways, says yes to what is wanted and to nothing else."""

from __future__ import annotations

import random

import pytest

from eval.tau2.customer import Customer, Heard, writes
from eval.tau2.goals import Piece, UnreadableGoal, Want, read_goal
from eval.tau2.speech import Manner, Speech, manner_of
from eval.tau2.synthetic import Played, report_of, wrong_writes

TASK = (
    "Your name is Ada Kiln and your zip code is 12345. You are calm. Cancel order #W1111111 because no longer needed. "
    "For #W2222222, change address to {'order_id': '#W2222222', 'address1': '1 Clay Road', 'city': 'Salem', 'state': 'OR', "
    "'zip': '97301', 'address2': '', 'country': 'USA'} (same as #W1111111). For #W2222222, change payment to gift_card_7. "
    "For #W2222222, modify Mug {'color': 'blue', 'size': 'S'} to {'color': 'red'}; Bowl {'size': 'M'} to {}; via paypal_7. "
    "Return #W3333333 via paypal_7: Mug {'color': 'blue'}; Jug; "
)
VARIANTS = {
    "1": {"name": "Mug", "options": {"color": "blue", "size": "S"}},
    "2": {"name": "Mug", "options": {"color": "red", "size": "S"}},
    "3": {"name": "Jug", "options": {"color": "green"}},
}


def test_every_step_of_a_task_is_read_from_its_words() -> None:
    goal = read_goal(TASK)
    assert (goal.name, goal.zip_code, goal.email) == ("Ada Kiln", "12345", "")
    assert [want.kind for want in goal.wants] == ["cancel", "address", "payment", "swap", "return"]
    assert goal.wants[1].same_as == "#W1111111" and goal.wants[1].address["city"] == "Salem"
    assert goal.wants[3].items[0].target == {"color": "red", "size": "S"}
    assert [piece.name for piece in goal.wants[4].items] == ["Mug", "Jug"]


def test_words_of_another_form_are_not_guessed_at() -> None:
    with pytest.raises(UnreadableGoal, match="no step that is known"):
        read_goal(TASK + "Paint the mug green. ")


@pytest.mark.parametrize("want", read_goal(TASK).wants, ids=lambda want: want.kind)
def test_each_wish_is_put_in_at_least_five_ways(want: Want) -> None:
    said = set()
    for seed in range(40):
        dice = random.Random(seed)
        speech = Speech(manner=manner_of(dice), dice=dice)
        said.add(speech.request(want))
    assert len(said) >= 5


def customer(**changes: object) -> Customer:
    manner = Manner(opening="one request", tone="terse", options="keyed", orders="number", **changes)  # type: ignore[arg-type]
    dice = random.Random(1)
    return Customer(goal=read_goal(TASK), speech=Speech(manner=manner, dice=dice), variants=VARIANTS)


def asked(*changes: dict[str, object]) -> Heard:
    data = {"confirmation_id": "y", "arguments": {"changes": list(changes)}}
    return Heard(text="Shall I?", events=[{"type": "confirmation_asked", "data": data}])


def test_a_right_list_gets_a_yes_and_another_a_no() -> None:
    one = customer()
    one.answer(asked({"order_id": "#W1111111", "reason": "no longer needed"}))
    assert one.agreed
    one.answer(asked({"order_id": "#W1111111", "reason": "ordered by mistake"}))
    assert not one.agreed
    one.answer(asked({"order_id": "#W3333333", "items": ["1", "3"], "payment_method_id": "paypal_7"}))
    assert one.agreed
    one.answer(asked({"order_id": "#W3333333", "items": ["1"], "payment_method_id": "paypal_7"}))
    assert not one.agreed


def test_questions_are_answered_with_the_fact_they_ask_for() -> None:
    assert "12345" in customer().answer(Heard(text="May I have your e-mail, or your name and zip code?"))
    assert "1111111" in customer().answer(Heard(text="Which order would you like to cancel?"))
    assert "need" in customer().answer(Heard(text="What is the reason?")).lower()


def test_a_customer_who_is_not_understood_goes_on_and_ends() -> None:
    one, said = customer(), []
    while text := one.answer(Heard(text="Sorry?")):
        said.append(text)
        assert len(said) < 60
    assert said


def test_writes_are_what_was_executed_without_an_error() -> None:
    called = {"call_id": "a", "name": "cancel_order", "arguments": {"step": "execute"}}
    proposed = {"call_id": "b", "name": "cancel_order", "arguments": {"step": "propose"}}
    events = [{"type": "tool_called", "data": called}, {"type": "tool_called", "data": proposed}]
    done = [
        {"type": "tool_returned", "data": {"call_id": key, "error": error}} for key, error in (("a", ""), ("b", ""))
    ]
    assert writes(Heard(text="", events=[*events, *done])) == {"cancel_order": 1}
    refused = {"type": "tool_returned", "data": {"call_id": "a", "error": "on_its_way"}}
    assert not writes(Heard(text="", events=[*events, refused]))


def test_a_field_that_is_neither_as_before_nor_as_expected_is_a_wrong_write() -> None:
    db = {"orders": {"#W1": {"status": "pending", "items": []}}, "users": {}}
    found = {"orders": {"#W1": {"status": "cancelled", "items": []}}}
    assert wrong_writes({"orders": {"#W1": {"status": "cancelled", "items": []}}}, found, db) == []
    assert wrong_writes({}, found, db) == ["#W1 status: expected pending, found cancelled"]


def test_a_task_passes_only_when_every_seed_does() -> None:
    manner = manner_of(random.Random(0))
    runs = [
        Played(task=task, seed=seed, kinds=("cancel",), manner=manner, exact=exact, mended=exact)
        for task, seed, exact in (("a", 0, True), ("a", 1, True), ("b", 0, True), ("b", 1, False), ("c", 0, False))
    ]
    report = report_of(runs, {"a": (), "b": (), "c": ("proof",)})
    assert report["exact"] == "3 of 5 (60.0 %)"
    assert report["pass_all_seeds_of_sound"] == "1 of 2 (50.0 %)"
    assert report["reference_at_fault"] == 1


def test_an_item_of_a_return_is_told_apart_by_its_options() -> None:
    said = Speech(
        manner=Manner(opening="one request", tone="plain", options="keyed", orders="number"), dice=random.Random(3)
    ).piece(Piece(name="Mug", now={"color": "blue", "size": "S"}))
    assert "blue" in said
