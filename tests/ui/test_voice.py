"""Talking with the widget, in a real browser whose microphone is a recording, over the fake server's scripted voice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Playwright, expect

from tests.ui.conftest import Chat, Served, launch, visit
from tests.ui.fake_call import hum
from tests.ui.microphone import ALLOWED, plays, record
from tests.ui.test_widget import BROKEN

pytestmark = pytest.mark.ui
DOCK = "aisle-chat .voice"
INSECURE = "--host-resolver-rules=MAP shop.test 127.0.0.1"


@pytest.fixture(scope="module")
def asking(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """Somebody asks once, and speaks again in the middle of the answer."""
    said = record(tmp_path_factory.mktemp("said") / "asks.wav", [0.6, hum(1.0), 3.4, hum(0.8)])
    yield from launch(playwright, *plays(said))


@pytest.fixture(scope="module")
def silent(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    yield from launch(playwright, *plays(record(tmp_path_factory.mktemp("silent") / "silence.wav", [1.0])))


@pytest.fixture(scope="module")
def deaf(playwright: Playwright) -> Iterator[Browser]:
    """No microphone is there, and an address that is no secure one leads here."""
    yield from launch(playwright, ALLOWED, INSECURE)


@pytest.fixture(scope="module")
def refusing(playwright: Playwright) -> Iterator[Browser]:
    """A microphone is there, and whoever is asked says no."""
    yield from launch(playwright, "--use-fake-device-for-media-stream")


@pytest.fixture
def talk(served: Served) -> Iterator[Callable[..., Chat]]:
    contexts: list[BrowserContext] = []

    def begin(browser: Browser, address: str = served.address) -> Chat:
        context = browser.new_context(viewport={"width": 1280, "height": 860}, locale="en-US", reduced_motion="reduce")
        contexts.append(context)
        chat = visit(context, f"{address}cart")
        chat.page.evaluate(BROKEN)
        chat.open()
        chat.page.get_by_role("button", name="Talk", exact=True).click()
        return chat

    yield begin
    for context in contexts:
        context.close()


def dock(chat: Chat, state: str) -> Locator:
    return chat.page.locator(f"{DOCK}[data-state={state}]")


def test_a_spoken_question_is_captioned_answered_aloud_and_cut_short_by_speaking(
    asking: Browser, served: Served, talk: Callable[..., Chat]
) -> None:
    chat = talk(asking)
    expect(dock(chat, "listening")).to_be_visible()
    expect(dock(chat, "hearing")).to_be_visible()
    expect(chat.page.locator(f"{DOCK} .caption.partial")).to_have_text(re.compile("^Show"))
    expect(dock(chat, "speaking")).to_be_visible()
    expect(chat.mine).to_have_text(["Show me tents"])
    expect(chat.page.locator("aisle-chat .card").first).to_be_visible()
    expect(chat.page.locator("aisle-chat .now")).to_have_text(re.compile(r"\w"))
    expect(dock(chat, "hearing")).to_be_visible()
    expect(chat.page.locator("aisle-chat .stopped").first).to_have_text("The paler words were not spoken")
    unsaid = "".join(chat.answers.first.locator(".unsaid").all_inner_texts())
    assert "lightest" in unsaid and "I found" not in unsaid
    played = [frame["ms"] for frame in served.received("played")]
    assert played == sorted(played) and 0 < max(played) < 6_000
    assert served.received("audio_start") == [{"type": "audio_start", "format": "pcm16", "rate": 16_000}]
    assert chat.page.evaluate("window.broken") == [] and chat.console == []


def test_stop_silences_the_reply_and_tells_how_much_was_heard(
    silent: Browser, served: Served, talk: Callable[..., Chat]
) -> None:
    chat = talk(silent)
    expect(dock(chat, "listening")).to_be_visible()
    chat.say("Show me tents")
    expect(dock(chat, "speaking")).to_be_visible()
    expect(chat.page.locator("aisle-chat [data-at]", has_text="Senja")).not_to_have_class(re.compile("ahead"))
    chat.page.locator(DOCK).get_by_role("button", name="Stop speaking").last.click()
    expect(chat.page.locator("aisle-chat .stopped").first).to_have_text("The paler words were not spoken")
    heard = served.received("interrupt")[0]["heard"]
    assert heard.startswith("I found 4 tents that stand up to rain.\n\n") and not heard.endswith("lightest.")
    assert chat.answers.first.locator(".unsaid").first.inner_text().strip() not in heard.split()[-1:]
    expect(dock(chat, "listening")).to_be_visible()


def test_a_reader_hears_of_states_and_of_what_was_understood_but_of_no_partial(
    asking: Browser, talk: Callable[..., Chat]
) -> None:
    chat = talk(asking)
    told = chat.page.locator(f"{DOCK} [role=status]")
    expect(told).to_have_text("Listening")
    expect(told).to_have_text("I hear you")
    expect(told).to_have_text("Speaking")
    assert chat.page.locator("aisle-chat [data-part=spoken] p").count() == 0


def test_muted_nothing_is_sent_and_holding_the_button_by_finger_or_key_talks(
    silent: Browser, served: Served, talk: Callable[..., Chat]
) -> None:
    chat = talk(silent)
    orb = chat.page.locator(f"{DOCK} .orb")
    expect(dock(chat, "listening")).to_be_visible()
    orb.click()
    expect(dock(chat, "muted")).to_contain_text("Microphone off")
    assert len(served.received("audio_end")) == 1
    orb.focus()
    chat.page.keyboard.down(" ")
    expect(dock(chat, "hearing")).to_be_visible()
    chat.page.keyboard.up(" ")
    expect(dock(chat, "muted")).to_be_visible()
    assert (len(served.received("audio_start")), len(served.received("audio_end"))) == (2, 2)
    chat.page.keyboard.press("Enter")
    expect(dock(chat, "listening")).to_be_visible()


def test_typing_goes_on_beside_the_voice_and_its_answer_is_spoken_too(
    silent: Browser, talk: Callable[..., Chat]
) -> None:
    chat = talk(silent)
    expect(dock(chat, "listening")).to_be_visible()
    chat.say("How do returns work?")
    expect(dock(chat, "speaking")).to_be_visible()
    expect(dock(chat, "listening")).to_be_visible()
    expect(chat.answers).to_contain_text("60 days")
    assert chat.page.locator("aisle-chat .stopped").count() == 0


def test_a_line_lost_in_the_middle_of_speech_says_so_and_listens_again(
    asking: Browser, served: Served, talk: Callable[..., Chat]
) -> None:
    chat = talk(asking)
    expect(dock(chat, "speaking")).to_be_visible()
    served.cut()
    expect(chat.page.locator(f"{DOCK} .caption.trouble")).to_have_text(re.compile("say that once more"))
    expect(dock(chat, "listening")).to_be_visible()
    assert len(served.received("audio_start")) == 2
    expect(chat.page.locator("aisle-chat .stopped").first).to_be_visible()


def test_a_dead_engine_is_said_and_the_conversation_goes_on_in_text(
    silent: Browser, served: Served, talk: Callable[..., Chat]
) -> None:
    served.faults(dead_ears=True)
    chat = talk(silent)
    expect(dock(chat, "failed")).to_contain_text("Speech is not available at the moment.")
    chat.say("Show me tents")
    expect(chat.answers).to_contain_text("lightest")
    served.faults(dead_ears=False)
    chat.page.get_by_role("button", name="Try again").last.click()
    expect(dock(chat, "listening")).to_be_visible()


def test_without_a_microphone_it_is_said_what_to_do(deaf: Browser, talk: Callable[..., Chat]) -> None:
    chat = talk(deaf)
    expect(dock(chat, "failed")).to_contain_text("No microphone was found.")
    expect(chat.page.locator(f"{DOCK} [role=status]")).to_have_text(re.compile("No microphone"))
    chat.say("Show me tents")
    expect(chat.answers).to_contain_text("lightest")


def test_a_microphone_that_is_not_allowed_is_explained(refusing: Browser, talk: Callable[..., Chat]) -> None:
    expect(dock(talk(refusing), "failed")).to_contain_text("The microphone is not allowed.")


def test_an_insecure_address_is_explained(deaf: Browser, served: Served, talk: Callable[..., Chat]) -> None:
    chat = talk(deaf, served.address.replace("127.0.0.1", "shop.test"))
    expect(dock(chat, "failed")).to_contain_text("needs a secure address")


def test_without_websockets_the_voice_says_that_it_cannot(
    silent: Browser, served: Served, talk: Callable[..., Chat]
) -> None:
    served.faults(refuse_sockets=True)
    chat = talk(silent)
    expect(dock(chat, "failed")).to_contain_text("no live sound", timeout=20_000)


def test_the_voice_is_loaded_with_the_first_press_and_not_before(chat: Chat) -> None:
    loaded = (
        "performance.getEntriesByType('resource').map((one) => one.name).filter((name) => name.includes('/voice/'))"
    )
    assert chat.page.evaluate(loaded) == []
    chat.page.get_by_role("button", name="Talk", exact=True).click()
    expect(dock(chat, "failed")).to_be_visible()
    assert any(name.endswith("voice.js") for name in chat.page.evaluate(loaded))


def test_ending_the_voice_closes_the_microphone(silent: Browser, served: Served, talk: Callable[..., Chat]) -> None:
    chat = talk(silent)
    expect(dock(chat, "listening")).to_be_visible()
    chat.page.get_by_role("button", name="End voice").click()
    expect(chat.page.locator(DOCK)).to_be_hidden()
    assert len(served.received("audio_end")) == 1
    expect(chat.page.get_by_role("button", name="Talk", exact=True)).to_have_attribute("aria-pressed", "false")
