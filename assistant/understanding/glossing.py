"""A message in Spanish, French or German, glossed: the English words that the rules read, in an order they know (pure).

No translation: what is not in the tables stays as it is, names and numbers among it. Above: the reader. Below:
`phrasebook`, and the shop's glossary for the names of things.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from assistant.understanding.phrasebook import GAP, NUMBER, Phrase, Phrasebook, plain
from retrieval.glossary import Glossary
from retrieval.words import normal

_TOKEN = re.compile(
    r"[\w.+%-]+@[\w-]+(?:\.[\w-]+)+|#\s?\w+|\b[A-Z]{1,4}\d{3,}\b|\b[A-Z]+\d*-[A-Z0-9]*\d[A-Z0-9]*\b|\d+x\d+(?:x\d+)?|\d+(?:[.,]\d+)*(?:[º°ª.](?=\s|$)|[^\W\d_]+)?|-?[^\W\d_]+[.]?(?=\s?\d)|-?[^\W_]+|[.,;:!?\n]|[^\w\s]"
)
_MODEL = re.compile(r"[A-Z]+\d*-[A-Z0-9]*\d[A-Z0-9]*|[A-Z]{1,4}\d{3,}")
_ENDS = frozenset(".;!?\n:")
_MARKS = frozenset({*_ENDS, ","})
_WIDEST_GAP = 6
_LONGEST_NAME = 4
_ARTICLES = frozenset({"the", "it", "them"})
_LEADS = (
    "i want", "can i", "can you", "i must", "i need", "i would", "please", "i can", "go ahead", "how", "hello", "yes", "sorry", "no", "thanks", "and", "but", "now"
)  # fmt: skip
_CLITICS = {"lo": "it", "la": "it", "los": "them", "las": "them", "le": "", "les": "", "me": "", "te": "", "nos": "", "os": "", "se": ""}  # fmt: skip
_SILENT = "'’´`\"«»“”()-–—¿¡"
_SIZES = frozenset({"S", "M", "L"})
"""As capitals they are sizes, not the remains of an article."""
_COURTESY = frozenset({"please", "thanks", "now", "then", "too", "also"})
_OPENINGS = frozenset(
    {"and", "but", "then", "yes", "no", "please", "great", "sorry", "so", "hello", "also", "now", "thanks", "actually"}
)
_DECIMAL = re.compile(r"^\d+,\d{1,2}$")
_THOUSANDS = re.compile(r"^\d{1,3}(?:\.\d{3})+$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gloss:
    text: str
    """English, as far as it is known."""
    known: float = 1.0
    """The share of the words that are; numbers, names and addresses count as known."""
    unknown: tuple[str, ...] = ()
    """Words left as they were."""
    said: str = ""
    """The customer's own words."""
    spans: tuple[tuple[int, int, int, int], ...] = ()
    """Where a piece stands: from and to in `text`, from and to in `said`."""

    def source(self, part: str, after: int = 0) -> tuple[str, int]:
        """The customer's own words for a part of the gloss, and where that part ends."""
        start = self.text.find(part, after)
        if start < 0:
            return self.said, after
        end = start + len(part)
        held = [(begin, to) for first, last, begin, to in self.spans if first < end and last > start and to > begin]
        words = self.said[min(begin for begin, _ in held) : max(to for _, to in held)] if held else ""
        return words, end


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    key: str
    start: int = 0
    end: int = 0

    @property
    def word(self) -> bool:
        return self.key != "" and (self.key[0].isalnum() or self.key[0] == "-")


@dataclass(slots=True)
class _Piece:
    english: str
    verb: bool = False
    known: bool = True
    words: int = 1
    start: int = 0
    end: int = 0


