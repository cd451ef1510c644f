"""The voice session as a machine: what is taken, what is said, what counts as heard."""

from __future__ import annotations

import pytest

from channels.voice.commands import CallPerson, Clear, HangUp, Interrupt, Play, Progress, Take
from channels.voice.cues import Heard, NotSynthesised, Taken, TurnOver, Typed
from channels.voice.hearing import Frame
from channels.voice.line import CutIn, Digit, HungUp, TurnEnded
from channels.voice.news import BargeIn, FalseAlarm, NotHeard, Prompted, StageTimes, StateChanged, Transcript, Trouble
from channels.voice.session import VoiceSession
from tests.channels.voice.call_world import QUIET, SAID, World, check_history

REPLY = "The Alder is a fine tent. It weighs two kilograms. It costs 199 dollars."
FIRST = "The Alder is a fine tent. "


def speaking(**options: object) -> World:
    """A call on which the reply has begun to sound."""
    world = World(VoiceSession(**options))  # type: ignore[arg-type]
    world.answers = ["Which tents do you have?"]
    world.speak(1.0)
    world.quiet(0.4)
    world.reply(REPLY)
    assert world.on_line
    world.now += 0.5
    return world


def states(world: World) -> list[str]:
    return [news.state for news in world.news(StateChanged)]  # type: ignore[union-attr]


def test_an_utterance_becomes_one_message_and_the_reply_is_spoken() -> None:
    world = speaking()
    assert world.taken == ["Which tents do you have?"]
    assert world.spoken[0] == "The Alder is a fine tent."
    while world.on_line:
        world.play()
    assert world.of(Progress)[-1] == Progress(turn_id="t_1", so_far=None)
    assert states(world) == ["hearing", "thinking", "speaking", "listening"]
    check_history(world.done)


def test_a_whole_sentence_is_taken_after_a_quarter_of_a_second() -> None:
    world = World(answers=["Where is my order?"])
    world.speak(1.0)
    ended = world.now
    while not world.taken:
        world.quiet(0.032)
    assert 0.2 <= world.now - ended <= 0.3


def test_half_an_order_number_holds_the_floor() -> None:
    world = World(answers=["My order number is", "My order number is 441792."])
    world.speak(1.0)
    world.quiet(1.2)
    assert world.taken == []
    world.speak(1.5)
    world.quiet(0.5)
    assert world.taken == ["My order number is 441792."]
    check_history(world.done)


def test_half_a_sentence_is_taken_when_nothing_follows() -> None:
    world = World(answers=["My order number is"])
    world.speak(1.0)
    world.quiet(2.4)
    assert world.taken == []
    world.quiet(0.3)
    assert world.taken == ["My order number is"]


def test_the_open_question_decides_when_a_number_is_whole() -> None:
    world = World(answers=["4417", "441792"])
    world.ask("order", least=5)
    world.speak(0.8)
    world.quiet(1.0)
    assert world.taken == []
    world.speak(0.5)
    world.quiet(0.4)
    assert world.taken == ["441792"]


def test_a_transcript_that_comes_late_ends_the_utterance_when_it_comes() -> None:
    world = World(quick_ears=False, answers=["Where is my order?"])
    world.speak(1.0)
    world.quiet(1.0)
    assert (world.taken, world.session.deciding) == ([], True)
    world.hear()
    assert world.taken == ["Where is my order?"]


def test_a_transcript_of_what_went_on_is_not_waited_for() -> None:
    world = World(quick_ears=False, answers=["Where is my order? It is late."])
    world.speak(1.0)
    world.quiet(0.2)
    (first,) = [job for job, command in world.transcribing.items() if command.final]
    world.speak(1.0)
    assert first not in world.transcribing
    world.quiet(0.5)
    world.hear()
    assert world.taken == ["Where is my order? It is late."]


def test_noise_without_words_is_no_message() -> None:
    world = World(answers=[""])
    world.speak(0.5)
    world.quiet(0.5)
    assert (world.taken, world.discarded) == ([], ["nothing_heard"])
    assert states(world)[-1] == "listening"


def test_what_was_said_is_shown_while_it_is_said() -> None:
    world = World(partial="where is my", answers=["Where is my order?"])
    world.speak(1.5)
    world.quiet(0.4)
    shown = [(news.text, news.final) for news in world.news(Transcript)]  # type: ignore[union-attr]
    assert shown[0] == ("where is", False)
    assert shown[-1] == ("Where is my order?", True)


