"""Products of the demo shop: the tables of `departments` played through brands, levels and chance.

Every figure in a title or description is one of the product's attributes, by construction: both are filled from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from assistant.shops.demo.blueprint import Category, Clause, Kind, Sentence, value_of
from assistant.shops.demo.brands import Brand, makers
from assistant.shops.demo.departments import CATEGORIES
from assistant.shops.demo.names import MODEL_NAMES, SUFFIXES
from assistant.shops.demo.reviews import judged
from assistant.shops.demo.variants import Availability, for_audience, offered, us_sizes, variants
from assistant.shops.demo.wording import headline, sentence
from retrieval.catalogue import Audience, Product, ProductId, StoreId

PER_CATEGORY = 45
AUDIENCE_WORDS: Mapping[str, str] = {"women": "Women's", "men": "Men's", "kids": "Kids'"}
_PLACEHOLDER = re.compile(r"{([^}]+)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What is settled about a product before its variants are made."""

    brand: Brand
    model: str
    noun: str
    kind: Kind
    audience: Audience
    quality: float
    attributes: dict[str, str]

    @property
    def words(self) -> dict[str, str]:
        """What the templates may speak of."""
        return self.attributes | {"model": self.model}


def products(seed: int, stores: Sequence[StoreId]) -> Iterator[Product]:
    """All products, category by category. The same seed and stores give the same products."""
    names = _Names()
    serial = 10001
    for category in CATEGORIES:
        rng = Random(f"{seed}/{'/'.join(category.path)}")
        for number in range(PER_CATEGORY):
            yield _product(category, number, serial, names, rng, stores)
            serial += 1


class _Names:
    """Gives each brand every model's name once."""

    def __init__(self) -> None:
        self._taken: set[tuple[str, str]] = set()

    def fresh(self, brand: Brand, mood: str, rng: Random) -> str:
        while True:
            name = rng.choice(MODEL_NAMES[mood]) + rng.choice(SUFFIXES[mood])
            if (brand.name, name) not in self._taken:
                self._taken.add((brand.name, name))
                return name


def _product(
    category: Category, number: int, serial: int, names: _Names, rng: Random, stores: Sequence[StoreId]
) -> Product:
    draft = _draft(category, number, serial, names, rng)
    axes = {
        axis.name: offered(axis, rng) for axis in for_audience(draft.kind.axes or category.axes, draft.audience)
    } or {"colour": {rng.choice(("black", "silver")): 1.0}}
    attributes = draft.attributes | _fitting(category, axes, draft.audience)
    product_id = ProductId(f"FF{serial}")
    rating, count, reviews = judged(category.voice, draft.quality, rng)
    return Product(
        id=product_id,
        title=_title(category, draft, rng),
        brand=draft.brand.name,
        category=category.path,
        description=_description(category, draft, rng),
        attributes=attributes,
        audience=draft.audience,
        variants=variants(
            rng,
            product=product_id,
            serial=serial,
            axes=axes,
            price=draft.kind.price * _price_factor(draft, rng),
            stores=stores,
            availability=_availability(rng),
        ),
        rating=rating,
        rating_count=count,
        reviews=reviews,
        image_url=f"/v1/products/{product_id}/image.svg",
        url=f"/products/{product_id}",
    )


def _draft(category: Category, number: int, serial: int, names: _Names, rng: Random) -> Draft:
    able = makers(category.path)
    brand = able[number % len(able)]
    quality = min(1.0, max(0.0, (brand.level - 1) * 0.36 + rng.uniform(0.0, 0.28)))
    kind = rng.choice(category.kinds)
    audience = kind.audience or rng.choice(category.audiences)
    word = "" if kind.audience else AUDIENCE_WORDS.get(audience, "")
    specs = {
        **kind.attributes,
        **{name: spec for name, spec in category.attributes.items() if name not in kind.attributes},
    }
    values = {name: value_of(spec, rng, level=brand.level, quality=quality) for name, spec in specs.items()}
    return Draft(
        brand=brand,
        model=names.fresh(brand, category.names, rng),
        noun=f"{word} {kind.noun}".strip(),
        kind=kind,
        audience=audience,
        quality=quality,
        attributes=values | {"model number": f"{brand.code}-{serial % 100000:05d}"},
    )


def _fitting(category: Category, axes: Mapping[str, Mapping[str, float]], audience: Audience) -> dict[str, str]:
    found = {}
    if category.voice == "footwear":
        found["us sizes"] = us_sizes(list(axes["size"]), audience)
    if audience == "kids":
        found["age range"] = _age_range(list(axes.get("size", ())))
    return found


def _age_range(sizes: Sequence[str]) -> str:
    if sizes and sizes[0].endswith("Y"):
        return f"{sizes[0][:-1]} to {sizes[-1][:-1]} years"
    return "4 to 12 years"


def _price_factor(draft: Draft, rng: Random) -> float:
    """From about 0.6 for the plainest to 1.7 for the finest; children's things cost less of everything."""
    smaller = 0.65 if draft.audience == "kids" and not draft.kind.audience else 1.0
    return float((0.6 + 1.1 * draft.quality**1.3) * rng.uniform(0.93, 1.07) * smaller)


def _availability(rng: Random) -> Availability:
    return rng.choices(("normal", "sold out", "stores only"), (0.94, 0.02, 0.04))[0]


def _fill(template: str, words: Mapping[str, str]) -> str | None:
    """The template with its words; None when the product has not got one of them, or has "none"."""
    needed = _PLACEHOLDER.findall(template)
    if any(words.get(name, "none") in ("none", "no") for name in needed):
        return None
    return template.format_map(words)


def _title(category: Category, draft: Draft, rng: Random) -> str:
    fitting = [text for highlight in category.highlights if (text := _fill(highlight, draft.attributes))]
    feature = f", {headline(rng.choice(fitting))}" if fitting else ""
    return f"{draft.brand.name} {draft.model} {draft.noun}{feature}"


def _description(category: Category, draft: Draft, rng: Random) -> str:
    """An opener and one to three details, none of which only repeats what was said before it."""
    chosen = [rng.choice(_true(category.openers, draft))]
    said = set(chosen[0].about)
    details = _true(category.details, draft)
    for detail in rng.sample(details, len(details)):
        if len(chosen) <= rng.randint(1, 3) and not said.issuperset(detail.about):
            chosen.append(detail)
            said |= detail.about
    return " ".join(sentence(each.text) for each in chosen)


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    text: str
    about: frozenset[str]


def _true(sentences: Sequence[Sentence], draft: Draft) -> list[Statement]:
    """Those sentences that hold of this product, with its words."""
    return [statement for each in sentences if (statement := _statement(each, draft))]


def _statement(each: Sentence, draft: Draft) -> Statement | None:
    template, about = each if isinstance(each, str) else each.text, set[str]()
    if isinstance(each, Clause):
        if draft.attributes.get(each.attribute) != each.value:
            return None
        about = {each.attribute}
    text = _fill(template, draft.words)
    about |= set(_PLACEHOLDER.findall(template)) - {"model"}
    return Statement(text=text, about=frozenset(about or {template})) if text else None
