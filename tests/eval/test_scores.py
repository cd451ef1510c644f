"""`aisle eval all`: parts read, kept, compared, judged and shown; a part that fails costs itself alone."""

import json
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from channels.command_line.score_gates import ask_gates
from eval.gates import SCORES
from eval.scores.command import scores_commands
from eval.scores.comparing import compared, mcnemar, newcombe
from eval.scores.judging import missed
from eval.scores.page import page
from eval.scores.parts import PARTS, Part
from eval.scores.planted import Planted, PlantedFault
from eval.scores.reading import held
from eval.scores.result import (
    Case,
    Figure,
    Line,
    PartResult,
    Result,
    ResultUnreadable,
    read_result,
    share,
    write_result,
)
from eval.scores.running import Plan, lend_vectors, run_part, run_parts
from eval.scores.verdict import judged
from model_serving.score_verdict import FILE, VerdictUnreadable, read_verdict, write_verdict

PROMISE = '{"promises": [{"name": "no gaps", "about": "", "looked": 4, "held": 4, "broken": []}]}'


def part(code: str, *, limit: float = 30, needs: str = "") -> Part:
    return Part(
        name="integrity", title="Promises", area="Promises", about="what is looked at", not_shown="the rest",
        argv=("-c", code), limit=limit, read=held, needs=needs,
    )  # fmt: skip


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    (tmp_path / "parts").mkdir()
    return Plan(
        out=tmp_path, home=tmp_path / "home", work=tmp_path, suites=tmp_path, data=tmp_path, seed=7, quick=False
    )


def result(*figures: Figure, cases: tuple[Case, ...] = (), name: str = "one", state: str = "measured") -> Result:
    measured = PartResult(
        name="sentinels", title="Sentinels", area="Conversations", state=state, figures=figures, cases=cases,  # type: ignore[arg-type]
        reason="it fell over" if state == "failed" else "",
    )  # fmt: skip
    return Result(
        at="2026-11-23T05:00:00+00:00", name=name, quick=False, seed=7, versions={}, machine={}, parts=(measured,)
    )


def talks(hits: int, of: int) -> tuple[Figure, ...]:
    others = [share(name, 0, of, better="lower") for name in ("ungrounded figures", "cards not named", "turns failed")]
    return (share("turns reached", hits, of), *others)


def wrong(*names: str) -> tuple[Case, ...]:
    return tuple(
        Case(name=name, figure="turns reached", talk=(Line(said="hi", reply="<b>no</b>", wrong=("x",)),))
        for name in names
    )


def test_a_part_is_measured_in_a_process_of_its_own(plan: Plan) -> None:
    found = run_part(plan, part(f"print({PROMISE!r})"))
    assert (found.state, found.figures[0].name, found.figures[0].hits) == ("measured", "no gaps", 4)


def test_a_part_that_fails_prints_nonsense_or_hangs_costs_itself_alone(plan: Plan) -> None:
    parts = [
        part("raise SystemExit('no room')"),
        part("print('hello')"),
        part("import time; time.sleep(60)", limit=0.3),
    ]
    reasons = [one.reason for one in (run_part(plan, one) for one in parts)]
    assert "no room" in reasons[0]
    assert "cannot be read" in reasons[1]
    assert "longer than" in reasons[2]


def test_a_part_that_is_cut_off_half_way_is_no_measurement(plan: Plan) -> None:
    late = part(f"import sys, time; print({PROMISE!r}); sys.stdout.flush(); time.sleep(60)", limit=0.3)
    killed = part(f"import os, sys; print({PROMISE!r}); sys.stdout.flush(); os.kill(os.getpid(), 9)")
    found = [run_part(plan, one) for one in (late, killed)]
    assert [one.state for one in found] == ["failed", "failed"]
    assert "by signal 9" in found[1].reason


def test_what_a_held_out_part_printed_is_not_kept(plan: Plan) -> None:
    run_part(plan, replace(part(f"print({PROMISE!r})"), origin="held out"))
    assert not list(plan.out.rglob("*.printed.txt"))


def test_vectors_of_the_shop_are_lent_once_and_never_written_back(tmp_path: Path) -> None:
    made = tmp_path / "home" / "index" / "vectors.sqlite"
    lend_vectors(tmp_path / "home", tmp_path / "work")
    made.parent.mkdir(parents=True)
    made.write_bytes(b"one")
    lend_vectors(tmp_path / "home", tmp_path / "work")
    lent = tmp_path / "work" / "demo" / "vectors.sqlite"
    lent.write_bytes(b"more")
    lend_vectors(tmp_path / "home", tmp_path / "work")
    assert (made.read_bytes(), lent.read_bytes()) == (b"one", b"more")


