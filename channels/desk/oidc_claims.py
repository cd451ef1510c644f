"""From what the identity provider says about somebody to who they are here, and what they may do. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from assistant.desk.desk import Role
from channels.desk.accounts import Provided
from channels.desk.oidc_errors import NoRole, OidcRefused, WrongDomain
from channels.desk.oidc_settings import OidcSettings

LONGEST_SUBJECT = 255
"""OpenID Connect Core 1.0, section 2."""


def provided(claims: Mapping[str, Any], settings: OidcSettings) -> Provided:
    """Raises OidcRefused, WrongDomain, NoRole."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT:
        raise OidcRefused("its sub is nobody's")
    email = _verified_email(claims)
    _check_domain(claims, email, settings)
    role = role_of(claims, settings)
    if role is None:
        raise NoRole(f"none of the values of {settings.roles_claim!r} is one that may work here")
    wished = email or _text(claims, "preferred_username") or subject
    return Provided(
        issuer=str(claims["iss"]), subject=subject, id=wished, name=_text(claims, "name") or wished, role=role
    )


def role_of(claims: Mapping[str, Any], settings: OidcSettings) -> Role | None:
    """The highest that the claim gives."""
    given = values_of(claims, settings.roles_claim)
    for role, wanted in (("admin", settings.admins), ("supervisor", settings.supervisors), ("agent", settings.agents)):
        if given & set(wanted):
            return role  # type: ignore[return-value]
    return settings.default_role or None


def values_of(claims: Mapping[str, Any], path: str) -> set[str]:
    """Of a claim with that very name, else of what lies at that path. An e-mail address counts when it is verified."""
    if path == "email":
        return {email} if (email := _verified_email(claims)) else set()
    found: Any = claims.get(path)
    if found is None:
        found = claims
        for part in path.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    if isinstance(found, str):
        return {found}
    return {one for one in found if isinstance(one, str)} if isinstance(found, list | tuple) else set()


def _check_domain(claims: Mapping[str, Any], email: str, settings: OidcSettings) -> None:
    if not settings.allowed_domains:
        return
    allowed = {domain.lower() for domain in settings.allowed_domains}
    if email.rpartition("@")[2] not in allowed and _text(claims, "hd").lower() not in allowed:
        raise WrongDomain("their address is of another domain, or not verified")


def _verified_email(claims: Mapping[str, Any]) -> str:
    email = _text(claims, "email").lower()
    return email if claims.get("email_verified") is True and email.count("@") == 1 else ""


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value.strip() if isinstance(value, str) else ""
