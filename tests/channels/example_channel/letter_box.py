"""A channel in under 100 lines: letters in a folder. `inbox/NAME.txt` is a customer's letter, `outbox/NAME.SEQ.txt` the answer.

Three parts: Capabilities, a Channel (parse and render pure, deliver the only I/O), and who follows the log.
One that is to have a name of its own adds it to `ChannelName` (assistant/events.py) and its line to `channels/channels.py`.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from assistant.assistant import Assistant
from assistant.events import ConversationId, Event
from assistant.signals import Committed, Lagged
from channels.channel import Capabilities, Receipt
from channels.errors import DeliveryFailed, MalformedInbound
from channels.rendering.answers import chosen
from channels.rendering.rendered import Option, Rendered
from channels.rendering.rendering import render

LETTERS = Capabilities(name="api", streams_words=False, cards=False, markup="plain", pictures=False, longest_text=2_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    id: str
    sender: str
    text: str


@dataclass(slots=True, kw_only=True)
class LetterChannel:
    """Of one correspondent. Satisfies channels.channel.Channel."""

    folder: Path
    sender: str
    options: tuple[Option, ...] = ()
    capabilities: Capabilities = LETTERS

    def parse(self, raw: tuple[str, str]) -> Letter:
        """A file's name, "maya-1", and what stands in it."""
        name, text = raw
        sender, dash, number = name.partition("-")
        if not (sender and dash and number.isdigit() and text.strip()):
            raise MalformedInbound("a letter is called NAME-NUMBER.txt and says something")
        return Letter(id=name, sender=sender, text=text.strip())

    def render(self, event: Event) -> tuple[int, Rendered | None]:
        return event.seq, render(event, self.capabilities)

    async def deliver(self, outbound: tuple[int, Rendered | None]) -> Receipt:
        seq, rendered = outbound
        if rendered is not None:
            path = self.folder / "outbox" / f"{self.sender}.{seq}.txt"
            try:
                await asyncio.to_thread(path.write_text, "\n\n".join(part.text for part in rendered.parts))
            except OSError as error:
                raise DeliveryFailed(f"{path} cannot be written", retryable=True) from error
            self.options = rendered.options
        return Receipt(seq=seq)


@dataclass(slots=True, kw_only=True)
class LetterBox:
    """Brings letters to the assistant and its answers back."""

    assistant: Assistant
    folder: Path
    channels: dict[str, tuple[ConversationId, LetterChannel]] = field(default_factory=dict)
    tasks: list[asyncio.Task[None]] = field(default_factory=list)

    async def take(self, path: Path) -> None:
        """The same letter again changes nothing: its name is the message's client_id."""
        letter = LetterChannel(folder=self.folder, sender="").parse(
            (path.stem, await asyncio.to_thread(path.read_text))
        )
        if letter.sender not in self.channels:
            conversation, _ = await self.assistant.start(channel=LETTERS.name)
            self.channels[letter.sender] = conversation, LetterChannel(folder=self.folder, sender=letter.sender)
            self.tasks.append(asyncio.create_task(self.follow(*self.channels[letter.sender])))
        conversation, channel = self.channels[letter.sender]
        number = chosen(letter.text, channel.options)
        said = channel.options[number - 1] if number else Option(label="", text=letter.text)
        names = {"client_id": letter.id, "channel": LETTERS.name}
        if said.action:
            await self.assistant.act(conversation, said.action, said.arguments, **names)
        else:
            await self.assistant.receive(conversation, said.text, **names)

    async def follow(self, conversation: ConversationId, channel: LetterChannel) -> None:
        """Subscribes first and reads the log after, so that nothing falls between."""
        sent = 0
        async with self.assistant.subscribe(conversation) as messages:
            while True:
                for event in await self.assistant.events(conversation, after=sent):
                    sent = (await channel.deliver(channel.render(event))).seq
                while not isinstance(await anext(messages), Committed | Lagged):
                    pass  # words and stages change nothing in the log
