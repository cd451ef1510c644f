"""Settings of the mobile web app, from the environment (prefix AISLE_MOBILE_)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class MobileSettings(BaseSettings):
    """Every field is AISLE_MOBILE_<NAME>."""

    model_config = SettingsConfigDict(
        hide_input_in_errors=True, env_prefix="AISLE_MOBILE_", extra="ignore", frozen=True
    )

    push_public_key: str = Field(default="", pattern=r"^([A-Za-z0-9_-]{80,100})?$")
    """The VAPID public key (base64url, uncompressed P-256) that browsers subscribe with; empty: no notifications are offered."""
    push_services: Annotated[tuple[str, ...], NoDecode] = (
        "fcm.googleapis.com",
        "updates.push.services.mozilla.com",
        "push.apple.com",
        "notify.windows.com",
    )
    """Hosts, and all below them, whose subscriptions are taken: a device may name no other address."""

    @field_validator("push_services", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value
