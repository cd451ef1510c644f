"""A house where everybody is: customers, a public screen, agents of each role, the operator, the shop's site; asked in process.

The matrix' tests ask every route, as everybody, of everything, and hold the answer against `assistant.authority`.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import jwt

from assistant.authority import Role, Thing
from assistant.desk.callbacks import CallBack
from assistant.desk.people import Agent
from assistant.events import ConversationId, SuggestionMade
from assistant.ports import ShopInfo
from channels.desk import accounts as accounts_module
from channels.settings import ChannelSettings
from model_serving.control import ModelControl
from model_serving.registry import Registry
from tests.channels.house import House, build_house

ADMIN = "an admin token nobody guesses"
PROGRAM = "a key for programs, unguessed"
SITE = "the secret of the shop's own site, of 32 bytes and more"
MISSING = "c_" + "0" * 24
NUMBERS = itertools.count(1)


class EmptyShop:
    """As much of a shop as these routes ask: it has nobody and nothing."""

    async def info(self) -> ShopInfo:
        return ShopInfo(name="Peak Outdoor", currency="USD")

    async def customer(self, customer_id: str) -> None:
        """Nobody."""

    async def find_customers(self, **_: Any) -> tuple[()]:
        return ()

    async def stores(self) -> tuple[()]:
        return ()


class QuietCopilot:
    """A copilot of a shop without customers: it knows nobody and drafts one sentence."""

    translator = None

    def __init__(self, house: House) -> None:
        self._house = house

    async def known(self, conversation: ConversationId) -> None:
        await self._house.assistant.state(conversation)

    async def summary(self, conversation: ConversationId) -> str:
        await self._house.assistant.state(conversation)
        return "nothing yet"

    async def suggest(self, conversation: ConversationId, agent: Agent) -> SuggestionMade:
        await self._house.assistant.state(conversation)
        return SuggestionMade(suggestion_id="s_1", text="Hello")

    async def act(self, conversation: ConversationId, agent: Agent, action: str, arguments: Any) -> Any:
        from assistant.desk.copilot import Change

        await self._house.assistant.desk.mine(conversation, agent)
        return Change(title="done", lines=(), done=True, sealed={})

    async def translate(self, text: str, *, to: str, source: str = "") -> Any:
        from assistant.translating import Translation

        return Translation(text=text, source="en", to=to, made_by="nobody")


@dataclass
class Everybody:
    house: House
    app: Any
    http: httpx.AsyncClient
    keys: dict[Role, str] = field(default_factory=dict)

    def headers(self, role: Role) -> dict[str, str]:
        key = self.keys.get(role, "")
        return {"Authorization": f"Bearer {key}"} if key else {}

    async def conversation(self, claimed_by: Agent | None = None) -> ConversationId:
        name, _ = await self.house.assistant.start(channel="web", locale="en")
        if claimed_by is not None:
            await self.house.assistant.desk.claim(name, claimed_by)
        return name

    def token(self, conversation: ConversationId, channel: Any = "web") -> str:
        issued: str = self.app.state.front_door.tokens.issue(conversation, channel)
        return issued

    async def standing(self, role: Role, thing: Thing) -> ConversationId:
        """A conversation that stands so to that agent."""
        if thing is Thing.MISSING:
            return ConversationId(MISSING)
        mine = Agent(id=role.value, name=role.value, role=role.value)  # type: ignore[arg-type]  # agents' roles alone
        owner = {Thing.OWN: mine, Thing.ANOTHERS: COLLEAGUE}.get(thing)
        return await self.conversation(owner)

    async def callback(self, role: Role, thing: Thing) -> str:
        if thing is Thing.MISSING:
            return "cb_none"
        kept, name = self.app.state.desk_door.office.callbacks, f"cb_{next(NUMBERS)}"
        kept.keep(CallBack(id=name, kind="callback", conversation_id=MISSING))
        if thing is Thing.OWN:
            kept.take(name, Agent(id=role.value, name=role.value))
        elif thing is Thing.ANOTHERS:
            kept.take(name, COLLEAGUE)
        return name

    async def reply(self, role: Role, thing: Thing) -> str:
        """Somebody else's own reply is not there for anybody."""
        owner = Agent(id=role.value, name=role.value) if thing is Thing.OWN else COLLEAGUE
        if thing is Thing.MISSING:
            return "r_none"
        kept = self.app.state.desk_door.office.replies
        made = kept.add(owner, shortcut=f"s{next(NUMBERS)}", title="", texts={"en": "hi"}, shared=False)
        return str(made.reply_id)


COLLEAGUE = Agent(id="colleague", name="Colleague")


@asynccontextmanager
async def everybody(home: Path, **settings: Any) -> AsyncIterator[Everybody]:
    from channels.app import create_app

    async with AsyncExitStack() as stack:
        registry = Registry(home / "registry.db")
        stack.callback(registry.close)
        house = build_house(home, shop=EmptyShop(), control=ModelControl(registry))
        house.copilot = QuietCopilot(house)
        given = {"admin_token": ADMIN, "realtime_key": PROGRAM, "customer_token_secret": SITE, **settings}
        app = create_app(house, ChannelSettings(_env_file=None, **given))
        transport = httpx.ASGITransport(app=app)
        http = await stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://aisle.test", timeout=20)
        )
        everyone = Everybody(house=house, app=app, http=http)
        everyone.keys = await tokens_of(everyone)
        yield everyone
        app.state.desk_door.present.close()
        await app.state.customer_sign_in.messengers.close()
        await house.assistant.drain(seconds=2)
        house.tables.dispose()


async def tokens_of(everyone: Everybody) -> dict[Role, str]:
    """A token of everybody's; makes the accounts and a conversation."""
    door = everyone.app.state.desk_door
    keys = {
        Role.OPERATOR: ADMIN,
        Role.PROGRAM: PROGRAM,
        Role.SITE: jwt.encode({"sub": "maya"}, SITE, algorithm="HS256"),
    }
    for role in (Role.NEWCOMER, Role.AGENT, Role.SUPERVISOR, Role.ADMIN):
        name = role.value
        once = door.accounts.add(name, shown=name, role="agent" if role is Role.NEWCOMER else name)
        if role is not Role.NEWCOMER:
            door.accounts.change_password(name, once, f"the password of {name}")
        keys[role] = door.tokens.issue(door.accounts.find(name))
    own = await everyone.conversation()
    keys[Role.CUSTOMER], keys[Role.SCREEN] = everyone.token(own), everyone.token(own, "kiosk")
    return keys


def cheap_passwords(monkeypatch: Any) -> None:
    monkeypatch.setattr(accounts_module, "_COST", 2**4)