def test_what_is_not_here_is_skipped_by_name(plan: Plan) -> None:
    found = run_part(plan, part("", needs="{data}/tau2_retail"))
    assert found.state == "skipped"
    assert "tau2_retail is not here" in found.reason


def test_what_was_measured_of_the_same_code_is_taken_over(plan: Plan, tmp_path: Path) -> None:
    mark = tmp_path / "runs"
    code = f"open({str(mark)!r}, 'a').write('x'); print({PROMISE!r})"
    for key in ("a", "a", "b"):
        run_parts(plan, [part(code)], key, lambda line: None)
    assert mark.read_text() == "xx"


def test_a_result_comes_back_as_it_was_written(tmp_path: Path) -> None:
    one = result(*talks(9, 10), cases=wrong("a · 1"))
    write_result(one, tmp_path / "scores.json")
    assert read_result(tmp_path) == one


def test_what_is_no_result_is_refused_with_a_way_out(tmp_path: Path) -> None:
    (tmp_path / "scores.json").write_text("{}")
    with pytest.raises(ResultUnreadable, match="no result of `aisle eval all`"):
        read_result(tmp_path)


def test_a_missed_gate_and_a_failed_part_refuse_a_promotion() -> None:
    assert missed(result(*talks(10, 10))) == []
    assert missed(result(*talks(9, 10))) == ["Sentinels: turns reached is 0.9, less than 1"]
    assert missed(result(state="failed")) == ["Sentinels failed: it fell over"]


def test_a_figure_that_is_gone_or_stands_on_nothing_refuses_it_too() -> None:
    assert missed(result(share("turns reached", 4, 4)))[0] == "Sentinels: ungrounded figures was not measured"
    assert "measured on nothing" in missed(result(*talks(0, 0)))[0]


def test_worse_than_what_is_in_use_beyond_chance_refuses_it() -> None:
    before, after = result(*talks(100, 100), name="old"), result(*talks(90, 100), cases=wrong(*map(str, range(10))))
    assert any("was 1 in old" in line for line in missed(after, before))
    slightly = result(*talks(99, 100), cases=wrong("1"))
    assert not any("in old" in line for line in missed(slightly, before))


def test_a_part_that_is_measured_no_more_refuses_it() -> None:
    before = result(*talks(10, 10), name="old")
    gone = replace(before, parts=())
    assert any("is not now" in line for line in missed(gone, before))


def test_cases_newly_wrong_and_mended_are_named() -> None:
    told = compared(result(*talks(9, 10), cases=wrong("b")), result(*talks(9, 10), cases=wrong("a")))
    assert (told.broken, told.mended) == (("Sentinels: b",), ("Sentinels: a",))


def test_the_page_stands_alone_and_holds_no_markup_of_a_reply() -> None:
    one = result(*talks(9, 10), cases=wrong("a · 1"))
    shown = page(one, [compared(one, one)], runs=[one, one])
    assert "<b>no</b>" not in shown
    assert "&lt;b&gt;no&lt;/b&gt;" in shown
    assert "http:" not in shown and "https:" not in shown
    assert "<script" not in shown


def test_the_page_begins_with_the_verdict_and_what_not_to_rely_on() -> None:
    refused = page(result(*talks(9, 10)))
    assert "Refused: 1 of 4 bounds missed" in refused
    assert refused.index("Refused") < refused.index("Do not rely on") < refused.index("What to trust, and how far")
    assert "Passed: all 4 bounds kept" in page(with_the_others(result(*talks(10, 10))))
    assert "Incomplete" in page(with_the_others(result(*talks(10, 10)), left_out=True))


def test_a_part_that_is_missing_is_told_with_its_reason() -> None:
    shown = page(with_the_others(result(*talks(10, 10))))
    assert "<b>voice</b>: why" in shown


def test_a_case_shows_what_was_said_what_was_expected_and_what_failed() -> None:
    case = Case(name="a · 1", figure="turns reached", expected=("asks: yes",), wrong=("asks nothing",),
                talk=(Line(said="hi", reply="hello", wrong=("asks nothing",)),))  # fmt: skip
    shown = page(result(*talks(9, 10), cases=(case,)))
    places = [shown.index(words) for words in ("hello", "expected", "asks: yes", "what failed", "asks nothing")]
    assert places == sorted(places)


def test_the_page_names_planted_faults_that_nobody_saw() -> None:
    fault = PlantedFault(
        fault="wrong price", about="", meant="sentinels/x", told="", others=("by chance",), seconds=1.0
    )
    planted = Planted(
        finished_at="2026-11-23T08:00:00+00:00", git="abc", seconds=1.0, cpu_seconds=1.0, without_a_fault=(),
        table=(fault,), machine={},
    )  # fmt: skip
    shown = page(result(*talks(10, 10)), planted=planted)
    assert "0 of 1" in shown and "by chance" in shown


