"""A piece of shown text -> the words in which it is said: no markup, no quotes, figures as people say them (pure).

Above: `clauses`. Below: `figures_aloud`, the tables.
"""

from __future__ import annotations

import re

from channels.voice.figures_aloud import put_in_words
from channels.voice.spoken_tables import tongue

_MARKER = re.compile(r"^[ \t]*(?:[-•]|\d{1,2}\.)[ \t]+", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]+)\]\([^)\s]*\)")
_BOLD = re.compile(r"\*\*(.+?)\*\*")
_CODE = re.compile(r"[`_]{1,3}(?=\S)(.+?)(?<=\S)[`_]{1,3}")
_TABLE_RULE = re.compile(r"^[\s:|-]{3,}$")
_QUOTES = str.maketrans(dict.fromkeys('“”„«»"‟*#`™®©★'))
_BRACKET = re.compile(r"\s*\(([^()]*)\)(?=(\s*[.,;:!?])?)")
_SAYABLE = re.compile(r"\w")
_TYPOGRAPHIC = str.maketrans({"’": "'", "\u00a0": " ", "\u202f": " ", "−": "-", "…": "."})


def aloud(text: str, language: str = "en", *, before: str = "", spell: bool = False) -> str:
    """before: what of the reply was said already, in which names may have been told in full. spell: identifiers slowly."""
    lines = [_line(line) for line in text.splitlines()]
    cut = text.endswith(" ") and not text.rstrip().endswith((".", "!", "?"))
    said = " ".join(_closed(line, cut=cut) for line in lines if line)
    said = _LINK.sub(r"\1", said)
    said = _BOLD.sub(lambda name: _name(name.group(1), before), said)
    plain = _plain(put_in_words(said, language, spell=spell), language)
    return plain if cut or not plain or not plain[-1].isalnum() else f"{plain}."


def _line(line: str) -> str:
    """Without the marks of lists, headings and tables: the cells of a row become a list."""
    if _TABLE_RULE.match(line) and "|" in line:
        return ""
    if line.count("|") >= 2:
        return ", ".join(cell.strip() for cell in line.split("|") if cell.strip())
    return re.sub(r"^\s*(?:#{1,6}\s|>\s)", "", _MARKER.sub("", line)).strip()


def _closed(part: str, *, cut: bool) -> str:
    """A line ends like a sentence, so that the voice comes down."""
    return part if cut or part[-1] in ".!?:;,…" or not _SAYABLE.search(part) else f"{part}."


def _name(name: str, before: str) -> str:
    """A name for the ear ends at its first comma ("Varghult Jerv 2-Person Tent, 2.2 kg"), unless another one that was
    told begins alike."""
    head, comma, rest = name.partition(", ")
    version = re.search(r"\([^()]+\)\s*$", rest)
    if not comma or len(name) < 30 or len(head.split()) < 2:
        return name
    others = {other for other in _BOLD.findall(before) if other.partition(", ")[0] == head} - {name}
    return name if others else f"{head} {version.group(0)}" if version else head


def _plain(text: str, language: str) -> str:
    text = re.sub(r"\s*(?:\s[–—-]\s|·|\|)\s*", ", ", text)
    text = re.sub(r"\s*&\s*", f" {tongue(language).and_} ", text)
    text = re.sub(r"(?<=\w)\s\+\s(?=\w)", f" {tongue(language).marks['+']} ", text)
    text = _BRACKET.sub(lambda found: f", {found.group(1)}{'' if found.group(2) else ','}", text)
    text = text.translate(_QUOTES).translate(_TYPOGRAPHIC)
    text = re.sub(r"[<>{}\[\]\\^~=|_]+|(?<!\w)[-/](?!\w)", " ", text)
    text = re.sub(r"\s+([.,;:!?])", r"\1", text)
    text = re.sub(r",(?=[.,;:!?])", "", text)
    text = re.sub(r"([.!?:;])(?:\s*[.,;:])+", r"\1", text)
    text = re.sub(r"^[\s,;:.]+", "", text)
    text = re.sub(r"\s+", " ", text).strip()
    return text if _SAYABLE.search(text) else ""
