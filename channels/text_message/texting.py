"""What a text means and what follows from it: an order about the texts, a code, a choice, a voice note, or words to the assistant.

Each message of the inbox is taken until it is done; tried again, it means what it meant the first time. Above: `taking_texts`.
Below: the assistant, `lines`, `inbox`, `outgoing`, `keywords`, the renderings.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from assistant.assistant import Assistant
from assistant.errors import ConversationNotFound, MessageRefused
from assistant.events import AssistantSaid, ConversationId
from channels.edge.auth import Grant
from channels.edge.limits import MOST_AUDIO_BYTES, RateLimit
from channels.errors import CodesUnavailable, DeliveryFailed, TooLarge, TransferCodeInvalid
from channels.front_door import FrontDoor
from channels.moving.moving import SHOW, joined_by_number, moved_by
from channels.privacy import PUBLIC
from channels.rendering.answers import chosen
from channels.rendering.options import options_of
from channels.rendering.rendered import Option, Part, read_button_id
from channels.rendering.written import messages_of
from channels.text_message.adapter import TextChannel
from channels.text_message.inbox import Inbox, Resolved, Taken
from channels.text_message.keywords import Keyword, code_of, display_of, keyword_of
from channels.text_message.lines import KnownLine, Lines
from channels.text_message.messages import Carrier, Inbound
from channels.text_message.outgoing import OutgoingTexts
from channels.text_message.telling import Telling
from channels.text_message.text_following import TextFollowing
from channels.text_message.words import words
from model_serving.errors import ModelError, Overloaded, UnsupportedAudio

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(slots=True, kw_only=True)
class Texting:
    door: FrontDoor
    lines: Lines
    inbox: Inbox
    outgoing: OutgoingTexts
    following: TextFollowing
    carriers: Mapping[str, Carrier]
    limit: RateLimit
    locale: str

    @property
    def assistant(self) -> Assistant:
        return self.door.assistant

    async def take(self, taken: Taken) -> None:
        """Raises what makes another try worth while: AssistantError, SQLAlchemyError, TooMany, Overloaded."""
        known = await self._in_thread(self.lines.by_key, taken.line)
        if known is None or known.line.carrier not in self.carriers:
            log.warning("a text came by a carrier that is switched off: it was left")
            return
        inbound = replace(taken.inbound, line=known.line)
        if taken.resolved is None:
            self.limit.take(known.key, time.monotonic())
            if await self._obeyed(known, taken, inbound):
                return
        await self._said(known, taken, inbound)

    # -- orders about the texts -----------------------------------------------------------------------------------------

    async def _obeyed(self, known: KnownLine, taken: Taken, inbound: Inbound) -> bool:
        sms = not known.line.whatsapp
        keyword = None if inbound.button else keyword_of(inbound.text, sms=sms, stopped=known.stopped)
        if keyword == "stop":
            return await self._stop(known, taken, inbound)
        if known.stopped and keyword != "start":
            return True  # who wants no texts gets none
        if keyword is not None:
            return await self._keyword(known, taken, inbound, keyword)
        if await self._displayed(known, taken, inbound):
            return True
        code, certain = ("", False) if inbound.button else code_of(inbound.text)
        return bool(code) and await self._moved(known, taken, inbound, code, certain=certain)

    async def _stop(self, known: KnownLine, taken: Taken, inbound: Inbound) -> bool:
        """Confirmed once: said again, it is answered with silence."""
        if not known.stopped:
            await self._in_thread(self.outgoing.drop, known.key)
            if not inbound.told:
                await self._tell(known, taken, "stopped")
            await self._in_thread(self.lines.stop, known.key)
            await self._left(known.conversation)
        return True

    async def _keyword(self, known: KnownLine, taken: Taken, inbound: Inbound, keyword: Keyword) -> bool:
        if keyword == "start" and not known.stopped:
            return False  # "start" is a word like others to who never stopped
        if keyword == "start":
            await self._in_thread(self.lines.start, known.key)
        if keyword == "new":
            await self._begin(known, inbound, anew=True)
            await self._left(known.conversation)
        if not inbound.told:
            await self._tell(known, taken, {"start": "started"}.get(keyword, keyword))
        return True

    async def _displayed(self, known: KnownLine, taken: Taken, inbound: Inbound) -> bool:
        """SHOW and HIDE, where the conversation is on a public screen too: this phone is in the customer's own hand."""
        allow = None if inbound.button or not known.conversation else display_of(inbound.text)
        if allow is None or PUBLIC.isdisjoint((await self.assistant.state(known.conversation)).channels):
            return False
        grant = Grant(conversation=known.conversation, channel="text")
        await moved_by(self.door, grant, SHOW, {"allow": allow}, f"text-display-{taken.number}")
        await self._tell(known, taken, "shown" if allow else "hidden")
        return True

    async def _moved(self, known: KnownLine, taken: Taken, inbound: Inbound, code: str, *, certain: bool) -> bool:
        """Another device's conversation goes on here. A word that only looks like a code is left to the assistant."""
        try:
            conversation = await self._in_thread(self.door.transfer_codes.redeem, code)
        except (TransferCodeInvalid, CodesUnavailable):
            if certain:
                await self._tell(known, taken, "bad_code")
            return certain
        await self.assistant.join(conversation, "text")
        state = await self.assistant.state(conversation)
        await self._in_thread(self._belongs, known.key, conversation, state.last_seq)
        await self.following.follow(known.key)
        await self._show_last(replace(known, conversation=conversation), taken)
        if not PUBLIC.isdisjoint(state.channels):
            await self._tell(known, taken, "may_show", language=state.language or state.locale)
        if known.conversation not in ("", conversation):
            await self._left(known.conversation)
        return True

    async def _show_last(self, known: KnownLine, taken: Taken) -> None:
        """The last reply, as this phone would have shown it: "2" and "the second one" then mean the same as before."""
        events = await self.assistant.events(known.conversation)
        telling = Telling()
        for event in events:
            telling = telling.applying(event)
        said = [event for event in events if isinstance(event.fact, AssistantSaid) and event.fact.text]
        channel = TextChannel(carrier=self.carriers[known.line.carrier], line=known.line, telling=telling)
        rendered = channel.shown(said[-1]) if said else None
        if rendered is None:
            await self._tell(known, taken, "moved_first", language=telling.speaks)
            return
        await self._tell(known, taken, "moved", language=telling.speaks)
        await self._in_thread(self.outgoing.queue, known.key, f"last.{taken.number}", rendered.parts)
        await self._in_thread(self.lines.showed, known.key, said[-1].seq)
        self.following.queued()

    # -- words to the assistant -----------------------------------------------------------------------------------------

    async def _said(self, known: KnownLine, taken: Taken, inbound: Inbound) -> None:
        resolved = taken.resolved
        if resolved is None:
            known = replace(known, conversation=await self._conversation(known, inbound))
            resolved = await self._resolved(known, taken, inbound)
            if resolved is None:
                return
            await self._in_thread(self.inbox.resolve, taken.number, resolved)
        await self._in_thread(self.lines.heard, known.key)
        try:
            await self._receive(resolved, client_id=f"text-{inbound.line.carrier}-{taken.number}")
        except MessageRefused as error:
            if error.code == "conversation_closed":
                await self._begin(known, inbound)
                await self._in_thread(self.inbox.resolve, taken.number, None)
                raise  # in the new conversation, on the next try
            if error.code != "empty":
                await self._tell(known, taken, "too_long" if error.code == "too_long" else "trouble")

    async def _receive(self, said: Resolved, client_id: str) -> None:
        conversation = ConversationId(said.conversation)
        if said.action:
            await self.assistant.act(conversation, said.action, said.arguments, client_id=client_id, channel="text")
            return
        await self.assistant.receive(
            conversation,
            said.text,
            client_id=client_id,
            channel="text",
            audio=said.audio,
            transcript_confidence=said.confidence,
        )

    async def _conversation(self, known: KnownLine, inbound: Inbound) -> ConversationId:
        if known.conversation and self.lines.lasts(known):
            try:
                if (await self.assistant.state(known.conversation)).status != "closed":
                    return known.conversation
            except ConversationNotFound:
                log.info("a phone's conversation is gone: another is begun")
        return await self._begin(known, inbound)

    async def _begin(self, known: KnownLine, inbound: Inbound, *, anew: bool = False) -> ConversationId:
        """A number says nothing of who holds it; one that was proven by a code a short while ago goes on there."""
        found = None
        if not anew:
            found = await joined_by_number(self.door, known.line.number, channel="text", attestation="none")
        locale = inbound.locale or self.locale
        if found is None:
            self.door.conversations.take(known.key, time.monotonic())
            found, _ = await self.assistant.start(channel="text", locale=locale)
            self.door.product.expect(locale)
        last_seq = (await self.assistant.state(found)).last_seq
        await self._in_thread(self._belongs, known.key, found, last_seq)
        await self.following.follow(known.key)
        return found

    async def _resolved(self, known: KnownLine, taken: Taken, inbound: Inbound) -> Resolved | None:
        """None: it was answered without the assistant."""
        if inbound.media and not inbound.text.strip():
            return await self._heard(known, taken, inbound)
        if inbound.media:
            await self._tell(known, taken, "no_media")
        option = await self._chosen(known, inbound)
        if option is None:
            return Resolved(conversation=known.conversation, text=inbound.text)
        if option.action:
            arguments = {**option.arguments, "label": option.label}
            return Resolved(conversation=known.conversation, action=option.action, arguments=arguments)
        return Resolved(conversation=known.conversation, text=option.text)

    async def _chosen(self, known: KnownLine, inbound: Inbound) -> Option | None:
        """What was pressed, whenever it was shown; or what a number means of what was shown last."""
        pressed = read_button_id(inbound.button)
        if pressed is not None:
            options = await self._options(known, pressed[0])
            return options[pressed[1] - 1] if 1 <= pressed[1] <= len(options) else None
        if not known.shown:
            return None
        options = await self._options(known, known.shown)
        number = chosen(inbound.text, options)
        return options[number - 1] if number is not None else None

    async def _options(self, known: KnownLine, seq: int) -> tuple[Option, ...]:
        if seq < 1:
            return ()
        events = await self.assistant.events(known.conversation, after=seq - 1, limit=1)
        fact = events[0].fact if events else None
        state = await self.assistant.state(known.conversation)
        return options_of(fact, state.locale) if isinstance(fact, AssistantSaid) else ()

    async def _heard(self, known: KnownLine, taken: Taken, inbound: Inbound) -> Resolved | None:
        voice = next((media for media in inbound.media if media.kind.startswith("audio/")), None)
        speech = self.door.product.speech
        if voice is None or speech is None:
            await self._tell(known, taken, "no_voice" if voice is not None else "no_media")
            return None
        state = await self.assistant.state(known.conversation)
        try:
            sound = await self.carriers[known.line.carrier].fetch(voice, most=MOST_AUDIO_BYTES)
            heard = await speech.hear(sound, language=state.locale.split("-")[0].lower())
        except Overloaded:
            raise
        except DeliveryFailed as error:
            if error.retryable and taken.tries < 3:
                raise
            heard = None
        except (UnsupportedAudio, TooLarge, ModelError) as error:
            log.warning("a voice message could not be heard: %s", error)
            heard = None
        if heard is None or not heard.text:
            await self._tell(known, taken, "voice_unheard")
            return None
        return Resolved(conversation=known.conversation, text=heard.text, audio=True, confidence=heard.confidence)

    # -- what is told without the assistant -----------------------------------------------------------------------------

    async def _tell(self, known: KnownLine, taken: Taken, key: str, *, language: str = "") -> None:
        """Once for each message, however often it is tried."""
        shop = (await self.door.product.shop.info()).name if key in ("stopped", "started", "help") else ""
        said = words(key, language or known.language or taken.inbound.locale or self.locale, shop=shop)
        capabilities = self.carriers[known.line.carrier].capabilities(known.line)
        parts = [Part(text=message) for message in messages_of(said, capabilities)]
        await self._in_thread(self.outgoing.queue, known.key, f"told.{taken.number}.{key}", parts)
        self.following.queued()

    async def _left(self, conversation: ConversationId) -> None:
        if conversation:
            with suppress(ConversationNotFound):
                await self.assistant.leave(conversation, "text")

    def _belongs(self, key: str, conversation: ConversationId, queued: int) -> None:
        self.lines.belongs(key, conversation, queued=queued)

    async def _in_thread(self, function: Callable[..., T], *arguments: Any) -> T:
        return await self.door.product.in_thread(function, *arguments)
