"""Settings of the assistant, from the environment (prefix AISLE_; HOST and PORT also plain)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from assistant.answering.voices import LANGUAGES
from assistant.answering.writer import WriterChoice
from assistant.buses.address import check_bus_url
from assistant.errors import StoreUnavailable
from assistant.planning import PlannerChoice
from assistant.stores.database import check_url
from assistant.translating import TranslatorChoice


class AisleSettings(BaseSettings):
    """Where data lies, where the server listens, and how replies are written."""

    model_config = SettingsConfigDict(
        hide_input_in_errors=True, env_prefix="AISLE_", extra="ignore", frozen=True, populate_by_name=True
    )

    home: Path = Path(".aisle")
    """All data: shop, index, conversations, secrets, weights, logs."""
    host: str = Field(default="127.0.0.1", validation_alias=AliasChoices("HOST", "AISLE_HOST"))
    port: int = Field(default=8080, ge=0, le=65535, validation_alias=AliasChoices("PORT", "AISLE_PORT"))
    answering_writer: WriterChoice = "auto"
    """template, model, or auto: whichever measured better (`aisle eval writer`)."""
    learned: str = ""
    """The folder of a learnt set, used in place of the one that was promoted: so one is measured first (docs/feedback.md)."""
    planner: PlannerChoice = "rules"
    """Who reads a message: rules; structured, a language model by JSON schema whose answer the rules check; native, a capable
    model that calls the tools itself; auto, what was measured best for the model (docs/grounding.md)."""
    planner_seconds: float = Field(default=4.0, gt=0, le=60)
    """How long a model may take to plan a message; then the rules' reading is carried out."""
    translator: TranslatorChoice = "auto"
    """Who translates between agents and customers: off; model, the shop's own; auto, the model where it was measured to
    translate well enough. Without one the desk says that there is no translation."""
    languages: Annotated[tuple[str, ...], NoDecode] = LANGUAGES
    """In which replies come, separated by commas: en, es, fr, de. The first is the shop's own: who writes another is told so
    and answered in it."""
    database_url: SecretStr = SecretStr("")
    """PostgreSQL in place of the files under `home`, for the log, the small tables and the shop: postgresql://user:password@host/name.
    Many replicas of this server then share it (docs/operations.md)."""
    bus_url: SecretStr = SecretStr("")
    """Valkey (or Redis) between replicas: valkey://:password@host:6379/0. Without it, what another replica wrote is seen by looking
    every second or two; words as they are written then stay on the replica that writes them."""
    sealing: Literal["on", "off"] = "on"
    """on: what is said is encrypted, under keys that an erasure destroys (docs/privacy.md). off: new rows are clear, sealed ones
    stay readable: for the time in which a release without sealing still runs beside this one."""
    master_keys: SecretStr = SecretStr("")
    """The key-encryption keys, `2:<64 hexadecimal digits>,1:…`, the newest wraps. Without it master.keys in AISLE_HOME, made at the
    first start; of replicas a shared table."""
    keys_url: SecretStr = SecretStr("")
    """PostgreSQL for the data keys alone, so that backups of the data hold none of them. Without it keys.db in AISLE_HOME, or
    tables beside the log that `aisle db backup` leaves out."""
    kiosk_personal_data: Literal["phone", "open"] = "phone"
    """phone: a kiosk neither shows, says nor asks what is the customer's own; a device in their hand does, and may allow it.
    open: as everywhere."""
    log_path: Path | None = None
    """The conversations' log, where it is not to lie in `home`."""
    index_path: Path | None = None
    """The search index, where it is not to lie in `home`: a folder that replicas share, for instance."""
    index_builds: bool = True
    """False: this server builds no index, it serves what lies at `index_path` and takes each new one up as it comes. Of those
    that share a folder one builds: one replica, or `aisle index build`."""
    drain_seconds: float = Field(default=0.0, ge=0, le=120)
    """After SIGTERM: how long this server still serves while /readyz says that it goes: as long as a load balancer takes to see
    it."""
    threads: int = Field(default=2, ge=1, le=64)
    """Worker threads for embedding and search."""
    identify_by: Literal["", "email", "two_facts", "proof"] = ""
    """What makes a customer known, before anything of theirs is shown or changed. email: their address alone, or name and zip code.
    two_facts: the address and a zip code or order number of theirs, or name and zip code. proof: only a code that was sent to
    them, or the shop's own token. Empty: as the service policy says (demo shop and benchmark: email; any other: two_facts)."""
    changes_by: Literal["", "identified", "proof"] = ""
    """Whether that is enough for a change of orders or of the profile, too, or takes proof. Empty: as the service policy says
    (identified)."""
    demo_seed: int = 7
    refresh_seconds: float = Field(default=5.0, gt=0)
    """How often a change of the shop's records is looked for."""

    @field_validator("database_url", "keys_url")
    @classmethod
    def _postgresql(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            try:
                check_url(value.get_secret_value())
            except StoreUnavailable as error:
                raise ValueError(str(error)) from None
        return value

    @field_validator("bus_url")
    @classmethod
    def _valkey(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            check_bus_url(value.get_secret_value())
        return value

    @model_validator(mode="after")
    def _bus_with_a_database(self) -> Self:
        if self.bus_url.get_secret_value() and not self.database_url.get_secret_value():
            raise ValueError(
                "AISLE_BUS_URL is set and AISLE_DATABASE_URL is not: a bus between replicas needs a log they share"
            )
        if self.log_path is not None and self.database_url.get_secret_value():
            raise ValueError("AISLE_LOG_PATH and AISLE_DATABASE_URL are both set: the log lies in one place")
        return self

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
        return self.index_path or self.home / "index"

    @property
    def log_file(self) -> Path:
        return self.log_path or self.home / "conversations.db"
