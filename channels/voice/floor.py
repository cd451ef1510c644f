"""Who has the floor after a pause: how long a silence means the end, by what was said and what was asked (pure).

A trailing "my order number is", an "um", or three digits of six hold it; a whole sentence gives it up. English, Spanish,
French and German; another language has the plain rule. Above: `session`.
"""

from __future__ import annotations

import re

from channels.voice.expecting import Expecting

SHORT = 0.25
"""Seconds after a sentence that is whole."""
PLAIN = 0.5
"""After words that may be whole."""
WHOLE_NUMBER = 5
"""Digits of the shortest number that a shop gives or asks for."""
UNSURE = 0.7
"""After a whole sentence that does not sound like an end."""
DOUBTFUL = 1.0
"""After words that may stand at an end and mostly do not; after a comma."""
LONG = 2.5
"""After words that are not; whatever they are, the utterance ends there."""
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_ENDED = re.compile(r"[.!?…。？！]['”\"]?\s*$")
_TRAILING_OFF = re.compile(r"(?:\.\.\.|…|,|-|–|—)\s*$")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_FILLERS = _words("um uh uhm umm erm er eh ehm em hmm hm mm euh heu ben bah äh ähm öh pues este tja well")
_ALONE = _words("so and but or because then like y o pero entonces et ou mais alors und oder aber dann also bueno")
_DANGLING = {
    "en": _words(
        """a an the my your our their his her its these is are was were am be been of and or but because if when while whose
        than whether as i
        we they he she i'm i'd i'll we're that's there's where's what's let's any some very without onto between"""
    ),
    "es": _words(
        """el la los las un una unos unas mi tu su mis sus nuestro nuestra de del al a en con sin por para sobre entre y e o u
        pero porque cuando que quien como es son era está están soy estoy ese esa muy me te se le quiero necesito busco tengo
        desde hasta"""
    ),
    "fr": _words(
        """le la les un une des du de d l mon ma mes ton ta tes son sa ses notre nos votre vos ce cette ces à au aux en dans
        sur sous avec sans pour par entre et ou mais parce que qui quand comme est sont était c'est j'ai je tu il ils ne très
        veux voudrais cherche"""
    ),
    "de": _words(
        """der den dem des ein eine einen einem einer mein meine meinen meiner dein ihre unser unsere zum zur von vom für mit
        ohne in im bei nach über unter zwischen und oder aber weil wenn dass ob als wie ist sind war waren bin ich wir er
        möchte will brauche suche habe hätte sehr kein keine"""
    ),
}
"""Words that hardly a sentence ends on."""
_PREPOSITIONS = _words("to for from with at by about into under")
"""English ones, on which a question may end that began with what it asks for: "What is that for?"."""
_ASKS = _words("who whom what what's which where where's how when why")
_DOUBTED = {
    "en": _words("this that in on before after size something number need want called under over like"),
    "es": _words("talla algo número"),
    "fr": _words("taille numéro quelque"),
    "de": _words("größe nummer etwas an auf aus zu das die"),
}
_LEADS = {
    "en": re.compile(r"\b(?:number|code|name|e-?mail|address|phone|zip|size|it|order)(?:'s| is| was)$", re.I),
    "es": re.compile(r"\b(?:número|código|nombre|correo|dirección|teléfono|talla|pedido)(?: \w+){0,3} es$", re.I),
    "fr": re.compile(r"\b(?:numéro|code|nom|e-?mail|adresse|téléphone|taille|commande)(?: \w+){0,3} est$", re.I),
    "de": re.compile(
        r"(?:nummer|postleitzahl|name|e-?mail|adresse|größe|bestellung)(?: \w+){0,2} (?:ist|lautet)$", re.I
    ),
}
_ONE = _words(
    """zero oh one two three four five six seven eight nine cero uno dos tres cuatro cinco seis siete ocho nueve
    zéro un deux trois quatre cinq sept huit neuf null eins zwei drei vier fünf sechs sieben acht neun"""
)
_TWO = _words("ten eleven twelve twenty thirty forty fifty sixty seventy eighty ninety")
_NUMBER_BEGUN = re.compile(
    r"\b(?:order|zip|phone|pedido|postal|teléfono|commande|postale?|téléphone|bestell\w*|postleit\w*|telefon\w*)\b"
    r".{0,24}?\b[a-z]?\d{1,4}\W*$",
    re.I,
)
"""The number of an order, a place or a telephone has five digits at least."""
_PART_OF_NUMBER = re.compile(r"\b(?:ends?|ending|begins?|starts?|last|first)\b", re.I)
"""Some digits were meant, not all."""
_STRINGS = re.compile(r"\d+")
_AT = re.compile(r"@|\b(?:at|arroba|arobase)\b", re.I)
_DOT = re.compile(r"\.[a-z]{2,}\b|\b(?:dot|punto|point|punkt)\s+[a-z]{2,}", re.I)


def patience(text: str, expecting: Expecting, language: str = "en") -> float:
    """Seconds of silence after which these words are taken as all of it."""
    words = [word.lower() for word in _WORD.findall(text)]
    if not words or _holds(text, words, expecting, language):
        return LONG
    if answers(text, expecting):
        return SHORT
    if _TRAILING_OFF.search(text) or words[-1] in _DOUBTED.get(language, ()):
        return DOUBTFUL
    if len(words) == 1 and digits_in(text) < WHOLE_NUMBER:
        return PLAIN  # "No." and a breath: more may come
    return SHORT if _ENDED.search(text) else PLAIN


def digits_in(text: str) -> int:
    """How many digits were said, as figures or as words."""
    figures = sum(len(run) for run in _STRINGS.findall(text))
    words = [word.lower() for word in _WORD.findall(text)]
    return figures + sum((word in _ONE) + 2 * (word in _TWO) for word in words)


def _holds(text: str, words: list[str], expecting: Expecting, language: str) -> bool:
    last = words[-1]
    if last in _FILLERS or (len(words) == 1 and last in _ALONE):
        return True
    plain = " ".join(words)
    if _LEADS.get(language, _LEADS["en"]).search(plain):
        return True
    if last in _DANGLING.get(language, ()):
        return True
    if _NUMBER_BEGUN.search(text) and not _PART_OF_NUMBER.search(text):
        return True
    if language == "en" and last in _PREPOSITIONS and not _ASKS.intersection(words[:3]):
        return True
    return _half_said(text, expecting)


def _half_said(text: str, expecting: Expecting) -> bool:
    if expecting.kind == "email" and _AT.search(text):
        return not _DOT.search(text)
    said = digits_in(text)
    return expecting.digits and 0 < said < expecting.least and not text.rstrip().endswith("?")


def answers(text: str, expecting: Expecting) -> bool:
    """Whether it is all that was asked for."""
    words = _WORD.findall(text)
    if expecting.digits and digits_in(text) >= expecting.least:
        return True
    return expecting.kind in ("yes_or_no", "choice") and len(words) <= 4
