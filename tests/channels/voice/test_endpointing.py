"""Where utterances begin, pause, go on and end."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from channels.voice.endpointing import LONGEST_FRAMES, ONSET_FRAMES, PAUSE_FRAMES, PREROLL_FRAMES, Endpointing


def steps(machine: Endpointing, *runs: tuple[float, int]) -> list[tuple[int, str]]:
    """(frame, step) of what happens in runs of (probability, frames)."""
    found = []
    for speech, count in runs:
        for _ in range(count):
            if step := machine.frame(speech):
                found.append((machine.position, step))
    return found


def test_an_utterance_begins_before_its_onset_and_pauses_after_a_tenth_of_a_second() -> None:
    machine = Endpointing()
    assert steps(machine, (0.0, 50), (0.9, 20), (0.0, 10)) == [(53, "began"), (73, "paused")]
    assert machine.first == 50 - PREROLL_FRAMES
    assert (machine.voiced, machine.silent) == (20, 10)


def test_a_click_is_no_utterance() -> None:
    assert steps(Endpointing(), (0.0, 5), (0.9, ONSET_FRAMES - 1), (0.1, 9)) == []


def test_speech_that_goes_on_is_the_same_utterance() -> None:
    machine = Endpointing()
    assert [step for _, step in steps(machine, (0.9, 9), (0.1, 20), (0.9, 9), (0.1, 5))] == [
        "began",
        "paused",
        "resumed",
        "paused",
    ]
    assert machine.utterance == 1


def test_a_doubtful_frame_neither_begins_nor_ends_anything() -> None:
    machine = Endpointing()
    assert steps(machine, (0.4, 30)) == []
    assert [step for _, step in steps(machine, (0.9, 5), (0.4, 30))] == ["began"]


def test_an_utterance_without_end_is_full() -> None:
    found = steps(Endpointing(), (0.9, LONGEST_FRAMES + 2))
    assert found[1] == (LONGEST_FRAMES, "full")


def test_the_next_utterance_does_not_reach_into_the_one_before() -> None:
    machine = Endpointing()
    steps(machine, (0.9, 5), (0.0, 4))
    machine.close()
    steps(machine, (0.9, 5))
    assert (machine.utterance, machine.first) == (2, 9)


@given(st.lists(st.floats(0, 1), max_size=300))
def test_steps_alternate_whatever_is_heard(probabilities: list[float]) -> None:
    machine = Endpointing()
    after = {"began": {"paused"}, "paused": {"resumed"}, "resumed": {"paused"}}
    last = "resumed"
    for speech in probabilities:
        step = machine.frame(speech)
        if step:
            assert (
                step == "began"
                if last == "resumed" and machine.utterance == 1 and step == "began"
                else step in after[last]
            )
            last = step
        assert machine.needed <= machine.position
        assert machine.voiced <= machine.position
        assert machine.silent <= machine.position or not machine.open
    assert PAUSE_FRAMES < LONGEST_FRAMES
