"""What is asked of the voice itself."""

from __future__ import annotations

import pytest

from channels.voice.wishes import Wish, held_back, other_pace, repeated, wish_in

WISHES: list[tuple[str, Wish, list[str]]] = [
    (
        "en",
        "again",
        [
            "Say that again.",
            "Can you repeat that, please?",
            "Sorry, what?",
            "Pardon?",
            "Could you say it once more?",
            "What did you say?",
            "I didn't catch that.",
            "Repeat the order number.",
            "Come again?",
            "Say the last part again.",
        ],
    ),
    (
        "en",
        "slower",
        [
            "Slower, please.",
            "Can you speak more slowly?",
            "A bit slower.",
            "Slow down.",
            "You're too fast!",
            "Not so fast",
        ],
    ),
    ("en", "faster", ["Faster!", "Could you talk a little faster please", "Speed up.", "Too slow."]),
    (
        "en",
        "spell",
        ["Spell it.", "Can you spell that out for me?", "Spell the order number please", "Digit by digit, please."],
    ),
    ("en", "more", ["Read more.", "Go on.", "Continue please", "Read me the rest.", "Keep going"]),
    ("en", "stop", ["Stop.", "Stop, stop!", "Be quiet.", "Okay, stop talking.", "Please be quiet", "Enough."]),
    (
        "de",
        "again",
        [
            "Noch einmal, bitte.",
            "Können Sie das wiederholen?",
            "Wie bitte?",
            "Das habe ich nicht verstanden.",
            "Sagen Sie das nochmal.",
        ],
    ),
    ("de", "slower", ["Langsamer bitte", "Bitte etwas langsamer.", "Sprechen Sie bitte langsamer.", "Zu schnell!"]),
    ("de", "faster", ["Schneller, bitte.", "Sprechen Sie schneller."]),
    ("de", "spell", ["Buchstabieren Sie das bitte.", "Können Sie das buchstabieren?", "Ziffer für Ziffer"]),
    ("de", "more", ["Weiterlesen", "Weiter, bitte.", "Lesen Sie weiter."]),
    ("de", "stop", ["Stopp!", "Seien Sie still.", "Ruhe!", "Genug."]),
    (
        "fr",
        "again",
        ["Répétez, s'il vous plaît.", "Pouvez-vous répéter ?", "Pardon ?", "Encore une fois.", "Je n’ai pas compris."],
    ),
    ("fr", "slower", ["Plus lentement, s'il vous plaît.", "Parlez moins vite.", "Trop vite !"]),
    ("fr", "faster", ["Plus vite.", "Parlez plus vite s'il vous plaît"]),
    ("fr", "spell", ["Épelez-le.", "Vous pouvez épeler ?", "Chiffre par chiffre."]),
    ("fr", "more", ["Continuez.", "La suite, s'il vous plaît."]),
    ("fr", "stop", ["Stop !", "Arrêtez.", "Silence.", "Taisez-vous."]),
    ("es", "again", ["Repítalo, por favor.", "¿Puede repetirlo?", "Otra vez.", "¿Cómo?", "No le he entendido."]),
    ("es", "slower", ["Más despacio, por favor.", "Hable más despacio.", "Demasiado rápido."]),
    ("es", "faster", ["Más rápido.", "Hable un poco más rápido"]),
    ("es", "spell", ["Deletréelo.", "¿Puede deletrearlo?", "Letra por letra"]),
    ("es", "more", ["Siga leyendo.", "Continúe.", "Siga, por favor."]),
    ("es", "stop", ["¡Pare!", "Silencio.", "Basta.", "Cállese."]),
]


@pytest.mark.parametrize(
    ("language", "wish", "said"), [(tongue, wish, said) for tongue, wish, many in WISHES for said in many]
)
def test_what_is_asked_of_the_voice_is_known_in_every_language(language: str, wish: Wish, said: str) -> None:
    assert wish_in(said, language) == wish


@pytest.mark.parametrize(
    "said",
    [
        "Stop my order.",
        "Show more tents.",
        "I want it again in blue",
        "yes",
        "Repeat my last order",
        "Something slower to cook in",
        "What is the price?",
        "Can you spell out the return policy in detail?",
        "A faster bike",
        "More",
        "",
        "Show more",
        "No",
        "Stop the delivery",
    ],
)
def test_what_asks_for_something_else_is_the_assistants(said: str) -> None:
    assert wish_in(said, "en") is None


def test_a_yes_is_a_wish_for_more_only_where_that_was_asked() -> None:
    assert wish_in("Yes, please.", "en", offered=True) == "more"
    assert wish_in("Ja, gerne", "de", offered=True) == "more"
    assert wish_in("Yes, please.", "en") is None


def test_the_pace_changes_by_steps_and_stays_within_what_can_be_understood() -> None:
    assert other_pace(1.0, "slower") == 0.85
    assert other_pace(0.6, "slower") == 0.6
    assert other_pace(1.45, "faster") == 1.45
    assert other_pace(1.0, "again") == 1.0


def test_what_was_cut_is_said_again_from_the_clause_in_which_it_was() -> None:
    text = "Your order has shipped. It arrives on Friday. Anything else?"
    assert repeated(text, "en") == text
    assert repeated(text, "en", heard="Your order has shipped.") == "It arrives on Friday. Anything else?"
    assert repeated(text, "en", heard="") == text
    assert repeated(text, "en", heard=text) == text


def test_the_rest_of_a_list_is_read_in_the_same_portions() -> None:
    lines = [f"- **Tent {name}**: $5.00" for name in "ABCDE"]
    shown = "Here are some:\n" + "\n".join(lines)
    first = held_back(shown, "en")
    assert first is not None
    assert first.asked
    assert first.text == "\n".join(lines[2:])
    second = held_back(first.text, "en")
    assert second is not None
    assert second.text == lines[4]
    assert held_back(second.text, "en") is None
    following = held_back(f"{shown}\n\nWhich one?", "en")
    assert following is not None
    assert not following.asked
