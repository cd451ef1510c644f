"""What holds a sign-in by the identity provider together: a cookie from its start to its end, and a ticket for the page.

Both are signed by this installation, bound to one browser, short-lived, and used once over all processes. Above: `oidc_rest`.
Below: `agent_tables`.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jwt
from sqlalchemy import Engine, delete, insert
from sqlalchemy.exc import IntegrityError

from channels.desk.accounts import Account
from channels.desk.agent_tables import kept, spent
from channels.desk.oidc_errors import OidcExpired, TicketRefused
from channels.desk.oidc_provider import SignInRequest
from channels.edge.auth import LONGEST_TOKEN

ATTEMPT, TICKET = "aisle:desk:attempt", "aisle:desk:ticket"
ATTEMPT_SECONDS, TICKET_SECONDS = 600, 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    request: SignInRequest
    browser: str
    """What the cookie alone knows."""


class Attempts:
    def __init__(self, secret: bytes, tables: Engine, *, now: Callable[[], float] = time.time) -> None:
        self._secret, self._tables, self._now = secret, tables, now

    @staticmethod
    def begin() -> Attempt:
        request = SignInRequest(
            state=secrets.token_urlsafe(24), nonce=secrets.token_urlsafe(24), verifier=secrets.token_urlsafe(48)
        )
        return Attempt(request=request, browser=secrets.token_urlsafe(24))

    def cookie(self, attempt: Attempt) -> str:
        request = attempt.request
        claims = {"st": request.state, "no": request.nonce, "ve": request.verifier, "br": attempt.browser}
        return self._signed(ATTEMPT, claims, ATTEMPT_SECONDS)

    def read(self, cookie: str) -> Attempt:
        """Raises OidcExpired."""
        claims = self._claims(cookie, ATTEMPT)
        if claims is None:
            raise OidcExpired("this sign-in began elsewhere, or too long ago")
        request = SignInRequest(state=str(claims["st"]), nonce=str(claims["no"]), verifier=str(claims["ve"]))
        return Attempt(request=request, browser=str(claims["br"]))

    def finish(self, attempt: Attempt, state: str) -> None:
        """Its answer has come: a second one finds it used. Blocking. Raises OidcExpired, AccountsUnavailable."""
        if not secrets.compare_digest(attempt.request.state.encode(), state.encode("utf-8", "replace")):
            raise OidcExpired("this answer belongs to another sign-in")
        if not self.spend(f"state {state}", seconds=ATTEMPT_SECONDS):
            raise OidcExpired("this answer was used before")

    def ticket(self, account: Account, attempt: Attempt) -> str:
        claims = {
            "sub": account.agent.id,
            "ep": account.epoch,
            "br": _digest(attempt.browser),
            "jti": secrets.token_urlsafe(12),
        }
        return self._signed(TICKET, claims, TICKET_SECONDS)

    def redeem(self, ticket: str, cookie: str) -> tuple[str, int]:
        """The account's id and epoch. Blocking. Raises TicketRefused, AccountsUnavailable."""
        claims, begun = self._claims(ticket, TICKET), self._claims(cookie, ATTEMPT)
        if claims is None or begun is None:
            raise TicketRefused
        if not secrets.compare_digest(str(claims["br"]), _digest(str(begun["br"]))):
            raise TicketRefused
        if not self.spend(f"ticket {claims['jti']}", seconds=TICKET_SECONDS):
            raise TicketRefused
        return str(claims["sub"]), int(claims["ep"])

    def spend(self, name: str, *, seconds: float) -> bool:
        """False when it was spent before. Blocking. Raises AccountsUnavailable."""
        now = self._now()
        with kept():
            try:
                with self._tables.begin() as connection:
                    connection.execute(delete(spent).where(spent.c.expires <= now))
                    # A minute more than it is worth, so that no clock lets it in twice.
                    connection.execute(insert(spent).values(id=_digest(name), expires=now + seconds + 60))
            except IntegrityError:
                return False
        return True

    def _signed(self, audience: str, claims: dict[str, Any], seconds: int) -> str:
        return jwt.encode(
            {**claims, "aud": audience, "exp": int(self._now()) + seconds}, self._secret, algorithm="HS256"
        )

    def _claims(self, token: str, audience: str) -> dict[str, Any] | None:
        if not token or len(token) > LONGEST_TOKEN:
            return None
        options: Any = {"require": ["aud", "exp", "br"], "verify_exp": False}
        try:
            claims = jwt.decode(token, self._secret, algorithms=["HS256"], audience=audience, options=options)
        except (jwt.InvalidTokenError, ValueError):
            return None
        return claims if claims["exp"] > self._now() else None


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
