"""Who may open which conversation: tokens of ours (signed, bound to one conversation and channel) and the shop's own.

A conversation's token is a JWT (RFC 7519, HS256) under a secret that is made at the first start and never leaves
AISLE_HOME. A customer token is signed by the shop's own site: HS256 with a shared secret or RS256 by its JWKS.
"""

from __future__ import annotations

import json
import os
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any, cast, get_args

import jwt

from assistant.events import ChannelName, ConversationId
from channels.errors import CustomerTokenRefused, NotAllowed, SecretUnreadable
from channels.settings import ChannelSettings

AUDIENCE = "aisle:conversation"
SECRET_FILE = "token.secret"
SECRET_BYTES = 32
LONGEST_TOKEN = 8_192


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """What a token allows: to be the customer of this conversation, on this channel."""

    conversation: ConversationId
    channel: ChannelName
    device: str = ""
    """The token's own name (jti): two of the same conversation and channel are told apart by it."""
    generation: str = ""
    """Of the log when the token was given: what its holder has counted since may be of that history."""
    issued: float = inf
    expires: float = inf
    """Seconds since the epoch; a line that no token opened has no end of its own."""


def load_secret(home: Path) -> bytes:
    """The secret of this installation; made, readable by its owner alone, when there is none."""
    home.mkdir(parents=True, exist_ok=True)
    path = home / SECRET_FILE
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return _read_secret(path)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(SECRET_BYTES).encode())
        file.flush()
        os.fsync(file.fileno())
    return _read_secret(path)


def _read_secret(path: Path) -> bytes:
    path.chmod(0o600)
    secret = path.read_bytes().strip()
    if len(secret) < SECRET_BYTES:
        raise SecretUnreadable(
            f"{path} is damaged: remove it to make a new secret (customers then start new conversations)"
        )
    return secret


class Tokens:
    """Issues and reads conversation tokens."""

    def __init__(
        self,
        secret: bytes,
        *,
        days: float = 30,
        kiosk_minutes: float = 120,
        generation: str = "",
        now: Callable[[], float] = time.time,
    ) -> None:
        self._secret = secret
        self._seconds = days * 86_400
        self._kiosk_seconds = min(self._seconds, kiosk_minutes * 60)
        self._generation = generation
        self._now = now

    def issue(self, conversation: ConversationId, channel: ChannelName) -> str:
        now = self._now()
        claims: dict[str, Any] = {
            "aud": AUDIENCE,
            "sub": conversation,
            "ch": channel,
            "iat": int(now),
            "at": now,
            "exp": int(now + (self._kiosk_seconds if channel == "kiosk" else self._seconds)),
            "jti": secrets.token_hex(8),
            "gen": self._generation,
        }
        return jwt.encode(claims, self._secret, algorithm="HS256")

    def read(self, token: str) -> Grant:
        """Raises NotAllowed."""
        if not token or len(token) > LONGEST_TOKEN:
            raise NotAllowed
        try:
            claims = jwt.decode(
                token,
                self._secret,
                algorithms=["HS256"],
                audience=AUDIENCE,
                options={"require": ["aud", "sub", "exp"], "verify_exp": False, "verify_iat": False},
            )
        except (jwt.InvalidTokenError, ValueError) as error:
            raise NotAllowed from error
        return self.grant_of(claims)

    def grant_of(self, claims: Mapping[str, Any]) -> Grant:
        """What these claims of a token of ours allow. Raises NotAllowed."""
        channel = claims.get("ch")
        if claims["exp"] <= self._now() or channel not in get_args(ChannelName):
            raise NotAllowed
        device = str(claims.get("jti", ""))
        return Grant(
            conversation=ConversationId(claims["sub"]),
            channel=cast("ChannelName", channel),
            device=device,
            generation=str(claims.get("gen", "")),
            issued=float(claims.get("at", claims.get("iat", 0))),
            expires=float(claims["exp"]),
        )

    @staticmethod
    def claims_of(grant: Grant) -> dict[str, Any]:
        """For a ticket: `grant_of` makes the same grant of them."""
        return {
            "sub": grant.conversation,
            "ch": grant.channel,
            "jti": grant.device,
            "gen": grant.generation,
            "at": grant.issued,
            "exp": grant.expires,
        }

    def read_for(self, token: str, conversation: str) -> Grant:
        """Raises NotAllowed, alike for a bad token and for a good one of another conversation."""
        grant = self.read(token)
        if grant.conversation != conversation:
            raise NotAllowed
        return grant


class CustomerTokens:
    """Reads the tokens that the shop's own site signs. Blocking when the keys must be fetched: run it in a thread."""

    def __init__(self, settings: ChannelSettings) -> None:
        self._settings = settings
        self._keys: jwt.PyJWKClient | None = None

    def read(self, token: str) -> str:
        """The customer's id. Raises CustomerTokenRefused."""
        if len(token) > LONGEST_TOKEN:
            raise CustomerTokenRefused("it is too long")
        try:
            return self._subject(self._bounded(self._claims(token)))
        except (jwt.PyJWTError, OSError, ValueError) as error:
            raise CustomerTokenRefused(_reason(error)) from error

    def _claims(self, token: str) -> dict[str, Any]:
        algorithm = jwt.get_unverified_header(token).get("alg")
        settings = self._settings
        options: Any = {"require": ["sub"], "verify_aud": bool(settings.customer_token_audience)}
        bounds: dict[str, Any] = {
            "options": options,
            "audience": settings.customer_token_audience or None,
            "issuer": settings.customer_token_issuer or None,
            "leeway": 10,
        }
        if algorithm == "HS256" and settings.customer_token_secret is not None:
            key = settings.customer_token_secret.get_secret_value()
            return jwt.decode(token, key, algorithms=["HS256"], **bounds)
        if algorithm == "RS256" and settings.customer_token_jwks:
            return jwt.decode(token, self._public_key(token), algorithms=["RS256"], **bounds)
        raise ValueError("this server has no key for it: set AISLE_CUSTOMER_TOKEN_SECRET or AISLE_CUSTOMER_TOKEN_JWKS")

    def _bounded(self, claims: dict[str, Any]) -> dict[str, Any]:
        """PyJWT has looked whether it ran out; how long it lives is the shop's to bound."""
        hours = self._settings.customer_token_hours
        if hours and not (isinstance(claims.get("exp"), int | float) and claims["exp"] <= time.time() + hours * 3_600):
            raise ValueError(f"it must run out within {hours:g} hours (exp)")
        return claims

    def _public_key(self, token: str) -> Any:
        where = self._settings.customer_token_jwks
        if where.startswith(("http://", "https://")):
            self._keys = self._keys or jwt.PyJWKClient(where, cache_keys=True, lifespan=300, timeout=5)
            return self._keys.get_signing_key_from_jwt(token).key
        keys = jwt.PyJWKSet.from_dict(json.loads(Path(where).read_text()))
        name = jwt.get_unverified_header(token).get("kid")
        found = [key for key in keys.keys if name is None or key.key_id == name]
        if not found:
            raise ValueError("its key is not among the shop's")
        return found[0].key

    @staticmethod
    def _subject(claims: dict[str, Any]) -> str:
        subject = claims["sub"]
        if not isinstance(subject, str) or not 0 < len(subject) <= 256:
            raise ValueError("its sub is not a customer's id")
        return subject


def _reason(error: Exception) -> str:
    return "the shop's keys cannot be read" if isinstance(error, OSError) else (str(error) or "it does not verify")
