"""Planted faults: each finds its place, is taken out again, and those that cost little are caught here."""

import pytest

from assistant.events import AssistantSaid, Card, QuickReply, TurnId
from eval.gates import SCORES
from eval.integrity.promises import PROMISES
from eval.integrity.tally import Tally
from eval.mutations import of_replies
from eval.mutations.fault import Fault, swapped
from eval.mutations.faults import FAULTS
from eval.mutations.playing import PROBES
from eval.scores.judging import missed_of
from eval.scores.reading import held
from eval.scores.result import PartResult
from retrieval.catalogue import Money


class Shelf:
    def price(self) -> int:
        return 3


def test_what_is_swapped_is_as_before_afterwards_even_when_it_broke() -> None:
    with pytest.raises(ZeroDivisionError), swapped(Shelf, "price", lambda kept: lambda self: kept(self) + 1):
        assert Shelf().price() == 4
        raise ZeroDivisionError
    assert Shelf().price() == 3


def test_there_are_thirty_faults_at_least_with_names_of_their_own_and_gates_that_look() -> None:
    assert len({fault.name for fault in FAULTS}) == len(FAULTS) >= 30
    assert {probe for fault in FAULTS for probe in fault.probes} == set(PROBES) <= {gate.part for gate in SCORES}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_each_fault_finds_its_place_and_leaves_it(fault: Fault) -> None:
    with fault.plant():
        pass


REPLY = AssistantSaid(
    turn_id=TurnId("t"),
    text="Here: $1,204.50\n- **Fjell**: $89.00",
    language="de",
    cards=(Card(kind="product", id="p", title="Fjell", price=Money(amount=89, currency="USD")),),  # type: ignore[arg-type]
    quick_replies=(QuickReply(label="More", text="more"),),
)


def test_faults_of_replies_change_what_is_said_and_nothing_else() -> None:
    assert of_replies._dearer(REPLY).text == "Here: $11,204.50\n- **Fjell**: $189.00"
    assert of_replies._cut_short(REPLY).text == "Here: $1,204.50"
    assert of_replies._dead_buttons(REPLY).quick_replies[0].text == ""
    assert of_replies._in_euros(REPLY.cards[0]).price == Money(amount=89, currency="EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize("promise", PROMISES)
def test_each_broken_promise_is_a_missed_gate_and_one_never_looked_at_too(promise: str) -> None:
    tally = Tally(PROMISES)
    for name in PROMISES:
        tally.look(name, name != promise, "broken here")
    figures, cases = held([{"promises": tally.plain()}])
    part = PartResult(name="integrity", title="Promises", area="", state="measured", figures=figures, cases=cases)
    assert missed_of(part) == [f"Promises: {promise} is 0, less than 1"]
    assert [case.name for case in cases] == [promise]
    unlooked = held([{"promises": Tally(PROMISES).plain()}])[0]
    part = PartResult(name="integrity", title="Promises", area="", state="measured", figures=unlooked)
    assert len(missed_of(part)) == len(PROMISES)
