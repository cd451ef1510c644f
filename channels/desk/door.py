"""The desk's door: who comes in with which token, and what each call of the desk stands on.

Above: `rest`, `accounts_rest`, `socket`. Below: sign_in, the product.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from assistant.acts import Act
from assistant.audit.acts import Who
from assistant.audit.journal import Audit
from assistant.audit.noting import by
from assistant.authority import Decision, admit, least_role
from assistant.authority import Role as Asking
from assistant.desk.copilot import Copilot
from assistant.desk.desk import Agent, Desk
from assistant.desk.office import Office
from assistant.sources import Sources
from channels.acts import act_of
from channels.desk.accounts import Account, Accounts
from channels.desk.errors import AgentNotAllowed, PasswordMustChange, RoleTooLow
from channels.desk.presence import AgentsThere
from channels.desk.sign_in import AgentTokens
from channels.edge.limits import RateLimit
from channels.errors import NotAllowed
from channels.ports import Product
from channels.socket_tickets import SocketTickets

bearer = HTTPBearer(auto_error=False, scheme_name="agent_token", description="From POST /v1/desk/sign_in.")
Bearer = Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]


@dataclass(slots=True, kw_only=True)
class DeskDoor:
    product: Product
    accounts: Accounts
    tokens: AgentTokens
    present: AgentsThere
    office: Office
    tickets: SocketTickets
    audit: Audit
    sources: Sources | None = None
    """What replies stand on; None where this product keeps nothing of it."""
    guesses: RateLimit = field(default_factory=lambda: RateLimit("sign_ins", per_minute=10, at_once=10))
    """By address and by name: a password has no more than so many guesses."""

    def __post_init__(self) -> None:
        self.present.elsewhere = self.office.on_another_screen

    def opened_by(self, key: str) -> Mapping[str, Any]:
        """What the token says, or once the ticket in its place. Blocking. Raises AgentNotAllowed, CodesUnavailable."""
        try:
            return self.tokens.claims(key)
        except AgentNotAllowed:
            try:
                return self.tickets.redeem(key)
            except NotAllowed as error:
                raise AgentNotAllowed from error

    @property
    def desk(self) -> Desk:
        return self.product.assistant.desk

    @property
    def copilot(self) -> Copilot:
        return self.product.copilot


def desk_door_of(connection: HTTPConnection) -> DeskDoor:
    door = connection.app.state.desk_door
    assert isinstance(door, DeskDoor)
    return door


async def _door(connection: HTTPConnection) -> DeskDoor:
    return desk_door_of(connection)


AtDesk = Annotated[DeskDoor, Depends(_door)]


async def signed_in(
    connection: HTTPConnection,
    door: AtDesk,
    credentials: Bearer,
) -> Account:
    if credentials is None:
        raise AgentNotAllowed
    account = await asyncio.to_thread(door.tokens.read, credentials.credentials)
    by(Who(kind="agent", id=account.agent.id))
    check_door(role_of(account), act_of(connection))
    return account


SignedInAccount = Annotated[Account, Depends(signed_in)]


async def _agent(account: SignedInAccount) -> Agent:
    return account.agent


AsAgent = Annotated[Agent, Depends(_agent)]


def role_of(account: Account) -> Asking:
    return Asking.NEWCOMER if account.must_change else Asking(account.agent.role)


def check_door(role: Asking, act: Act) -> None:
    """Of what the thing says, `assistant.desk.desk` asks. Raises RoleTooLow, PasswordMustChange, AgentNotAllowed."""
    match admit(role, act):
        case Decision.ALLOWED:
            return
        case Decision.ROLE_TOO_LOW:
            raise RoleTooLow(least_role(act))
        case Decision.MUST_CHANGE:
            raise PasswordMustChange
        case _:
            raise AgentNotAllowed


def check_act(agent: Agent, act: Act) -> None:
    """What a body asks beyond its route's own act. Raises RoleTooLow."""
    check_door(Asking(agent.role), act)
