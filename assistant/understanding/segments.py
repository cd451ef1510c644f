"""One message -> the requests in it, in order (pure)."""

from __future__ import annotations

import re

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})

_REQUEST = re.compile(
    r"^(?:(?:please|pls|also|then|and|oh|ok|okay|so|but|maybe|just|hey|hi|hello)[, ]+)*"
    r"(?:show|find|search|look|add|put|take|remove|delete|drop|compare|what|where|when|who|how|why|which|whats|wheres|do|does|did"
    r"|can|could|would|will|is|are|am|i need|i want|i'd|i would|i'm|im |i am|i have|i bought|i ordered|looking|need|want|track"
    r"|cancel|return|exchange|tell|give|check|talk|connect|get|have|empty|clear|make it|change|any|my |order|thanks|thank|let|recommend|suggest)\b"
)
_JOIN = re.compile(
    r"(?<!\s)\s*(?:,?\s+(?:and also|and then|also|and|plus|then|oh and|as well as|but also|but)\s+|,\s+(?=(?:also|can|what|how|where|do|does|is|add)\b))",
    re.I,
)
_NEEDED = re.compile(
    r"^(?:so )?what (?:else )?(?:do|should|will|would|shall|might) (?:i|we|you) (?:all )?(?:need|bring|pack|take|wear|buy|get)[?!. ]*$"
)
"""A question that has no meaning without what was said before it."""
_SENTENCE = re.compile(r"(?<=[.!?;])\s+(?=\S)|\n+")
_GREETING = re.compile(
    r"^(?:(?:hi|hello|hey|hiya|howdy|yo|good (?:morning|afternoon|evening|day)|greetings)(?: (?:there|all|team|you|aisle|guys))?)\b[\s,!.:-]*",
    re.I,
)
_ABBREVIATION = re.compile(r"(?:\b(?:approx|incl|excl|max|min|no|nr|vs|e\.g|i\.e|ca|st|mr|mrs|ms|dr)\.|\d\.)$", re.I)


def normalise(text: str) -> str:
    """Lower case, plain quotes and dashes, single spaces."""
    return re.sub(r"[^\S\n]+", " ", text.translate(_QUOTES)).strip().lower()


_FILLER = re.compile(
    r"^(?:(?:ok(?:ay)?|and|so|but|hm+|well|cool|great|nice|also|oh|ah|alright|right|now|then|actually(?: no)?|nvm|never ?mind|wait|pls|please|yeah"
    r"|yes|no|nah|sorry|i mean|maybe|perhaps|on second thoughts?|in that case|by the way|btw|one more thing|last thing|thanks|thx|perfect|awesome)\b[,.!: ]*)+(?=\S)"
)


_SIGNS = re.compile(r"^[\s!.\ufe0f\U0001f3fb-\U0001f3ff👍👌✅🙏❤😊😀🙂🎉💯👎❌🚫]+$")


def put_in_words(text: str, *, asked: bool) -> str:
    """A message of nothing but signs: a thumb up is a yes where one was asked for, else praise; a thumb down is a no."""
    if not _SIGNS.match(text) or not re.search(r"[^\s!.\ufe0f]", text):
        return text
    if re.search("[👎❌🚫]", text):
        return "no"
    return "yes" if asked else "great, thanks"


def without_fillers(text: str) -> str:
    """ "ok and is that tent waterproof" -> "is that tent waterproof". What carries meaning by itself ("no, thanks") stays."""
    found = _FILLER.match(text)
    if found is None:
        return text
    rest = text[found.end() :]
    lead = found.group(0)
    answers = re.search(
        r"\b(?:no|yes|nah|yeah|nvm|never ?mind|ok(?:ay)?|thanks|thx|perfect|awesome|great|cool|nice)\b", lead
    )
    needed = 3 if answers else 2 if len(lead.split()) > 1 or not lead.startswith(("and", "but", "so")) else 1
    spoken_of = re.match(r"no\b(?!,)", lead)
    return text if spoken_of or len(rest.split()) < needed else rest


def segments(text: str) -> list[str]:
    """The requests of a message. A part is cut off only where both sides read as requests of their own."""
    found: list[str] = []
    for sentence in _sentences(text.translate(_QUOTES).strip()):
        greeting = _GREETING.match(sentence)
        if greeting and greeting.end() < len(sentence):
            found.append(sentence[: greeting.end()].strip(" ,!.:-"))
            sentence = sentence[greeting.end() :]
        found.extend(_split(sentence))
    return [part for part in found if re.search(r"\w|[?]", part)]


def _sentences(text: str) -> list[str]:
    parts: list[str] = []
    for part in _SENTENCE.split(text):
        if parts and _ABBREVIATION.search(parts[-1]):
            parts[-1] = f"{parts[-1]} {part}"
        else:
            parts.append(part)
    return parts


def _split(sentence: str) -> list[str]:
    for join in _JOIN.finditer(sentence):
        left, right = sentence[: join.start()].strip(), sentence[join.end() :].strip()
        if _NEEDED.match(right.lower()):
            continue
        if len(left.split()) >= 2 and _REQUEST.match(left.lower()) and _REQUEST.match(right.lower()):
            return [left, *_split(right)]
    return [sentence.strip()]
