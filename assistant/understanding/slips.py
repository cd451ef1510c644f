"""Typing errors put right by the words that are expected here: one letter lost, doubled, swapped or, in long words, wrong (pure).

Above: the service desk's readers. Below: nothing.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_WORD = re.compile(r"[A-Za-z]{4,}")
LONG = 7
"""From this length a wrong letter is taken for a slip: "while" and "white" are two words."""
_REAL_WORDS = """
    charge charges charged chance change changes changed changing cheap cheaper place places placed please three
    there these those their other others order orders ordered orderd under after later latter right write while
    whole where white black block back bank green great grey greed glass class light night might sight small
    smell store story stone state stated start started table tables tales takes taken paper pager clock lock
    locks cable camera cameras watch catch match batch mouse house boots boost books bottle battle bottles
    settle kettle kettles water waiter matter metal medal mental model modal modes large larger range orange
    pages page items item times time types type sized sizes size price prices prime prise pride plain plane plan
    plans plant plastic plus cover covers over lover power powers paid pair pairs paint point points return
    returns returned refund refunds send sent sends both with within without would could should about above
    again against also always another anything anyone around because been before being best better between come
    comes does done down each either else enough even ever every everything exactly except exchange first from
    full further gave give given gives going good have having help here high hope into just keep kept know last
    late least leave left less like likely little live lived lives long longer look looking lost made make makes
    many maybe mean means mine more most much must myself name named need needed needs never next nice none
    nothing note noted notes number numbers okay once only open option options pick picked piece pieces problem
    quick quite rather read ready really reason received recent regular said same saying seems seen shall ship
    shipped shipping short shorter show shown since some something soon sorry still such sure take than thank
    thanks that them then they thing things think this through today together told tomorrow tone tones trip true
    turn upon used uses using very want wanted wants ways well were what when which will wish wishes wood woods
    word words work works worth year years your yours tablets charger chargers
"""
_REAL = frozenset(_REAL_WORDS.split())
"""Words that are no slips, however near to one that is expected."""


def mended(text: str, expected: Collection[str]) -> str:
    """The text with its slips put right. `expected`: lower-case words; a word that is one of them, or real, stays."""
    known = set(expected) | _REAL

    def put_right(found: re.Match[str]) -> str:
        word = found.group(0)
        lowered = word.lower()
        if lowered in known or lowered.removesuffix("s") in known or word.isupper():
            return word
        meant = [
            one for one in expected if one[0] == lowered[0] and _long_enough(lowered, one) and slipped(lowered, one)
        ]
        return meant[0] if len(meant) == 1 else word

    return _WORD.sub(put_right, text)


def _long_enough(typed: str, meant: str) -> bool:
    """Of four letters only two that changed places are a slip."""
    return len(meant) > 4 or (len(meant) == 4 and sorted(typed) == sorted(meant))


def slipped(typed: str, meant: str) -> bool:
    """Whether one slip makes the typed word of the meant one."""
    if abs(len(typed) - len(meant)) > 1 or typed == meant:
        return False
    first = next(
        (at for at, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), min(len(typed), len(meant))
    )
    if len(typed) < len(meant):
        return typed[first:] == meant[first + 1 :]
    if len(typed) > len(meant):
        return typed[first + 1 :] == meant[first:]
    swapped = typed[first : first + 2] == meant[first : first + 2][::-1] and typed[first + 2 :] == meant[first + 2 :]
    return swapped or (len(meant) >= LONG and typed[first + 1 :] == meant[first + 1 :])
