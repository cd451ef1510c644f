"""The second scripted customer: what it reads out of a task, what it says, and when it says yes."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.service_heldout import phrases as say
from eval.service_heldout.customer import MOST_MESSAGES, Heard, HeldoutCustomer
from eval.service_heldout.goals import read_person

WHO = "Your name is Ida Berg and your zip code is 10115. You are calm, busy. "
RETURNS = "Return #W1 via gift_card_7: Lamp; Desk {'color': 'oak', 'width': '1 m'}; "
SWAPS = "For #W2, exchange Kettle {'color': 'red', 'lid': 'no'} to {'color': 'blue'}; via paypal_3.  "
TASK = f"{WHO}{RETURNS}{SWAPS}Cancel order #W3 because ordered by mistake.  "


def customer(task: str = TASK, seed: int = 0) -> HeldoutCustomer:
    return HeldoutCustomer.of(task, task="t", seed=seed)


def test_a_task_is_read_to_its_end() -> None:
    person = read_person(TASK)
    assert (person.name, person.email, person.zip) == ("Ida Berg", "", "10115")
    assert [goal.kind for goal in person.goals] == ["return", "exchange", "cancel"]
    assert [item.name for item in person.goals[0].items] == ["Lamp", "Desk"]
    assert person.goals[1].wishes[0].whole == {"color": "blue", "lid": "no"}


def test_a_text_that_is_not_understood_is_refused() -> None:
    with pytest.raises(ValueError, match="not understood"):
        read_person(f"{WHO}Paint #W9 green. ")


def test_every_fact_has_at_least_six_ways_to_be_said() -> None:
    banks = [bank for name, bank in vars(say).items() if name.isupper() and isinstance(bank, tuple)]
    banks += [*say.REASONS.values(), *say.WISH.values()]
    assert all(len(set(bank)) >= 6 for bank in banks)


def test_the_same_seed_says_the_same_and_another_something_else() -> None:
    assert customer(seed=4).opening() == customer(seed=4).opening()
    assert len({customer(seed=seed).opening() for seed in range(30)}) > 25


def test_a_proposal_of_another_order_is_never_agreed_to() -> None:
    for seed in range(40):
        ida = customer(seed=seed)
        ida.opening()
        said = ida.answer(Heard(text="Cancel order #W8?", changes=({"order_id": "#W8", "reason": "no longer needed"},)))
        assert said is not None and not ida.agreed


def test_options_that_were_not_asked_for_are_never_agreed_to() -> None:
    change = {"order_id": "#W2", "swaps": [{"old": "1", "new": "2"}], "payment_method_id": "paypal_3"}
    for seed in range(40):
        ida = customer(f"{WHO}{SWAPS}", seed)
        ida.opening()
        ida.answer(Heard(text="Kettle (red, no) becomes Kettle (green, no)", changes=(change,)))
        assert not ida.agreed


def test_what_was_asked_for_gets_its_yes() -> None:
    change = {"order_id": "#W2", "swaps": [{"old": "1", "new": "2"}], "payment_method_id": "paypal_3"}
    heard = Heard(text="Kettle (red, no) becomes Kettle (blue, no)", changes=(change,))
    agreed = 0
    for seed in range(40):
        ida = customer(f"{WHO}{SWAPS}", seed)
        ida.opening()
        ida.answer(heard)
        agreed += bool(ida.agreed)
    assert agreed > 25


def test_another_way_to_pay_is_corrected() -> None:
    change = {"order_id": "#W1", "items": ["1", "2"], "payment_method_id": "paypal_3"}
    for seed in range(40):
        ida = customer(f"{WHO}{RETURNS}", seed)
        ida.opening()
        ida.answer(Heard(text="Return Lamp; Desk", changes=(change,)))
        assert not ida.agreed


@given(
    seed=st.integers(0, 10_000),
    texts=st.lists(st.text(string.printable, max_size=80), max_size=60),
)
def test_whatever_is_replied_the_talk_ends(seed: int, texts: list[str]) -> None:
    ida = customer(seed=seed)
    said: str | None = ida.opening()
    for text in [*texts, *[""] * MOST_MESSAGES]:
        if said is None:
            break
        said = ida.answer(Heard(text=text))
    assert said is None
