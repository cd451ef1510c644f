"""Settings of retrieval, from the environment: AISLE_RETRIEVAL_EMBEDDER=hashing and so on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

Share = Annotated[float, Field(ge=0.0, le=1.0)]


class RetrievalSettings(BaseSettings):
    model_config = SettingsConfigDict(
        hide_input_in_errors=True, env_prefix="AISLE_RETRIEVAL_", extra="ignore", frozen=True
    )

    embedder: Literal["auto", "minilm", "hashing", "sentence-transformers"] = "auto"
    """auto: MiniLM, and hashing where its packages are missing."""
    embedder_model: str = ""
    """For sentence-transformers: a folder or a name."""
    embedder_threads: Annotated[int, Field(ge=1, le=64)] = 1
    multilingual: bool = True
    """A second vector a product, so that queries in other languages find it too."""
    glossary: bool = True
    """Bring Spanish, French and German into the shop's words by the glossary, before nearness of meaning is asked."""
    candidates: Annotated[int, Field(ge=10, le=5000)] = 200
    """Taken from each leg before they are fused."""
    lexical_weight: Share = 0.55
    phrase_weight: Share = 0.15
    """What a title gains that holds all of the query's neighbouring words side by side, of a score of at most 1."""
    accessory_penalty: Share = 0.1
    """What a title loses that names the thing asked for only after "for"."""
    feedback_weight: Share = 0.3
    """What nearness to the first results gains. These four were set by hand on part of two public sets."""
    steady_places: Annotated[int, Field(ge=1, le=1000)] = 20
    """Who asks for more results than this gets the further ones by what lies near them, too: more of them are relevant."""
    neighbour_weight: Annotated[float, Field(ge=0.0, le=5.0)] = 1.0
    """How much, beyond the steady places, the scores of a product's neighbours count against its own; 0: not at all."""
    popularity_weight: Share = 0.03
    """A tie-breaker: what the best rated product gains over an unrated one, of a score of at most 1."""
    out_of_stock_penalty: Share = 0.05
    """What a product loses that cannot be bought anywhere."""
    store_only_penalty: Share = 0.1
    """What a product loses that only a store has: who asks on the web wants it sent."""
    freshness_weight: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    """A tie-breaker: what the product listed last gains over one as old as `fresh_for_days`, of a score of at most 1. By the
    attribute "listed", "date added" or "release date" (YYYY-MM-DD); counted from the newest of the shop, not from today."""
    fresh_for_days: Annotated[int, Field(ge=1, le=3650)] = 90
    collapse_siblings: bool = False
    """Show products that differ only in a colour's or a size's name as one hit, and name the others beside it: for shops whose
    catalogue has a product a colour. Variants of one product are one hit always."""
    reranker: Literal["none", "linear", "cross-encoder"] = "none"
    reranker_model: str = ""
    """For linear a file of weights; for cross-encoder a folder or a name."""
    reranked_places: Annotated[int, Field(ge=2, le=1000)] = 50
    reranker_weight: Share = 0.5
    """How much the second look counts against the first."""
    nearness_floor: Share = 0.3
    """Cosine below which a product that shares no word with the query is not an answer."""
    policy_floor: Share = 0.35
    """Score below which no passage answers a question."""
    synonyms: str = ""
    """More groups of synonyms: one a line, phrases separated by commas."""
