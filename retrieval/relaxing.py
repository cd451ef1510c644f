"""What to let go of when nothing meets every condition: the softest first, and never what someone may depend on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from retrieval.needs import Filter, Need

_HARDNESS = {
    "material": 1, "colour": 2, "size": 4, "rating": 3, "brand": 5, "store": 6, "in_stock": 7, "price": 8, "category": 9,
}  # fmt: skip
_ATTRIBUTE, _KIND = 0, -1
"""What it must have; and of what sort it should be, which goes first."""


def may_go(one: Filter) -> bool:
    """What was ruled out stays out, and what is for children stays for children."""
    return one.operator != "not in" and one.field != "audience"


def relaxations(filters: Sequence[Filter]) -> Iterator[tuple[Filter, ...]]:
    """What to drop, to be tried in this order: each field alone, softest first, then more and more of them."""
    sorts = {one.field for one in filters if one.operator == "in" and one.field not in _HARDNESS}
    fields = sorted(
        {one.field for one in filters if may_go(one)},
        key=lambda name: (_HARDNESS.get(name, _KIND if name in sorts else _ATTRIBUTE), name),
    )
    for field in fields:
        yield _of(filters, {field})
    for count in range(2, len(fields) + 1):
        yield _of(filters, set(fields[:count]))


def _of(filters: Sequence[Filter], fields: set[str]) -> tuple[Filter, ...]:
    return tuple(one for one in filters if one.field in fields and may_go(one))


def relaxed(filters: Sequence[Filter], leaves_some: Callable[[Sequence[Filter]], bool]) -> tuple[Filter, ...]:
    """The filters to drop so that something is left; all that may go where nothing helps."""
    dropped: tuple[Filter, ...] = ()
    for dropped in relaxations(filters):
        if leaves_some([one for one in filters if one not in dropped]):
            return dropped
    return dropped


def nearest(need: Need, dropped: Sequence[Filter]) -> Need:
    """In the order for what was found without a bound: of one kind, what misses it by least comes first."""
    fields = {one.field for one in dropped if one.operator in ("<=", ">=") and one.field != "rating"}
    of_a_kind = any(one.field == "category" and one.operator == "in" for one in need.filters)
    if need.sort != "relevance" or not of_a_kind or fields != {one.field for one in dropped} or len(fields) != 1:
        return need
    ends = {one.operator for one in dropped}
    if fields == {"price"}:
        return replace(need, sort="price_descending" if ends == {">="} else "price_ascending")
    down = ">=" in ends  # "for 12 people": more rather than fewer
    return replace(need, sort="descending" if down else "ascending", sort_by=fields.pop())
