"""Settings of customers' sign-in by a code, from the environment (prefix AISLE_SIGN_IN_)."""

from __future__ import annotations

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from assistant.shops.phone_numbers import REGIONS


class SignInSettings(BaseSettings):
    """Every field is AISLE_SIGN_IN_<NAME>."""

    model_config = SettingsConfigDict(
        hide_input_in_errors=True, env_prefix="AISLE_SIGN_IN_", extra="ignore", frozen=True
    )

    enabled: bool = True
    """false: no codes are sent; customers are known by the shop's token, or by what they say of themselves."""
    region: str = "US"
    """The country (ISO 3166) of telephone numbers that customers write without one."""
    code_seconds: float = Field(default=600, gt=0, le=3_600)
    tries: int = Field(default=5, gt=0, le=10)
    """For one code; then it is void."""
    resend_seconds: float = Field(default=30, ge=0)
    """Before another code may be asked for in the same conversation."""
    per_conversation: int = Field(default=5, gt=0)
    """Codes in an hour."""
    per_address: int = Field(default=5, gt=0)
    """Codes to one address or number in an hour, whoever asks; twice as many in a day."""
    per_network: int = Field(default=40, gt=0)
    """Codes asked for from one network address in an hour: a whole office may share one."""
    per_day: int = Field(default=2_000, gt=0)
    """Messages in all: what a day may cost at most. Then nobody is sent one until the next (UTC)."""
    guesses_per_minute: int = Field(default=30, gt=0)
    """Tries of codes from one network address, after a burst of as many."""
    proven_hours: float = Field(default=24, gt=0)
    """How long an address counts as proven in a conversation where its code was confirmed."""

    @field_validator("region")
    @classmethod
    def _known(cls, value: str) -> str:
        if value.upper() not in REGIONS:
            raise ValueError(f"AISLE_SIGN_IN_REGION={value!r} is no country: two letters as in US, DE, NO")
        return value.upper()
