"""Lists in a reply: how many of their items the ear is given, and what is said of the rest (pure).

Products, orders and stores (their names in bold) come two at a time; what has no names (the amounts of a confirmation, facts,
quotes) is read nearly whole. Above: `clauses`. Below: nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

MOST_NAMED = 2
"""Products that an ear can hold."""
MOST_PLAIN = 6
ITEM = re.compile(r"[ \t]*(?:[-•]|\d{1,2}\.)[ \t]+\S")
_NAMED = re.compile(r"[ \t]*(?:[-•]|\d{1,2}\.)[ \t]+(?:\d+\s*[×x]\s*)?\*\*")
_MAYBE = re.compile(r"[ \t]*(?:[-•]?|\d{1,2}\.?)[ \t]*")
"""A line that has just begun and may become an item."""
_SPACE = re.compile(r"\s*")

_SCREEN: Mapping[str, tuple[str, str]] = {
    "en": ("There is one more on the screen.", "There are {n} more on the screen."),
    "es": ("Hay uno más en la pantalla.", "Hay {n} más en la pantalla."),
    "fr": ("Il y en a un de plus à l’écran.", "Il y en a {n} de plus à l’écran."),
    "de": ("Ein weiterer Eintrag steht auf dem Bildschirm.", "{n} weitere stehen auf dem Bildschirm."),
}
_ASK: Mapping[str, tuple[str, str]] = {
    "en": ("There is one more. Shall I read it?", "There are {n} more. Shall I read more?"),
    "es": ("Hay uno más. ¿Se lo leo?", "Hay {n} más. ¿Sigo leyendo?"),
    "fr": ("Il y en a un de plus. Je vous le lis?", "Il y en a {n} de plus. Je continue?"),
    "de": ("Es gibt noch einen Eintrag. Soll ich ihn vorlesen?", "Es gibt {n} weitere. Soll ich weiterlesen?"),
}
_TELL: Mapping[str, tuple[str, str]] = {
    "en": ("For one more, say “read more”.", "For {n} more, say “read more”."),
    "es": ("Para uno más, diga «siga leyendo».", "Para {n} más, diga «siga leyendo»."),
    "fr": ("Pour en entendre un de plus, dites continuez.", "Pour en entendre {n} de plus, dites continuez."),
    "de": ("Für einen weiteren sagen Sie „weiterlesen“.", "Für {n} weitere sagen Sie „weiterlesen“."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The items of a list that are not read out."""

    count: int
    end: int | None
    """Where the list is over; None while more may come."""
    last: bool
    """Nothing follows it, so that a question about it is the reply's last word."""

    def told(self, language: str, *, screen: bool) -> str:
        table = _SCREEN if screen else _ASK if self.last else _TELL
        one, more = table.get(language, table["en"])
        return (one if self.count == 1 else more.format(n=self.count)).translate(_QUOTES)


_QUOTES = str.maketrans(dict.fromkeys("“”„«»"))


def listing_at(text: str, start: int, *, finished: bool) -> Listing | None:
    """The rest of a list from there on, where that is too long for the ear; None where the line is read."""
    begin = _SPACE.match(text, start).end()  # type: ignore[union-attr]
    begin = text.rfind("\n", 0, begin) + 1
    if begin < start - _indent(text, start) or not ITEM.match(text, begin):
        return None
    before = _items_before(text, begin)
    most = MOST_NAMED if _NAMED.match(before[0] if before else text[begin:]) else MOST_PLAIN
    return _rest(text, begin, finished) if len(before) >= most else None


def _indent(text: str, start: int) -> int:
    """White space of the line that the piece before has taken."""
    line = text[text.rfind("\n", 0, start) + 1 : start]
    return len(line) if not line.strip() else 0


def _items_before(text: str, begin: int) -> list[str]:
    items: list[str] = []
    for line in reversed(text[:begin].split("\n")[:-1]):
        if not ITEM.match(line):
            break
        items.append(line)
    return items[::-1]


def _rest(text: str, begin: int, finished: bool) -> Listing:
    count, at = 0, begin
    while at < len(text):
        newline = text.find("\n", at)
        line = text[at : newline if newline >= 0 else len(text)]
        if not ITEM.match(line) and line.strip():
            if newline < 0 and not finished and _MAYBE.fullmatch(line):
                return Listing(count=count, end=None, last=False)
            return Listing(count=count, end=at, last=False)
        count += bool(ITEM.match(line))
        if newline < 0:
            break
        at = newline + 1
    return Listing(count=count, end=len(text) if finished else None, last=True)
