"""Servicing goals by voice: what is counted, and a message on its way through the line."""

from __future__ import annotations

import numpy as np

from eval.tau2.speech import manner_of
from eval.tau2.synthetic import Played
from eval.voice.read_back import Kind, Tried, Value, values
from eval.voice.read_back import report_of as read_back_report
from eval.voice.tasks import QUIET, on_the_line, report_of
from model_serving.audio import Audio


def played(task: str, *, exact: bool) -> Played:
    import random

    return Played(
        task=task, seed=0, kinds=("cancel",), manner=manner_of(random.Random(1)), exact=exact, talk=[("hi", "hello")]
    )


def test_what_voice_loses_is_counted_and_named() -> None:
    report = report_of(
        [
            (played("a", exact=True), played("a", exact=True)),
            (played("b", exact=True), played("b", exact=False)),
            (played("c", exact=False), played("c", exact=False)),
            (played("d", exact=True), played("d", exact=True)),
        ]
    )
    assert report["by_text"]["percent"] == 75
    assert report["by_voice"]["percent"] == 50
    assert report["points_lost"] == 25
    assert [one["task"] for one in report["lost_by_voice"]] == ["b"]


def test_a_message_comes_out_of_the_line_as_a_telephone_gives_it() -> None:
    said = Audio(samples=(0.3 * np.sin(np.arange(22_050) / 10)).astype(np.float32), rate=22_050)
    heard = on_the_line(said)
    assert heard.rate == 8_000
    assert abs(heard.seconds - said.seconds - 2 * QUIET) < 0.02


def test_what_was_right_at_once_and_after_read_back_is_told_apart() -> None:
    def tried(kind: Kind, tries: int, *, silent: bool = False) -> Tried:
        return Tried(value=Value(kind=kind, value="1", words="", again=""), tries=tries, silent=silent, heard=("one",))

    report = read_back_report([tried("order", 1), tried("order", 2), tried("price", 0, silent=True), tried("size", 1)])
    assert report["order"] == {
        "said": 2,
        "right_at_once": 1,
        "right_after_read_back": 2,
        "percent_after_read_back": 100.0,
    }
    assert report["price"]["percent_after_read_back"] == 0
    assert report["silent"] == 1
    assert report["never"] == [{"value": "1", "heard": ["one"]}]


def test_orders_prices_and_sizes_are_said() -> None:
    said = list(values())
    assert {value.kind for value in said} == {"order", "price", "size"}
    assert len(said) >= 40
    assert all(value.customer for value in said if value.kind == "order")
