"""Which language a customer writes: the alphabet first, the shop's own words second, langdetect for what is left.

langdetect is unsure on short text (its own figures need some twenty letters), so it is asked only about sentences that
look like no English, and believed only when it is nearly certain. Blocking the first time: it reads its profiles then.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from threading import Lock

ENGLISH = "en"
_NO_WORDS = re.compile(r"\S*[@#/\d]\S*")
"""Addresses, links, numbers: they are of no language."""
_LETTERS = re.compile(r"[^\W\d_]+")
_WORDS = (
    "a about add after all also am an and any anything are as ask at back be bye can cart cheaper compare "
    "could day days did do does dont else for from get give go good have hello help hey hi hours how i if "
    "im in is it its just know like long looking make many me mens money more much my need new no not of "
    "off ok on one only open or order orders other out over people please price return same send shipping "
    "shop show size so some something store stores take tell thank thanks that the them then there these "
    "they this to too track two under up us use want was what when where which who will with without "
    "women womens would yes you your "
)
_PLAIN = frozenset(_WORDS.split())
_LEAST = 3
"""Words from which a sentence can be told; fewer keep the conversation's language."""
_CERTAIN = 0.9
_LOADING = Lock()
"""langdetect reads its profiles at the first call, and a second thread must not ask before it has."""
_SCRIPTS = (
    ("ar", "\u0600", "\u06ff"),
    ("he", "\u0590", "\u05ff"),
    ("ru", "\u0400", "\u04ff"),
    ("el", "\u0370", "\u03ff"),
    ("ja", "\u3040", "\u30ff"),
    ("ko", "\uac00", "\ud7af"),
    ("zh", "\u4e00", "\u9fff"),
    ("th", "\u0e00", "\u0e7f"),
    ("hi", "\u0900", "\u097f"),
)


def detect(text: str, known: Callable[[str], bool]) -> str:
    """The language's code, or "" when it cannot be told. known: whether a word is one of the (English) catalogue's."""
    script = _by_script(text)
    if script:
        return script
    said = [word.lower() for word in _LETTERS.findall(_NO_WORDS.sub(" ", text))]
    if len(said) < _LEAST:
        return ""
    english = sum(word in _PLAIN or known(word) for word in said)
    return ENGLISH if english * 2 >= len(said) else _guessed(" ".join(said))


def _by_script(text: str) -> str:
    letters = [letter for letter in text if letter.isalpha()]
    for code, first, last in _SCRIPTS:
        if letters and sum(first <= letter <= last for letter in letters) * 2 > len(letters):
            return code
    return ""


def _guessed(text: str) -> str:
    from langdetect import DetectorFactory, LangDetectException, detect_langs

    DetectorFactory.seed = 0  # else the same text may be told differently twice
    try:
        with _LOADING:
            best = detect_langs(text)[0]
    except LangDetectException:
        return ""
    return str(best.lang).split("-")[0] if best.prob >= _CERTAIN else ""


def warm() -> None:
    """Reads langdetect's profiles: half a second, once."""
    _guessed("buenos dias, busco una tienda de campana para dos personas")
