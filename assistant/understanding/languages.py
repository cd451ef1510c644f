"""Which language a message is in, and which one a conversation is in: what was asked for, the alphabet, telling words, the
shop's own words, and langdetect for what is left.

A conversation's language is sticky: once it is sure, it takes two clear messages or a long one to change it, and a word, a
name or a number never does. langdetect is unsure on short text, so it is asked only about what nothing else tells, and
believed only when it is nearly certain. Blocking the first time: it reads its profiles then. Above: `turn`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from threading import Lock
from typing import Literal

from assistant.understanding.phrasebook import phrasebook, plain
from assistant.understanding.telling_words import ASKED_FOR, LETTERS_OF, SWITCHED_TO, TELLING
from retrieval.glossary import glossary_of

ENGLISH = "en"
Strength = Literal["none", "hint", "weak", "clear", "long", "asked"]
"""How surely a message is in its language: hint: names and catalogue words only; weak: a telling word or two; clear: most of
its words; long: clear, and at length; asked: it asks for that language."""
Basis = Literal["", "place", "hint", "sure", "asked"]
"""What a conversation's language rests on: the customer's browser, one message, several or a long one, a request."""

_NO_WORDS = re.compile(r"\S*[@#/\d]\S*")
"""Addresses, links, numbers: they are of no language."""
_CLAUSE = re.compile(r"[.,:;!?\n]")
_LETTERS = re.compile(r"[^\W\d_]+")
_ONE_LETTER = frozenset("aàeéioyü")
"""Words of one letter; the others are sizes, initials and what an apostrophe has left."""
_LEAST = 4
"""Words from which langdetect is asked; fewer keep the conversation's language."""
_LONG = 6
_CERTAIN = 0.9
_OF_CATALOGUE = 0.4
"""What a word of the English catalogue weighs against a telling one: titles are quoted in every language."""
_OF_GLOSSARY = 0.7
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """What one message tells."""

    language: str = ""
    """Its code; "" when it cannot be told."""
    strength: Strength = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """The language of a conversation so far."""

    language: str = ""
    basis: Basis = ""
    leaning: str = ""
    """Another language, in which the last message was clearly written."""


def following(now: Tongue, clue: Clue) -> Tongue:
    """The conversation's language after a message that tells this."""
    match clue.strength:
        case "asked":
            return Tongue(language=clue.language, basis="asked")
        case "clear" | "long":
            return _told(now, clue)
        case "weak" if now.basis in ("", "place") or (now.basis == "hint" and now.language == clue.language):
            return Tongue(language=clue.language, basis="hint")
        case "hint" if not now.basis:
            return Tongue(language=clue.language, basis="")
        case _:
            return now


def _told(now: Tongue, clue: Clue) -> Tongue:
    if clue.language == now.language:
        twice = now.basis in ("hint", "sure") or clue.strength == "long"
        return Tongue(language=now.language, basis="asked" if now.basis == "asked" else "sure" if twice else "hint")
    settled = now.basis == "asked" or (now.basis == "sure" and clue.strength != "long")
    if settled and now.leaning != clue.language:
        return replace(now, leaning=clue.language)
    sure = clue.strength == "long" or now.leaning == clue.language
    return Tongue(language=clue.language, basis="sure" if sure else "hint")


def detect(text: str, known: Callable[[str], bool]) -> Clue:
    """known: whether a word is one of the (English) catalogue's."""
    if asked := _asked_for(text):
        return Clue(language=asked, strength="asked")
    if script := _by_script(text):
        return Clue(language=script, strength="long")
    words = _LETTERS.findall(_NO_WORDS.sub(" ", text))
    words = [word for word in words if len(word) > 1 or word.lower() in _ONE_LETTER]
    said = [word.lower() for word in words]
    if not said:
        return Clue()
    if _SPANISH_MARKS & set(text):
        return Clue(language="es", strength="long" if len(said) >= _LONG else "clear")
    if _FRENCH_ELISION.search(text):
        return Clue(language="fr", strength="long" if len(said) >= _LONG else "clear")
    found = _by_words(said, known)
    small = said if text.isupper() else [word for word in words if word.islower()]  # the others may be names of people
    if found.strength in ("none", "weak") and len(small) >= _LEAST and not _reads_english(small, known):
        guessed = _nearest_of_ours(_guessed(" ".join(small)), small)
        if guessed and guessed != found.language:
            return Clue(language=guessed, strength="long" if len(said) >= _LONG else "clear")
    return found


