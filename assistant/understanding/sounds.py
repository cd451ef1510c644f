"""What sounds alike: names and e-mail addresses as a line carries them, where "Mohammed" and "Mohamed" are one word (pure).

A line carries no spelling, so that whoever is heard is found by sound, and only among those whose zip code, or whose address's
figures and domain, were heard exactly. Above: the shops' look-up of customers. Below: nothing.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from rapidfuzz.distance import Indel

NEAR = 0.5
"""Of two sounds: what one of a customer's names must at least have in common, where the other is the same."""
_SPELLINGS = (
    (r"ph", "f"), (r"gh|h", ""), (r"[ck]n(?=$)", "kn"), (r"c(?=[eiy])|[szx]|sh|ch", "s"), (r"ck|[cqkg]", "k"), (r"[vw]", "v"), (r"[dt]+", "t"),
    (r"[mn]+", "n"), (r"[bp]", "p"), (r"j", "y"), (r"(?<=.)[aeiouy]+", ""), (r"^[aeiou]+", "a"), (r"(.)\1+", r"\1"),
)  # fmt: skip


@lru_cache(maxsize=4096)
def sound(word: str) -> str:
    """A rough key of consonants: "Mohammed" and "Muhamad" have one; letters that a telephone confuses are one."""
    plain = "".join(each for each in unicodedata.normalize("NFD", word.lower()) if each.isalpha())
    for pattern, key in _SPELLINGS:
        plain = re.sub(pattern, key, plain)
    return plain


def alike(one: str, other: str) -> bool:
    """The same by sound, or but for a letter."""
    if not one or not other:
        return False
    close = min(len(one), len(other)) > 3 and Indel.normalized_similarity(one.lower(), other.lower()) >= 0.86
    return close or (
        sound(one) == sound(other) and one[0].lower() in _ALIKE_FIRST.get(other[0].lower(), other[0].lower())
    )


_ALIKE_FIRST = {"c": "ck", "k": "kcq", "f": "fp", "p": "pf", "s": "scz", "z": "zs", "y": "yj", "j": "jyg", "g": "gj", "a": "aeo", "e": "aei", "i": "iey", "o": "oau", "u": "uo", "v": "vwf", "w": "vw"}  # fmt: skip


def near(one: str, other: str) -> bool:
    keys = Indel.normalized_similarity(sound(one), sound(other))
    return max(keys, Indel.normalized_similarity(one.lower(), other.lower())) >= NEAR


def same_person(heard: tuple[str, str], known: tuple[str, str]) -> bool:
    """First and last name: one the same by sound, the other near."""
    first, last = (alike(a, b) for a, b in zip(heard, known, strict=True))
    return (first and near(heard[1], known[1])) or (last and near(heard[0], known[0]))


def same_address(heard: str, known: str) -> bool:
    """E-mail addresses of the same figures and domain whose letters sound alike. At least two figures, or nothing is sure."""
    (who, where), (owner, domain) = (each.lower().rpartition("@")[::2] for each in (heard, known))
    figures = re.sub(r"\D", "", who)
    if where != domain or len(figures) < 2 or figures != re.sub(r"\D", "", owner):
        return False
    return sound(re.sub(r"[\W\d_]", "", who)) == sound(re.sub(r"[\W\d_]", "", owner))


def figures_and_domain(email: str) -> str:
    """The end of an address that was heard exactly: "3563@example.com"; "" where it ends in no figures."""
    found = re.search(r"\d{2,}@[a-z0-9-]+(?:\.[a-z0-9-]+)+$", email.strip().lower())
    return found.group(0) if found else ""
