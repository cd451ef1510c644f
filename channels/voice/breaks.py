"""Where a text may be divided for the voice: after sentences and, where that sounds natural, after commas and colons (pure).

Never inside a price, a number, a date, an abbreviation, an address or a name in bold. Above: `clauses`. Below: nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["sentence", "comma", "joint"]
"""joint: before a word that opens another clause, where no sign stands."""

_MARK = re.compile(r"[.!?…]+|[,;:]|\s[–—]")
_CLOSING = re.compile(r"(?:\*\*|[)\]”’»\"'\u00a0\u202f](?!\w)|\u00a0[»]|\s»)*")
_BOLD = re.compile(r"\*\*.+?(?:\*\*|$)", re.MULTILINE)
_BRACKETS = re.compile(r"\([^()\n]*(?:\)|$)", re.MULTILINE)
_WORD = re.compile(r"\w[\w'’-]*")
_ABBREVIATED = """
    approx art av avda ave avg bd bldg bzgl bzw ca cf cie co col comp corp cra ctra d.h dept div dr dra dres e.g ed eig
    einschl ej ejem env et.al etc evtl exkl ext fig fr freq ggf hr hrs i.e incl inc inkl ing intl jr kg km lb lbs ltd max
    mfg min mind mio misc mlle mme mr mrs ms mt nb nº no nr num núm núms o.ä oz p pág págs p.ej pcs pl ppl prof pt ref
    resp s.o sec sog sr sra sres srta sta ste st std stk str tel temp u.a usu usw vgl vol vs z.b zb zzgl
"""
_DAYS_IN_SHORT = frozenset(["lun", "mar", "mer", "jeu", "ven", "sam", "dim"])
"""French, before an hour or another day; some are words of their own."""
_ABBREVIATIONS = frozenset(_ABBREVIATED.split())
_LETTER = re.compile(r"(?:^|[\s.(])[^\W\d_]$")
_WEEKDAYS = re.compile(
    r"\b(?:(?:mon|tues|wednes|thurs|fri|satur|sun)day|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch|sonnabend"
    r"|lunes|martes|miércoles|jueves|viernes|sábado|domingo|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)$",
    re.I,
)
_STATE = re.compile(r" [A-Z]{2}\b")
_JOINTS = {
    "en": "and|but|or|so|because|which|that|if|when|while",
    "es": "y|pero|o|porque|que|si|cuando|mientras",
    "fr": "et|mais|ou|parce|que|qui|si|quand|lorsque",
    "de": "und|aber|oder|weil|dass|wenn|sobald|denn",
}
WORDS_BEFORE_JOINT, WORDS_AFTER_JOINT = 6, 4
FOLLOWING = 3
"""Characters behind a comma that tell a list of numbers or an address from a pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """at: behind the sign and what closes with it; the white space that follows belongs to the piece before."""

    at: int
    kind: Kind
    words: int
    """Words before it."""


def breaks(line: str, language: str = "en", *, ended: bool) -> Iterator[Break]:
    """The places of one line, in order. ended: nothing follows; else what the next words may change is left undecided."""
    closed = _closed(line)
    for mark in _MARK.finditer(line):
        at = mark.end() + len(_CLOSING.match(line, mark.end()).group(0))  # type: ignore[union-attr]
        if any(start <= mark.start() < end for start, end in closed) or not _stands_free(line, mark, at, ended):
            continue
        kind = _kind(line, mark, at, language)
        if kind is not None:
            yield Break(at=at, kind=kind, words=count_words(line[:at]))


def joints(line: str, language: str) -> Iterator[Break]:
    """Places without a sign, in the middle of a long stretch, at which people breathe."""
    closed = _closed(line)
    words = list(_WORD.finditer(line))
    for found in re.finditer(rf"(?<=\s)(?:{_JOINTS.get(language, _JOINTS['en'])})\s", line):
        before = sum(word.end() <= found.start() for word in words)
        after = len(words) - before
        free = not any(start < found.start() < end for start, end in closed)
        if free and before >= WORDS_BEFORE_JOINT and after > WORDS_AFTER_JOINT:
            yield Break(at=found.start(), kind="joint", words=before)


def count_words(text: str) -> int:
    return sum(1 for _ in _WORD.finditer(text))


def _closed(line: str) -> list[tuple[int, int]]:
    """Names in bold and what stands in brackets."""
    return [found.span() for pattern in (_BOLD, _BRACKETS) for found in pattern.finditer(line)]


def _stands_free(line: str, mark: re.Match[str], at: int, ended: bool) -> bool:
    """Behind the sign is space, and what follows it can no longer make the sign part of something."""
    if at < len(line) and line[at] not in " \t\n":
        return False
    if ended or _plain_stop(line, mark, at):
        return True
    return len(line[at:].lstrip()) >= (FOLLOWING if mark.group(0)[0] in ",;:" else 1)


def _plain_stop(line: str, mark: re.Match[str], at: int) -> bool:
    """A full stop behind a plain word: whatever follows is another sentence."""
    words = line[: mark.start()].split()
    word = words[-1].lstrip("(“„«*¿¡'\"").rstrip("*”’»)") if words else ""
    plain = word.isalpha() and len(word) >= 3 and word.lower() not in _ABBREVIATIONS | _DAYS_IN_SHORT
    return plain and mark.group(0)[0] in ".!?" and at == mark.end()


def _kind(line: str, mark: re.Match[str], at: int, language: str) -> Kind | None:
    sign, before, after = mark.group(0).strip(), line[: mark.start()], line[at:].lstrip()
    if sign[0] in ".!?":
        return "sentence" if _plain_stop(line, mark, at) or _full_stop(before, after, sign, language) else None
    if sign[0] == "…":
        return None if after[:1].islower() else "sentence"
    if sign == "," and (_is_date_or_number(before, after) or _STATE.match(f" {after}")):
        return None
    return "comma"


def _full_stop(before: str, after: str, sign: str, language: str) -> bool:
    last = before.split()[-1].lstrip("(“„«*'\"") if before.split() else ""
    if sign[0] != ".":
        return True
    if before.strip() == last and last.isdigit():
        return False  # "1. Unplug it": the number of a list
    if last.lower().split("–")[-1] in _DAYS_IN_SHORT and after[:1].isdigit():
        return False
    if last.lower() in ("a.m", "p.m"):
        return not after or after[:1].isupper()
    if after[:1].islower() or last.lower() in _ABBREVIATIONS or _LETTER.search(last):
        return False
    ordinal = language == "de" and re.fullmatch(r"\d{1,2}", last)
    return not (ordinal and after)


def _is_date_or_number(before: str, after: str) -> bool:
    return bool(_WEEKDAYS.search(before)) or (before[-1:].isdigit() and after[:1].isdigit())