# -- over the reply ------------------------------------------------------------------------------------------------


def test_speaking_over_the_assistant_stops_playback_and_records_what_was_heard() -> None:
    world = speaking()
    world.play()
    world.partial, world.answers = "no wait", ["No, wait, show me the blue one."]
    onset = world.now
    while not world.of(Clear):
        world.speak(0.032)
    assert world.now - onset <= 0.2, "and the detector's own delay makes 0.3"
    world.speak(0.8)
    assert world.interrupted == [FIRST]
    (cut,) = world.news(BargeIn)
    assert isinstance(cut, BargeIn) and cut.heard == FIRST and cut.seconds <= 0.3
    played = len(world.of(Play))
    world.quiet(0.5)
    world.reply(REPLY)  # the turn that was cut may still be writing
    assert len(world.of(Play)) == played
    assert world.interrupted == [FIRST, FIRST], "and waits to be told"
    assert world.taken[-1] == "No, wait, show me the blue one."
    check_history(world.done)


def test_what_was_heard_is_told_before_the_message_that_ended_it() -> None:
    world = speaking()
    world.partial, world.answers = "stop that now", ["Stop that now and show me lamps."]
    world.speak(1.0)
    world.quiet(0.5)
    order = [type(command).__name__ for command in world.of(Interrupt, Take)]
    assert order == ["Take", "Interrupt", "Take"]


@pytest.mark.parametrize(("said", "why"), [("Yeah.", "backchannel"), ("Mm-hm", "backchannel"), ("", "nothing_heard")])
def test_a_backchannel_or_a_cough_lets_the_reply_go_on_where_it_stood(said: str, why: str) -> None:
    world = speaking()
    world.answers = [said]
    world.speak(0.3)
    world.quiet(0.4)
    assert (world.taken[1:], world.discarded, world.interrupted) == ([], [why], [])
    assert world.news(FalseAlarm)
    resumed = world.of(Play)[-3]
    assert isinstance(resumed, Play) and resumed.piece == world.of(Play)[0].piece and resumed.start > 0  # type: ignore[union-attr]
    while world.on_line:
        world.play()
    assert world.of(Progress)[-1] == Progress(turn_id="t_1", so_far=None)
    check_history(world.done)


def test_a_short_yeah_does_not_even_stop_the_sound() -> None:
    world = speaking()
    world.answers = ["Yeah."]
    world.speak(0.13)
    world.quiet(0.5)
    assert not world.of(Clear)


def test_yeah_but_stop_interrupts() -> None:
    world = speaking()
    world.partial, world.answers = "yeah but", ["Yeah, but stop, I want a lamp."]
    world.speak(0.9)
    world.quiet(0.4)
    assert world.interrupted == [""]
    assert world.taken[-1] == "Yeah, but stop, I want a lamp."


def test_a_yes_to_the_question_that_sounds_is_an_answer() -> None:
    world = World(answers=["Cancel my order, please."])
    world.speak(1.0)
    world.quiet(0.4)
    world.reply("That is order 441792. Shall I cancel it now?")
    world.play()
    world.now += 0.5
    world.answers = ["Yes."]
    world.speak(0.3)
    world.quiet(0.4)
    assert world.taken[-1] == "Yes."


def test_our_own_echo_does_not_interrupt_us() -> None:
    world = speaking()
    world.speak(3.0, Frame(speech=0.95, level=0.03))  # a tenth of our own level: -20 dB
    assert not world.of(Clear)
    assert world.session.listening.open is False


def test_a_loud_echo_is_known_by_its_words() -> None:
    world = speaking()
    world.partial, world.answers = "alder is a fine", ["The Alder is a fine tent"]
    world.speak(0.9)
    world.quiet(0.5)
    assert (world.discarded, world.interrupted) == (["echo"], [])
    assert world.on_line


def test_long_speech_that_nobody_can_make_out_in_time_stops_the_reply_too() -> None:
    world = speaking()
    world.quick_ears = False
    world.speak(1.4)
    assert world.interrupted == [""]


