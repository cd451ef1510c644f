"""What a listener asks of the voice itself: to say it again, slower or faster, to spell, to go on, to be quiet (pure).

Only an utterance that asks for nothing else is one: "stop" is, "stop my order" is the assistant's. Above: `session`. Below:
`clauses`, which reads the shown text again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from channels.voice.clauses import Clause, Clauses

Wish = Literal["again", "slower", "faster", "spell", "more", "stop"]
STEP, SLOWEST, FASTEST = 0.15, 0.6, 1.45
"""Of the pace: a factor of the voice's own."""

_POLITE = re.compile(
    r"^(?:(?:um+|uh+|er+|oh|ok(?:ay)?|well|hey|hi|sorry|excuse me|please|can you|could you|would you|will you|i said|aisle"
    r"|bitte|äh+m?|also|können sie|könnten sie|kannst du|würden sie|entschuldigung|moment"
    r"|euh+|s'il vous plaît|s'il te plaît|pouvez-vous|pourriez-vous|pouvez vous|peux-tu|vous pouvez|pardon"
    r"|eh+|por favor|puede|podría|puedes|me puede|perdone|perdón|disculpe|oiga)[ ,]+)+"
)
_THANKS = re.compile(
    r"(?:[ ,]+(?:please|for me|thank you|thanks|now|bitte|danke|mal|jetzt|s'il vous plaît|s'il te plaît|merci|maintenant|por favor|gracias|ahora))+$"
)
_IT = r"(?: that| it| this| the (?:last (?:one|bit|part|thing)|number|order number|name|address|email|code))?"
_PATTERNS: Mapping[str, Mapping[Wish, str]] = {
    "en": {
        "again": rf"(?:say|tell me|read|give me|repeat){_IT}(?: to me)? (?:again|once more|one more time|another time|back)|repeat{_IT}(?: for me)?"
        r"|again|once more|one more time|come again|pardon(?: me)?|i beg your pardon|sorry what|what|huh|what was that(?: again)?"
        r"|what (?:did|do) you (?:just )?say|i (?:did(?:n't| not)|could(?:n't| not)) (?:catch|hear|get|understand) (?:that|it|you)|say what",
        "slower": r"(?:a (?:bit|little) |much |even )?(?:slower|more slowly)|(?:speak|talk|say (?:it|that)|go|read)(?: it| that)? (?:a (?:bit|little) )?"
        r"(?:slower|more slowly|slowly)|slow(?: it)? down(?: a (?:bit|little))?|not so fast|(?:that's |you're |that is |you are )?too fast|slowly",
        "faster": r"(?:a (?:bit|little) |much |even )?(?:faster|quicker|more quickly)|(?:speak|talk|say (?:it|that)|go|read)(?: it| that)? (?:a (?:bit|little) )?"
        r"(?:faster|quicker|more quickly)|speed(?: it)? up(?: a (?:bit|little))?|(?:that's |you're |that is |you are )?too slow",
        "spell": rf"spell{_IT}(?: out)?|how (?:do|would) you spell (?:that|it)|(?:letter by letter|digit by digit|one by one)"
        rf"|(?:say|read|give me|repeat){_IT} (?:letter by letter|digit by digit|one by one|slowly digit by digit)",
        "more": r"(?:read|tell me|say|hear|go)(?: me)? (?:more|on|the (?:rest|others|other ones|next ones?))|keep (?:going|reading)|continue|go on|read on"
        r"|(?:what are )?the (?:rest|others|other ones)|carry on",
        "stop": r"stop(?: it| talking| that| reading| there)?(?: stop)*|(?:be |please be )?quiet|silence|shut up|sh+|hush|(?:that's |that is )?enough|stop please",
    },
    "de": {
        "again": r"(?:wiederhol(?:en?|e)(?: sie)?(?: (?:das|es|die nummer|den letzten teil))?(?: noch ?(?:ein)?mal)?|(?:das |es )?(?:noch ?(?:ein)?mal|nochmals|wiederholen)"
        r"|(?:sagen sie|sag|sagst du|lesen sie)(?: (?:mir|das|es))*(?: bitte)? noch ?(?:ein)?mal|(?:das|es) (?:bitte )?(?:noch ?(?:ein)?mal|wiederholen|noch ?(?:ein)?mal sagen)"
        r"|wie bitte|wie|was|was haben sie (?:gerade )?gesagt|das habe? ich nicht (?:verstanden|gehört)|ich habe? (?:das|sie) nicht (?:verstanden|gehört))",
        "slower": r"(?:etwas |ein bisschen |bitte |viel |noch )*(?:langsamer|langsam)(?: sprechen| reden)?|(?:sprechen|reden) sie (?:bitte |etwas |ein bisschen )*langsamer|(?:das ist |sie sind |sie sprechen )?zu schnell|nicht so schnell",
        "faster": r"(?:etwas |ein bisschen |bitte |viel |noch )*schneller(?: sprechen| reden)?|(?:sprechen|reden) sie (?:bitte |etwas |ein bisschen )*schneller|(?:das ist |sie sind |sie sprechen )?zu langsam",
        "spell": r"(?:buchstabieren|buchstabiere)(?: sie)?(?: (?:das|es|die nummer|den namen))?|(?:das|es) buchstabieren|(?:buchstabe für buchstabe|ziffer für ziffer|einzeln)|wie (?:schreibt|buchstabiert) man das",
        "more": r"(?:weiter ?lesen|lesen sie weiter|lies weiter|weiter|mehr vorlesen|die (?:anderen|übrigen|restlichen)|fahren sie fort|weitermachen)",
        "stop": r"(?:stopp?|halt|ruhe|seien sie (?:still|ruhig)|sei (?:still|ruhig)|still|schluss|genug|das reicht|aufhören|hören sie auf|pst|schweig)(?: (?:stopp?|halt))*",
    },
    "fr": {
        "again": r"(?:répétez?|répéter|redites?|redire)(?:[- ](?:ça|cela|le|la|moi))*(?: encore)?(?: une fois)?|encore une fois|encore|comment|quoi|pardon|vous (?:disiez|avez dit)(?: quoi)?"
        r"|qu'est-ce que vous avez dit|qu'avez-vous dit|je n'ai pas (?:compris|entendu)|(?:le |me le )?(?:répéter|redire)",
        "slower": r"(?:parle[rz]?[ -]?)?(?:un peu |beaucoup |encore )*(?:plus lentement|moins vite|lentement)|ralenti(?:r|ssez)|(?:c'est |vous parlez )?trop vite|pas si vite",
        "faster": r"(?:parle[rz]?[ -]?)?(?:un peu |beaucoup |encore )*plus (?:vite|rapidement)|accélére[rz]|(?:c'est |vous parlez )?trop (?:lent|lentement)",
        "spell": r"(?:é|e)pele[rz](?:[- ](?:le|la|ça|cela|moi|le numéro|le nom))*|(?:lettre par lettre|chiffre par chiffre|un par un)|comment ça s'écrit|(?:l'|le |la )épeler",
        "more": r"(?:continue[rz]?|la suite|les autres|lisez la suite|lire la suite|allez-y continuez|poursuivez)",
        "stop": r"(?:stop|arrête[zr]?|silence|taisez-vous|tais-toi|chut|assez|ça suffit|arrêtez de parler)(?: (?:stop|arrêtez))*",
    },
    "es": {
        "again": r"(?:repít(?:a|e)(?:lo|melo|me)?|repetir(?:lo|melo)?|repite|repita)(?: eso)?(?: otra vez| de nuevo)?|otra vez|de nuevo|una vez más|cómo|qué|cómo dice|qué (?:ha|has) dicho|qué dijo"
        r"|(?:dígalo|dilo|dígamelo) (?:otra vez|de nuevo)|no (?:le |lo |te )?(?:he )?(?:entendido|oído|entendí|oí)|volver a (?:decirlo|repetirlo)",
        "slower": r"(?:hable |habla |hablar )?(?:un poco |mucho )*(?:más (?:despacio|lento|lentamente)|despacio)|(?:va |habla )?(?:demasiado|muy) (?:rápido|deprisa)|no tan rápido",
        "faster": r"(?:hable |habla |hablar )?(?:un poco |mucho )*más (?:rápido|deprisa|rápidamente)|(?:va |habla )?(?:demasiado|muy) (?:lento|despacio)",
        "spell": r"deletr(?:éelo|éalo|éemelo|earlo|eármelo|ee|ea)(?: eso)?|(?:letra por letra|cifra por cifra|uno por uno|número por número)|cómo se (?:escribe|deletrea)",
        "more": r"(?:siga(?: leyendo)?|sigue(?: leyendo)?|continúe|continúa|continuar|los demás|las demás|los otros|lea (?:más|el resto))",
        "stop": r"(?:pare|para|alto|silencio|cállese|cállate|basta|ya basta|deje de hablar|stop|chis+t?)(?: (?:pare|para|stop))*",
    },
}  # fmt: skip
_YES = re.compile(
    r"(?:yes|yeah|yep|sure|ok|okay|go ahead|do|of course|ja|gerne?|klar|natürlich|oui|d'accord|bien sûr|volontiers|sí|si|claro|vale|adelante)(?: (?:please|bitte|s'il vous plaît|por favor|gerne|do|more))?"
)
_QUICK = re.compile(r"[^\w'’ áéíóúüñàâçèêëîïôûœäöß-]+", re.IGNORECASE)