_SPANISH_MARKS = frozenset("¿¡")
_FRENCH_ELISION = re.compile(r"(?<![^\W_'’])(?:j|t|m|qu|jusqu)['’](?=[aeiouyhéèêàâ])", re.I)
"""As no other of these languages shortens its words: "t'es", "j'ai", "qu'il"."""
_NEIGHBOURS = {"pt": "es", "gl": "es", "ca": "es", "it": "es", "oc": "fr", "nl": "de", "af": "de"}
"""Languages that short messages of ours are taken for."""
_OUR_SHARE = 0.75


def _nearest_of_ours(guessed: str, said: list[str]) -> str:
    """A short Spanish message is easily taken for Portuguese: where nearly all of its words are the phrase table's, it is ours."""
    ours = _NEIGHBOURS.get(guessed, "")
    if not ours or any(letter in word for word in said for letter in "ãõç"):
        return guessed
    known = phrasebook(ours).known
    return ours if sum(plain(word, ours) in known for word in said) >= _OUR_SHARE * len(said) else guessed


def _reads_english(said: list[str], known: Callable[[str], bool]) -> bool:
    return sum(word in TELLING[ENGLISH] or known(word) for word in said) * 2 >= len(said)


def _by_words(said: list[str], known: Callable[[str], bool]) -> Clue:
    """By telling words first; catalogue words alone are but a hint, for they may be names."""
    telling = {code: sum(word in words for word in said) for code, words in TELLING.items()}
    marked = {code: sum(bool(letters.search(word)) for word in said) for code, letters in LETTERS_OF.items()}
    carried = {code: sum(_carries(code, word, known) for word in said) for code in TELLING}
    weights = {
        code: telling[code]
        + 0.5 * marked.get(code, 0)
        + carried[code] * (_OF_CATALOGUE if code == ENGLISH else _OF_GLOSSARY)
        for code in TELLING
    }
    best, second = sorted(weights, key=lambda code: -weights[code])[:2]
    if not weights[best] or weights[best] == weights[second]:
        return Clue()
    evidence = telling[best] + marked.get(best, 0)
    strength = _strength(best, len(said), evidence, carried[best], telling[second])
    return Clue(language=best, strength=strength) if strength != "none" else Clue()


def _strength(language: str, length: int, evidence: int, carried: int, other: int) -> Strength:
    if not evidence and language == ENGLISH:
        return "hint"
    share = (evidence + carried) / length
    if length == 1:
        return "weak"
    if evidence >= 2 and share >= 0.5 and evidence > other:
        return "long" if length >= _LONG else "clear"
    if language != ENGLISH and evidence and carried and length >= 2 and share >= 0.6:
        return "clear"
    return "weak" if share >= 0.3 else "none"


def _carries(language: str, word: str, known: Callable[[str], bool]) -> bool:
    """Whether the word is one of the catalogue's, or names a thing in that language and is no English word."""
    if language == ENGLISH:
        return known(word)
    return word in _things(language) and not known(word) and word not in TELLING[ENGLISH]


@cache
def _things(language: str) -> frozenset[str]:
    """What the glossary names in that language and does not name so in English, in one word or two: a "powerbank"."""
    if language not in ("es", "fr", "de"):
        return frozenset()
    phrases = glossary_of(language, ENGLISH).ways
    english = {phrase.replace(" ", "") for phrase in glossary_of(ENGLISH, language).ways}
    return frozenset(phrase for phrase in phrases if " " not in phrase and len(phrase) > 3 and phrase not in english)


def _asked_for(text: str) -> str:
    """The language that a message asks for: "auf Deutsch bitte", "can we speak English?"; "" when it asks for none."""
    said = " ".join(_LETTERS.findall(text.lower()))
    whole = next((code for code, pattern in ASKED_FOR.items() if pattern.search(said)), "")
    clauses = [" ".join(_LETTERS.findall(clause)) for clause in _CLAUSE.split(text.lower())]
    return whole or next((code for code, one in SWITCHED_TO.items() if any(map(one.search, clauses))), "")


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


def written_in(text: str) -> str:
    """The language of a text that the shop wrote, by telling words alone; "" when these do not say."""
    said = [word.lower() for word in _LETTERS.findall(text)]
    counts = {code: sum(word in words for word in said) for code, words in TELLING.items()}
    best = max(counts, key=lambda code: counts[code])
    return best if counts[best] else ""


def warm() -> None:
    """Reads langdetect's profiles and the glossary: half a second, once."""
    _guessed("buenos dias, busco una tienda de campana para dos personas")
    for language in TELLING:
        _things(language)
