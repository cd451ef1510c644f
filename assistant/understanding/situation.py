"""What understanding may know about a segment besides its words: the open question, the table, the need in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from assistant.context import Context
from assistant.understanding.commands import Reference
from assistant.understanding.references import distinctive, extract
from assistant.understanding.segments import normalise, without_fillers
from retrieval.constraints import Need
from retrieval.words import stem, words


class Lexicon(Protocol):
    """The shop's own words, from its catalogue and its stores."""

    def need(self, text: str, language: str = "en") -> Need: ...

    def sells(self, text: str) -> bool:
        """Whether the text names a kind of product, a brand or a product of this shop."""
        ...

    def kinds(self, text: str) -> tuple[str, ...]:
        """The categories named in the text."""
        ...

    def knows(self, text: str) -> bool:
        """Whether every word of the text is one of the catalogue's."""
        ...

    def field(self, text: str) -> str:
        """The catalogue's attribute of exactly that name; "" otherwise."""
        ...

    def attribute(self, text: str) -> str:
        """The catalogue's attribute that the text is the name of, abbreviated or not; "" otherwise."""
        ...

    def place(self, text: str) -> str:
        """The id of the store that the text names; "" when it names none."""
        ...

    def names_product(self, text: str) -> bool:
        """Whether the text holds a brand and model name, so that it means one product."""
        ...


@dataclass(kw_only=True)
class Situation:
    """One segment of a message and everything a rule looks at. Lazy: most rules need little of it."""

    original: str
    lexicon: Lexicon
    context: Context
    titles: Mapping[str, str]
    """Of the products on the table, by id."""
    cart_titles: Mapping[str, str]
    """Of what is in the cart, by variant id."""
    here: str = ""
    """The store that the conversation is had in; empty: none."""
    identified: bool = False
    first: bool = True
    """The first segment of its message."""
    source: str = ""
    """The customer's own words for `original`, where they spoke another language than English."""
    language: str = "en"
    """The language of those words."""

    @cached_property
    def text(self) -> str:
        return without_fillers(normalise(self.original))

    @cached_property
    def said(self) -> str:
        """Normalised, with its fillers: for what is nothing but a filler ("ok, thanks")."""
        return normalise(self.original)

    @cached_property
    def words(self) -> list[str]:
        return self.text.replace("?", " ").replace("!", " ").replace(",", " ").replace(".", " ").split()

    @cached_property
    def need(self) -> Need:
        return self.lexicon.need(self.source or self.original, self.language)

    @cached_property
    def sells(self) -> bool:
        return self.lexicon.sells(self.original)

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        return extract(self.text)

    @cached_property
    def named(self) -> tuple[str, ...]:
        """Products on the table that the words name."""
        found = distinctive(self.text, self.titles)
        thing = {stem(word) for word in words(self.need.thing)} if found else set()
        return tuple(key for key in found if not thing or thing & {stem(word) for word in words(self.titles[key])})

    @cached_property
    def place(self) -> str:
        return self.lexicon.place(self.text)

    @property
    def table(self) -> bool:
        """Whether any product is on the table."""
        return bool(self.context.shown or self.context.focus)

    @cached_property
    def pointed(self) -> tuple[Reference, ...]:
        """References by name first, then by pointing words."""
        exact = any(r.kind in ("ordinal", "superlative") for r in self.references)
        if self.named and not exact:
            return tuple(Reference(kind="id", text=key) for key in self.named)
        return self.references
