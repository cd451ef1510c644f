"""Settings of the channels, from the environment (prefix AISLE_). Where data lies and which port: `assistant.settings`."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class ChannelSettings(BaseSettings):
    model_config = SettingsConfigDict(hide_input_in_errors=True, env_prefix="AISLE_", frozen=True, extra="ignore")

    allowed_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Sites that embed the widget, "https://shop.example https://www.shop.example"; "*" allows every site.
    The server's own origin and localhost are always allowed."""
    public_url: str = ""
    """Where customers reach this server; empty: as the request says. Needed behind a proxy that rewrites Host."""
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = ()
    """Addresses and networks of proxies before this server, "10.0.0.0/8 127.0.0.1": from them alone X-Forwarded-For and
    X-Forwarded-Proto are believed. Without them limits count the address that connects."""
    image_origins: Annotated[tuple[str, ...], NoDecode] = ()
    """Where an imported shop's photographs lie, "https://cdn.shop.example"; pictures from elsewhere are drawn instead."""
    token_days: float = Field(default=30, gt=0)
    """How long a conversation's token opens it, unless its customer ends it before (docs/sign-in.md)."""
    admin_token: SecretStr | None = None
    """Opens /v1/admin, at least 16 characters. Without one a server that listens on its own machine alone makes a token in
    AISLE_HOME/admin.token; any other answers 404 there."""
    realtime_key: SecretStr | None = None
    """Opens /v1/realtime for clients of OpenAI's Realtime protocol, each connection a conversation of its own; at least 16
    characters. Without one only conversation tokens and customer tokens open it."""
    customer_token_secret: SecretStr | None = None
    """HS256: the secret that the shop's own site signs customer tokens with, at least 32 bytes."""
    customer_token_jwks: str = ""
    """RS256: URL or file of the shop's public keys (JWKS)."""
    customer_token_hours: float = Field(default=0, ge=0)
    """Above 0: a customer token must run out (`exp`), and within so many hours; 0: one without an end is taken, too."""
    customer_token_audience: str = ""
    customer_token_issuer: str = ""
    messages_per_minute: int = Field(default=120, gt=0)
    """Of one conversation, after a burst of `messages_at_once`."""
    messages_at_once: int = Field(default=300, gt=0)
    """More than a person types, and enough for a device that comes back from a long time without network."""
    turns_at_once: int = Field(default=256, gt=0)
    """Conversations that one process answers at the same time. What comes beyond is refused at once with a time to wait (429;
    an error frame "overloaded" on sockets, which stay open), from half of it on those who write most."""
    conversations_per_minute: int = Field(default=600, gt=0)
    """From one address, after a burst of `conversations_at_once`: a whole office may share an address."""
    conversations_at_once: int = Field(default=2_000, gt=0)
    opens_per_minute: int = Field(default=6_000, gt=0)
    """Sockets that one address may open, after a burst of `opens_at_once`; more get 429 before anything is read."""
    opens_at_once: int = Field(default=600, gt=0)
    connections: int = Field(default=5_000, gt=0)
    """Sockets and streams in all."""
    connections_per_conversation: int = Field(default=32, gt=0)
    reply_seconds: float = Field(default=60, gt=0)
    """How long `?wait=reply` waits before it answers 202."""
    header_seconds: float = Field(default=10, gt=0)
    """In which a request's headers must have come, else 408; as long a connection may stay silent after its opening."""
    body_seconds: float = Field(default=20, gt=0)
    """In which the body of a request must have come, else 408; a recording has six times as long."""
    hello_seconds: float = Field(default=5, gt=0)
    heartbeat_seconds: float = Field(default=15, gt=0)
    """Between comments on a silent event stream, so that proxies keep it open."""
    transfer_seconds: float = Field(default=600, gt=0)
    """How long a transfer code may be redeemed."""
    codes_per_minute: int = Field(default=30, gt=0)
    """Codes that one address may try to redeem, after a burst of twice as many; and all together a hundred times that."""
    kiosk_personal_data: Literal["phone", "open"] = "phone"
    """phone: a kiosk neither shows, says nor asks what is the customer's own; a device in their hand does, and may allow it.
    open: as everywhere."""
    kiosk_token_minutes: float = Field(default=120, gt=0)
    """How long a kiosk's token opens its conversation."""
    continue_days: float = Field(default=7, gt=0)
    """How long a customer who is signed in on another device may go on with a conversation there."""
    proven_number_minutes: float = Field(default=30, gt=0)
    """How long a call or text from a number joins the conversation in which that number was proven by a code."""
    trust_unattested_calls: bool = False
    """Whether it does so where the carrier says nothing of the number (no STIR/SHAKEN): numbers can be forged."""
    handoff_patience_seconds: float = Field(default=120, ge=5)
    """After how long a wait with nobody there a customer is offered a call-back or to leave a message."""
    service_level_seconds: float = Field(default=60, gt=0)
    """The desk's service level: the share of conversations that are claimed within this."""
    page: Path | None = None
    """Another folder of pages than the built-in web chat and storefront."""

    @field_validator("allowed_origins", "image_origins", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return tuple(value.replace(",", " ").split()) if isinstance(value, str) else value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for one in value:
            try:
                ip_network(one, strict=False)
            except ValueError as error:
                raise ValueError(
                    f"AISLE_TRUSTED_PROXIES: {one!r} is no address or network, as 10.0.0.0/8 is"
                ) from error
        return value

    @field_validator("customer_token_secret")
    @classmethod
    def _long_enough(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and len(value.get_secret_value().encode()) < 32:
            raise ValueError("AISLE_CUSTOMER_TOKEN_SECRET needs at least 32 bytes (RFC 7518): `openssl rand -hex 32`")
        return value

    @field_validator("admin_token", "realtime_key")
    @classmethod
    def _hard_to_guess(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if value is not None and len(value.get_secret_value()) < 16:
            name = f"AISLE_{(info.field_name or '').upper()}"
            raise ValueError(f"{name} needs at least 16 characters: `openssl rand -hex 32`")
        return value

    def origins(self) -> tuple[str, ...]:
        return tuple(origin.rstrip("/").lower() for origin in self.allowed_origins)
