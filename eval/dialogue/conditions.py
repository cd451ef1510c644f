"""Whether a product meets conditions written as "category=Tents & price<=300 & colour=green": the judge of search (pure).

It reads products itself and shares no code with retrieval's own filters. Colour, size, price and stock must hold for one
and the same variant. Above lies `eval.retrieval.suites`; below, `eval.measures` and the catalogue's types.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from eval.measures import measure
from retrieval.catalogue import Product, StoreId, Variant

Sign = Literal["=", "!=", "<=", ">=", "~"]
_CONDITION = re.compile(r"^\s*([^=<>!~]+?)\s*(<=|>=|!=|=|~)\s*(.+?)\s*$")
_MADE_OF = ("material", "upper", "shell", "fill", "frame")
_NOT_MADE_OF = re.compile(r"\b[\w-]+-(?:free|plated|coated)\b")
_OF_VARIANTS = frozenset({"price", "colour", "size", "stock", "store"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    field: str
    sign: Sign
    values: tuple[str, ...]
    """Lower case; one of them is enough."""


def read_conditions(text: str) -> tuple[Condition, ...]:
    """Raises ValueError for what is none."""
    found = []
    # "Fleece & Midlayers" is one name: only an ampersand before a new condition separates.
    for part in re.split(r"\s&\s(?=[^&|]*?(?:[<>!]?=|~))", text):
        match = _CONDITION.match(part)
        if match is None:
            raise ValueError(f"{part!r} is no condition such as price<=300")
        values = tuple(value.strip().lower() for value in match[3].split("|"))
        found.append(Condition(field=match[1].lower(), sign=match[2], values=values))  # type: ignore[arg-type]
    return tuple(found)


def meets(product: Product, conditions: Sequence[Condition]) -> bool:
    of_product = [one for one in conditions if not _is_of_variants(product, one)]
    of_variants = [one for one in conditions if _is_of_variants(product, one)]
    if not all(_holds(product, one) for one in of_product):
        return False
    return not of_variants or any(all(_variant_holds(v, one) for one in of_variants) for v in product.variants)


def _is_of_variants(product: Product, one: Condition) -> bool:
    return one.field in _OF_VARIANTS or any(one.field in variant.options for variant in product.variants)


def _holds(product: Product, one: Condition) -> bool:
    read = _READERS.get(one.field)
    if read is not None:
        return read(product, one)
    return _compared(product.attributes.get(one.field, ""), one)


def _category(product: Product, one: Condition) -> bool:
    return (product.category[-1].lower() in one.values) == (one.sign == "=") if product.category else False


def _brand(product: Product, one: Condition) -> bool:
    return (product.brand.lower() in one.values) == (one.sign == "=")


def _audience(product: Product, one: Condition) -> bool:
    meant = {value: {value} if value == "kids" else {value, "unisex", ""} for value in one.values}
    return any(product.audience in allowed for allowed in meant.values())


def _rating(product: Product, one: Condition) -> bool:
    return product.rating is not None and _ordered(Decimal(str(product.rating)), Decimal(one.values[0]), one.sign)


def _material(product: Product, one: Condition) -> bool:
    stated = [product.attributes[name] for name in _MADE_OF if name in product.attributes]
    stated += [variant.options["material"] for variant in product.variants if "material" in variant.options]
    plain = _NOT_MADE_OF.sub("", " ; ".join(stated).lower())
    made = any(re.search(rf"\b{re.escape(value)}\b", plain) for value in one.values)
    return made == (one.sign != "!=")


def _title(product: Product, one: Condition) -> bool:
    told = " ".join([product.title, *product.attributes.values()]).lower()
    return any(value in told for value in one.values)


_READERS: Mapping[str, Callable[[Product, Condition], bool]] = {
    "category": _category,
    "brand": _brand,
    "audience": _audience,
    "rating": _rating,
    "material": _material,
    "title": _title,
}


def _variant_holds(variant: Variant, one: Condition) -> bool:
    if one.field == "price":
        return variant.price is not None and _ordered(variant.price, Decimal(one.values[0]), one.sign)
    if one.field == "stock":
        return variant.in_stock_anywhere
    if one.field == "store":
        return any(variant.in_stock(StoreId(value)) for value in one.values)
    stated = variant.options.get(one.field, "").lower()
    if one.field in ("colour", "size"):
        parts = {stated, *re.split(r"[^\w.]+", stated)}
        return any(value in parts for value in one.values) == (one.sign != "!=")
    return _compared(stated, one)


def _compared(stated: str, one: Condition) -> bool:
    wanted = one.values[0]
    if one.sign == "~":
        return any(value in stated.lower() for value in one.values)
    if not re.match(r"-?[\d.]", wanted):
        return any(stated.lower().startswith(value) for value in one.values) == (one.sign != "!=")
    found, bound = measure(stated), measure(wanted)
    if found is None or bound is None or (bound[1] and found[1] != bound[1]):
        return False
    return _ordered(found[0], bound[0], one.sign)


def _ordered(number: Decimal, bound: Decimal, sign: Sign) -> bool:
    slack = abs(bound) * Decimal("0.000001")
    match sign:
        case "<=":
            return number <= bound + slack
        case ">=":
            return number >= bound - slack
        case "=":
            return abs(number - bound) <= slack
        case _:
            return number != bound
