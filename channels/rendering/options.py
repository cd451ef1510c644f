"""What may be answered to a reply: the choices of its cards first, in their order, then its quick replies (pure).

"2" then means what "the second one" means: of several products the second is chosen, whatever question is open about them.
Above: `written`, `spoken_reply`, `answers`. Below: the events.
"""

from __future__ import annotations

from assistant.answering.formats import locale_for, money
from assistant.events import AssistantSaid, Card, QuickReply
from channels.rendering.rendered import Option


def options_of(reply: AssistantSaid, locale: str = "") -> tuple[Option, ...]:
    """No two with the same label."""
    replies = list(reply.quick_replies)
    found = _of_cards(reply, replies, locale_for(reply.language or "en", locale))
    found += [Option(label=each.label, text=each.text) for each in replies if each.label and each.text]
    first: dict[str, Option] = {}
    for option in found:
        first.setdefault(option.label, option)
    return tuple(first.values())


def _of_cards(reply: AssistantSaid, replies: list[QuickReply], locale: str) -> list[Option]:
    """Takes out of `replies` those that name a card: its choice says what they say."""
    asked = [card for card in reply.cards if card.kind == "confirmation"]
    if asked:
        return [
            Option(label=action.label, action=action.action, arguments=action.arguments) for action in asked[-1].actions
        ]
    chosen = [card for card in reply.cards if card.kind in ("product", "order")]
    if len(chosen) < 2:
        return [] if replies else _actions(chosen)
    return [_choice(card, replies, locale) for card in chosen]


def _actions(cards: list[Card]) -> list[Option]:
    """Of the one card: its own buttons."""
    return [
        Option(label=action.label, action=action.action, arguments=action.arguments)
        for card in cards
        for action in card.actions
    ]


def _choice(card: Card, replies: list[QuickReply], locale: str) -> Option:
    note = noted(card, locale)
    for reply in replies:
        if reply.label in (card.title, card.id):
            replies.remove(reply)
            return Option(label=card.title, note=note, text=reply.text, title=card.title)
    if card.kind == "product":
        return Option(label=card.title, note=note, action="choose", arguments={"product_id": card.id}, title=card.title)
    return Option(label=card.title, note=note, text=card.title, title=card.title)


def noted(card: Card, locale: str) -> str:
    """ "$89.00, in stock"."""
    price = money(card.price, locale) if card.price is not None else ""
    return ", ".join(part for part in (price, card.availability) if part)
