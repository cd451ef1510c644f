"""Settings of text messages, from the environment (prefix AISLE_TEXT_). Each way in is closed until it is set up."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict


class TextSettings(BaseSettings):
    """Every field is AISLE_TEXT_<NAME>."""

    model_config = SettingsConfigDict(hide_input_in_errors=True, env_prefix="AISLE_TEXT_", extra="ignore", frozen=True)

    number: str = Field(default="", pattern=r"^(\+[1-9]\d{5,14})?$")
    """The shop's own, +15550100: customers are shown it to go on by text with what they began on a page."""
    twilio_account_sid: str = Field(default="", pattern=r"^(AC[0-9a-fA-F]{32})?$")
    """Of the account that SMS and WhatsApp go through; without it Twilio's texts are refused."""
    twilio_auth_token: SecretStr | None = None
    """Its token: what Twilio signs its requests with, and what ours show."""
    twilio_auth_token_file: Path | None = None
    """The same, in a file."""
    twilio_url: str = "https://api.twilio.com"
    """Another region of Twilio's, or a server that speaks its Messages API."""
    meta_access_token: SecretStr | None = None
    """Of a system user of the WhatsApp business account; without it Meta's messages are refused."""
    meta_access_token_file: Path | None = None
    """The same, in a file."""
    meta_app_secret: SecretStr | None = None
    """Of the app: what Meta signs its requests with."""
    meta_app_secret_file: Path | None = None
    """The same, in a file."""
    meta_verify_token: SecretStr | None = None
    """A word of your own, given to Meta with the webhook's address."""
    meta_url: str = "https://graph.facebook.com"
    meta_version: str = "v23.0"
    locale: str = "en"
    """The language that conversations begin in; a Twilio number's own stands in its webhook's address (`?locale=es`)."""
    hours: float = Field(default=24, gt=0)
    """Of silence, after which a number's next message begins a new conversation."""
    messages_per_minute: int = Field(default=20, gt=0)
    """Of one number, after a burst of as many; more wait for their turn."""
    seconds: float = Field(default=15, gt=0)
    """How long a carrier may take to answer."""
    keep_days: float = Field(default=7, gt=0)
    """How long it is remembered which messages came and went; their words are forgotten once they have gone."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.twilio_account_sid and not self.twilio_token():
            raise ValueError("AISLE_TEXT_TWILIO_ACCOUNT_SID needs AISLE_TEXT_TWILIO_AUTH_TOKEN (or …_FILE)")
        if self.access_token() and not (self.app_secret() and self.meta_verify_token):
            raise ValueError("AISLE_TEXT_META_ACCESS_TOKEN needs AISLE_TEXT_META_APP_SECRET and …_META_VERIFY_TOKEN")
        return self

    def twilio_token(self) -> str:
        """ "" where none is set. Raises OSError for a file that cannot be read."""
        return _secret(self.twilio_auth_token, self.twilio_auth_token_file)

    def access_token(self) -> str:
        """As `twilio_token`."""
        return _secret(self.meta_access_token, self.meta_access_token_file)

    def app_secret(self) -> str:
        """As `twilio_token`."""
        return _secret(self.meta_app_secret, self.meta_app_secret_file)


def _secret(given: SecretStr | None, path: Path | None) -> str:
    if given is not None:
        return given.get_secret_value().strip()
    return path.read_text(encoding="utf-8").strip() if path is not None else ""