def test_parts_have_names_of_their_own_and_say_what_they_do_not_show() -> None:
    assert len({one.name for one in PARTS}) == len(PARTS)
    assert all(one.about and one.not_shown and one.limit for one in PARTS)
    assert all(one.held_out == ("heldout" in one.name) for one in PARTS)
    assert {gate.part for gate in SCORES} <= {one.name for one in PARTS}


@given(hits=st.integers(0, 50), before=st.integers(0, 50))
def test_the_difference_of_two_rates_lies_in_its_interval(hits: int, before: int) -> None:
    low, high = newcombe(hits, 50, before, 50)
    assert -1.000001 <= low <= (hits - before) / 50 <= high <= 1.000001


def test_pairs_that_split_evenly_are_chance() -> None:
    assert mcnemar(0, 0) == 1.0
    assert mcnemar(5, 5) == 1.0
    assert mcnemar(6, 0) == pytest.approx(2 / 64)


def test_of_none_wrong_in_n_at_most_three_in_n() -> None:
    one = share("turns failed", 0, 100, better="lower")
    assert (one.low, one.high) == (0.0, 0.03)


def with_the_others(one: Result, *, left_out: bool = False) -> Result:
    """Every other part skipped."""
    others = tuple(
        PartResult(name=name, title=name, area="", state="skipped", reason="why", left_out=left_out)
        for name in {gate.part for gate in SCORES} - {part.name for part in one.parts}
    )
    return replace(one, parts=(*one.parts, *others))


def test_a_version_whose_scores_miss_a_gate_is_not_promoted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_result(with_the_others(result(*talks(9, 10))), tmp_path / "bad.json")
    write_result(with_the_others(result(*talks(10, 10))), tmp_path / "good.json")
    ask_gates(None, None)
    ask_gates(tmp_path / "good.json", None)
    with pytest.raises(typer.Exit):
        ask_gates(tmp_path / "bad.json", None)
    assert "turns reached is 0.9, less than 1" in capsys.readouterr().err


def test_a_verdict_names_each_gate_and_what_it_was_asked_about(tmp_path: Path) -> None:
    verdict = judged(with_the_others(result(*talks(9, 10))))
    reached = next(one for one in verdict.gates if one.part == "sentinels" and one.figure == "turns reached")
    assert verdict.verdict == "refused"
    assert verdict.missed == ("Sentinels: turns reached is 0.9, less than 1",)
    assert (reached.state, reached.least, reached.value, reached.of) == ("missed", 1.0, 0.9, 10)
    assert reached.low is not None and reached.low < 0.9
    assert {one.part for one in verdict.gates} == {gate.part for gate in SCORES}
    write_verdict(verdict, tmp_path / FILE)
    assert read_verdict(tmp_path) == verdict


def test_what_is_not_here_is_no_hindrance_and_what_was_left_out_is_one() -> None:
    one = result(*talks(10, 10))
    assert judged(with_the_others(one)).verdict == "passed"
    assert judged(with_the_others(one, left_out=True)).verdict == "incomplete"
    assert judged(one).verdict == "incomplete"


def test_a_verdict_is_made_of_a_file_and_of_its_content_alike(tmp_path: Path) -> None:
    one = with_the_others(result(*talks(10, 10)))
    write_result(one, tmp_path / "scores.json")
    assert judged(tmp_path) == judged(json.loads((tmp_path / "scores.json").read_bytes())) == judged(one)
    with pytest.raises(ResultUnreadable):
        judged({"parts": 3})


@pytest.mark.parametrize("text", ["{}", "no json", '{"verdict": "maybe"}'])
def test_what_is_no_verdict_is_refused_with_a_way_out(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)
    with pytest.raises(VerdictUnreadable, match="no verdict of `aisle eval all`"):
        read_verdict(tmp_path)


def test_a_verdict_of_another_schema_is_refused(tmp_path: Path) -> None:
    write_verdict(msgspec.structs.replace(judged(result(*talks(1, 1))), schema=99), tmp_path / FILE)
    with pytest.raises(VerdictUnreadable, match="schema 99"):
        read_verdict(tmp_path)


def test_the_gate_command_refuses_a_short_run_unless_that_is_enough(tmp_path: Path) -> None:
    write_result(with_the_others(result(*talks(10, 10)), left_out=True), tmp_path / "scores.json")
    run = CliRunner().invoke
    assert run(scores_commands, ["gate", str(tmp_path)]).exit_code == 3
    done = run(scores_commands, ["gate", str(tmp_path), "--short", "--out", str(tmp_path / "v.json")])
    assert done.exit_code == 0
    assert read_verdict(tmp_path / "v.json").verdict == "incomplete"
