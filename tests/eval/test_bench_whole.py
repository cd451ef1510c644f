"""`aisle bench all`: parts in processes of their own, kept and taken over, medians and ratios, plots and the report."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from eval.bench.whole import conditions, running
from eval.bench.whole.command import whole_commands
from eval.bench.whole.merging import merged, ratio, way
from eval.bench.whole.part import Form, Part
from eval.bench.whole.parts import PARTS
from eval.bench.whole.plot import drawn, rounded
from eval.bench.whole.reading import figure, line
from eval.bench.whole.report_page import report
from eval.bench.whole.result import (
    Benchmarks,
    BenchUnreadable,
    Figure,
    PartResult,
    Plot,
    Quiet,
    read_benchmarks,
    write_benchmarks,
)
from eval.bench.whole.running import Clock, Plan, document, kept_part, run_parts, typed
from eval.bench.whole.whole import measure, parts_named

COUNTS = "import sys, json; open(sys.argv[1], 'a').write('x'); print(json.dumps({'ms': len(open(sys.argv[1]).read())}))"


@pytest.fixture(autouse=True)
def no_look(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conditions, "cores_taken", lambda: 0.1)
    monkeypatch.setattr(conditions, "wait_for_quiet", lambda most, tell: 0.1)


@pytest.fixture
def plan(tmp_path: Path) -> Plan:
    return Plan(
        out=tmp_path, home=tmp_path / "home", data=tmp_path / "data", vectors=tmp_path / "vectors",
        peers=tmp_path / "peers", seed=7, length="default",
    )  # fmt: skip


def part(code: str, *words: str, name: str = "one", **more: Any) -> Part:
    return Part(
        name=name, title=name.title(), area="Somewhere", about="what it costs", argv=("-c", code, *words),
        **{"forms": {"default": Form(seconds=1)}, "read": lambda found: ((figure("cost", found[0]["ms"], "ms"),), ()), **more},
    )  # fmt: skip


def measured(*figures: Figure, **more: Any) -> PartResult:
    told = {
        "name": "one",
        "title": "One",
        "area": "Somewhere",
        "state": "measured",
        "at": "2026-11-23T09:15:00+00:00",
        **more,
    }
    return PartResult(**{"figures": figures, "commands": ("aisle bench turn",), "commit": "abc", **told})


def told_none(line: str) -> None:
    del line


def test_a_part_is_measured_in_a_process_of_its_own_with_its_conditions(plan: Plan) -> None:
    (found,) = run_parts(plan, [part("print('{\"ms\": 4}')")], told_none)
    assert (found.state, found.figures[0].value, found.quiet.word) == ("measured", 4.0, "quiet")
    assert found.at and found.machine["cores"] and found.seed == 7


def test_a_part_that_crashes_prints_nonsense_or_lacks_a_key_costs_itself_alone(plan: Plan) -> None:
    bad = ["raise SystemExit('no room')", "print('hello')", "print('{}')", "import os; os.abort()"]
    parts = [part(code, name=f"bad{number}") for number, code in enumerate(bad)]
    found = run_parts(plan, [*parts, part("print('{\"ms\": 4}')", name="good")], told_none)
    assert [one.state for one in found] == ["failed"] * 4 + ["measured"]
    assert "no room" in found[0].reason
    assert "no JSON" in found[1].reason
    assert "cannot be read" in found[2].reason


def test_a_part_that_hangs_is_ended(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "_PATIENCE", 0.0)
    monkeypatch.setattr(running, "_GRACE", 0.3)
    (found,) = run_parts(plan, [part("import time; time.sleep(60)")], told_none)
    assert "longer than" in found.reason


def test_runs_that_are_repeated_become_a_median_with_its_runs(plan: Plan) -> None:
    thrice = part(COUNTS, str(plan.out / "count"), forms={"default": Form(seconds=3, repeats=3)})
    (found,) = run_parts(plan, [thrice], told_none)
    assert (found.figures[0].value, found.figures[0].runs, found.repeats) == (2.0, (1.0, 2.0, 3.0), 3)


def test_steps_are_run_one_after_the_other_and_read_together(plan: Plan) -> None:
    code = "import sys; print('{\"ms\": ' + sys.argv[1] + '}')"
    several = part(
        code, forms={"default": Form(steps=(("3",), ("5",)), seconds=1)},
        read=lambda found: (tuple(figure(str(n), one["ms"], "ms") for n, one in enumerate(found)), ()),
    )  # fmt: skip
    (found,) = run_parts(plan, [several], told_none)
    assert [one.value for one in found.figures] == [3.0, 5.0]
    assert len(found.commands) == 2


def test_what_is_finished_is_kept_until_it_is_asked_for_again(plan: Plan) -> None:
    counting = part(COUNTS, str(plan.out / "count"))

    def values(*again: str) -> float:
        return run_parts(replace(plan, again=frozenset(again)), [counting], told_none)[0].figures[0].value

    assert [values(), values(), values("busy"), values("one"), values("all")] == [1.0, 1.0, 1.0, 2.0, 3.0]


def test_what_was_measured_on_a_busy_machine_or_of_older_code_can_be_asked_for_again(plan: Plan) -> None:
    one = part("print('{\"ms\": 4}')")
    run_parts(plan, [one], told_none)
    kept = plan.kept / "one.json"
    kept.write_text(kept.read_text().replace('"cores_after": 0.1', '"cores_after": 1.9'))
    commit = conditions.commit()[0]
    assert kept_part(plan, one, commit) is not None
    assert kept_part(replace(plan, again=frozenset({"busy"})), one, commit) is None
    assert kept_part(replace(plan, again=frozenset({"older"})), one, commit) is not None
    assert kept_part(replace(plan, again=frozenset({"older"})), one, "another") is None


def test_what_is_not_here_is_skipped_by_name(plan: Plan) -> None:
    parts = [part("", needs=("{data}/sets",)), part("", name="two", modules=("no_such_package",))]
    found = run_parts(plan, parts, told_none)
    assert [(one.state, one.reason) for one in found] == [
        ("skipped", "data/sets is not here"),
        ("skipped", "no_such_package is not here"),
    ]


def test_a_part_may_write_its_figures_into_a_file(plan: Plan) -> None:
    code = "import os; open(os.environ['FIGURES'], 'w').write('{\"ms\": 6}'); print('5 passed')"
    (found,) = run_parts(plan, [part(code, environment={"FIGURES": "{out}/f.json"}, wrote="{out}/f.json")], told_none)
    assert found.figures[0].value == 6.0


def test_a_form_that_a_length_lacks_leaves_the_part_out_but_long_falls_back(plan: Plan) -> None:
    one = part("print('{\"ms\": 4}')")
    assert run_parts(replace(plan, length="quick"), [one], told_none) == ()
    assert len(run_parts(replace(plan, length="long"), [one], told_none)) == 1


def test_commands_are_told_as_one_types_them(plan: Plan) -> None:
    shown = typed(("-m", "eval.scores.aisle", "bench", "turn", "--home", str(plan.home)), plan)
    assert shown == "aisle bench turn --home HOME"


def test_json_is_found_behind_what_was_said_before_it() -> None:
    assert document('warming up\n{"a": 1}\n') == {"a": 1}
    with pytest.raises(ValueError, match="no JSON"):
        document("nothing")


def test_the_yardstick_is_some_milliseconds_of_cpu() -> None:
    assert 0.1 < conditions.yardstick(2) < 10_000


def test_what_is_left_is_told_by_how_the_estimates_held_so_far() -> None:
    clock = Clock(left=400.0)
    clock.ended(100.0, 200.0)
    assert clock.told == "10 min"


def test_every_part_has_its_own_name_a_default_or_long_form_and_quick_and_default_keep_their_time() -> None:
    assert len({one.name for one in PARTS}) == len(PARTS)
    assert all(one.form("long") is not None for one in PARTS)
    for length, most in (("quick", 5 * 60), ("default", 30 * 60)):
        forms = [form for one in PARTS if (form := one.form(length)) is not None]  # type: ignore[arg-type]
        assert sum(form.seconds for form in forms) <= most


def test_parts_are_chosen_by_name_or_field() -> None:
    assert [one.name for one in parts_named(["turn"])] == ["turn"]
    assert {one.area for one in parts_named(["load"])} == {"Load"}
    with pytest.raises(KeyError):
        parts_named(["nothing of that name"])


def test_the_list_tells_how_long_it_takes() -> None:
    told = CliRunner().invoke(whole_commands, ["all", "--list"])
    assert told.exit_code == 0
    assert re.search(r"^all +\d+ min", told.stdout, re.MULTILINE)


def test_a_word_that_is_no_part_is_refused() -> None:
    assert CliRunner().invoke(whole_commands, ["all", "--list", "--only", "nonsense"]).exit_code == 2


def test_a_result_comes_back_as_it_was_written_and_others_are_refused(tmp_path: Path) -> None:
    found = Benchmarks(
        at="2026-11-23T09:15:00+00:00", length="default", parts=(measured(figure("cost", 3, "ms", goal=4)),)
    )
    write_benchmarks(found, tmp_path / "benchmarks.json")
    assert read_benchmarks(tmp_path) == found
    (tmp_path / "benchmarks.json").write_text("{}")
    with pytest.raises(BenchUnreadable, match="no result of `aisle bench all`"):
        read_benchmarks(tmp_path)


@pytest.mark.parametrize(
    ("better", "value", "met"),
    [("lower", 3, True), ("lower", 5, False), ("higher", 5, True), ("higher", 3, False), ("told", 9, None)],
)
def test_a_goal_is_met_from_its_own_side(better: Any, value: float, met: bool | None) -> None:
    assert figure("cost", value, "ms", goal=4, better=better).met is met


def test_a_change_within_the_runs_of_either_is_none() -> None:
    now, before = figure("cost", 6, "ms"), figure("cost", 4, "ms")
    assert (ratio(now, before), way(now, before)) == (1.5, "worse")
    assert way(replace(now, runs=(3.9, 6, 7)), before) == ""
    assert way(replace(now, better="higher"), replace(before, better="higher")) == "better"
    assert ratio(now, replace(before, unit="s")) is None


@given(st.lists(st.floats(0.001, 1e6), min_size=1, max_size=5))
def test_a_median_lies_between_its_runs_and_lines_keep_their_spread(values: list[float]) -> None:
    runs = [
        ((figure("c", v, "ms"),), (Plot(name="p", title="P", x="n", unit="ms", lines=(line("l", [(1, v)]),)),))
        for v in values
    ]
    figures, plots = merged(runs)
    assert min(values) - 1e-4 <= figures[0].value <= max(values) + 1e-4
    point = plots[0].lines[0].points[0]
    assert point.low in (None, min(values))


@given(st.floats(1e-6, 1e9))
def test_the_scale_ends_at_a_round_number_at_or_above_all(most: float) -> None:
    assert most * 0.99 <= rounded(most) <= most * 2.1


@given(
    st.lists(st.tuples(st.integers(1, 10**6), st.floats(0, 1e6)), min_size=1, max_size=8),
    st.one_of(st.none(), st.floats(0.1, 1e6)),
)
def test_any_plot_is_well_formed_and_says_its_figures_in_words(
    points: list[tuple[int, float]], goal: float | None
) -> None:
    svg = drawn(
        Plot(name="p", title="A & B", x="users", unit="ms", lines=(line("<one>", points),), goal=goal), alone=True
    )
    tree = ElementTree.fromstring(svg)
    assert tree.find("{http://www.w3.org/2000/svg}title") is not None
    assert "nan" not in svg


def test_the_report_says_what_is_missed_changed_and_not_measured() -> None:
    found = Benchmarks(
        at="2026-11-23T09:15:00+00:00", length="default", seconds=60,
        parts=(
            measured(figure("cost <i>", 6, "ms", goal=4), quiet=Quiet(cores_before=1.0)),
            PartResult(name="two", title="Two", area="Elsewhere", state="failed", reason="it <fell> over"),
        ),
    )  # fmt: skip
    page = report(found, (measured(figure("cost <i>", 3, "ms")),), "yesterday")
    assert "cost &lt;i&gt;</b>" not in page
    assert "cost &lt;i&gt; is 6 ms, goal ≤ 4 ms" in page
    assert "× 2.00" in page and "busy machine" in page and "it &lt;fell&gt; over" in page
    assert "<script" not in page and "http" not in page.replace("http-equiv", "").replace(
        "http://www.w3.org/2000/svg", ""
    )


def test_the_report_has_what_was_measured_before_of_other_parts(plan: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = part("print('{\"ms\": 4}')", name="first"), part("print('{\"ms\": 5}')", name="second")
    monkeypatch.setattr("eval.bench.whole.whole.PARTS", [first, second])
    measure(plan, [first], told_none)
    found = measure(replace(plan, again=frozenset({"all"})), [second], told_none)
    assert [one.name for one in found.parts] == ["first", "second"]


def test_the_command_measures_what_is_named_and_writes_report_and_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("eval.bench.whole.whole.PARTS", [])
    monkeypatch.setattr("eval.bench.whole.whole.parts_named", lambda only: [part("print('{\"ms\": 4}')")])
    told = CliRunner().invoke(whole_commands, ["all", "--out", str(tmp_path / "out")])
    assert told.exit_code == 0, told.output
    assert json.loads((tmp_path / "out" / "benchmarks.json").read_text())["parts"][0]["name"] == "one"
    assert (tmp_path / "out" / "report.html").exists()
