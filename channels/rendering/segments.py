"""How many segments of the telephone network a text takes: GSM-7 or UCS-2, 160/70 alone, 153/67 each of several (pure).

3GPP TS 23.038 (the alphabet) and TS 23.040 (concatenation). Above: `written`. Below: nothing.
"""

from __future__ import annotations

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("^{}\\[~]|€\f")
"""Two septets each."""
_SAVING = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "‚": "'",
        "“": '"',
        "”": '"',
        "„": '"',
        "«": '"',
        "»": '"',
        "–": "-",
        "—": "-",
        "−": "-",
        "‑": "-",
        "•": "-",
        "·": "-",
        "…": "...",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\u200b": "",
        "\ufeff": "",
        "×": "x",
        "★": "*",
        "\t": " ",
    }
)
"""Typographic signs that would make every segment of a text less than half as long."""
SINGLE_GSM, EACH_GSM = 160, 153
SINGLE_UCS2, EACH_UCS2 = 70, 67


def thrifty(text: str) -> str:
    """The same words in signs that the network's own alphabet has. Letters stay as they are: a name is not rewritten."""
    return text.translate(_SAVING)


def is_gsm(text: str) -> bool:
    return all(sign in _BASIC or sign in _EXTENDED for sign in text)


def segments(text: str) -> int:
    """At least 1. A sign of two units is never divided between two segments, so a segment may end one short."""
    if is_gsm(text):
        sizes = [2 if sign in _EXTENDED else 1 for sign in text]
        return _packed(sizes, SINGLE_GSM, EACH_GSM)
    return _packed([2 if ord(sign) > 0xFFFF else 1 for sign in text], SINGLE_UCS2, EACH_UCS2)


def _packed(sizes: list[int], single: int, each: int) -> int:
    if sum(sizes) <= single:
        return 1
    count, room = 1, each
    for size in sizes:
        if size > room:
            count, room = count + 1, each
        room -= size
    return count
