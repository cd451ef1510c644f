"""How replies come to the ear, and how much of them came."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from channels.voice.commands import Begin, Clear, Command, Drop, End, Interrupt, Play, Progress, Synthesise, Tell
from channels.voice.playout import LATE, REWIND, Playout

TEXT = "It is a fine tent. It weighs two kilograms. It costs 199 dollars."
FIRST, SECOND = "It is a fine tent. ", "It weighs two kilograms. "


def spoken(commands: list[Command]) -> list[Synthesise]:
    return [command for command in commands if isinstance(command, Synthesise)]


def plays(commands: list[Command]) -> list[Play]:
    return [command for command in commands if isinstance(command, Play)]


def of(kind: type, commands: list[Command]) -> list[Command]:
    return [command for command in commands if isinstance(command, kind)]


def whole(
    mouth: Playout, now: float = 0.0, *, seconds: float = 2.0, text: str = TEXT, turn: str = "t"
) -> list[Command]:
    """Writes the reply and synthesises all of it."""
    commands = mouth.whole(turn, text, "en", "reply", now)
    todo = spoken(commands)
    while todo:
        made = mouth.synthesised(todo.pop(0).piece, seconds, 0.4, now)
        todo += spoken(made)
        commands += made
    return commands


def test_the_first_piece_is_asked_for_while_the_rest_is_written_and_played_before_the_second() -> None:
    mouth = Playout()
    (first,) = spoken(mouth.write("t", 0, FIRST + "It w", "en", 0.0))
    assert first.text == FIRST.strip()
    made = mouth.synthesised(first.piece, 2.0, 0.4, 0.1)
    assert [type(command) for command in made] == [Begin, Tell, Play]
    (second,) = spoken(mouth.whole("t", TEXT, "en", "reply", 0.2))
    assert second.text == SECOND.strip()
    assert mouth.sounding(0.3)


def test_what_was_played_is_heard_and_no_more() -> None:
    mouth = Playout()
    marks = [play.mark for play in plays(whole(mouth))]
    assert mouth.played(marks[0], 2.0)[0] == Progress(turn_id="t", so_far=FIRST)
    assert mouth.queue[0].heard == FIRST
    commands, cut = mouth.cut(3.0)
    assert cut is not None and cut.heard == FIRST
    assert of(Clear, commands) == [Clear(turn_id="t")]
    assert mouth.played(marks[1], 3.1) == [], "an echo of what was cleared is no proof"


def test_a_mark_proves_all_before_it_and_the_last_ends_the_reply() -> None:
    mouth = Playout()
    made = whole(mouth)
    assert of(End, made) == [End(turn_id="t")]
    assert Progress(turn_id="t", so_far=None) in mouth.played(plays(made)[-1].mark, 6.0)
    assert mouth.silent


def test_standing_still_clears_the_line_and_going_on_takes_it_up_a_little_before() -> None:
    mouth = Playout()
    whole(mouth)
    assert of(Clear, mouth.stand(1.5))
    assert not mouth.sounding(1.6)
    resumed = mouth.go_on(2.5)
    assert isinstance(resumed[0], Begin)
    assert [play.start for play in plays(resumed)] == [1.5 - REWIND, 0.0, 0.0]
    assert mouth.sounding(2.6)


def test_a_reply_that_is_ready_while_somebody_speaks_waits() -> None:
    mouth = Playout(standing=True)
    assert not plays(whole(mouth))
    assert plays(mouth.go_on(1.0))


def test_words_taken_back_are_not_spoken_and_those_in_the_loudspeaker_are_cleared() -> None:
    mouth = Playout()
    (first,) = spoken(mouth.write("t", 0, FIRST, "en", 0.0) + mouth.write("t", len(FIRST), "It wei", "en", 0.0))
    mouth.synthesised(first.piece, 2.0, 0.4, 0.1)
    made = mouth.whole("t", "Sorry, it is sold out.", "en", "reply", 0.5)
    assert of(Clear, made) and of(Drop, made)
    assert spoken(made)[0].text.startswith("Sorry")


def test_a_line_that_never_tells_leaves_the_reply_unproven() -> None:
    mouth = Playout()
    whole(mouth)
    assert mouth.tick(6.0 + LATE - 0.1) != [] or mouth.sounding(6.0)
    made = mouth.tick(6.1 + LATE)
    assert of(Interrupt, made) == [Interrupt(turn_id="t", heard="")]
    assert mouth.silent


def test_a_mouth_that_breaks_ends_the_reply_with_what_was_heard() -> None:
    mouth = Playout()
    (first,) = spoken(mouth.whole("t", TEXT, "en", "reply", 0.0))
    made = mouth.unsynthesised(first.piece, 0.1)
    assert of(Interrupt, made) == [Interrupt(turn_id="t", heard="")]
    assert mouth.silent


def test_a_question_counts_as_asked_when_it_has_begun_to_sound() -> None:
    mouth = Playout()
    whole(mouth, text="That is 199 dollars altogether. Shall I order it now?")
    assert not mouth.asking(1.0)
    assert mouth.asking(2.1)


def test_what_a_person_wrote_is_said_after_the_reply_that_is_cut() -> None:
    mouth = Playout()
    whole(mouth)
    mouth.whole("agent_9", "Hello, this is Kim.", "en", "plain", 0.5)
    mouth.cut(1.0)
    assert [reply.turn_id for reply in mouth.queue] == ["agent_9"]
    assert spoken(mouth.advance(1.0))[0].text == "Hello, this is Kim."


def test_nothing_sayable_is_heard_at_once() -> None:
    assert Progress(turn_id="t", so_far=None) in Playout().whole("t", "👍", "en", "reply", 0.0)


@given(st.lists(st.sampled_from(["synth", "play", "stand", "go_on", "tick", "echo", "cut"]), max_size=60))
def test_heard_is_what_was_acknowledged_whatever_happens(steps: list[str]) -> None:
    mouth, now = Playout(), 0.0
    todo = spoken(mouth.whole("t", TEXT, "en", "reply", now))
    on_line: list[Play] = []
    cleared: list[Play] = []
    proven: set[int] = set()
    seen: set[str] = set()
    clear = True
    for step in steps:
        now += 0.4
        made: list[Command] = []
        reply = mouth.head
        if step == "synth" and todo:
            made = mouth.synthesised(todo.pop(0).piece, 1.0, 0.4, now)
        elif step == "play" and on_line:
            play = on_line.pop(0)
            proven.add(play.piece)
            made = mouth.played(play.mark, now)
        elif step == "echo" and cleared:
            made = mouth.played(cleared.pop(0).mark, now)
        elif step == "stand":
            made = mouth.stand(now)
        elif step == "go_on":
            made = mouth.go_on(now)
        elif step == "tick":
            made = mouth.tick(now)
        elif step == "cut":
            made, _ = mouth.cut(now)
        for command in made:
            match command:
                case Clear():
                    cleared += on_line
                    on_line, clear = [], True
                case Begin():
                    clear = False
                case Play(mark=mark):
                    assert not clear, "sound after clear comes with a new beginning"
                    assert mark not in seen
                    seen.add(mark)
                    on_line.append(command)
                case Synthesise():
                    todo.append(command)
        if reply is not None:
            pieces = [piece for piece in reply.pieces if piece.id in proven]
            assert len(reply.heard) <= max((piece.clause.end for piece in pieces), default=0)
            assert reply.clauses.text.startswith(reply.heard)
