"""Commits measured in turn: medians, and ratios within the same round."""

from eval.bench.in_turn import figures_of, report_of


def test_every_number_of_a_report_is_found_by_its_path() -> None:
    report = {"64_at_once": {"cpu": 5.5, "reply": {"p50": 3}, "sealed": True}, "index": "whole"}
    assert dict(figures_of(report)) == {"64_at_once cpu": 5.5, "64_at_once reply p50": 3.0}


def test_a_commit_is_compared_with_the_first_in_the_same_rounds() -> None:
    found = report_of({"a": [{"cpu": 4.0}, {"cpu": 8.0}], "b": [{"cpu": 6.0}, {"cpu": 12.0}]})
    assert found["b"]["cpu"] == {"median": 9.0, "runs": [6.0, 12.0], "against_the_first": 1.5}


def test_a_figure_that_the_first_did_not_have_has_no_ratio() -> None:
    assert report_of({"a": [{}], "b": [{"new": 1.0}]})["b"]["new"]["against_the_first"] is None
