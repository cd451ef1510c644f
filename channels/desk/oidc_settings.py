"""Settings of agents' sign-in by the shop's identity provider (OpenID Connect), from the environment (prefix AISLE_OIDC_)."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict


class OidcSettings(BaseSettings):
    """Every field is AISLE_OIDC_<NAME>. Without an issuer there is no such sign-in."""

    model_config = SettingsConfigDict(hide_input_in_errors=True, env_prefix="AISLE_OIDC_", extra="ignore", frozen=True)

    issuer: str = Field(default="", pattern=r"^(https?://\S+)?$")
    """ "https://login.shop.example/realms/shop": what stands before /.well-known/openid-configuration."""
    client_id: str = ""
    client_secret: SecretStr | None = None
    """Without one this server is a public client: PKCE alone."""
    client_secret_file: Path | None = None
    """The same, in a file."""
    name: str = "single sign-on"
    """What the page's button calls it: "Keycloak", "the shop's account"."""
    scopes: str = "openid profile email"
    roles_claim: str = "roles"
    """The claim that tells what somebody may do, with dots for what lies deeper: realm_access.roles, groups, email."""
    admins: Annotated[tuple[str, ...], NoDecode] = ()
    """Values of that claim, separated by commas; of several roles the highest counts."""
    supervisors: Annotated[tuple[str, ...], NoDecode] = ()
    agents: Annotated[tuple[str, ...], NoDecode] = ()
    default_role: Literal["", "agent", "supervisor"] = ""
    """Of who has none of these; empty: they do not come in."""
    allowed_domains: Annotated[tuple[str, ...], NoDecode] = ()
    """Of e-mail addresses that the provider has verified, or of Google's `hd`; empty: all."""
    local_accounts: bool = True
    """false: nobody signs in with a password of this server any more."""
    seconds: float = Field(default=5, gt=0, le=30)
    """How long the provider may take to answer."""

    @field_validator("admins", "supervisors", "agents", "allowed_domains", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return tuple(part.strip() for part in value.split(",") if part.strip())

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if self.issuer and not self.client_id:
            raise ValueError("AISLE_OIDC_ISSUER needs AISLE_OIDC_CLIENT_ID")
        if not self.issuer and not self.local_accounts:
            raise ValueError("AISLE_OIDC_LOCAL_ACCOUNTS=false needs AISLE_OIDC_ISSUER: else nobody can sign in")
        if self.issuer and not (self.admins or self.supervisors or self.agents or self.default_role):
            raise ValueError(
                "AISLE_OIDC_ISSUER needs AISLE_OIDC_AGENTS (and …_SUPERVISORS, …_ADMINS) or …_DEFAULT_ROLE"
            )
        return self

    def secret(self) -> str:
        if self.client_secret is not None:
            return self.client_secret.get_secret_value()
        return self.client_secret_file.read_text().strip() if self.client_secret_file else ""
