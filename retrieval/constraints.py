"""The need: what a customer is looking for, as data. "under 50 euros, in stock, in Oslo" -> filters (pure).

Above lie the assistant's understanding and flows; below, `reading` and the shop's `Vocabulary`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from retrieval import phrasebook
from retrieval.catalogue import StoreId
from retrieval.compounds import compounds
from retrieval.glossary import function_words_of
from retrieval.interpreting import interpreted, interprets
from retrieval.known_brands import is_brand
from retrieval.measure_reading import settled_again
from retrieval.needs import Field as Field
from retrieval.needs import Filter as Filter
from retrieval.needs import Need as Need
from retrieval.needs import Operator as Operator
from retrieval.needs import Sort as Sort
from retrieval.reading import Reading
from retrieval.superlatives import SUPERLATIVES
from retrieval.tokens import Token, tokens_of
from retrieval.units import unit_of
from retrieval.vocabulary import Vocabulary
from retrieval.wording import describe as describe
from retrieval.words import STOP_WORDS, stem, words, words_of_name

_LONGEST = 400
"""Characters of a message that are read: what a shopper wants stands at its start."""
_LASTING = frozenset({"audience", "store", "in_stock"})
"""Filters that speak of the customer rather than of the thing: they outlive a change of subject."""
_MOST_WISHES = 8


def parse_need(
    text: str,
    vocabulary: Vocabulary,
    *,
    stores: Mapping[str, StoreId] | None = None,
    language: str = "en",
    into: str = "en",
) -> Need:
    """What the words ask for, in the shop's own terms. `stores` maps names people use to stores.

    Filters only on values that the catalogue has; what it does not know stays in `text`, corrected where it is a typing
    error of a known word. `language` is that of the words, `into` the one the shop describes its products in: what is asked
    for is then put into the shop's words, and the customer's own are kept in `said`. Never raises.
    """
    language = language or into
    aliases = _places_said(stores or {}, text, language)
    plain = {word for alias in aliases for word in words_of_name(alias)}
    text = text[:_LONGEST]
    if language != into and (interprets(language) or language == "en"):
        # English conditions are read as they are, whatever the language of the shop's own words.
        kept = plain | {word for word in words(text) if language == "en" and _is_plain(word)}
        told = interpreted(text, vocabulary, language, into=into, names=kept)
        need = Reading(compounds(told.tokens, vocabulary), vocabulary, aliases).need()
        return replace(need, said=told.said(need.text), language=language) if need.text else need
    tokens = compounds(tokens_of(text), vocabulary)
    if language == into:
        tokens = [_corrected(token, vocabulary, plain) for token in tokens]
    need = Reading(tokens, vocabulary, aliases).need()
    return need if language == into or not need.text else replace(need, said=need.text, language=language)


def _places_said(aliases: Mapping[str, StoreId], text: str, language: str) -> Mapping[str, StoreId]:
    """A short name of a place that is a plain word of the language is meant in capitals only: DEN, AUS."""
    plain = function_words_of(language) if language != "en" else frozenset()
    return {name: store for name, store in aliases.items() if name not in plain or name.upper() in text}


def _corrected(token: Token, vocabulary: Vocabulary, plain: set[str]) -> Token:
    word = token.word
    if token.model or token.number is not None or token.pause or len(word) < 4 or word in plain or _is_plain(word):
        return token
    corrected = vocabulary.corrected(word, also=phrasebook.CUE_WORDS)
    return token if corrected == word else replace(token, word=corrected, shown=corrected)


def _is_plain(word: str) -> bool:
    """English that this package reads by itself, so never a typing error."""
    tables = (phrasebook.CUE_WORDS, phrasebook.AUDIENCES, phrasebook.SMALL_TALK, phrasebook.NUMBER_WORDS, STOP_WORDS)
    return (
        any(word in table for table in (*tables, phrasebook.CURRENCIES, phrasebook.MULTIPLIERS, phrasebook.TOO_MUCH))
        or is_brand(word)
        or word in SUPERLATIVES
        or word in phrasebook.RATING_BEFORE | phrasebook.RATING_WORDS
        or unit_of(word) is not None
        or any(word in phrase for phrase in phrasebook.WISHES)
    )


def merge(previous: Need, change: Need, vocabulary: Vocabulary | None = None) -> Need:
    """A refinement: "in blue", "not wool", "under 100 instead". Naming another kind of thing starts afresh.

    With the shop's vocabulary a bare figure is of what that kind states: "6 mm" of mats is their thickness.
    """
    if _names_another_thing(previous, change):
        lasting = tuple(one for one in previous.filters if one.field in _LASTING and not _replaced(one, change.filters))
        return replace(change, filters=(*lasting, *change.filters))
    kept = (
        _without_contradicted(one, change.filters) for one in previous.filters if not _replaced(one, change.filters)
    )
    filters = [one for one in kept if one is not None]
    said = _said_of_both(previous, change)
    filters = list(dict.fromkeys((*filters, *change.filters)))
    if vocabulary is not None:
        filters = settled_again(filters, vocabulary)
    return Need(
        said=said,
        language=change.language or previous.language if said else "",
        text=_joined(previous.text, change.text),
        filters=tuple(filters),
        wishes=tuple(dict.fromkeys((*previous.wishes, *change.wishes)))[-_MOST_WISHES:],
        sort=change.sort if change.sort != "relevance" else previous.sort,
        sort_by=change.sort_by if change.sort != "relevance" else previous.sort_by,
        thing=change.thing or previous.thing,
    )


def _said_of_both(previous: Need, change: Need) -> str:
    """The customer's words for both, where either was of another language than the shop's."""
    if not (previous.said or change.said):
        return ""
    adds = _stems(change.text) - _stems(previous.text)
    return _joined(previous.said or previous.text, change.said or change.text) if adds else previous.said or change.said


def _names_another_thing(previous: Need, change: Need) -> bool:
    if not change.thing:
        return False
    return not _stems(change.thing) <= _stems(previous.text)


def _stems(text: str) -> set[str]:
    return {stem(word) for word in words(text)}


def _joined(text: str, more: str) -> str:
    known = _stems(text)
    added = [word for word in more.split() if not _stems(word) <= known]
    return " ".join([text, *added]).strip()


def _replaced(old: Filter, changes: tuple[Filter, ...]) -> bool:
    return any(_replaces(new, old) for new in changes)


def _replaces(new: Filter, old: Filter) -> bool:
    if new.field != old.field or "not in" in (new.operator, old.operator):
        return False
    if new.number is None or old.number is None:
        return True
    if new.unit != old.unit or new.operator == old.operator:
        return True
    # "over 50" after "under 200" keeps both; after "under 40" it replaces.
    low, high = (new, old) if new.operator == ">=" else (old, new)
    return low.number is None or high.number is None or low.number > high.number


def _without_contradicted(old: Filter, changes: tuple[Filter, ...]) -> Filter | None:
    """What was wanted and is now ruled out, or the other way round, goes from the older filter."""
    pairs = {("in", "not in"), ("not in", "in"), ("=", "not in"), ("not in", "=")}
    gone = {
        value
        for new in changes
        if new.field == old.field and (old.operator, new.operator) in pairs
        for value in new.values
    }
    if not gone:
        return old
    left = tuple(value for value in old.values if value not in gone)
    return replace(old, values=left) if left else None
