"""A picture for any product, demo or imported: a silhouette by its words, in a variant's colour, on a soft ground.

Nothing of the product's own text enters the SVG, so there is nothing in it to escape. Above: the channels that serve
`/v1/products/{id}/image.svg`. Below: `silhouettes` and `palette`.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from assistant.shops.demo.palette import Paint, paint
from assistant.shops.demo.silhouettes import DRAWINGS
from retrieval.catalogue import Product

_WORDS: tuple[tuple[str, str], ...] = (
    ("sleeping bag", r"sleeping bags?"),
    ("mat roll", r"(yoga|exercise|gym) mats?"),
    ("mat", r"mats?|sleeping pads?"),
    ("pillow", r"pillows?|cushions?"),
    ("camp kitchen", r"two-burner"),
    ("stove", r"stoves?|cooking system"),
    ("bike light", r"bike lights?"),
    ("headlamp", r"headlamps?|flashlights?|torch"),
    ("lantern", r"lanterns?"),
    ("cot", r"camp beds?|cots?|pet beds?"),
    ("camp chair", r"chairs?|stools?"),
    ("table lamp", r"table lamps?|light bulbs?"),
    ("floor lamp", r"floor lamps?"),
    ("desk lamp", r"desk lamps?"),
    ("pendant lamp", r"pendant( lamps?)?|ceiling lamps?"),
    ("table", r"tables?|desks?"),
    ("power bank", r"power banks?|portable chargers?|chargers?"),
    ("backpack", r"backpacks?|daypacks?|rucksacks?"),
    ("tent", r"tents?|shelters?|tarps?"),
    ("sock", r"socks?"),
    ("glove", r"gloves?"),
    ("mitten", r"mittens?"),
    ("goggles", r"goggles|sunglasses"),
    ("helmet", r"helmets?"),
    ("boot", r"boots?"),
    ("shoe", r"shoes?|sneakers?|trainers?"),
    ("poles", r"poles?"),
    ("travel mug", r"travel mugs?|tumblers?"),
    ("mug", r"mugs?|teacups?"),
    ("bottle", r"bottles?|flasks?|perfumes?"),
    ("beanie", r"beanies?"),
    ("cap", r"caps?"),
    ("hat", r"hats?"),
    ("vest", r"vests?|gilets?"),
    ("singlet", r"singlets?|tank tops?"),
    ("t-shirt", r"t-shirts?|tees?|shirts?|polos?"),
    ("long sleeve", r"base layers?|long-sleeve|baselayers?"),
    ("sweater", r"sweaters?|jumpers?|pullovers?|cardigans?"),
    ("fleece", r"fleece jackets?|half-zip fleece|midlayers?|hoodies?"),
    ("puffer", r"down jackets?|insulated jackets?|parkas?|puffers?"),
    ("rain jacket", r"jackets?|raincoats?|coats?"),
    ("tights", r"tights|leggings"),
    ("shorts", r"shorts"),
    ("pants", r"pants|trousers|jeans"),
    ("bike", r"bikes?|bicycles?|scooters?"),
    ("kettlebell", r"kettlebells?"),
    ("dumbbell", r"dumbbells?|weights?|barbells?"),
    ("skis", r"skis|snowboards?|skateboards?"),
    ("paddle board", r"paddle boards?|surfboards?"),
    ("kayak", r"kayaks?|canoes?"),
    ("basketball", r"basketballs?"),
    ("volleyball", r"volleyballs?"),
    ("ball", r"balls?|soccer|football"),
    ("paddle", r"pickleball"),
    ("racket", r"rackets?|racquets?"),
    ("grill", r"charcoal|kettle grill"),
    ("fire pit", r"fire pits?"),
    ("gas grill", r"grills?|barbecues?"),
    ("kettle", r"kettles?|teapots?"),
    ("french press", r"french press"),
    ("espresso machine", r"espresso|bean-to-cup|coffee machines?"),
    ("coffee maker", r"coffee makers?|blenders?"),
    ("toaster", r"toasters?"),
    ("pan", r"pans?|skillets?|woks?"),
    ("pot", r"dutch ovens?|saucepans?|pots?|cookware"),
    ("knife block", r"knife block"),
    ("knife", r"knife|knives"),
    ("bedding", r"duvets?|sheets?|bedding|covers? set"),
    ("blanket", r"throws?|blankets?|rugs?"),
    ("towels", r"towels?"),
    ("robot vacuum", r"robot vacuum|robot"),
    ("canister vacuum", r"canister"),
    ("stick vacuum", r"vacuums?|vacuum cleaners?|mops?"),
    ("table lamp", r"lamps?|lights?"),
    ("earbuds", r"earbuds?|earphones?"),
    ("headphones", r"headphones?|headsets?"),
    ("soundbar", r"soundbars?"),
    ("home speaker", r"wi-fi speakers?|smart speakers?|air purifiers?"),
    ("speaker", r"speakers?"),
    ("watch", r"watch|watches|smartwatch|smartwatches|wristwatch|trackers?"),
    ("keyboard", r"keyboards?"),
    ("mouse", r"mouse|mice"),
    ("laptop", r"laptops?|notebook computers?"),
    ("monitor", r"monitors?|televisions?|tv"),
    ("e-reader", r"e-readers?|ebook readers?|notebooks?|books?"),
    ("tablet", r"tablets?"),
    ("phone", r"smartphones?|phones?"),
    ("trail camera", r"trail cameras?"),
    ("camera", r"cameras?"),
    ("bag", r"bags?|luggage|suitcases?"),
    ("vase", r"vases?|clocks?|bookshelf|bookshelves|decor"),
    ("tent", r"outdoors?|camping"),
    ("ball", r"sports?|toys?"),
    ("vase", r"home|furniture|living|garden"),
    ("device", r"electronics|computers?|devices?"),
    ("bag", r"clothing|apparel|fashion|accessories"),
)
"""Silhouettes by the words that call for them; the first that fits is drawn, so the narrower stand before the wider."""

_PATTERNS = tuple((name, re.compile(rf"\b(?:{words})\b")) for name, words in _WORDS)
_TAGS = {"P": "path", "L": "path", "C": "circle", "E": "ellipse", "R": "rect"}
_PLACES = {"C": ("cx", "cy", "r"), "E": ("cx", "cy", "rx", "ry"), "R": ("x", "y", "width", "height", "rx")}


def draw(product: Product, colour: str | None = None) -> str:
    """An SVG of 240 by 240 units, under 6 kB, without text, script or references; `colour` is any variant's word."""
    used = paint(colour or _first_colour(product), fallback=zlib.crc32(product.id.encode()))
    return "".join(
        (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 240" width="480" height="480">',
            f'<rect width="240" height="240" fill="{used.ground}"/>',
            f'<circle cx="120" cy="112" r="92" fill="{used.halo}"/>',
            f'<ellipse cx="120" cy="181" rx="76" ry="8" fill="{used.shadow}"/>',
            '<g transform="translate(25 21) scale(.79)">',
            *(_shape(line, used) for line in _lines(silhouette(product))),
            "</g></svg>",
        )
    )


