"""What is somebody's is masked by its form and by what the turn knows; what is the operator's stays readable."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.privacy.masking.known_words import TurnWords, note_person, note_words
from assistant.privacy.masking.log_masking import mask_logs, unmask_logs
from assistant.privacy.masking.masked import MOST, masked, masked_values
from assistant.privacy.masking.recognisers import iban, luhn
from tests.assistant.small_shop import CUSTOMERS

MAYA = CUSTOMERS[0]


@pytest.mark.parametrize(
    ("text", "gone"),
    [
        ("no order for maya.lindqvist+shop@example.co.uk here", "maya"),
        ("mail to o'neil@example.com", "neil"),
        ("?email=maya%40example.com&x=1", "maya"),
        ("she said maya at example dot com please", "example"),
        ("sie sagte maya punkt l at example punkt de", "example"),
        ("call +49 30 901820 back", "901820"),
        ("call +1 (503) 555-0150", "555"),
        ("call (503) 555-0112 now", "555"),
        ("call 503-555-0112", "555"),
        ("Rückruf an 030 901820", "901820"),
        ("rappel au 01 42 68 53 00", "42"),
        ("llame al 912 345 678", "345"),
        ("number 0049 170 1234567", "1234567"),
        ("card 4111 1111 1111 1111 exp", "1111"),
        ("card 4111-1111-1111-1111", "1111"),
        ("card=378282246310005;", "3782"),
        ("IBAN DE89 3704 0044 0532 0130 00 please", "3704"),
        ("GB82WEST12345698765432", "WEST"),
        ("from 8.8.8.8 came", "8.8.8"),
        ("from 2a00:1450:4001:81b::200e came", "1450"),
        ("ssn 123-45-6789", "6789"),
        ("token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjXzEifQ.c2lnbmF0dXJl", "eyJ"),
        ("Authorization: Bearer abcdef0123456789abcdef", "abcdef"),
    ],
)
def test_what_is_somebodys_goes(text: str, gone: str) -> None:
    assert gone not in masked(text), masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23 04:05:06,123 WARNING assistant.turn: a flow failed on StartFlow",
        "127.0.0.1:8080 is in use; 10.0.0.5 and 192.168.1.7 answer; ::1 too",
        "read 1234567 rows of 89123456 bytes in 0.123456789 s",
        "epoch 1763870000, 1763870000123 ms, pid 4194304",
        "conversation c_01JD7Q2Y9Z8X7W6V5U4T3S2R1Q turn t_0a1b2c3d4e5f",
        "digest 3f786850e387550fdab836ed7e6dc881de23001b",
        "version 2026.11.20 of numpy 2.1.3, python 3.11.2",
        "order #W1000001 is W1000001",
        "price 1,299.00 or 1.299,00 EUR",
        "uuid 123e4567-e89b-12d3-a456-426614174000",
        "card of type product, 12 of 48 shown in 2 rows",
        'File "/srv/aisle/assistant/turn.py", line 270, in __call__',
    ],
)
def test_what_is_the_operators_stays(text: str) -> None:
    assert masked(text) == text


@given(st.text(max_size=300))
def test_any_text_is_masked_without_harm_and_once_is_enough(text: str) -> None:
    once = masked(text)
    assert masked(once) == once or "@" in text or any(sign.isdigit() for sign in text)


@given(st.integers(10**12, 10**15))
def test_a_number_that_is_no_card_stays_one(number: int) -> None:
    text = f"{number} bytes"
    if not luhn(str(number)) and not str(number).startswith("00"):
        assert masked(text) == text


def test_checks_hold_what_they_promise() -> None:
    assert luhn("4111 1111 1111 1111") and not luhn("4111 1111 1111 1112") and not luhn("0000 0000 0000 0000")
    assert iban("DE89 3704 0044 0532 0130 00") and not iban("DE88 3704 0044 0532 0130 00")


@pytest.mark.parametrize("evil", ["1" * 50_000, "a@" * 20_000, "1 " * 20_000, "a." * 20_000 + "@", ":" * 40_000])
def test_no_text_takes_long(evil: str) -> None:
    assert len(masked(evil)) <= MOST * 4


def test_the_known_customers_own_fields_go_whatever_their_case() -> None:
    words = TurnWords(people=[MAYA], orders=["#W1000001"])
    text = f"{MAYA.first_name.upper()} of {MAYA.address.address1}, {MAYA.address.zip}, asks for #W1000001 as {MAYA.id}"
    seen = masked(text, words=words)
    for part in (MAYA.first_name.upper(), MAYA.address.address1, MAYA.address.zip, "W1000001", MAYA.id):
        assert part not in seen, seen
    assert "asks for" in seen


def test_the_customers_own_words_go_where_an_error_carries_them() -> None:
    words = TurnWords(texts=["My name is Gudrun Pfeffer and I live at Rosenweg 12b in 79104 Freiburg"])
    for error in (
        "ValueError: cannot read 'I live at Rosenweg 12b in 79104 Freiburg'",
        "KeyError: 'Gudrun Pfeffer'",
        "no place 79104",
        "tokens ['live', 'at', 'rosenweg', '12b']",
    ):
        seen = masked(error, words=words)
        assert not {"Gudrun", "Pfeffer", "79104", "12b", "Rosenweg"} & set(seen.replace("'", " ").split()), seen


def test_values_of_a_trace_are_masked_and_figures_stay() -> None:
    told = masked_values({"said": "a@b.example", "n": 3, "all": ["+49 30 901820", 1.5], "in": {"x": "c@d.example"}})
    assert told == {"said": "[email]", "n": 3, "all": ["[phone]", 1.5], "in": {"x": "[email]"}}


@pytest.fixture
def masking() -> Iterator[None]:
    mask_logs()
    yield
    unmask_logs()


def test_messages_arguments_and_tracebacks_are_masked_in_every_handler(
    masking: None, caplog: pytest.LogCaptureFixture
) -> None:
    log = logging.getLogger("tests.masking")
    try:
        raise ValueError("no customer maya@example.com, 100 %")
    except ValueError:
        log.exception("sign-in of %s broke: %d %%", "tom@example.com", 7)
    assert "example.com" not in caplog.text and "[email]" in caplog.text and "ValueError" in caplog.text
    assert "100 %" in caplog.text and "7 %" in caplog.text and caplog.records[0].exc_info is None


def test_a_wrong_format_loses_no_record_and_tells_nobody_anything(
    masking: None, caplog: pytest.LogCaptureFixture
) -> None:
    logging.getLogger("tests.masking").warning("of %s and %s", "maya@example.com")
    assert "example.com" not in caplog.text and "TypeError" in caplog.text


def test_what_a_turn_notes_is_known_in_its_own_task_alone(masking: None, caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("tests.masking")

    async def turn(who: str, own: bool) -> None:
        note_words(f"my name is {who} Pfeffer")
        note_person(MAYA if own else None)
        await asyncio.sleep(0)
        log.warning("broke on %s Pfeffer of %s", who, MAYA.last_name)

    async def both() -> None:
        await asyncio.gather(turn("Gudrun", True), turn("Hans", False))

    asyncio.run(both())
    first, second = (record.getMessage() for record in caplog.records)
    assert "Gudrun" not in first and MAYA.last_name not in first
    assert "Hans" not in second and MAYA.last_name in second
