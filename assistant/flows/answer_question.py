"""Questions of fact about products on the table, each answered with its source. Rules of the shop: `answer_policy`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answering.cards import lowest_price, matching_variants, price_varies, product_citation
from assistant.answering.say_acts import Apologise, Inform
from assistant.flows.answer_policy import ask_policy
from assistant.flows.attribute_meant import MEANT_BY_ALL, by_meaning
from assistant.flows.find_store import check_stock
from assistant.flows.hearing_right import by_voice
from assistant.flows.pointing import ask_which, named, pointed_at, so_called
from assistant.flows.quoting import best_sentences, meaningful, sentences
from assistant.flows.stated_attributes import find_attribute
from assistant.flows.variants import named_options, unknown_options
from assistant.flows.work import Work
from assistant.understanding.commands import Ask, StartFlow
from retrieval.catalogue import Product

_WATER_DETAILS = ("hydrostatic head", "ip rating", "water rating")
_NEGATIVE = ("no", "none", "not", "false", "never")


async def ask_product(work: Work, command: Ask) -> None:
    products = await _about(work, command)
    if not products:
        shown, focus = await work.table()
        bare = not command.references or (_means_no_one(command) and not by_voice(work))
        if bare and await _tell_all(work, command, shown):
            return
        candidates = () if command.references else await so_called(work, command.question)
        if candidates:
            work.know(shown=tuple(p.id for p in candidates), topic="products")
        ask_which(
            work, "ask_product", candidates or shown or focus, question=command.question, attribute=command.attribute
        )
        return
    work.know(
        focus=tuple(p.id for p in products), topic="products", question=command.question, attribute=command.attribute
    )
    if command.attribute == "stock":
        references = command.references
        stock = StartFlow(flow="check_stock", references=references, place=work.context.place, words=command.question)
        await check_stock(work, stock)
        return
    for product in products[:3]:
        await _answer(work, product, command)


def _means_no_one(command: Ask) -> bool:
    """ "How loud is it?", of several: rather told of each than asked back, where it can be read."""
    return all(one.kind == "pronoun" for one in command.references) and command.attribute not in _OPTIONAL


_OPTIONAL = ("colour", "size", "stock", "price", "rating", "description")


async def _tell_all(work: Work, command: Ask, shown: Sequence[Product]) -> bool:
    """A question with nothing pointed at is answered for all that is on the table, where the catalogue tells."""
    told: list[tuple[Product, str, str]] = []
    for product in shown:
        name, value = find_attribute(product, command.attribute, command.question)
        if not name:
            name, value = await by_meaning(work, product, command.question, bar=MEANT_BY_ALL)
        if name:
            told.append((product, name, value))
    if len(told) < 2:
        return False
    work.know(question=command.question, attribute=command.attribute, topic="products")
    work.acts.append(
        Inform(
            about="attributes",
            values={"name": work.phrases.term(told[0][1])},
            lines=tuple(f"**{product.title}** – {_told(work, name, value)}" for product, name, value in told),
            cards=tuple(work.card(product) for product, _, _ in told),
            citations=tuple(product_citation(product, _stated(work, name, value)) for product, name, value in told),
        )
    )
    return True


def _stated(work: Work, name: str, value: str) -> str:
    """ "weight: 1.2 kg": the attribute's name in the customer's language, its value as the shop wrote it."""
    return work.phrases.pair(work.phrases.term(name), value)


def _told(work: Work, name: str, value: str) -> str:
    """The same with the value in the customer's language, where we have words for it."""
    return work.phrases.pair(work.phrases.term(name), work.phrases.value(value))


async def _about(work: Work, command: Ask) -> tuple[Product, ...]:
    found = await pointed_at(work, command.references)
    if found:
        return found
    by_name = await named(work, command.need)
    if by_name or command.references:
        return by_name
    _, focus = await work.table()
    return focus[:1]


async def _answer(work: Work, product: Product, command: Ask) -> None:
    match command.attribute:
        case "price":
            _price(work, product)
        case "colour" | "size":
            _options(work, product, command)
        case "rating":
            _reviews(work, product)
        case "description":
            _describe(work, product)
        case _:
            await _attribute(work, product, command)


def _price(work: Work, product: Product) -> None:
    variants = matching_variants(product, None)
    lowest = lowest_price(product, variants)
    about = "no_price" if lowest is None else "price_from" if price_varies(variants) else "price"
    work.acts.append(
        Inform(
            about=about,
            values={"title": product.title, "price": work.phrases.money(lowest) if lowest else ""},
            cards=(work.card(product),),
        )
    )


