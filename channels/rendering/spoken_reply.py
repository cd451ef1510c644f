"""A reply as it is said: its sentences, two of a list's items, what may be answered; the rest of the list when asked (pure).

Above: `rendering`. Below: the voice's own reading (`clauses`, `choices`, `aloud`).
"""

from __future__ import annotations

from assistant.events import AssistantSaid
from channels.channel import Capabilities
from channels.rendering.options import options_of
from channels.rendering.rendered import Part, Rendered
from channels.rendering.written import complete
from channels.voice.aloud import aloud
from channels.voice.choices import choices_aloud
from channels.voice.clauses import Clause, Clauses


def spoken_reply(reply: AssistantSaid, capabilities: Capabilities, *, locale: str = "") -> Rendered:
    language = reply.language
    text = reply.text if capabilities.screen else complete(reply, locale)
    machine = Clauses(language=language, screen=capabilities.screen)
    choices = "" if capabilities.screen else choices_aloud([each.text for each in reply.quick_replies], language)
    clauses = [*machine.append(text), *machine.finish(then=choices)[1]]
    said = " ".join(clause.spoken for clause in clauses if clause.spoken)
    return Rendered(parts=(Part(text=said),), options=options_of(reply, locale), later=_unread(text, clauses, language))


def _unread(text: str, clauses: list[Clause], language: str) -> str:
    rests = (aloud(text[clause.start : clause.end], language) for clause in clauses if clause.listing)
    return " ".join(rest for rest in rests if rest)
