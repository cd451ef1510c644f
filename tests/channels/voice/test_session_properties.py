"""The voice session under anything that may happen on a call, in any order."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from channels.voice.commands import Progress, Transcribe
from channels.voice.cues import NotSynthesised, Taken, Tick, TurnOver, Typed
from channels.voice.line import CutIn, Digit, HungUp, Played, TurnEnded
from channels.voice.session import VoiceSession
from tests.channels.voice.call_world import World, check_history

WORDS = [
    "Where is my order?",
    "yeah",
    "mm-hm",
    "",
    "My order number is",
    "441792",
    "stop",
    "say that again",
    "slower",
    "um",
]
TEXTS = ["Here it is. It comes on Friday.", "One. Two? Three.", "👍", "Shall I cancel it now?"]

STEPS = st.one_of(
    st.tuples(st.just("speak"), st.floats(0.03, 1.5)),
    st.tuples(st.just("quiet"), st.floats(0.03, 2.7)),
    st.tuples(st.just("wait"), st.floats(0.2, 9.0)),
    st.tuples(st.just("answer"), st.sampled_from(WORDS)),
    st.tuples(st.just("partial"), st.sampled_from(WORDS)),
    st.tuples(st.just("reply"), st.tuples(st.integers(1, 4), st.sampled_from(TEXTS))),
    st.tuples(st.just("write"), st.tuples(st.integers(1, 4), st.integers(0, 12), st.sampled_from(TEXTS))),
    st.tuples(st.just("over"), st.integers(1, 4)),
    st.tuples(st.just("key"), st.sampled_from("0123456789*#A")),
    st.tuples(st.just("ask"), st.sampled_from(["", "order", "yes_or_no"])),
    st.tuples(
        st.sampled_from(["hear", "deaf", "voice", "mute", "play", "echo", "ended", "typed", "cut_in", "taken"]),
        st.none(),
    ),
)


def run(world: World, step: str, value: object) -> None:
    match step, value:
        case "speak", float(seconds):
            world.speak(seconds)
        case "quiet", float(seconds):
            world.quiet(seconds)
        case "wait", float(seconds):
            world.wait(seconds)
        case "answer", str(text):
            world.answers.append(text)
        case "partial", str(text):
            world.partial = text
        case "reply", (int(turn), str(text)):
            world.reply(text, f"t_{turn}")
        case "write", (int(turn), int(offset), str(text)):
            from channels.voice.cues import Written

            world.give(Written(turn_id=f"t_{turn}", offset=offset, text=text))
        case "over", int(turn):
            world.give(TurnOver(turn_id=f"t_{turn}"))
        case "key", str(digit):
            world.give(Digit(digit=digit))
        case "ask", str(kind):
            world.ask(kind, least=5 if kind == "order" else 0)
        case "hear", _:
            world.hear()
        case "deaf", _:
            world.hear(fails=True)
        case "voice", _:
            world.voice()
        case "mute", _ if world.synthesising:
            world.give(NotSynthesised(piece=world.synthesising.pop(0).piece))
        case "play", _:
            world.play()
        case "echo", _ if world.cleared:
            world.give(Played(mark=world.cleared.pop(0).mark))
        case "ended", _:
            world.give(TurnEnded())
        case "typed", _:
            world.give(Typed())
        case "cut_in", _:
            world.give(CutIn())
        case "taken", _:
            world.give(Taken(utterance=1, refused="busy"))
        case _:
            world.give(Tick())


@settings(max_examples=250, deadline=None)
@given(st.booleans(), st.booleans(), st.booleans(), st.lists(STEPS, max_size=40))
def test_whatever_happens_every_utterance_ends_once_and_nothing_sounds_after_clear(
    phone: bool, quick_ears: bool, quick_mouth: bool, steps: list[tuple[str, object]]
) -> None:
    world = World(VoiceSession(phone=phone), quick_ears=quick_ears, quick_mouth=quick_mouth)
    for step, value in steps:
        run(world, step, value)
    world.give(HungUp())
    while world.transcribing:
        world.hear()
    check_history(world.done)
    assert world.session.finished
    ended = {command.utterance for command in world.done if hasattr(command, "utterance") and command.utterance}
    assert ended == set(range(1, world.session.listening.ends.utterance + 1)), "each utterance came to an end"


@settings(max_examples=100, deadline=None)
@given(st.lists(STEPS, max_size=40))
def test_nobody_transcribes_what_was_forgotten_nor_what_was_not_heard_yet(steps: list[tuple[str, object]]) -> None:
    world = World(quick_ears=False)
    for step, value in steps:
        run(world, step, value)
    forgotten = 0
    for command in world.done:
        if isinstance(command, Transcribe):
            assert forgotten <= command.first <= command.last <= world.session.listening.ends.position
        forgotten = getattr(command, "before", forgotten)


@settings(max_examples=150, deadline=None)
@given(st.lists(STEPS, max_size=40))
def test_heard_never_exceeds_what_was_acknowledged(steps: list[tuple[str, object]]) -> None:
    """Only this test plays: what no mark proved is never told as heard."""
    world = World()
    for step, value in steps:
        if step != "play":
            run(world, step, value)
    assert not [one for one in world.of(Progress) if one.so_far]  # type: ignore[union-attr]
    assert all(not heard for heard in world.interrupted)
