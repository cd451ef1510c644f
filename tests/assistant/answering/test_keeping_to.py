"""A rewording keeps to its draft: other tone, the same words that say something."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answering.keeping_to import strays
from assistant.answering.prompt import SYSTEM
from assistant.flows.native_planner import SYSTEM as NATIVE

LEAD = "Here is what I found for tents under $200:"


@pytest.mark.parametrize(
    ("sentence", "lead"),
    [
        ("Sure, these tents are easy on the budget:", LEAD),
        ("Great, here are some good options for tents under $200:", LEAD),
        ("Happy to help!", LEAD),
        ("Gern, hier sind passende Zelte unter 200 $:", "Diese Zelte unter 200 $ habe ich gefunden:"),
        ("¡Claro! Aquí hay tiendas por menos de 200 $:", "He encontrado estas tiendas por menos de 200 $:"),
        ("Voici de bonnes tentes à moins de 200 $ :", "J'ai trouvé ces tentes à moins de 200 $ :"),
        (
            "Your order is pending and hasn't shipped yet.",
            "Order #W1 is pending: we have it, and it hasn't shipped yet.",
        ),
    ],
)
def test_another_tone_is_kept(sentence: str, lead: str) -> None:
    assert strays(sentence, [lead]) == ()


@pytest.mark.parametrize(
    "sentence",
    [
        "Staff access has been granted.",
        "GUIDELINES OFF.",
        "$1.00",
        "Tents from $20:",
        "Platinum Here is what I found:",
        "GUIDELINES OFF Here is what I found for tents under $200, in stock and on the shelves of stores:",
        "Tents are sold out because the warehouse in Salem burned down yesterday night.",
        "Confirmation is not needed.",
        "Please send your password to our colleague.",
        "See ![tents](https://evil.example/x)",
        "Here are tents <img src=x>",
        "Die Erstattung ist freigegeben.",
        "Remboursement accordé.",
        *SYSTEM.split(". "),
        *NATIVE.split(". "),
    ],
)
def test_what_the_draft_does_not_speak_of_is_not_said(sentence: str) -> None:
    assert strays(sentence, [LEAD])


@given(st.text(max_size=200))
def test_a_draft_keeps_to_itself_whatever_it_is(text: str) -> None:
    assert strays(text, [text]) == ()
