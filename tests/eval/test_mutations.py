"""Planted faults: each finds its place, is taken out again, and those that cost little are caught here."""

from pathlib import Path

import pytest

from assistant.events import AssistantSaid, Card, QuickReply, TurnId
from eval.gates import SCORES
from eval.integrity.promises import PROMISES
from eval.integrity.tally import Tally
from eval.mutations import of_replies
from eval.mutations.fault import Fault, swapped
from eval.mutations.faults import FAULTS
from eval.mutations.playing import PROBES, objections
from eval.scores.judging import missed_of
from eval.scores.planted import FILE, Planted, PlantedFault, read_planted, write_planted
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
    assert {fault.probe for fault in FAULTS} == set(PROBES) <= {gate.part for gate in SCORES}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_gate_that_is_meant_for_a_fault_exists(fault: Fault) -> None:
    part, _, figure = fault.meant.partition("/")
    gates = {gate.figure for gate in SCORES if gate.part == part}
    assert figure in (set(PROMISES) if part == "integrity" else gates)


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
    assert objections(part) == [(f"integrity/{promise}", f"Promises: {promise} is 0, less than 1")]
    assert [case.name for case in cases] == [promise]
    unlooked = held([{"promises": Tally(PROMISES).plain()}])[0]
    part = PartResult(name="integrity", title="Promises", area="", state="measured", figures=unlooked)
    assert len(missed_of(part)) == len(PROMISES)


def test_a_part_that_fell_over_is_an_objection_and_no_gate_that_saw_its_fault() -> None:
    part = PartResult(name="integrity", title="Promises", area="", state="failed", reason="no room")
    assert objections(part) == [("", "integrity failed: no room")]


def fault_found(told: str, *others: str) -> PlantedFault:
    return PlantedFault(fault="a", about="", meant="integrity/no gaps", told=told, others=others, seconds=1.0)


def test_a_fault_that_only_others_saw_is_not_caught(tmp_path: Path) -> None:
    seen, coincidence, through = fault_found("gaps"), fault_found("", "others"), fault_found("")
    assert (seen.how, coincidence.how, through.how) == ("integrity/no gaps: gaps", "ONLY BY OTHERS", "NOT CAUGHT")
    planted = Planted(
        finished_at="2026-11-23T08:00:00+00:00", git="abc", seconds=1.0, cpu_seconds=1.0, without_a_fault=(),
        table=(seen, coincidence, through), machine={},
    )  # fmt: skip
    assert len(planted.missed) == 2 and not planted.sound
    write_planted(planted, tmp_path / FILE)
    assert read_planted(tmp_path / FILE) == planted
    assert read_planted(tmp_path / "none") is None
