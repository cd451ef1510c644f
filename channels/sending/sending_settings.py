"""Settings of messages that go out, from the environment (prefix AISLE_SEND_)."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from channels.text_message.text_settings import TextSettings


class SendingSettings(BaseSettings):
    """Every field is AISLE_SEND_<NAME>."""

    model_config = SettingsConfigDict(hide_input_in_errors=True, env_prefix="AISLE_SEND_", extra="ignore", frozen=True)

    email: Literal["auto", "smtp", "folder", "off"] = "auto"
    """smtp: by a mail server; folder: each as a file in AISLE_HOME/outgoing, for development; auto: smtp where a server is
    set, else the folder on a server that only its own machine reaches, else off."""
    sms: Literal["auto", "twilio", "folder", "off"] = "auto"
    """The same, by Twilio; auto also where AISLE_TEXT_… sets up texts by it, with the shop's number there."""
    smtp_host: str = ""
    smtp_port: int = Field(default=587, gt=0, le=65535)
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    """none: in the clear, for a mail server on the same machine alone."""
    smtp_user: str = ""
    smtp_password: SecretStr | None = None
    smtp_password_file: Path | None = None
    """The same, in a file."""
    smtp_ca_file: Path | None = None
    """Whom the mail server's certificate is signed by, where no public authority did."""
    email_from: str = ""
    """ "Peak Outdoor <hello@peak.example>"."""
    twilio_account_sid: str = ""
    twilio_auth_token: SecretStr | None = None
    twilio_auth_token_file: Path | None = None
    """The same, in a file."""
    twilio_url: str = "https://api.twilio.com"
    """Another region of Twilio's, or a server that speaks its Messages API."""
    sms_from: str = Field(default="", pattern=r"^(\+[1-9]\d{5,14}|MG[0-9a-f]{32}|[A-Za-z0-9 ]{1,11})?$")
    """A number (+15550100), a messaging service (MG…) or a sender's name."""
    seconds: float = Field(default=10, gt=0, le=10)
    """How long a message may take to be handed over; then it is tried again."""
    tries: int = Field(default=3, ge=1, le=10)
    """With a longer pause before each."""

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.email == "smtp" and not self.smtp_host:
            raise ValueError("AISLE_SEND_EMAIL=smtp needs AISLE_SEND_SMTP_HOST")
        if self.smtp_host and not self.email_from:
            raise ValueError('AISLE_SEND_SMTP_HOST needs AISLE_SEND_EMAIL_FROM, as in "Shop <hello@shop.example>"')
        if self.sms == "twilio" and not self.twilio_account_sid:
            raise ValueError("AISLE_SEND_SMS=twilio needs AISLE_SEND_TWILIO_ACCOUNT_SID")
        if self.twilio_account_sid and not (self.twilio_token() and self.sms_from):
            raise ValueError("AISLE_SEND_TWILIO_ACCOUNT_SID needs AISLE_SEND_TWILIO_AUTH_TOKEN and AISLE_SEND_SMS_FROM")
        return self

    def twilio_token(self) -> str:
        return _secret(self.twilio_auth_token, self.twilio_auth_token_file)

    def password(self) -> str:
        return _secret(self.smtp_password, self.smtp_password_file)


def with_texting(settings: SendingSettings, texts: TextSettings) -> SendingSettings:
    """Where the shop texts by Twilio, its codes go the same way, from the same number, without being set up again."""
    token = texts.twilio_token()
    own = settings.twilio_account_sid or settings.sms != "auto"
    if own or not (texts.twilio_account_sid and token and texts.number):
        return settings
    account = {
        "twilio_account_sid": texts.twilio_account_sid,
        "twilio_auth_token": SecretStr(token),
        "twilio_url": texts.twilio_url,
        "sms_from": texts.number,
    }
    return settings.model_copy(update=account)


def _secret(value: SecretStr | None, file: Path | None) -> str:
    if value is not None:
        return value.get_secret_value()
    return file.read_text().strip() if file is not None else ""
