"""The example of docs/channels.md, from a letter to its answer; and that it is as short as that page says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from channels.channel import Channel
from channels.errors import MalformedInbound
from tests.assistant.conftest import brains as brains
from tests.assistant.shopper import Brains, assistant_of
from tests.assistant.small_shop import SmallShop
from tests.channels.example_channel import letter_box
from tests.channels.example_channel.letter_box import Letter, LetterBox, LetterChannel

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[3]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def box(tmp_path: Path, brains: Brains) -> AsyncIterator[LetterBox]:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "outbox").mkdir()
    letters = LetterBox(assistant=assistant_of(brains, SmallShop()), folder=tmp_path)
    yield letters
    for task in letters.tasks:
        task.cancel()
    await asyncio.gather(*letters.tasks, return_exceptions=True)
    await letters.assistant.drain(seconds=1)


async def write(box: LetterBox, name: str, text: str) -> None:
    path = box.folder / "inbox" / f"{name}.txt"
    path.write_text(text)
    await box.take(path)


async def answers(box: LetterBox, count: int) -> list[str]:
    """Once so many have come, in order."""
    async with asyncio.timeout(10):
        while len(found := _in_order(box.folder / "outbox")) < count:  # noqa: ASYNC110  a folder tells nobody
            await asyncio.sleep(0.01)
    return [path.read_text() for path in found]


def _in_order(folder: Path) -> list[Path]:
    return sorted(folder.iterdir(), key=lambda path: int(path.suffixes[0][1:]))


async def test_a_letter_is_answered_and_a_number_in_the_next_means_what_was_listed(box: LetterBox):
    await write(box, "maya-1", "I need a tent under 300 dollars")
    (first,) = await answers(box, 1)
    second = next(line for line in first.splitlines() if line.startswith("2. "))
    await write(box, "maya-2", "2")
    assert second.removeprefix("2. ").split(":")[0] in (await answers(box, 2))[1]


async def test_the_same_letter_again_changes_nothing(box: LetterBox):
    for _ in range(2):
        await write(box, "maya-1", "I need a tent")
    await answers(box, 1)
    conversation, _ = box.channels["maya"]
    events = await box.assistant.events(conversation)
    assert sum(type(event.fact).__name__ == "CustomerSaid" for event in events) == 1


async def test_it_is_a_channel_whose_parsing_is_strict_and_whose_failures_are_told(tmp_path: Path):
    channel = LetterChannel(folder=tmp_path / "away", sender="maya")
    is_one: Channel[tuple[str, str], Letter, object] = channel  # type: ignore[assignment]
    assert is_one.parse(("maya-1", "Hi\n")).text == "Hi"
    for name, text in (("maya", "Hi"), ("maya-x", "Hi"), ("maya-1", " ")):
        with pytest.raises(MalformedInbound):
            channel.parse((name, text))


def test_a_channel_is_under_a_hundred_lines():
    lines = Path(letter_box.__file__).read_text(encoding="utf-8").splitlines()
    assert len(lines) < 100
    assert letter_box.__file__.removeprefix(f"{ROOT}/") in (ROOT / "docs" / "channels.md").read_text(encoding="utf-8")
