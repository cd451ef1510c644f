"""The retriever: a need in, evidence out; and the live changes between two builds.

Above lies `assistant`; below, `segment`, `policy_passages` and an `Embedder`. Every search works on one immutable state,
which a change replaces: readers never wait, and never see half a change.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

import numpy as np

from retrieval import live
from retrieval.catalogue import Product, ProductId, Variant, VariantId
from retrieval.columns import Mask
from retrieval.evidence import Evidence
from retrieval.goes_with import Companions, complements
from retrieval.identifiers import looks_like_one
from retrieval.interpreting import interpreted, interprets
from retrieval.languages import Languages, wished
from retrieval.live import State
from retrieval.missing import missing_from
from retrieval.needs import Filter, Need
from retrieval.passages import dense_text
from retrieval.policy_passages import PolicyPassages
from retrieval.ports import FEATURES, Embedder, Reranker, VectorIndex, Vectors
from retrieval.product_evidence import evidence_of
from retrieval.query import lexical_query
from retrieval.ranking import RELEVANT, Ranked, ranked, sorted_by
from retrieval.relaxing import nearest, relaxed
from retrieval.reranking import reranked
from retrieval.segment import Segment
from retrieval.settings import RetrievalSettings
from retrieval.siblings import Sibling, Siblings
from retrieval.spelling import spelt, taught
from retrieval.spoken_query import Heard, heard, told_query
from retrieval.synonyms import Synonyms
from retrieval.tastes import split
from retrieval.titles import phrasing_of
from retrieval.vocabulary import Vocabulary

_LONGEST_QUERY = 400
"""Characters: more is a document, not a query, and would cost time for every reader."""
_LOOKED_AT = 10
"""Results among which the thing asked for must be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    products: tuple[Evidence, ...] = ()
    """Best first. Price and availability in `fields` are those of the variants that meet the need."""
    total: int = 0
    """How many products meet the need, the ones shown included."""
    relaxed: tuple[Filter, ...] = ()
    """Conditions of the asked need that had to be dropped, because nothing meets all of them."""
    need: Need = field(default_factory=Need)
    """As it was searched, without the relaxed filters."""
    variants: dict[str, tuple[VariantId, ...]] = field(default_factory=dict)
    """By product id, the variants that meet the need."""
    missing: tuple[str, ...] = ()
    """The brand or thing asked for that none of the products is: "under armour", "drones"."""
    measures: dict[str, Mapping[str, float]] = field(default_factory=dict)
    """By product id, what its score was made of (`ports.FEATURES`); kept where it was asked for and the order is relevance."""
    siblings: dict[str, tuple[Sibling, ...]] = field(default_factory=dict)
    """By product id, products that differ from it only in a colour's or a size's name and so have no place of their own."""

    @property
    def near(self) -> bool:
        """Whether nothing found is what was asked for: the products are only the nearest."""
        return bool(self.missing)


