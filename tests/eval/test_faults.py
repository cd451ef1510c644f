"""The fault matrix: its cheapest faults in their smallest size, what it says of them, and its command.

The others take longer than a test should: `aisle eval faults --quick` runs them all.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from typer.testing import CliRunner

from eval.command_line import eval_commands
from eval.faults import matrix
from eval.faults.houses import WallClock
from eval.faults.matrix import FAULTS, run_fault
from eval.faults.outcome import Conditions, Seen, summed
from eval.kill.figures import Failed

pytestmark = pytest.mark.anyio
BY_NAME = {fault.name: fault for fault in FAULTS}


def slow(name: str) -> ParameterSet:
    return pytest.param(name, marks=pytest.mark.slow)


def long(name: str) -> ParameterSet:
    """The others kill, cut or burst for up to half a minute each; what they break is tried smaller in tests/journeys."""
    return pytest.param(name, marks=pytest.mark.long)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _loud_again() -> Iterator[None]:
    """The command silences what faults would log."""
    yield
    logging.disable(logging.NOTSET)


def test_there_are_fifteen_each_with_its_promise() -> None:
    assert [fault.name for fault in FAULTS] == [f"F{number}" for number in range(1, 16)]
    assert all(fault.title and fault.invariant for fault in FAULTS)


@pytest.mark.parametrize("name", ["F8", "F13", "F15"])
async def test_what_is_quick_holds(name: str, tmp_path: Path) -> None:
    outcome = await run_fault(BY_NAME[name], Conditions(folder=tmp_path, quick=True, seed=3))
    assert outcome.held, outcome
    assert outcome.figures


@pytest.mark.parametrize(
    "name", [*map(slow, ("F6", "F7", "F14")), *map(long, ("F1", "F2", "F3", "F9", "F10", "F11", "F12"))]
)
async def test_the_others_hold_too(name: str, tmp_path: Path) -> None:
    outcome = await run_fault(BY_NAME[name], Conditions(folder=tmp_path, quick=True, seed=3))
    assert outcome.held, outcome


async def test_what_could_not_be_carried_out_did_not_hold(tmp_path: Path) -> None:
    async def never(under: Conditions) -> Seen:
        raise Failed("the server ended with 1")

    outcome = await run_fault(replace(BY_NAME["F1"], run=never), Conditions(folder=tmp_path))
    assert not outcome.held and "the server ended with 1" in outcome.note


def test_a_single_count_that_is_not_0_does_not_hold() -> None:
    assert Seen(wrong={"lost": 0}).held
    assert not Seen(wrong=summed({"lost": 0, "gaps": 1}, {"lost": 2})).held
    assert summed({"lost": 0, "gaps": 1}, {"lost": 2}) == {"lost": 2, "gaps": 1}


def test_the_command_ends_with_1_where_one_does_not_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def held(under: Conditions) -> Seen:
        return Seen(wrong={"lost": 0}, figures={"seed": under.seed})

    async def lost(under: Conditions) -> Seen:
        return Seen(wrong={"lost": 1})

    few = [replace(BY_NAME["F1"], run=held), replace(BY_NAME["F2"], run=lost)]
    monkeypatch.setattr(matrix, "FAULTS", few)
    asked, out = CliRunner(), tmp_path / "report.json"
    done = asked.invoke(eval_commands, ["faults", "--only", "f1", "--seed", "9", "--out", str(out)])
    assert done.exit_code == 0, done.output
    report = json.loads(out.read_text())
    assert (report["held"], report["of"], report["faults"][0]["figures"]) == (1, 1, {"seed": 9})
    assert asked.invoke(eval_commands, ["faults"]).exit_code == 1
    assert asked.invoke(eval_commands, ["faults", "--only", "F77"]).exit_code == 2


def test_a_clock_is_moved_by_a_file_that_is_whole_at_any_moment(tmp_path: Path) -> None:
    clock = WallClock(tmp_path / "clock")
    assert (tmp_path / "clock").read_text() == "+0\n"
    clock.move(-7200)
    assert (tmp_path / "clock").read_text() == "-7200\n"
    assert [path.name for path in tmp_path.iterdir()] == ["clock"]
