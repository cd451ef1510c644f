"""Words that shoppers and catalogues use for the same thing (English retail). Our own table, written by hand.

Every line is one group; a phrase belongs to one group only. Used to widen a query, never to filter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

from retrieval.words import stem, words

_GROUPS = """
sofa, couch, settee
trainers, sneakers, running shoes
rucksack, backpack, knapsack, daypack, day pack, hiking pack, trail pack, trekking pack
earbuds, in-ear headphones, earphones
headphones, headset
headlamp, head torch, headtorch
torch, flashlight
jumper, sweater, pullover
trousers, pants
tracksuit bottoms, joggers, sweatpants
waistcoat, vest
anorak, parka
waterproof jacket, rain jacket, raincoat
swimsuit, bathing suit, swimming costume
beanie, woolly hat, knit cap
cap, baseball hat
wellies, wellington boots, rubber boots, rain boots
flip flops, thongs
dressing gown, bathrobe
handbag, purse
wallet, billfold
suitcase, luggage, trolley case
holdall, duffel bag, duffle bag
bum bag, fanny pack, waist pack, belt bag
water bottle, drinking bottle, canteen
flask, thermos, vacuum bottle
mug, cup
cooker, stove
hob, cooktop
washing machine, washer
drone, quadcopter
fridge, refrigerator
freezer, deep freeze
tv, television
laptop, notebook
mobile, cell phone, smartphone
charger, power adapter
power bank, portable charger, battery pack
loudspeaker, speaker
hoover, vacuum cleaner, vacuum
coffee maker, coffee machine
kettle, water boiler
frying pan, skillet
saucepan, cooking pot
casserole, dutch oven
chopping board, cutting board
tea towel, dish towel
bin, trash can, wastebasket, garbage can
duvet, comforter, quilt
pillowcase, pillow cover
curtain, drape
rug, carpet
wardrobe, closet
chest of drawers, dresser
bookcase, bookshelf
cot, crib
pram, stroller, pushchair, buggy
nappy, diaper
lamp, light
light bulb, bulb
plaster, band aid
sleeping mat, sleeping pad, camping mat
camp bed, cot bed
tarp, tarpaulin, awning
cool box, cooler, ice chest
walking poles, trekking poles, hiking poles
hiking boots, walking boots
bike, bicycle, cycle
ebike, e-bike, electric bike, electric bicycle
bike lock, bicycle lock
exercise mat, yoga mat, fitness mat
weights, dumbbells
skipping rope, jump rope
football, soccer ball
binoculars, field glasses
sunglasses, shades
spectacles, eyeglasses
watch, wristwatch
smartwatch, smart watch
fitness tracker, activity tracker, fitness band
memory card, sd card
usb stick, flash drive, usb drive, thumb drive
mousemat, mouse pad
mobile cover, phone case
bluetooth speaker, wireless speaker
game console, gaming console
jewellery, jewelry
perfume, fragrance, eau de parfum
moisturiser, moisturizer
lipstick, lip colour
toy car, model car
secateurs, pruning shears
spade, shovel
spanner, wrench
screwdriver set, screw driver set
tap, faucet
socket, outlet
refund, money back, reimbursement
broken, damaged, faulty, defective
shipping, delivery, postage
return, send back, bring back
warranty, guarantee
gift card, voucher, gift voucher
runner, running
hiker, hiking
cyclist, cycling
camper, camping
climber, climbing
swimmer, swimming
skier, skiing
gamer, gaming
gardener, gardening
"""


Phrase = tuple[str, ...]


def _table(groups: str) -> dict[Phrase, Sequence[Phrase]]:
    table: dict[Phrase, Sequence[Phrase]] = {}
    for phrases in _groups(groups):
        for phrase in phrases:
            table.setdefault(phrase, [other for other in phrases if other != phrase])
    return table


def _groups(lines: str) -> Iterator[list[Phrase]]:
    for line in lines.strip().splitlines():
        phrases = [tuple(stem(word) for word in words(phrase)) for phrase in line.split(",")]
        yield [phrase for phrase in phrases if phrase]


def _join(table: dict[Phrase, Sequence[Phrase]], lines: str) -> None:
    """A phrase that is in a group already brings the others of its line into that group."""
    for phrases in _groups(lines):
        group = list(dict.fromkeys(one for phrase in phrases for one in (phrase, *table.get(phrase, ()))))
        for phrase in group:
            table[phrase] = [other for other in group if other != phrase]


class Synonyms:
    """Look-up by stems. Made once by who builds the retriever; `extra` lines have the table's own form, and join its groups."""

    def __init__(self, extra: str = "", *, own: bool = True) -> None:
        """own=False: without our own table, of the extra lines alone."""
        table = _table(_GROUPS) if own else {}
        _join(table, extra)
        self._table: Mapping[Phrase, Sequence[Phrase]] = table
        self._longest = max((len(phrase) for phrase in self._table), default=0)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Of all words of the table: good English, whether the shop uses them or not."""
        return frozenset(stem for phrase in self._table for stem in phrase)

    def of(self, phrase: tuple[str, ...]) -> Sequence[tuple[str, ...]]:
        return self._table.get(phrase, ())

    def phrases_in(self, stems: Sequence[str]) -> list[tuple[int, int]]:
        """Where known phrases lie, longest first from the left, without overlap: (start, end)."""
        found: list[tuple[int, int]] = []
        start = 0
        while start < len(stems):
            ends = range(min(len(stems), start + self._longest), start, -1)
            end = next((end for end in ends if tuple(stems[start:end]) in self._table), None)
            if end is not None:
                found.append((start, end))
            start = end or start + 1
        return found
