"""Who is an agent: tokens of the desk, void as soon as their account says so.

A desk token is a JWT (RFC 7519, HS256) for the audience `aisle:desk`; it names the account's epoch, so that signing out, a
new role or a new password ends it everywhere. Above: `rest`, `socket`. Below: `accounts`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt

from channels.desk.accounts import Account, Accounts
from channels.desk.errors import AgentNotAllowed
from channels.edge.auth import LONGEST_TOKEN

AUDIENCE = "aisle:desk"
HOURS = 12
FRESH_SECONDS = 2.0
"""How long an account's epoch is believed without a look: a sign-out is felt within it."""


@dataclass(slots=True)
class AgentTokens:
    accounts: Accounts
    secret: bytes = field(repr=False)
    now: Callable[[], float] = time.time
    _seen: dict[str, tuple[float, Account | None]] = field(default_factory=dict)

    def issue(self, account: Account) -> str:
        now = int(self.now())
        claims = {"aud": AUDIENCE, "sub": account.agent.id, "ep": account.epoch, "iat": now, "exp": now + HOURS * 3600}
        return jwt.encode(claims, self.secret, algorithm="HS256")

    def read(self, token: str) -> Account:
        """Blocking at times. Raises AgentNotAllowed."""
        return self.account_of(self.claims(token))

    def claims(self, token: str) -> dict[str, Any]:
        """What a token of ours says, true or not by now. Raises AgentNotAllowed."""
        if not token or len(token) > LONGEST_TOKEN:
            raise AgentNotAllowed
        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self.secret,
                algorithms=["HS256"],
                audience=AUDIENCE,
                options={"require": ["aud", "sub", "exp", "ep"], "verify_exp": False, "verify_iat": False},
            )
        except (jwt.InvalidTokenError, ValueError) as error:
            raise AgentNotAllowed from error
        return claims

    def account_of(self, claims: Mapping[str, Any]) -> Account:
        """Whose it is, where it still counts. Blocking at times. Raises AgentNotAllowed."""
        account = self._account(str(claims["sub"]))
        if claims["exp"] <= self.now() or account is None or account.epoch != claims["ep"]:
            raise AgentNotAllowed
        if account.way == "password" and not self.accounts.passwords:
            raise AgentNotAllowed
        return account

    def forget(self, name: str) -> None:
        """Its account was changed here: the next look is a fresh one."""
        self._seen.pop(name, None)

    def _account(self, name: str) -> Account | None:
        at, account = self._seen.get(name, (float("-inf"), None))
        if self.now() - at > FRESH_SECONDS:
            account = self.accounts.find(name)
            self._seen[name] = (self.now(), account)
        return account
