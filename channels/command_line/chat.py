"""`aisle chat`: a conversation in the terminal, streamed as it is written, through the same turn as every channel."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Annotated

import typer

from channels.command_line.opening import Home, read_settings, set_up_logging
from channels.command_line.steps import Steps
from channels.command_line.talk import Talk, local_talk, remote_talk
from channels.command_line.transcript import Transcript, cart_lines

HELP = (
    "A number picks what was shown, a letter a suggestion; /cart shows the cart, /person asks for a person, /quit ends."
)
REPLY_SECONDS = 120


def chat(
    url: Annotated[str, typer.Option(help="Talk to a running server, such as http://127.0.0.1:8080.")] = "",
    say: Annotated[list[str] | None, typer.Option("--say", help="Say this and end; may be repeated.")] = None,
    shop: Annotated[
        str, typer.Option(help='"tau2", the public benchmark\'s shop, or a file to import; else the one in HOME.')
    ] = "",
    home: Home = None,
) -> None:
    """Talk to the assistant in this terminal."""
    set_up_logging()
    settings = read_settings(home=home)
    if shop:
        from channels.command_line.chat_shop import home_of_shop

        settings = read_settings(home=home_of_shop(shop, settings.home))
    asyncio.run(_chat(url, say or [], settings))


async def _chat(url: str, lines: list[str], settings: object) -> None:
    transcript = Transcript(Terminal(bold=sys.stdout.isatty()).write)
    async with _talk(url, settings) as talk:
        if lines:
            for given in lines:
                _write(f"> {given}\n")
                await _send(talk, transcript, given)
            return
        _write(HELP + "\n")
        while (line := await _line()) is not None:
            if not await _obey(talk, transcript, line.strip()):
                return


@asynccontextmanager
async def _talk(url: str, settings: object) -> AsyncIterator[Talk]:
    if url:
        async with remote_talk(url) as talk:
            yield talk
        return
    from assistant.bootstrap import open_aisle
    from assistant.settings import AisleSettings

    assert isinstance(settings, AisleSettings)
    with Steps() as steps:
        async with open_aisle(settings, on_progress=steps) as aisle, local_talk(aisle.assistant) as talk:
            steps.finish()
            yield talk


async def _line() -> str | None:
    """None at the end of the input."""
    sys.stdout.write("> ")
    sys.stdout.flush()
    line = await asyncio.to_thread(sys.stdin.readline)
    return line if line else None


async def _obey(talk: Talk, transcript: Transcript, line: str) -> bool:
    if line in ("/quit", "/exit", "/q"):
        return False
    if line == "/cart":
        _write("\n".join(cart_lines(transcript.cart)) + "\n")
    elif line == "/help":
        _write(HELP + "\n")
    elif line:
        await _send(talk, transcript, line)
    return True


async def _send(talk: Talk, transcript: Transcript, line: str) -> None:
    card = _picked(line, len(transcript.cards))
    reply = _picked(str(ord(line) - 96) if len(line) == 1 and line.isalpha() else "", len(transcript.quick_replies))
    if line == "/person":
        await talk.act("talk_to_human", {})
    elif card is not None:
        chosen = transcript.cards[card]
        await talk.act("choose", {f"{chosen['kind']}_id": chosen["id"], "label": chosen["title"]})
    else:
        await talk.say(line if reply is None else transcript.quick_replies[reply]["text"])
    async with asyncio.timeout(REPLY_SECONDS):
        while not transcript.show(await talk.next_frame()):
            pass


def _picked(text: str, length: int) -> int | None:
    return int(text) - 1 if text.isascii() and text.isdigit() and 1 <= int(text) <= length else None


@dataclass(slots=True)
class Terminal:
    """Writes as words come. Replies mark names with two asterisks each side: bold where that can be shown, else plain."""

    bold: bool
    _emphasised: bool = False

    def write(self, text: str) -> None:
        plain, *marked = text.split("**")
        sys.stdout.write(plain)
        for part in marked:
            self._emphasised = not self._emphasised
            mark = "\033[1m" if self._emphasised else "\033[0m"
            sys.stdout.write((mark if self.bold else "") + part)
        sys.stdout.flush()


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()