def wish_in(text: str, language: str = "en", *, offered: bool = False) -> Wish | None:
    """offered: whether the voice has just asked "Shall I read more?", so that a yes is its answer."""
    said = " ".join(_QUICK.sub(" ", text.lower().replace("’", "'")).split())
    wordless = _THANKS.sub("", _POLITE.sub("", said)) or said
    if offered and (_YES.fullmatch(said) or _YES.fullmatch(wordless)):
        return "more"
    for table in dict.fromkeys((language, "en")):
        for wish, pattern in _PATTERNS.get(table, {}).items():
            if re.fullmatch(pattern, said) or re.fullmatch(pattern, wordless):
                return wish
    return None


def other_pace(pace: float, wish: Wish) -> float:
    """A step slower or faster, within what can be understood."""
    step = -STEP if wish == "slower" else STEP if wish == "faster" else 0.0
    return round(min(FASTEST, max(SLOWEST, pace + step)), 2)


def repeated(text: str, language: str, *, heard: str | None = None, screen: bool = True) -> str:
    """What to say again of a reply: all of it, or, where it was cut, from the clause in which it was.

    heard: the start of the text that was heard whole; None: all.
    """
    pieces = clauses_of(text, language, screen=screen)
    if heard is None or not heard or len(heard) >= len(text.rstrip()):
        return text
    cut = next((one for one in pieces if len(text[: one.end].rstrip()) > len(heard.rstrip())), None)
    return text[cut.start :].lstrip() if cut is not None else text


def clauses_of(text: str, language: str, *, screen: bool = True) -> tuple[Clause, ...]:
    machine = Clauses(language=language, screen=screen)
    return (*machine.append(text), *machine.finish()[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """What of a reply the ear was not given. text: the rest of the list as it is shown; asked: whether the voice asked."""

    text: str
    asked: bool


def held_back(text: str, language: str) -> HeldBack | None:
    """Of a reply spoken without a screen; None where all was read. Read `text` the same way for the next ones."""
    for clause in clauses_of(text, language, screen=False):
        if clause.listing:
            asked = clause.end >= len(text.rstrip()) and clause.spoken.rstrip().endswith("?")
            return HeldBack(text=text[clause.start : clause.end].strip("\n"), asked=asked)
    return None
