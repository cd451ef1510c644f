"""What a sound over the reply means."""

from __future__ import annotations

import pytest

from channels.voice.barge_in import CEILING, EchoGate, only_hums, verdict

REPLY = "The Alder tent weighs two point one kilograms and costs 199 dollars."


@pytest.mark.parametrize(
    "text",
    [
        "Yeah.",
        "Mm-hm.",
        "Okay",
        "Uh-huh",
        "Right, okay.",
        "sí",
        "vale",
        "d'accord",
        "oui oui",
        "genau",
        "ja, klar",
        "I see.",
    ],
)
def test_a_backchannel_lets_the_reply_go_on(text: str) -> None:
    assert verdict(text, speaking=REPLY, question=False, final=True) == "backchannel"


@pytest.mark.parametrize(
    "text",
    [
        "Yeah, but stop.",
        "Stop.",
        "No.",
        "Wait",
        "Is it waterproof?",
        "okay show me another one",
        "sí, pero espera",
        "oui mais non",
        "ja, aber nein",
    ],
)
def test_words_of_their_own_stop_it(text: str) -> None:
    assert verdict(text, speaking=REPLY, question=False, final=True) == "interrupts"


def test_a_yes_is_an_answer_once_the_question_sounds() -> None:
    assert verdict("Yes.", speaking="Shall I cancel it?", question=True, final=True) == "interrupts"
    assert verdict("Mm-hm.", speaking="Shall I cancel it?", question=True, final=True) == "backchannel"


@pytest.mark.parametrize("text", ["", " ", "...", "you", "Thank you."])
def test_what_a_model_writes_for_noise_is_nothing_while_it_is_partial(text: str) -> None:
    assert verdict(text, speaking=REPLY, question=False, final=False) == "nothing"


@pytest.mark.parametrize("text", ["tent weighs two point one", "The older tent weighs two point one kilograms"])
def test_our_own_words_are_an_echo(text: str) -> None:
    assert verdict(text, speaking=REPLY, question=False, final=False) == "echo"


@pytest.mark.parametrize("text", ["stop the tent", "no", "how much does the tent weigh in pounds"])
def test_their_words_about_ours_are_not(text: str) -> None:
    assert verdict(text, speaking=REPLY, question=False, final=False) == "interrupts"


def test_a_choice_that_we_offered_is_an_answer_and_no_echo() -> None:
    ours = "Which one, the Alder or the Birch?"
    assert verdict("the Birch", speaking=ours, question=True, final=True) == "interrupts"
    assert verdict("Alder", speaking="The Alder is light.", question=False, final=True) == "echo"


def test_hums_are_told_from_words() -> None:
    assert only_hums("Mm-hm, hmm")
    assert not only_hums("yes")
    assert not only_hums("")


def test_the_gate_keeps_an_echo_out_and_lets_a_quiet_customer_in_once_it_knows_that_there_is_none() -> None:
    gate = EchoGate()
    ours = 0.4
    echo, pause = [0.04, 0.03, 0.01, 0.0] * 20, [0.0] * 40  # -20 dB, and more than a second between sentences
    assert not any(gate.passes(level, ours) for level in (echo + pause) * 3)
    quiet = EchoGate()
    for _ in range(120):
        quiet.passes(0.001, ours)
    assert quiet.passes(0.03, ours)
    quiet.was_echo()
    assert quiet.threshold == CEILING
    assert EchoGate().passes(0.001, 0.0), "while we are silent, everything counts"
