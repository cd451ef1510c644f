"""The operator's door for looking: the admin token, or an agent's token of the desk's administrators. What may, the policy says.

Above: `sight_rest`. Below: the admin token, the desk's door.
"""

from __future__ import annotations

import asyncio
from typing import Annotated

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from assistant.audit.acts import Who
from assistant.audit.noting import by
from assistant.authority import Decision, Role, Thing, permit
from channels.acts import act_of
from channels.desk.door import desk_door_of, role_of
from channels.desk.errors import AgentNotAllowed
from channels.edge.admin_token import AdminKey
from channels.errors import AdminRefused

bearer = HTTPBearer(
    auto_error=False,
    scheme_name="operator_token",
    description="AISLE_ADMIN_TOKEN, or the token of an agent who is an administrator of the desk",
)


async def operator(
    connection: HTTPConnection, credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)]
) -> None:
    """Whoever may not is told alike. Raises AdminRefused."""
    if credentials is None:
        raise AdminRefused
    role, who = await _asking(connection, credentials.credentials)
    if permit(role, act_of(connection), Thing.NOTHING) is not Decision.ALLOWED:
        raise AdminRefused
    by(who)


async def _asking(connection: HTTPConnection, token: str) -> tuple[Role, Who]:
    key: AdminKey | None = connection.app.state.admin_key
    if key is not None and key.opens(token):
        return Role.OPERATOR, Who(kind="operator", id="admin_token")
    try:
        account = await asyncio.to_thread(desk_door_of(connection).tokens.read, token)
    except AgentNotAllowed as error:
        raise AdminRefused from error
    return role_of(account), Who(kind="agent", id=account.agent.id)


AsOperator = Annotated[None, Depends(operator)]
