"""An answer to what was offered by number: "2", "the second one, please", "die zweite", or an option's own words (pure).

Only where the whole message is such an answer: "2 tents" is none, and neither is "the second one in blue", which the assistant
understands itself. Above: `text_message`. Below: nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from channels.rendering.rendered import Option, numberable

_ORDINALS = (
    "1st first primero primera primer première premiere premier erste ersten erster erstes",
    "2nd second zweite zweiten zweiter zweites segundo segunda deuxième deuxieme seconde",
    "3rd third dritte dritten dritter drittes tercero tercera tercer troisième troisieme",
    "4th fourth vierte vierten vierter viertes cuarto cuarta quatrième quatrieme",
    "5th fifth fünfte fünften fünfter fünftes quinto quinta cinquième cinquieme",
    "6th sixth sechste sechsten sechster sechstes sexto sexta sixième sixieme",
    "7th seventh siebte siebten siebter siebtes séptimo séptima septimo septima septième septieme",
    "8th eighth achte achten achter achtes octavo octava huitième huitieme",
    "9th ninth neunte neunten neunter neuntes noveno novena neuvième neuvieme",
    "10th tenth zehnte zehnten zehnter zehntes décimo décima decimo decima dixième dixieme",
)
_CARDINALS = (
    "one eins uno un",
    "two zwei dos deux",
    "three drei tres trois",
    "four vier cuatro quatre",
    "five fünf cinco cinq",
    "six sechs seis",
    "seven sieben siete sept",
    "eight acht ocho huit",
    "nine neun nueve neuf",
    "ten zehn diez dix",
)
_ORDINAL = {word: number for number, words in enumerate(_ORDINALS, 1) for word in words.split()}
_CARDINAL = {word: number for number, words in enumerate(_CARDINALS, 1) for word in words.split()}
_LAST_OF_ALL = "last letzte letzten letzter letztes último última ultimo ultima dernier dernière derniere"
_LAST = frozenset(_LAST_OF_ALL.split())
_BEFORE_FIGURES = frozenset(
    word
    for words in (
        "the number no nr num option choice please pls thanks die der nummer bitte danke",
        "el la número numero opción opcion por favor gracias le l numéro s'il vous plaît plait merci",
    )
    for word in words.split()
)
_BEFORE_PLACES = _BEFORE_FIGURES | frozenset(
    word
    for words in (
        "i take i'll i'd want would like it's its that ich nehme möchte das den dem los lo quiero les je prends voudrais",
    )
    for word in words.split()
)
"""Not before figures: "I want two" is how many."""
_NOUNS = frozenset(("one", "ones", "uno", "una"))
_WORDS = re.compile(r"[\w']+")
_KEYCAP = re.compile("[\ufe0f\u20e3]")
LONGEST = 60


def chosen(text: str, options: Sequence[Option]) -> int | None:
    """The number of the option that the message is, from 1; None where it is none of them."""
    plain = _KEYCAP.sub("", text).strip()
    if not plain or len(plain) > LONGEST or not options:
        return None
    for number, option in enumerate(options, 1):
        if plain.casefold().rstrip(".!") == option.label.casefold().rstrip(".!"):
            return number
    place = _number(plain, len(options), figures=numberable(options))
    return place if place is not None and 1 <= place <= len(options) else None


def _number(text: str, count: int, *, figures: bool) -> int | None:
    bare = re.fullmatch(r"\W*(\d{1,2})\W*", text)
    if bare:
        return int(bare.group(1)) if figures and not re.search(r"[-+$€£%]", text) else None
    words = _WORDS.findall(text.casefold().replace("’", "'"))
    figure = [word for word in words if word not in _BEFORE_FIGURES]
    if figures and len(figure) == 1 and (figure[0].isdecimal() or figure[0] in _CARDINAL):
        return int(figure[0]) if figure[0].isdecimal() else _CARDINAL[figure[0]]
    place = [word for word in words if word not in _BEFORE_PLACES]
    if len(place) == 2 and place[1] in _NOUNS:
        place.pop()
    if len(place) != 1:
        return None
    return count if place[0] in _LAST else _ORDINAL.get(place[0])
