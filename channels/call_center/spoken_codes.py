"""A call goes on on a screen: the caller keys in `**#`, and hears a code for it, or is sent one where the shop sends messages.

Above: `calls`. Below: transfer codes, the speech engines, the messengers.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from assistant.answering.formats import language_of
from assistant.errors import AssistantError
from channels.call_center.caller import Caller
from channels.edge.auth import Grant
from channels.errors import CodesUnavailable
from channels.front_door import FrontDoor
from channels.moving.transfer import TransferCode
from model_serving.errors import ModelError

log = logging.getLogger(__name__)

SAID: Mapping[str, str] = {
    "en": "To go on on your screen, type this code there: {digits}. Once more: {digits}.",
    "de": "Um an Ihrem Bildschirm weiterzumachen, geben Sie dort diesen Code ein: {digits}. Noch einmal: {digits}.",
    "es": "Para seguir en su pantalla, escriba allí este código: {digits}. Otra vez: {digits}.",
    "fr": "Pour continuer sur votre écran, saisissez-y ce code : {digits}. Encore une fois : {digits}.",
}
SENT: Mapping[str, str] = {
    "en": "I have sent you a message. Open it to go on on your screen.",
    "de": "Ich habe Ihnen eine Nachricht geschickt. Öffnen Sie sie, um am Bildschirm weiterzumachen.",
    "es": "Le he enviado un mensaje. Ábralo para seguir en su pantalla.",
    "fr": "Je vous ai envoyé un message. Ouvrez-le pour continuer sur votre écran.",
}
MESSAGE: Mapping[str, str] = {
    "en": "Go on on your screen: {where}",
    "de": "Am Bildschirm weitermachen: {where}",
    "es": "Siga en su pantalla: {where}",
    "fr": "Continuez sur votre écran : {where}",
}


def spaced(code: str) -> str:
    """Digit by digit, in threes: "4 8 1, 9 0 2, 3 3 7, 5"."""
    return ", ".join(" ".join(code[at : at + 3]) for at in range(0, len(code), 3))


async def code_for_a_screen(door: FrontDoor, grant: Grant, caller: Caller, rate: int) -> bytes:
    """The sound that tells of it, 16-bit at that rate; none where no code can be had now."""
    try:
        state = await door.assistant.state(grant.conversation)
        issued: TransferCode = await door.product.in_thread(door.transfer_codes.issue_said, grant.conversation)
        language = language_of(state.language or state.locale)
        words = _told(door, caller, issued.code, language if language in SAID else "en")
        if door.product.speech is None:
            return b""
        audio = await door.product.speech.say(words, language=language)
        return await door.product.in_thread(lambda: audio.at(rate).pcm16())
    except (AssistantError, CodesUnavailable, ModelError) as error:
        log.warning("a caller got no code for a screen: %s", error)
        return b""


def _told(door: FrontDoor, caller: Caller, code: str, language: str) -> str:
    """What is said; the message goes out beside, to the number that calls."""
    texts = door.messengers
    if texts is None or texts.of("phone") is None or not caller.number or caller.attestation == "failed":
        return SAID[language].format(digits=spaced(code))
    base = door.settings.public_url.rstrip("/")
    where = f"{base}/m#transfer={code}" if base else code
    texts.send_soon("phone", caller.number, MESSAGE[language].format(where=where))
    return SENT[language]
