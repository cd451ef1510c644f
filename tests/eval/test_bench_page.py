"""docs/benchmarks.md is what `aisle bench page` writes from its data: each figure with command, machine and date."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

from eval.bench.whole.elsewhere import read_elsewhere
from eval.bench.whole.page import page, pictures
from eval.bench.whole.reading import figure
from eval.bench.whole.report import ELSEWHERE, MEASURED, PAGE, PICTURES, joined, write_page
from eval.bench.whole.result import Benchmarks, BenchUnreadable, PartResult, read_benchmarks

ENTRY = """
entries:
  - {area: A, title: T, date: 2026-11-23, machine: m, load: quiet, command: aisle bench turn, source: s, told: "%s"}
"""


def measured(name: str = "turn", value: float = 3.0) -> PartResult:
    return PartResult(
        name=name, title=name.title(), area="The turn", state="measured", about="A turn.", at="2026-11-23T09:15:00+00:00",
        commands=("aisle bench turn",), commit="abc", machine={"cores": 2, "processor": "X"},
        figures=(figure("CPU a turn", value, "ms", goal=2),),
    )  # fmt: skip


def committed() -> tuple[PartResult, ...]:
    data = PAGE.parent / MEASURED
    return read_benchmarks(data).parts if data.exists() else ()


def test_the_page_is_what_the_generator_writes_from_the_committed_data() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(committed(), read_elsewhere(PAGE.parent / ELSEWHERE)), (
        "docs/benchmarks.md differs from its data: change docs/benchmarks/elsewhere.yaml or measure, then run `aisle bench page`"
    )


def test_each_plot_is_what_the_generator_draws_and_none_is_left_over() -> None:
    drawn = pictures(committed())
    lie = {path.name: path.read_text(encoding="utf-8") for path in (PAGE.parent / PICTURES).glob("bench-*.svg")}
    assert lie == drawn


def test_every_measured_figure_has_command_machine_date_commit_and_what_ran_beside_it() -> None:
    for part in committed():
        assert part.commands and part.at and part.commit and part.machine.get("cores"), part.name
        assert part.length != "quick", f"{part.name}: too coarse for the page"
        assert all(not re.search(r"(?<![\w.])/(tmp|home|root|work)/", command) for command in part.commands), (
            part.commands
        )


def test_every_figure_kept_by_hand_has_command_machine_load_and_date() -> None:
    found = read_elsewhere(PAGE.parent / ELSEWHERE)
    assert found.entries
    assert {entry.area for entry in found.entries} <= set(found.areas)
    assert all(entry.machine in found.machines for entry in found.entries)


def test_an_entry_without_its_source_or_of_another_shape_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "elsewhere.yaml"
    file.write_text(ENTRY % "")
    with pytest.raises(BenchUnreadable, match="T lacks told"):
        read_elsewhere(file)
    file.write_text("entries: 3")
    with pytest.raises(BenchUnreadable, match="is not kept as its first lines ask"):
        read_elsewhere(file)


def test_a_page_tells_misses_and_keeps_what_is_kept_by_hand(tmp_path: Path) -> None:
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / ELSEWHERE).write_text(ENTRY % "Of a GPU: 7 ms.")
    write_page(tmp_path / "page.md", Benchmarks(at="2026-11-23T09:15:00+00:00", length="default", parts=(measured(),)))
    told = (tmp_path / "page.md").read_text()
    assert "CPU a turn is 3 ms, goal ≤ 2 ms" in told
    assert "| CPU a turn | 3 ms |  | ≤ 2 ms | **no** |" in told
    assert "Of a GPU: 7 ms." in told and "*Kept by hand.*" in told


def test_coarse_figures_do_not_come_to_the_page(tmp_path: Path) -> None:
    quick = Benchmarks(at="2026-11-23T09:15:00+00:00", length="quick", parts=(measured(),))
    assert "too coarse" in write_page(tmp_path / "page.md", quick)[0]
    assert "CPU a turn" not in (tmp_path / "page.md").read_text()


def test_a_part_that_was_not_measured_now_keeps_what_it_had() -> None:
    failed = PartResult(name="turn", title="Turn", area="The turn", state="failed", reason="no")
    kept = joined((measured(), measured("store")), (failed, measured("store", 9.0), measured("new")))
    assert [(one.name, one.figures[0].value) for one in kept] == [("turn", 3.0), ("store", 9.0), ("new", 3.0)]


def test_percentiles_of_one_thing_share_a_row_with_each_its_goal(tmp_path: Path) -> None:
    figures = (figure("reply p50", 3, "ms", goal=4), figure("reply p95", 9, "ms", goal=8), figure("CPU", 1, "ms"))
    part = replace(measured(), figures=figures)
    write_page(tmp_path / "page.md", Benchmarks(at="2026-11-23T09:15:00+00:00", length="default", parts=(part,)))
    told = (tmp_path / "page.md").read_text()
    assert "| reply, p50 / p95 | 3 / 9 ms |  | p50 ≤ 4 ms, p95 ≤ 8 ms | **no** (p95) |" in told
    assert "| CPU | 1 ms |  |  |  |" in told