def silhouette(product: Product) -> str:
    """The name of the drawing: by the title's own noun, else by the category from the narrowest up, else a parcel."""
    title = product.title.split(",")[0].removeprefix(product.brand)
    for words in (title, *reversed(product.category)):
        lowered = words.lower()
        for name, pattern in _PATTERNS:
            if pattern.search(lowered):
                return name
    return "parcel"


def _first_colour(product: Product) -> str:
    """The first variant's colour; where a product knows none, its material: steel, oak, cast iron."""
    for options in (*(variant.options for variant in product.variants[:1]), product.attributes):
        for key in ("colour", "color", "material"):
            if key in options:
                return options[key]
    return ""


def _lines(name: str) -> Iterator[str]:
    return (line for line in DRAWINGS[name].splitlines() if line)


def _shape(line: str, used: Paint) -> str:
    kind, fill, rest = line.split(" ", 2)
    value = used.names.get(fill, fill)
    if kind == "P":
        return f'<path fill="{value}" d="{rest}"/>'
    if kind == "L":
        width, path = rest.split(" ", 1)
        return (
            f'<path fill="none" stroke="{value}" stroke-width="{width}" '
            f'stroke-linecap="round" stroke-linejoin="round" d="{path}"/>'
        )
    places = " ".join(f'{name}="{number}"' for name, number in zip(_PLACES[kind], rest.split(), strict=False))
    return f'<{_TAGS[kind]} fill="{value}" {places}/>'