class Retriever:
    """Thread-safe; blocking and CPU-bound, so call it from a worker thread, never on an event loop."""

    def __init__(
        self,
        base: Segment,
        policies: PolicyPassages,
        vocabulary: Vocabulary,
        embedder: Embedder,
        *,
        new_index: Callable[[int], VectorIndex],
        settings: RetrievalSettings | None = None,
        generation: int = 1,
        languages: Languages | None = None,
        reranker: Reranker | None = None,
    ) -> None:
        self._settings = settings or RetrievalSettings()
        self._embedder = embedder
        self._new_index = new_index
        self._synonyms = Synonyms(self._settings.synonyms)
        self._policies = policies
        self._state = live.initial(base, vocabulary, generation)
        self._changing = Lock()
        self._languages = languages
        self._reranker = reranker
        self._siblings: Siblings | None = None
        self.taught: frozenset[str] = frozenset()
        """Stems of the words that it has learnt (`learn`)."""

    @property
    def vocabulary(self) -> Vocabulary:
        return self._state.vocabulary

    @property
    def generation(self) -> int:
        """Grows with every change, so that a cache can tell that it is stale."""
        return self._state.generation

    def __len__(self) -> int:
        return self._state.size

    def meeting(self, need: Need) -> tuple[State, list[tuple[Mask, Mask]]]:
        """By segment of the state, the products that meet the need and the variants of theirs that do: to be counted."""
        state = self._state
        passing = state.passing(need.filters)
        if _filters_say_all(need):
            return state, passing
        best = self._ranked(state, replace(need, text=need.text[:_LONGEST_QUERY]))
        masks = [np.zeros(len(mask), dtype=np.bool_) for mask, _ in passing]
        for part, mask in enumerate(masks):
            here = best.parts == part
            mask[best.rows[here]] = best.scores[here] >= RELEVANT
        return state, [(mask, variants) for mask, (_, variants) in zip(masks, passing, strict=True)]

    def product(self, product_id: ProductId) -> Product | None:
        """As last told, price and stock included."""
        return self._state.product(product_id)

    def policy(self, policy_id: str) -> str:
        """The text of a policy as it is indexed; empty where there is none."""
        return self._policies.document(policy_id)

    def find(self, need: Need, *, k: int = 10, language: str = "en", measured: bool = False) -> Found:
        """The `k` products that meet the need best. Filters are never violated; which were dropped is said.

        `language` is that of the need's text, ISO 639-1; `knows` tells whether another than the shop's makes a difference.
        `measured` keeps what each score was made of.
        """
        need = replace(need, text=need.text[:_LONGEST_QUERY], wishes=tuple(wish[:80] for wish in need.wishes[:8]))
        state = self._state
        need = self._in_shop_words(state, need, language)
        dropped: tuple[Filter, ...] = ()
        if not state.any_passing(need.filters):
            dropped = relaxed(need.filters, state.any_passing)
            need = replace(need, filters=tuple(one for one in need.filters if one not in dropped))
        deep = k > self._settings.steady_places
        in_order = nearest(need, dropped)
        best = self._ranked(state, in_order, deep=deep, measured=measured)
        if not len(best.rows) and need.filters and not dropped and not all(map(looks_like_one, need.text.split())):
            # No word fits what the conditions leave: the conditions alone answer, and `missing` says so.
            best = self._ranked(state, replace(in_order, text="", said=""), deep=deep)
        looked_at = 0 if not need.text or self._asks_encoder(self._heard(state, need)) else _LOOKED_AT
        best = self._reranked(state, in_order, best)
        hits = self._hits(state, best, max(k, 0))
        products = {place: _product(state, best, place) for place, *_ in hits}
        first = [products.get(place) or _product(state, best, place) for place in range(min(looked_at, len(best.rows)))]
        found = [self._shown(state, best, place, products[place]) for place, *_ in hits]
        return Found(
            products=tuple(evidence for evidence, _ in found),
            total=best.total,
            relaxed=dropped if found else (),
            need=need,
            variants={evidence.id: variants for evidence, variants in found},
            missing=self._missing(state, need, first) if looked_at else (),
            measures=_measures(best, [(products[place].id, place) for place, *_ in hits]) if measured else {},
            siblings={
                products[place].id: tuple(_sibling(state, best, other) for other in others)
                for place, *others in hits
                if others
            },
        )

    def _hits(self, state: State, best: Ranked, k: int) -> list[list[int]]:
        """Places of the ranking that are shown, each with those of its siblings."""
        if not self._settings.collapse_siblings:
            return [[place] for place in range(min(k, len(best.rows)))]
        siblings = self._siblings
        if siblings is None or not siblings.serves(state):
            self._siblings = siblings = Siblings(state)
        return siblings.collapsed(state, best, k)

    def _reranked(self, state: State, need: Need, best: Ranked) -> Ranked:
        if self._reranker is None or need.sort != "relevance":
            return best

        def texts(count: int) -> list[str]:
            return [dense_text(_product(state, best, place)) for place in range(count)]

        settings = self._settings
        return reranked(
            best,
            " ".join([need.text, *need.wishes]),
            self._reranker,
            texts,
            first=settings.reranked_places,
            weight=settings.reranker_weight,
        )

    def _missing(self, state: State, need: Need, first: Sequence[Product]) -> tuple[str, ...]:
        """Looked for among the first results, however many are shown."""
        return missing_from(
            first, need, spelt(need.text, state), self._synonyms, state.frequency, state.segments[0].words.rows
        )

    def knows(self, language: str) -> bool:
        """Whether the second vectors and the bridge serve it: any language but English, of a shop described in English."""
        languages = self._languages
        return languages is not None and not (language == languages.of_the_shop == "en")

    @property
    def shop_language(self) -> str:
        """In which the products are described, ISO 639-1; English where nothing was made for others."""
        return "en" if self._languages is None else self._languages.of_the_shop

    def warm(self, language: str) -> None:
        """Loads what queries of that language need, before the first one comes."""
        if self._languages is not None and self.knows(language):
            self._languages.warm()
            self._languages.prepared(self._state)

    def _in_shop_words(self, state: State, need: Need, language: str) -> Need:
        """The need with its words in the shop's language, and as they were said beside."""
        into = self.shop_language
        if need.said or not need.text or (language or into) == into:
            return need
        told = interpreted(need.text, state.vocabulary, language, into=into, tables=self._settings.glossary)
        return replace(need, text=told.text or need.text, said=need.text, language=language)

    def _heard(self, state: State, need: Need) -> Heard | None:
        """What was said, where it was said in another language or of a shop that is described in another than English."""
        into = self.shop_language
        if into != "en" and not need.said:
            need = replace(need, said=need.text, language=into)
        return heard(need, state.vocabulary, into=into, tables=self._settings.glossary)

    def _asks_encoder(self, said: Heard | None) -> bool:
        """Whether the multilingual encoder is asked: about words that no table knows, or in a shop of another language."""
        return said is not None and self._languages is not None and (said.strange or self.shop_language != "en")

    def _ranked(self, state: State, need: Need, *, deep: bool = False, measured: bool = False) -> Ranked:
        passing = state.passing(need.filters)
        candidates = self._settings.candidates + deep * self._settings.candidates // 2
        measured = measured or self._reranker is not None
        tastes, wishes = split(need.wishes)
        said = self._heard(state, need)
        if self._languages is not None and said is not None and self._asks_encoder(said):
            slots = [*self._languages.slots(said.units, state.vocabulary.knows), *map(wished, wishes)]
            masks = [allowed for allowed, _ in passing]
            legs = self._languages.candidates(state, need.said or need.text, slots, masks, candidates, self._embedder)
            best = ranked(
                state,
                passing,
                legs,
                self._settings,
                all_meet=_filters_say_all(need),
                tastes=tastes,
                deep=deep,
                measured=measured,
            )
            return sorted_by(need.sort, state, passing, best, need.sort_by)
        text = spelt(need.text, state)
        words = " ".join([text, *wishes]).strip()
        if not words and not tastes:
            return sorted_by(need.sort, state, passing, ranked(state, passing, [], self._settings), need.sort_by)
        # The first segment's words stand for all: a delta is small and shares its language.
        idf = state.segments[0].words.idf
        query = (
            lexical_query(text, wishes, self._synonyms, state.frequency, idf)
            if said is None
            else told_query(said.units, wishes, self._synonyms, state.frequency, idf)
        )
        spoken = text.split()
        identifiers = [word for word in spoken if looks_like_one(word)]
        vector = self._embedder.embed([words or "product"])[0]
        phrasing = phrasing_of(text, need.thing)
        legs = [
            segment.candidates(query, vector, identifiers, phrasing, allowed, candidates)
            for segment, (allowed, _) in zip(state.segments, passing, strict=True)
        ]
        best = ranked(
            state,
            passing,
            legs,
            self._settings,
            all_meet=_filters_say_all(need),
            needs_words=bool(spoken) and len(identifiers) == len(spoken),
            tastes=tastes,
            deep=deep,
            measured=measured,
        )
        return sorted_by(need.sort, state, passing, best, need.sort_by)

    def _shown(
        self, state: State, best: Ranked, place: int, product: Product
    ) -> tuple[Evidence, tuple[VariantId, ...]]:
        part, row = int(best.parts[place]), int(best.rows[place])
        first = int(state.segments[part].columns.first[row])
        meeting = best.variants[part][first : first + len(product.variants)]
        variants = [variant for variant, meets in zip(product.variants, meeting, strict=True) if meets]
        evidence = evidence_of(product, score=float(best.scores[place]), variants=variants, as_of=None)
        return evidence, tuple(variant.id for variant in variants)

    def similar(self, product_id: ProductId, *, k: int = 5, filters: Sequence[Filter] = ()) -> tuple[Evidence, ...]:
        """What is most like it and meets the filters, itself left out; empty for an unknown product.

        "Like this but cheaper" and "instead of what is sold out" are in `retrieval.similar`.
        """
        state = self._state
        place = state.place_of(product_id)
        if place is None:
            return ()
        part, row = place
        vector: Vectors = np.asarray(state.segments[part].vectors[row], dtype=np.float32)
        near: list[tuple[float, int, int]] = []
        passing = state.passing(filters)
        for other, (segment, (allowed, _)) in enumerate(zip(state.segments, passing, strict=True)):
            rows, scores = segment.index.search(vector, k + 1, allowed=allowed)
            near += [(float(score), other, int(found)) for found, score in zip(rows, scores, strict=True)]
        near = sorted((one for one in near if one[1:] != (part, row)), key=lambda one: -one[0])[:k]
        return tuple(
            evidence_of(
                state.product_at(other, found),
                score=min(1.0, max(0.0, score)),
                variants=_meeting(state, passing, other, found) if filters else None,
            )
            for score, other, found in near
        )

    def goes_with(self, product_id: ProductId, companions: Companions, *, k: int = 4) -> tuple[Evidence, ...]:
        """Complements in stock, each of another kind: by what was bought together, else by content."""
        return complements(self, product_id, companions, k=k)

    def find_policies(self, text: str, *, k: int = 3, language: str = "en") -> tuple[Evidence, ...]:
        """Passages that answer, best first, verbatim; none where nothing answers. `language` is the question's."""
        text = text[:_LONGEST_QUERY].strip()
        if not text or len(self._policies) == 0:
            return ()
        if (language or self.shop_language) != self.shop_language:
            return self._find_policies_told(text, k, language)
        return self._policies.find(text, self._embedder.embed([text])[0], k, self._settings.policy_floor)

    def _find_policies_told(self, text: str, k: int, language: str) -> tuple[Evidence, ...]:
        """For a question of another language: by the shop's words for it, and by the multilingual encoder where there is one."""
        names = ""
        if interprets(language):
            told = interpreted(text, self._policies.vocabulary, language, into=self.shop_language)
            names = " ".join(token.shown for unit in told.ordered if unit.known for token in unit.tokens)
        vector = self._embedder.embed([names or text])[0]
        meant = self._languages.asked(text) if self._languages is not None else None
        floor = self._settings.policy_floor
        if meant is None:
            return self._policies.find(names or text, vector, k, floor)
        return self._policies.find_meaning(*meant, names, vector, k, floor)

    def learn(self, lines: str) -> None:
        """What is called otherwise in this shop, in place of what was learnt before: lines as `synonyms` has them."""
        with self._changing:
            self.taught = Synonyms(lines, own=False).stems
            self._synonyms = Synonyms(f"{self._settings.synonyms}\n{lines}")
            self._policies = self._policies.calling(self._synonyms)
            self._state = replace(self._state, vocabulary=taught(self._state.vocabulary, self.taught))

    def apply(self, upserts: Sequence[Product] = (), deletes: Sequence[ProductId] = ()) -> int:
        """Make changes findable at once; the new generation. What only changes price, stock or rating embeds nothing."""
        with self._changing:
            self._state = live.changed(self._state, upserts, deletes, self._embedder, self._new_index)
            self._state = live.learnt(self._state, upserts)
            return self._state.generation


def _measures(best: Ranked, hits: Iterable[tuple[str, int]]) -> dict[str, Mapping[str, float]]:
    if best.features is None:
        return {}
    return {name: dict(zip(FEATURES, best.features[place].tolist(), strict=True)) for name, place in hits}


def _sibling(state: State, best: Ranked, place: int) -> Sibling:
    product = _product(state, best, place)
    return Sibling(id=product.id, title=product.title)


def _meeting(state: State, passing: Sequence[tuple[Mask, Mask]], part: int, row: int) -> list[Variant]:
    """The variants of that row that meet the filters."""
    product = state.product_at(part, row)
    first = int(state.segments[part].columns.first[row])
    meets = passing[part][1][first : first + len(product.variants)]
    return [variant for variant, good in zip(product.variants, meets, strict=True) if good]


def _product(state: State, best: Ranked, place: int) -> Product:
    return state.product_at(int(best.parts[place]), int(best.rows[place]))


def _filters_say_all(need: Need) -> bool:
    """Whether every product that passes is one of the things asked for, so that words only rank."""
    return any(one.field == "category" and one.operator != "not in" for one in need.filters) or not need.text