def test_a_reply_that_comes_while_they_speak_waits_and_is_replaced() -> None:
    world = World(answers=["Which tents do you have?", "I mean the lamps."])
    world.speak(1.0)
    world.quiet(0.4)
    world.speak(0.5)
    world.reply(REPLY)
    assert not world.on_line
    world.quiet(0.5)
    assert world.taken == ["Which tents do you have?", "I mean the lamps."]
    assert world.interrupted == [], "the message itself ends what nobody has heard"
    world.reply(REPLY)
    assert not world.on_line, "it answers what they no longer mean"
    world.reply("Here are lamps.", "t_2")
    assert world.on_line


def test_a_reply_that_waited_for_a_cough_is_spoken() -> None:
    world = World(answers=["Which tents do you have?", ""])
    world.speak(1.0)
    world.quiet(0.4)
    world.speak(0.3)
    world.reply(REPLY)
    assert not world.on_line
    world.quiet(0.3)
    assert world.on_line


# -- other hands ---------------------------------------------------------------------------------------------------


def test_typing_stops_the_speech_and_the_answer_is_spoken() -> None:
    world = speaking()
    world.play()
    world.give(Typed())
    assert world.interrupted == [FIRST]
    world.reply("Here are lamps.", "t_2")
    assert world.spoken[-1] == "Here are lamps."


def test_a_stop_button_tells_what_its_side_knows() -> None:
    world = speaking()
    world.give(CutIn(turn_id="t_1", heard="The Alder"))
    assert world.interrupted == ["The Alder"]
    world.give(CutIn(turn_id="t_9"))
    assert world.of(Interrupt)[-1] == Interrupt(turn_id="t_9", heard=None)


def test_the_end_of_a_push_to_talk_is_the_end_of_the_utterance() -> None:
    world = World(answers=["My order number is"])
    world.speak(1.0)
    world.give(TurnEnded())
    assert world.taken == ["My order number is"]
    world.give(TurnEnded())
    assert world.news(NotHeard) == []


def test_a_push_to_talk_in_which_nobody_spoke_says_so() -> None:
    world = World()
    world.quiet(1.0)
    world.give(TurnEnded())
    assert world.news(NotHeard) == [NotHeard(utterance=0, why="nothing_heard")]


def test_a_line_that_stops_sending_in_the_middle_of_an_utterance_has_ended_it() -> None:
    world = World(answers=["Where is my"])
    world.speak(1.0)
    world.wait(2.0)
    assert world.taken == ["Where is my"]


def test_keys_answer_the_open_question() -> None:
    world = speaking(phone=True)
    world.ask("order", least=5)
    for key in "441792#":
        world.give(Digit(digit=key))
    assert world.taken[-1] == "441792"
    assert world.of(Clear)
    world.ask("zip", least=5, most=5)
    for key in "0215*02155":
        world.give(Digit(digit=key))
    assert world.taken[-1] == "02155"
    for key in "021":
        world.give(Digit(digit=key))
    world.wait(3.5)
    assert world.taken[-1] == "021"


def test_zero_calls_a_person_and_within_a_number_is_a_digit() -> None:
    world = World(VoiceSession(phone=True))
    world.give(Digit(digit="0"))
    assert world.of(CallPerson)
    world.ask("order", least=5)
    for key in "04417#":
        world.give(Digit(digit=key))
    assert world.taken == ["04417"]
    world.give(Digit(digit="0"))
    world.give(Digit(digit="#"))
    assert len(world.of(CallPerson)) == 2


def test_hanging_up_in_the_middle_of_a_word_is_no_message_and_ends_the_reply_with_what_was_heard() -> None:
    world = speaking()
    world.play()
    world.speak(0.15)
    world.give(HungUp())
    assert world.discarded == ["hung_up"]
    assert world.interrupted == [FIRST]
    assert world.session.finished
    assert world.give(Heard(frames=[SAID])) == []
    check_history(world.done)


def test_an_utterance_that_had_ended_is_a_message_though_they_hung_up() -> None:
    world = World(quick_ears=False, answers=["Cancel my order."])
    world.speak(1.0)
    world.give(TurnEnded())
    world.give(HungUp())
    assert not world.session.finished
    world.hear()
    assert world.taken == ["Cancel my order."]
    assert world.session.finished


