"""Settings of the assistant, from the environment (prefix AISLE_; HOST and PORT also plain)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import AliasChoices, Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from assistant.answering.voices import LANGUAGES
from assistant.answering.writer import WriterChoice
from assistant.planning import PlannerChoice


class AisleSettings(BaseSettings):
    """Where data lies, where the server listens, and how replies are written."""

    model_config = SettingsConfigDict(env_prefix="AISLE_", extra="ignore", frozen=True, populate_by_name=True)

    home: Path = Path(".aisle")
    """All data: shop, index, conversations, secrets, weights, logs."""
    host: str = Field(default="127.0.0.1", validation_alias=AliasChoices("HOST", "AISLE_HOST"))
    port: int = Field(default=8080, ge=0, le=65535, validation_alias=AliasChoices("PORT", "AISLE_PORT"))
    answering_writer: WriterChoice = "auto"
    """template, model, or auto: whichever measured better (`aisle eval writer`)."""
    planner: PlannerChoice = "rules"
    """Who reads a message: rules; structured, a language model by JSON schema whose answer the rules check; native, a capable
    model that calls the tools itself; auto, what was measured best for the model (docs/grounding.md)."""
    planner_seconds: float = Field(default=4.0, gt=0, le=60)
    """How long a model may take to plan a message; then the rules' reading is carried out."""
    languages: Annotated[tuple[str, ...], NoDecode] = LANGUAGES
    """In which replies come, separated by commas: en, es, fr, de. The first is the shop's own: who writes another is told so
    and answered in it."""
    log_path: Path | None = None
    """The conversations' log, where it is not to lie in `home`."""
    threads: int = Field(default=2, ge=1, le=64)
    """Worker threads for embedding and search."""
    demo_seed: int = 7
    refresh_seconds: float = Field(default=5.0, gt=0)
    """How often a change of the shop's records is looked for."""

    @field_validator("languages", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return tuple(part.strip().lower() for part in value.split(",")) if isinstance(value, str) else value

    @field_validator("languages")
    @classmethod
    def _spoken(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        unknown = [language for language in value if language not in LANGUAGES]
        if unknown or not value:
            raise ValueError(f"no templates for {unknown!r}: choose among {', '.join(LANGUAGES)}")
        return tuple(dict.fromkeys(value))

    @property
    def shop_file(self) -> Path:
        return self.home / "shop.db"

    @property
    def index_folder(self) -> Path:
        return self.home / "index"

    @property
    def log_file(self) -> Path:
        return self.log_path or self.home / "conversations.db"
