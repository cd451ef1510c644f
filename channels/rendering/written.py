"""A reply as text messages: cards become numbered lines in the text, buttons or a list; long texts several messages (pure).

Nothing of it is lost: a title or a price that stands on a card alone is added, and what buttons cannot hold is numbered.
Above: `rendering`. Below: options, markup, dividing, segments.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering.formats import locale_for
from assistant.events import AssistantSaid, Card
from channels.channel import Capabilities
from channels.rendering.dividing import Fits, divided
from channels.rendering.markup import marked
from channels.rendering.options import noted, options_of
from channels.rendering.phrases import phrase
from channels.rendering.rendered import Button, Option, Part, Rendered, button_id, numberable
from channels.rendering.segments import segments, thrifty

MOST_SEGMENTS = 3
"""Of one SMS: beyond that networks begin to drop or to reorder them."""
_ITEM = re.compile(r"^([ \t]*)(?:[-•*]|(\d{1,2})\.)([ \t]+)(?=(?:\d+[ \t]*[×x][ \t]*)?\*\*(.+?)\*\*)", re.MULTILINE)
_COUNTED = " (99/99)"


def written(reply: AssistantSaid, seq: int, capabilities: Capabilities, *, locale: str = "") -> Rendered:
    options = options_of(reply, locale)
    if capabilities.buttons is None:  # its page draws them
        return Rendered(parts=(Part(text=reply.text),), options=options)
    numbered = numberable(options)
    text = complete(reply, locale)
    listed = 0
    if numbered:
        text, listed = _numbered_in_place(text, options)
    buttons, rows = _pressable(options, seq, capabilities)
    told = _told(options, listed, (*buttons, *rows), numbered=numbered)
    if told and not (buttons or rows) and numbered:
        told.append(phrase("answer", reply.language))
    text = "\n".join((text, *told)) if told else text
    messages = messages_of(text, capabilities, reply.language, pressed=bool(buttons or rows))
    parts = [Part(text=message) for message in messages]
    opens = phrase("open", reply.language) if rows else ""
    parts[-1] = Part(text=messages[-1], buttons=buttons, rows=rows, opens=opens)
    return Rendered(parts=tuple(parts), options=options, numbered=numbered)


def messages_of(
    text: str, capabilities: Capabilities, language: str = "en", *, pressed: bool = False
) -> tuple[str, ...]:
    """The text as this channel takes it, in one message or several. pressed: the last one bears buttons."""
    plain = marked(text, capabilities.markup)
    if capabilities.sms:
        return _sms(thrifty(plain), language)
    longest = capabilities.longest_text
    parts = list(divided(plain, _within(longest), language) if longest else (plain,))
    shorter = capabilities.buttons.longest_text if capabilities.buttons is not None else 0
    if pressed and shorter:
        parts[-1:] = divided(parts[-1], _within(shorter), language)
    return tuple(parts)


def _within(longest: int) -> Fits:
    return lambda text: len(text) <= longest


def _sms(text: str, language: str) -> tuple[str, ...]:
    """Networks keep no order between messages, so that several say which they are."""
    if segments(text) <= MOST_SEGMENTS:
        return (text.strip(),)
    parts = divided(text, lambda part: segments(part + _COUNTED) <= MOST_SEGMENTS, language)
    return tuple(f"{part} ({number}/{len(parts)})" for number, part in enumerate(parts, 1))


def complete(reply: AssistantSaid, locale: str = "") -> str:
    """The text, and what of its cards it does not say."""
    shown = _plain(reply.text)
    missing = [line for card in reply.cards if (line := _missing(card, shown, locale_for(reply.language, locale)))]
    return "\n".join((reply.text.rstrip(), *missing)) if missing else reply.text.strip()


def _missing(card: Card, shown: str, locale: str) -> str:
    note = noted(card, locale)
    price = note.partition(", ")[0] if card.price is not None else ""
    named = _plain(card.title) in shown
    if named and (not price or _plain(price) in shown):
        return ""
    about = f"**{card.title}**" if card.kind != "confirmation" else card.title
    return f"- {about}: {note}" if note else f"- {about}"


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("**", ""))


def _numbered_in_place(text: str, options: Sequence[Option]) -> tuple[str, int]:
    """The text with its list numbered as the options are, and how many of them stand there; as it is and 0 where the list
    holds others, or in another order."""
    titles = [option.title for option in options if option.title]
    found = list(_ITEM.finditer(text))
    if not titles or len(found) != len(titles):
        return text, 0
    if any(not item.group(4).startswith(title) for item, title in zip(found, titles, strict=True)):
        return text, 0
    numbers = iter(range(1, len(titles) + 1))
    return _ITEM.sub(lambda item: f"{item.group(1)}{next(numbers)}. ", text), len(titles)


def _told(options: Sequence[Option], listed: int, pressable: Sequence[Button], *, numbered: bool) -> list[str]:
    """The lines for options that neither stand in the text nor can be read where they are pressed."""
    whole = {n for n, button in enumerate(pressable, 1) if options[n - 1].label in f"{button.label}\n{button.note}"}
    return [
        f"{number}. {option.label}" if numbered else f"- {option.label}"
        for number, option in enumerate(options, 1)
        if number > listed and number not in whole
    ]


def _pressable(
    options: Sequence[Option], seq: int, capabilities: Capabilities
) -> tuple[tuple[Button, ...], tuple[Button, ...]]:
    """As buttons where all of them fit, else as rows of a list as far as that goes."""
    limits = capabilities.buttons
    if limits is None or not options:
        return (), ()
    if 0 < len(options) <= limits.most and all(len(option.label) <= limits.longest_label for option in options):
        return tuple(Button(id=button_id(seq, n), label=option.label) for n, option in enumerate(options, 1)), ()
    rows = enumerate(options[: limits.most_rows], 1)
    return (), tuple(_row(option, button_id(seq, n), limits.longest_row, limits.longest_row_note) for n, option in rows)


def _row(option: Option, button: str, longest: int, longest_note: int) -> Button:
    if len(option.label) <= longest:
        return Button(id=button, label=option.label, note=_cut(option.note, longest_note))
    note = "; ".join(part for part in (option.label, option.note) if part)
    return Button(id=button, label=_cut(option.label, longest), note=_cut(note, longest_note))


def _cut(text: str, longest: int) -> str:
    """For a label alone: the whole of it stands beside it or in the text."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