class Glosser:
    """For one language. `names_one` knows the shop's own words: brands, models, places."""

    def __init__(
        self, book: Phrasebook, glossary: Glossary, names_one: Callable[[str], bool] = lambda word: False
    ) -> None:
        self._book = book
        self._glossary = glossary
        self._names_one = names_one

    def gloss(self, text: str) -> Gloss:
        pieces: list[_Piece] = []
        for clause, end in self._clauses(text):
            if clause:
                pieces += self._ordered(self._pieces(clause))
            if end:
                pieces.append(_Piece(english=end, words=0))
        said = sum(piece.words for piece in pieces)
        unknown = tuple(piece.english for piece in pieces if not piece.known)
        share = 1 - sum(piece.words for piece in pieces if not piece.known) / said if said else 1.0
        english, spans = _laid_out(pieces)
        return Gloss(text=english, known=share, unknown=unknown, said=text, spans=spans)

    def _clauses(self, text: str) -> Iterator[tuple[list[_Token], str]]:
        clause: list[_Token] = []
        for token in self._tokens(text):
            if token.text in _ENDS or token.text == ",":
                yield clause, token.text
                clause = []
            else:
                clause.append(token)
        yield clause, ""

    def _tokens(self, text: str) -> Iterator[_Token]:
        for found in _TOKEN.finditer(text):
            said, span = ("euros" if found.group(0) == "€" else found.group(0)), found.span()
            if (said in _SILENT or not said.strip()) and said != "\n":
                continue
            if "@" in said or said.startswith("#") or _MODEL.fullmatch(said):
                yield _Token(said, said.lower(), *span)
                continue
            inner = said.startswith("-") and found.start() > 0 and text[found.start() - 1].isalpha()
            key = said if said in _SIZES else plain(said.lstrip("-"), self._book.language)
            yield _Token(said.lstrip("-"), f"-{key}" if inner else key or said, *span)

    def _pieces(self, clause: Sequence[_Token]) -> list[_Piece]:
        pieces: list[_Piece] = []
        at, last = 0, self._without_courtesy(clause)
        while at < len(clause):
            opening = all(piece.english in _OPENINGS for piece in pieces)
            phrase, length, gap, number = self._best(clause, at, first=opening, end=last)
            name, named = self._thing(clause, at)
            if phrase is not None and (phrase.weight >= named or GAP in phrase.words):
                pieces += self._of_phrase(phrase, clause[at : at + length], gap, number)
                at += length
            elif named:
                pieces.append(_placed(_Piece(english=name, words=named), clause[at : at + named]))
                at += named
            else:
                pieces += [_placed(piece, clause[at : at + 1]) for piece in self._single(clause[at])]
                at += 1
        return pieces

    def _of_phrase(self, phrase: Phrase, said: Sequence[_Token], gap: Sequence[_Token], number: str) -> list[_Piece]:
        english = phrase.english.replace(NUMBER, number) if number else phrase.english
        inner = self._pieces(gap) if gap else []
        if GAP in english:
            english = english.replace(GAP, _joined(piece.english for piece in inner))
            return [_placed(_Piece(english=english, verb=phrase.verb, words=len(said)), said)]
        # The first word's place stands for the phrase, so that what is in its gap keeps its own.
        return [
            _placed(_Piece(english=english, verb=phrase.verb, words=len(said) - len(gap)), said[:1] if gap else said),
            *inner,
        ]

    def _without_courtesy(self, clause: Sequence[_Token]) -> int:
        """Where the clause ends but for "please" and its like."""
        end = len(clause)
        while end > 1:
            said = next((n for n in (4, 3, 2, 1) if self._is_courtesy(clause[max(0, end - n) : end], n)), 0)
            if not said or said >= end:
                return end
            end -= said
        return end

    def _is_courtesy(self, tokens: Sequence[_Token], length: int) -> bool:
        if len(tokens) != length:
            return False
        keys = tuple(token.key for token in tokens)
        return any(phrase.words == keys for phrase in self._book.starting(keys[0]) if phrase.english in _COURTESY)

    def _best(
        self, clause: Sequence[_Token], at: int, *, first: bool, end: int = 0
    ) -> tuple[Phrase | None, int, list[_Token], str]:
        """The phrase that says most here, how many words it takes, its gap, its number."""
        best: tuple[float, Phrase, int, list[_Token], str] | None = None
        key = clause[at].key
        candidates = list(self._book.starting(key))
        if key.startswith("-"):
            candidates += self._book.starting(key[1:])
        if self._number(key):
            candidates += self._book.starting(NUMBER)
        if first:
            candidates += self._book.open
        for phrase in candidates:
            if phrase.first and not first:
                continue
            fit = self._fits(phrase, clause, at)
            if fit is None:
                continue
            length, gap, number = fit
            until = at + length
            if (phrase.last and until not in (end, len(clause))) or (phrase.followed and until >= len(clause)):
                continue
            if best is None or (phrase.weight, -len(gap)) > (best[0], -len(best[3])):
                best = (phrase.weight, phrase, length, gap, number)
        return (best[1], best[2], best[3], best[4]) if best else (None, 0, [], "")

    def _fits(self, phrase: Phrase, clause: Sequence[_Token], at: int) -> tuple[int, list[_Token], str] | None:
        place, number, gap = at, "", (0, 0)
        words = phrase.words
        for index, word in enumerate(words):
            if word == GAP:
                rest = words[index + 1 :]
                limit = min(len(clause), place + _WIDEST_GAP + 1)
                if not rest:
                    return (limit - at, list(clause[place:limit]), number) if limit > place else None
                found = next((to for to in range(place, limit) if self._follow(rest, clause, to)), None)
                if found is None or (found == place and GAP in phrase.english):
                    return None
                gap, place = (place, found), found
            elif place < len(clause) and self._matches(word, clause[place].key):
                number = self._number(clause[place].key) if word == NUMBER else number
                place += 1
            else:
                return None
        return place - at, list(clause[gap[0] : gap[1]]), number

    def _follow(self, words: Sequence[str], clause: Sequence[_Token], at: int) -> bool:
        return at + len(words) <= len(clause) and all(
            self._matches(word, clause[at + number].key) for number, word in enumerate(words)
        )

    def _matches(self, word: str, key: str) -> bool:
        if word == NUMBER:
            return bool(self._number(key))
        if word.endswith("*"):
            return key.lstrip("-").startswith(word[:-1])
        return word == key or (key.startswith("-") and word == key[1:])

    def _number(self, key: str) -> str:
        return key if key.isdigit() else self._book.numbers.get(key, "")

    def _thing(self, clause: Sequence[_Token], at: int) -> tuple[str, int]:
        """A thing, colour or material by the shop's glossary, and how many words name it."""
        for length in range(min(_LONGEST_NAME, len(clause) - at), 0, -1):
            said = [normal(token.text) for token in clause[at : at + length]]
            if ways := self._glossary.of(said):
                return ways[0], length
        if self._names_one(clause[at].text):
            return "", 0  # "Portland" is no port
        parts = self._glossary.parts(normal(clause[at].text))
        known = [self._glossary.of([part]) for part in parts]
        return (" ".join(ways[0] for ways in known), 1) if parts and all(known) else ("", 0)

    def _single(self, token: _Token) -> list[_Piece]:
        """A word that no table holds: a verb with its object, a typing error, a figure; else as it is."""
        if not token.word or token.key[0].isdigit() or "@" in token.text or _MODEL.fullmatch(token.text):
            return [_Piece(english=_figure(token.text))]
        if self._names_one(token.text):
            return [_Piece(english=token.text)]
        if self._book.language == "es" and (found := self._with_object(token.key)):
            return found
        for near in (self._book.meant(token.key), self._glossary_meant(token)):
            again = [_Token(near, near)] if near else []
            if again and (token.text.islower() or self._book.language == "de"):
                phrase, length, _, _ = self._best(again, 0, first=False)
                if phrase is not None:
                    return [_Piece(english=phrase.english, verb=phrase.verb, words=length)]
                name, named = self._thing(again, 0)
                if named:
                    return [_Piece(english=name)]
        return [_Piece(english=token.text, known=token.text[:1].isupper() and self._book.language != "de")]

    def _glossary_meant(self, token: _Token) -> str:
        return self._glossary.meant(normal(token.text)) if hasattr(self._glossary, "meant") else ""

    def _with_object(self, key: str) -> list[_Piece]:
        """ "Muéstramelos" -> show them: what is stuck to a Spanish verb."""
        stem, objects = key, ""
        for _ in range(2):
            ending = next((one for one in _CLITICS if len(stem) > len(one) + 2 and stem.endswith(one)), None)
            if ending is None:
                return []
            stem, objects = stem[: -len(ending)], _CLITICS[ending] or objects
            phrase, _, _, _ = self._best([_Token(stem, stem)], 0, first=False)
            if phrase is not None and phrase.verb:
                return [_Piece(english=f"{phrase.english} {objects}".strip(), verb=True)]
        return []

    def _ordered(self, pieces: list[_Piece]) -> list[_Piece]:
        """What English puts elsewhere: objects before their verb, a verb at the end of a German clause."""
        pieces = list(pieces)
        for place, piece in enumerate(pieces):
            following = pieces[place + 1] if place + 1 < len(pieces) else None
            if piece.english == "the" and (following is None or following.verb):
                pieces[place] = replace(piece, english="it")
        for place in range(len(pieces) - 1):
            if pieces[place].english in ("it", "them") and pieces[place + 1].verb:
                pieces[place], pieces[place + 1] = pieces[place + 1], pieces[place]
        return self._verb_first(pieces) if self._book.language == "de" else pieces

    def _verb_first(self, pieces: list[_Piece]) -> list[_Piece]:
        end = len(pieces) - 1
        while end > 0 and pieces[end].english in ("please", "now", "thanks"):
            end -= 1
        if end <= 0 or not pieces[end].verb:
            return pieces
        lead = 0
        while lead < end and pieces[lead].english.startswith(_LEADS):
            lead += 1
        return [*pieces[:lead], pieces[end], *pieces[lead:end], *pieces[end + 1 :]]


def _figure(text: str) -> str:
    if _DECIMAL.match(text):
        return text.replace(",", ".")
    return text.replace(".", "") if _THOUSANDS.match(text) else text


def _placed(piece: _Piece, said: Sequence[_Token]) -> _Piece:
    piece.start, piece.end = said[0].start, said[-1].end
    return piece


def _laid_out(pieces: Sequence[_Piece]) -> tuple[str, tuple[tuple[int, int, int, int], ...]]:
    """The pieces as one line, and where each of them stands."""
    text, spans = "", []
    for piece in pieces:
        if not piece.english:
            continue
        glued = not text or piece.english in _MARKS
        first = len(text) + (0 if glued else 1)
        text += piece.english if glued else f" {piece.english}"
        spans.append((first, len(text), piece.start, piece.end))
    return text, tuple(spans)


def _joined(words: Iterator[str] | Sequence[str]) -> str:
    return " ".join(word for word in words if word)
