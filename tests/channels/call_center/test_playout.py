"""Playout: every byte once and in order, marks with the frame that completes them, nothing after a clear."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from channels.call_center.playout import Playout

CLAUSES = st.lists(st.binary(min_size=0, max_size=1_000), max_size=8)


@given(CLAUSES)
def test_every_byte_is_played_once_in_order_and_a_mark_comes_with_its_last_byte(clauses: list[bytes]) -> None:
    playout = Playout(320)
    for number, clause in enumerate(clauses):
        playout.add(clause)
        playout.mark(str(number))
    played, reached = b"", []
    while not playout.idle:
        frame, marks = playout.take()
        assert len(frame) == 320
        played += frame
        for mark in marks:
            reached.append(mark)
            assert len(played) >= len(b"".join(clauses[: int(mark) + 1])) > len(played) - 640
    whole = b"".join(clauses)
    assert played[: len(whole)] == whole and not played[len(whole) :].strip(b"\x00")
    assert reached == [str(number) for number in range(len(clauses))]


@given(CLAUSES, st.integers(min_value=0, max_value=10))
def test_after_a_clear_neither_its_sound_nor_its_marks_come(clauses: list[bytes], frames: int) -> None:
    playout = Playout(320)
    for number, clause in enumerate(clauses):
        playout.add(clause)
        playout.mark(str(number))
    before = [mark for _ in range(frames) for mark in playout.take()[1]]
    dropped = playout.clear()
    assert before + dropped == [str(number) for number in range(len(clauses))]
    assert playout.take() == (bytes(320), [])
    playout.add(b"\x01" * 320)
    playout.mark("new")
    assert playout.take() == (b"\x01" * 320, ["new"])
