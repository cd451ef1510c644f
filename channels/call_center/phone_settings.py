"""Settings of the phone, from the environment (prefix AISLE_PHONE_). Each way in is closed until it is set up."""

from __future__ import annotations

import ipaddress
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
SHORTEST_SECRET = 16


class PhoneSettings(BaseSettings):
    """Every field is AISLE_PHONE_<NAME>."""

    model_config = SettingsConfigDict(hide_input_in_errors=True, env_prefix="AISLE_PHONE_", extra="ignore", frozen=True)

    number: str = Field(default="", pattern=r"^(\+[1-9]\d{5,14})?$")
    """The shop's own, +15550100: customers are shown it to go on by phone with what they began on a page."""
    twilio_auth_token: SecretStr | None = None
    """Of the Twilio account: what its requests are signed with. Without it calls from Twilio are refused."""
    twilio_auth_token_file: Path | None = None
    """The same, in a file."""
    twilio_account_sid: str = Field(default="", pattern=r"^(AC[0-9a-fA-F]{32})?$")
    """Of the Twilio account, AC…: with it agents can give a call on to a phone. Without it they cannot."""
    twilio_url: str = "https://api.twilio.com"
    """Where Twilio's REST API answers."""
    twilio_shared_key: SecretStr | None = None
    """The secret of a Twilio SharedKey, where requests are signed with one (HMAC_SHA256)."""
    asterisk_secret: SecretStr | None = None
    """What an Asterisk shows: the password of its WebSocket, the bearer of its requests. Without it both are refused."""
    asterisk_secret_file: Path | None = None
    """The same, in a file."""
    audiosocket_port: int = Field(default=0, ge=0, le=65535)
    """Where Asterisk's AudioSocket is listened for (TCP, in the clear: keep it inside); 0: nowhere."""
    audiosocket_host: str = "127.0.0.1"
    audiosocket_allow: Annotated[tuple[Network, ...], NoDecode] = (
        ipaddress.ip_network("127.0.0.0/8"),
        ipaddress.ip_network("::1/128"),
    )
    """Addresses and networks of your own Asterisk, separated by commas: 10.0.5.7, 10.1.0.0/16."""
    locale: str = "en"
    """The language that calls begin in; a Twilio number's own stands in its address (`?locale=es`)."""
    greet: bool = True
    """The assistant speaks first."""
    calls: int = Field(default=8, gt=0)
    """At once; the next hears a busy line."""
    calls_per_minute: int = Field(default=6, gt=0)
    """From one number, after a burst of as many; all withheld numbers together may ten times that."""
    ticket_seconds: float = Field(default=60, gt=0)
    """Between a call's announcement and its sound; its ticket is used up by the first."""
    longest_call_seconds: float = Field(default=3_600, gt=0)

    @field_validator("audiosocket_allow", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        parts = value.replace(",", " ").split() if isinstance(value, str) else value
        if not isinstance(parts, list | tuple):
            raise ValueError("addresses or networks, separated by commas: 10.0.5.7, 10.1.0.0/16")
        return tuple(ipaddress.ip_network(str(part), strict=False) for part in parts)

    @model_validator(mode="after")
    def _long_enough(self) -> PhoneSettings:
        secret = self.asterisk_secret
        if secret is not None and len(secret.get_secret_value()) < SHORTEST_SECRET:
            raise ValueError(
                f"AISLE_PHONE_ASTERISK_SECRET needs at least {SHORTEST_SECRET} characters: `openssl rand -hex 32`"
            )
        return self

    def twilio_token(self) -> str:
        """ "" where none is set. Raises OSError for a file that cannot be read."""
        return _secret(self.twilio_auth_token, self.twilio_auth_token_file)

    def asterisk_password(self) -> str:
        """As `twilio_token`."""
        return _secret(self.asterisk_secret, self.asterisk_secret_file)

    def admits(self, address: str) -> bool:
        """Whether an AudioSocket may come from there."""
        try:
            found = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        plain = getattr(found, "ipv4_mapped", None) or found
        return any(plain in network for network in self.audiosocket_allow if network.version == plain.version)


def _secret(given: SecretStr | None, path: Path | None) -> str:
    if given is not None:
        return given.get_secret_value().strip()
    return path.read_text(encoding="utf-8").strip() if path is not None else ""