def test_asking_the_voice_to_repeat_or_slow_down_is_no_message() -> None:
    world = speaking()
    while world.on_line:
        world.play()
    world.answers = ["Sorry, can you say that again?"]
    world.speak(0.8)
    world.quiet(0.5)
    assert (world.discarded, len(world.taken)) == (["wish"], 1)
    assert world.spoken[-1] != world.spoken[0] and world.spoken.count("The Alder is a fine tent.") == 2
    while world.on_line:
        world.play()
    world.answers = ["Slower, please."]
    world.speak(0.8)
    world.quiet(0.5)
    assert world.session.mouth.pace < 1
    check_history(world.done)


# -- silence and trouble -------------------------------------------------------------------------------------------


def test_silence_after_a_question_is_asked_about_then_helped_then_ended_on_a_phone() -> None:
    world = World(VoiceSession(phone=True))
    world.ask("order", least=5)
    for _ in range(3):
        world.wait(12)
        while world.on_line:
            world.play()
    told = [news.text for news in world.news(Prompted)]  # type: ignore[union-attr]
    assert [text.split("?")[0].split(",")[0] for text in told] == [
        "Are you still there",
        "I can say that again",
        "I cannot hear anybody",
    ]
    assert world.of(HangUp)


def test_on_a_page_silence_is_never_the_end() -> None:
    world = World()
    world.ask("order", least=5)
    world.give(Heard(frames=[QUIET]))
    for _ in range(5):
        world.wait(15)
        while world.on_line:
            world.play()
    assert len(world.news(Prompted)) == 2
    assert not world.of(HangUp)


def test_a_word_from_them_begins_the_silence_anew() -> None:
    world = World(VoiceSession(phone=True), answers=["Hello?"])
    world.ask("order", least=5)
    world.wait(7)
    world.speak(0.6)
    world.quiet(0.5)
    world.give(Taken(utterance=1, served=False))
    world.wait(5)
    assert not world.news(Prompted)


def test_a_caller_is_told_that_it_takes_a_moment() -> None:
    world = World(VoiceSession(phone=True), answers=["Hello there."])
    world.speak(1.0)
    world.quiet(0.4)
    world.wait(6)
    assert [news.text for news in world.news(Prompted)] == ["One moment, please."]  # type: ignore[union-attr]


def test_ears_that_fail_are_owned_up_to_in_words() -> None:
    world = World(quick_ears=False)
    world.speak(1.0)
    world.quiet(0.3)
    world.hear(fails=True)
    assert world.discarded == ["trouble"]
    assert world.news(Trouble)
    assert "Sorry, I cannot hear you right now." in world.spoken


def test_a_mouth_that_fails_leaves_the_reply_on_the_screen() -> None:
    world = World(quick_mouth=False, answers=["Which tents?"])
    world.speak(1.0)
    world.quiet(0.4)
    world.reply(REPLY)
    world.give(NotSynthesised(piece=world.synthesising.pop(0).piece))
    assert [news.code for news in world.news(Trouble)] == ["not_spoken"]  # type: ignore[union-attr]
    assert states(world)[-1] == "listening"
    assert world.interrupted == [""]


def test_a_message_that_is_refused_is_said_so() -> None:
    world = World(answers=["Hello there."])
    world.speak(1.0)
    world.quiet(0.4)
    world.give(Taken(utterance=1, refused="too many messages"))
    assert world.news(Trouble)
    assert "Sorry, I could not take that." in world.spoken


def test_a_turn_that_says_nothing_ends_the_waiting() -> None:
    world = World(answers=["Hello there."])
    world.speak(1.0)
    world.quiet(0.4)
    world.give(Taken(utterance=1, turn_id="t_1"))
    world.give(TurnOver(turn_id="t_1"))
    assert states(world)[-1] == "listening"


def test_the_stages_of_a_turn_sum_up_to_the_time_from_the_last_sound_to_the_first() -> None:
    world = World(answers=["Which tents do you have?"])
    world.speak(1.0)
    spoke = world.now
    world.quiet(0.3)
    world.now += 0.11
    world.reply(REPLY)
    (times,) = world.news(StageTimes)
    assert isinstance(times, StageTimes)
    assert abs(times.total - (world.now - spoke)) < 1e-6
    assert times.understanding >= 0.11
