"""Sign-in, sign-out, passwords and accounts of agents, over HTTP. Above: `app`. Below: `door`."""

from __future__ import annotations

import asyncio
import time
from typing import Annotated

from fastapi import APIRouter, Path, Request

from channels.desk.accounts import Account
from channels.desk.documents import (
    AddAgent,
    AgentAccount,
    AgentAccounts,
    ChangePassword,
    SetRole,
    SignedIn,
    SignIn,
)
from channels.desk.door import AsAgent, AtDesk, Bearer, DeskDoor, SignedInAccount
from channels.desk.errors import AgentNotAllowed
from channels.edge.bodies import TicketIssued
from channels.edge.network import network_of
from channels.moving.rest import stamped
from channels.rest import problems_of

AgentId = Annotated[str, Path(max_length=64, pattern=r"^[a-z0-9._@-]+$")]
accounts = APIRouter(prefix="/v1/desk", tags=["desk"])


@accounts.post("/sign_in", responses=problems_of(401, 422, 429, 503))
async def sign_in(request: Request, body: SignIn, door: AtDesk) -> SignedIn:
    """A token for twelve hours."""
    now = time.monotonic()
    door.guesses.take(f"from {network_of(request)}", now)
    door.guesses.take(f"as {body.name}", now)
    account = await asyncio.to_thread(door.accounts.sign_in, body.name, body.password)
    return signed_in_answer(door, account)


@accounts.post("/password", responses=problems_of(401, 422, 429, 503))
async def change_password(body: ChangePassword, account: SignedInAccount, door: AtDesk) -> SignedIn:
    """Your own. Every older token is void; the answer has a new one."""
    name = account.agent.id
    door.guesses.take(f"as {name}", time.monotonic())
    await asyncio.to_thread(door.accounts.change_password, name, body.old, body.new)
    door.tokens.forget(name)
    changed = await asyncio.to_thread(door.accounts.sign_in, name, body.new)
    return signed_in_answer(door, changed)


@accounts.post("/sign_out", status_code=204, responses=problems_of(401, 503))
async def sign_out(account: SignedInAccount, door: AtDesk) -> None:
    """Everywhere: open sockets close within seconds."""
    await asyncio.to_thread(door.accounts.sign_out, account.agent.id)
    door.tokens.forget(account.agent.id)


@accounts.post("/tickets", status_code=201, responses=problems_of(401, 403, 503))
async def issue_ticket(agent: AsAgent, door: AtDesk, credentials: Bearer) -> TicketIssued:
    """In the token's place in one hello of /v1/desk/socket: once, within half a minute."""
    if credentials is None:
        raise AgentNotAllowed
    claims = await asyncio.to_thread(door.tokens.claims, credentials.credentials)
    ticket, expires = door.tickets.issue({name: claims[name] for name in ("sub", "ep", "exp")})
    return TicketIssued(ticket=ticket, expires_at=stamped(expires))


@accounts.get("/agents", responses=problems_of(401, 403, 503))
async def list_agents(agent: AsAgent, door: AtDesk) -> AgentAccounts:
    found = await asyncio.to_thread(door.accounts.all)
    return AgentAccounts(agents=[_account(one) for one in found])


@accounts.post("/agents", status_code=201, responses=problems_of(401, 403, 422, 503))
async def add_agent(body: AddAgent, agent: AsAgent, door: AtDesk) -> AgentAccount:
    """The answer has the one-time password, once."""
    password = await asyncio.to_thread(lambda: door.accounts.add(body.id, shown=body.name, role=body.role))
    return AgentAccount(
        agent_id=body.id, name=body.name or body.id, role=body.role, must_change_password=True, password=password
    )


@accounts.post("/agents/{agent_id}/role", status_code=204, responses=problems_of(401, 403, 422, 503))
async def set_role(agent_id: AgentId, body: SetRole, agent: AsAgent, door: AtDesk) -> None:
    await asyncio.to_thread(door.accounts.set_role, agent_id, body.role)
    door.tokens.forget(agent_id)


@accounts.delete("/agents/{agent_id}", status_code=204, responses=problems_of(401, 403, 422, 503))
async def remove_agent(agent_id: AgentId, agent: AsAgent, door: AtDesk) -> None:
    await asyncio.to_thread(door.accounts.remove, agent_id)
    door.tokens.forget(agent_id)


def signed_in_answer(door: DeskDoor, account: Account) -> SignedIn:
    return SignedIn(
        token=door.tokens.issue(account),
        agent_id=account.agent.id,
        name=account.agent.name,
        role=account.agent.role,
        must_change_password=account.must_change,
        way=account.way,
    )


def _account(account: Account) -> AgentAccount:
    agent = account.agent
    return AgentAccount(agent_id=agent.id, name=agent.name, role=agent.role, must_change_password=account.must_change)