def _options(work: Work, product: Product, command: Ask) -> None:
    name = command.attribute
    names = (
        [name]
        if any(name in v.options for v in product.variants)
        else [n for v in product.variants for n in v.options if name in n]
    )
    values = list(dict.fromkeys(v.options[n] for v in product.variants for n in names if n in v.options))
    if not values and name == "size":
        others = [n for v in product.variants for n in v.options if n != "colour"]
        if others:
            _options(work, product, replace(command, attribute=others[0]))
            return
    if not values:
        _unknown(work, product, name)
        return
    there = list(
        dict.fromkeys(v.options[n] for v in product.variants for n in names if n in v.options and v.in_stock_anywhere)
    )
    gone = [value for value in values if value not in there]
    if _asked_for_one(work, product, name, command.question, there):
        return
    said = work.phrases.listed([_option_shown(work, name, value) for value in there])
    about = "options" if there and not gone else "options_some" if there else "options_none"
    work.acts.append(
        Inform(
            about=about,
            values={
                "title": product.title,
                "name": work.phrases.term(name),
                "values": said,
                "gone": work.phrases.listed([_option_shown(work, name, value) for value in gone]),
            },
            cards=(work.card(product),),
            citations=(product_citation(product, _stated(work, name, ", ".join(values))),),
        )
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


_COMES_IN = re.compile(r"\b(?:come|comes|available|have it|get it|is there)\b.{0,20}\b(?:in|an?)\b")


def _option_named(product: Product, question: str) -> str:
    """ "What other weights does it come in": an option of its variants, asked for by name."""
    plural = re.search(r"\b(?:what|which|other|bigger|smaller|larger|different|more|any)\b", question.lower())
    said = meaningful(question)
    names = dict.fromkeys(name for v in product.variants for name in v.options)
    return next((name for name in names if plural and meaningful(name) <= said and name not in product.attributes), "")


def _asked_for_one(work: Work, product: Product, name: str, question: str, there: Sequence[str]) -> bool:
    """ "Does it come in blue?" is answered with yes or no."""
    missing = unknown_options(product, question.lower(), work.knowledge.parse(question))
    asked = named_options(product, question.lower()).get(name, ())
    having = [value for value in asked if value in there]
    if not missing and not asked:
        return False
    about = "option_yes" if having else "option_no"
    wanted = work.phrases.listed([work.phrases.value(one) for one in having or list(asked) or list(missing)])
    values: dict[str, str | int] = {
        "title": product.title,
        "wanted": wanted,
        "values": work.phrases.listed([work.phrases.value(one) for one in there]),
    }
    citation = product_citation(product, _stated(work, name, ", ".join(there)))
    work.acts.append(Inform(about=about, values=values, cards=(work.card(product),), citations=(citation,)))
    return True


def wished_options(work: Work, product: Product, words: str) -> bool:
    """ "The second one in blue": says of each option named whether it is to be had. False: one of them is not."""
    missing = unknown_options(product, words.lower(), work.knowledge.parse(words))
    named = named_options(product, words.lower())
    to_be_had = True
    for name in dict.fromkeys(name for v in product.variants for name in v.options):
        there = [v.options[name] for v in product.variants if name in v.options and v.in_stock_anywhere]
        wanted = named.get(name, ())
        if wanted or (missing and name == ("size" if missing[0].isupper() or missing[0][:1].isdigit() else "colour")):
            _asked_for_one(work, product, name, words, tuple(dict.fromkeys(there)))
            to_be_had = to_be_had and any(value in there for value in wanted)
    return to_be_had


def _option_shown(work: Work, name: str, value: str) -> str:
    return _size_shown(value) if name == "size" else work.phrases.value(value)


def _size_shown(value: str) -> str:
    return value.upper() if re.fullmatch(r"x*[sml]", value) else value


def _reviews(work: Work, product: Product) -> None:
    if product.rating is None:
        work.acts.append(Inform(about="no_reviews", values={"title": product.title}, cards=(work.card(product),)))
        return
    telling = sorted(product.reviews, key=lambda r: -r.rating)[:1] + sorted(product.reviews, key=lambda r: r.rating)[:1]
    distinct = [r for r in dict.fromkeys(telling) if _harmless(r.text)]
    quotes = tuple(product_citation(product, r.text) for r in distinct)
    rating = work.phrases.rating(product.rating)
    summary = work.phrases.say("rating.by", rating=rating, count=product.rating_count)
    work.acts.append(
        Inform(
            about="reviews" if distinct else "rating",
            values={"title": product.title, "rating": rating, "count": product.rating_count},
            lines=tuple(work.phrases.say("forms.quoted", text=r.text) for r in distinct),
            cards=(work.card(product),),
            citations=(product_citation(product, summary), *quotes),
        )
    )


def _harmless(text: str) -> bool:
    """A review that speaks to machines instead of shoppers is data, but not worth reading out."""
    return not re.search(r"ignore|instruction|system prompt|system:|assistant|you are now|\{\{|<[a-z/]", text, re.I)


def _describe(work: Work, product: Product) -> None:
    told = [said for said in sentences(re.sub(r"<[^>]*>", " ", product.description)) if _harmless(said)]
    text = " ".join(told[:2])
    facts = [
        work.phrases.pair(f"**{_capital(work.phrases.term(name))}**", work.phrases.value(value))
        for name, value in list(product.attributes.items())[:6]
    ]
    none = work.phrases.say("said.no_description")
    work.acts.append(
        Inform(
            about="description",
            values={"title": product.title, "text": text if text or facts else none},
            lines=tuple(facts),
            cards=(work.card(product),),
            citations=(
                *((product_citation(product, text),) if text else ()),
                product_citation(product, "; ".join(_stated(work, n, v) for n, v in product.attributes.items())),
            ),
            quick_replies=(work.phrases.reply("reviews"), work.phrases.reply("in_stores")),
        )
    )


_RULES_TOO = ("warranty", "delivery", "shipping", "returns", "us sizes")
"""What a product may state of its own, and the shop's rules else."""


async def _attribute(work: Work, product: Product, command: Ask) -> None:
    option = _option_named(product, command.question)
    if option and command.attribute not in product.attributes:
        _options(work, product, replace(command, attribute=option))
        return
    if not command.attribute and _COMES_IN.search(command.question.lower()):
        for named_option in named_options(product, command.question.lower()):
            _options(work, product, replace(command, attribute=named_option))
            return
    name, value = find_attribute(product, command.attribute, command.question)
    if not name:
        name, value = await by_meaning(work, product, command.question)
    if not name and command.attribute in _RULES_TOO:
        await ask_policy(work, Ask(about="policy", question=command.question))
        return
    if not name:
        sentence = (
            best_sentences(product.description, command.question, count=1, floor=2) if not command.attribute else ""
        )
        if sentence and _harmless(sentence) and "<" not in sentence:
            _say(work, product, "description_says", {"text": sentence, "original": work.original(sentence)}, sentence)
        else:
            _unknown(work, product, command.attribute)
        return
    quote = _stated(work, name, value)
    values: dict[str, str | int] = {"name": work.phrases.term(name), "value": work.phrases.value(value)}
    first = value.lower().split()[0].strip(",;:(") if value else ""
    rest = value[len(first) :].strip(" ,;:()")
    if first == "yes" or first in _NEGATIVE:
        values["detail"] = f" ({work.phrases.value(rest)})" if rest else ""
        about = f"attribute_{'is' if _IS.search(name) else 'has'}{'' if first == 'yes' else '_not'}"
        more = [
            (n, product.attributes[n])
            for n in _WATER_DETAILS
            if command.attribute == "waterproof" and n in product.attributes
        ]
        if more:
            told = [f"{work.phrases.term(n)} {work.phrases.value(v)}" for n, v in more]
            values["detail"] = f" ({work.phrases.listed(told)})"
            quote = "; ".join((quote, *(_stated(work, n, v) for n, v in more)))
        _say(work, product, about, values, quote)
        return
    _say(work, product, "attribute_weight" if name == "weight" else "attribute", values, quote)


_IS = re.compile(
    r"(?:proof|able|ible|resistant|less|free|safe|certified|approved|wireless|foldable|insulated|lined|compatible|adjustable)$"
)
"""Attributes that a thing is; the others it has: "is waterproof", "has gps"."""


def _say(work: Work, product: Product, about: str, values: dict[str, str | int], quote: str) -> None:
    work.acts.append(
        Inform(
            about=about,
            values={"title": product.title, **values},
            cards=(work.card(product),),
            citations=(product_citation(product, quote),),
        )
    )


def _unknown(work: Work, product: Product, name: str) -> None:
    work.offer("talk_to_human")
    phrases = work.phrases
    asked = phrases.say("said.its", name=phrases.term(name)) if name else phrases.say("said.that")
    work.acts.append(
        Apologise(
            about="attribute_unknown",
            values={"title": product.title, "name": asked},
            cards=(work.card(product),),
            quick_replies=(phrases.reply("ask_colleague"),),
        )
    )
