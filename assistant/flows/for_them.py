"""What is known of the customer, used to find: what they avoid comes last and is said so; their size is offered, never forced.

Above: `find_products`. Below: `knowing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answering.say_acts import Inform, Offer
from assistant.context import Told
from assistant.events import Citation, QuickReply
from assistant.flows.knowing import traits
from assistant.flows.quoting import meaningful
from assistant.flows.work import Search, Work
from retrieval.catalogue import Product
from retrieval.constraints import Need
from retrieval.materials import KINDS

MOST_REPLIES = 4
_IN_SIGHT = 4
"""What is shown first: that alone is worth a word about what was put behind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arranged:
    found: Search
    behind: tuple[Told, ...] = ()
    """What they avoid, that would have been among the first."""
    everywhere: bool = False
    """All that was found has it: there was nothing to put ahead."""


async def arranged(work: Work, found: Search) -> Arranged:
    """What holds something that they avoid, last; unless it is just what they asked for."""
    asked = meaningful(" ".join((found.need.text, *(value for f in found.need.filters for value in f.values))))
    avoided = [one for one in await traits(work, "avoids") if not _stems(one.value) & asked]
    held = {product.id: tuple(one for one in avoided if _holds(product, one)) for product in found.products}
    if not any(held.values()):
        return Arranged(found=found)
    ahead = [product for product in found.products if not held[product.id]]
    behind = [product for product in found.products if held[product.id]]
    moved = dict.fromkeys(one for product in found.products[:_IN_SIGHT] for one in held[product.id])
    return Arranged(found=replace(found, products=(*ahead, *behind)), behind=tuple(moved), everywhere=not ahead)


def say_behind(work: Work, arranged: Arranged) -> None:
    if not arranged.behind:
        return
    what = work.phrases.listed([one.value for one in arranged.behind])
    quote = "; ".join(one.words for one in arranged.behind)
    source = Citation(kind="profile", id="told", title=work.phrases.say("names.profile"), quote=f"{what}: {quote}")
    about = "all_have_avoided" if arranged.everywhere else "put_behind"
    work.acts.append(Inform(about=about, values={"what": what}, citations=(source,)))


async def offer_size(work: Work, need: Need, shown: Sequence[Product]) -> None:
    """Their size, where some of what is shown comes in it, none was asked for, and it was not offered before."""
    if work.asked_now or "size" in work.context.offered or any(f.field == "size" for f in need.filters):
        return
    for one in await traits(work, "shoe size", "clothing size"):
        if any(_comes_in(product, one.value) for product in shown):
            work.know(offered=(*work.context.offered, "size"))
            work.offer("in_my_size", size=one.value)
            quote = f"{one.value}: {one.words}"
            source = Citation(kind="profile", id="told", title=work.phrases.say("names.profile"), quote=quote)
            replies = (work.phrases.reply("in_my_size", size=one.value), *replies_so_far(work))[:MOST_REPLIES]
            work.acts.append(
                Offer(about="offer_my_size", values={"size": one.value}, citations=(source,), quick_replies=replies)
            )
            return


def replies_so_far(work: Work) -> tuple[QuickReply, ...]:
    """Of what was said before in this turn: an offer that comes last does not take their place."""
    return next((act.quick_replies for act in reversed(work.acts) if act.quick_replies), ())


def _comes_in(product: Product, size: str) -> bool:
    return any(variant.options.get("size", "").casefold() == size.casefold() for variant in product.variants)


def _holds(product: Product, one: Told) -> bool:
    options = (value for variant in product.variants[:12] for value in variant.options.values())
    having = (value for name, value in product.attributes.items() if not value.lower().startswith(("no", "none")))
    return bool(_stems(one.value) & meaningful(" ".join((product.title, *having, *options))))


def _stems(thing: str) -> set[str]:
    """With its kinds: who avoids wool avoids merino."""
    return meaningful(" ".join((thing, *KINDS.get(thing, ()))))
