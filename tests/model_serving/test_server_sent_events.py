"""The parser of event streams, however the bytes are cut."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_serving.errors import InvalidModelOutput
from model_serving.language_models.server_sent_events import EventStreamParser

SINGLE_LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), min_size=1)


def parse(raw: bytes, cuts: list[int]) -> list[str]:
    parser = EventStreamParser()
    edges = [0, *sorted(min(cut, len(raw)) for cut in cuts), len(raw)]
    return [data for start, end in itertools.pairwise(edges) for data in parser.feed(raw[start:end])]


@given(st.lists(SINGLE_LINE), st.sampled_from(["\n", "\r\n", "\r"]), st.lists(st.integers(0, 400)))
def test_events_come_out_whole_however_the_bytes_are_cut(events: list[str], newline: str, cuts: list[int]) -> None:
    raw = "".join(f"data: {event}{newline}{newline}" for event in events).encode() + b": end\n"
    assert parse(raw, cuts) == events


@given(st.binary(max_size=2000), st.lists(st.integers(0, 2000)))
def test_random_bytes_are_parsed_or_refused(raw: bytes, cuts: list[int]) -> None:
    try:
        assert all(isinstance(data, str) for data in parse(raw, cuts))
    except InvalidModelOutput as refused:
        assert "UTF-8" in str(refused)


def test_lines_of_one_event_are_joined_and_other_fields_skipped() -> None:
    assert parse(b"event: delta\nid: 4\ndata: one\ndata:two\n\n: ping\n\nretry: 5\n\n", []) == ["one\ntwo"]


def test_an_event_without_its_blank_line_is_not_given_out() -> None:
    assert parse(b"data: half", []) == []


def test_an_endless_line_is_refused() -> None:
    parser = EventStreamParser(longest=1000)
    with pytest.raises(InvalidModelOutput, match="1000 bytes"):
        for _ in range(20):
            list(parser.feed(b"data: " + b"x" * 100))


def test_an_endless_event_of_short_lines_is_refused() -> None:
    parser = EventStreamParser(longest=1000)
    with pytest.raises(InvalidModelOutput, match="1000 bytes"):
        for _ in range(200):
            list(parser.feed(b"data: " + b"x" * 10 + b"\n"))
