"""Audited: calls of the desk and of the operator leave their entry before they are answered, as `audit_rules` says.

It stands around the routes: who it was, the door says (`noted`); what it was, the route's own name and ids; what came of it, the
answer. Where the log cannot be written, nothing is shown and nothing done: 503 `audit_unavailable`. Above: `desk_app`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl

from fastapi import FastAPI
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.audit.acts import SYSTEM, Act, Entry, Value, Who
from assistant.audit.audit_errors import AuditUnavailable
from assistant.audit.journal import Audit
from assistant.audit.noting import Watch, watched
from assistant.errors import AssistantError
from assistant.events import ConversationId
from channels.acts import routes_of
from channels.desk.audit_rules import NEEDS_NONE, RULES, Rule
from channels.desk.door import DeskDoor
from channels.problems import answer

PLACES = ("/v1/desk/", "/v1/admin/")
MOST_READ = 256 << 10
"""Bytes of a question or an answer that are looked into for ids."""
_UNDECLARED: Act = "settings_changed"


@dataclass(slots=True)
class _Call:
    scope: Scope
    watch: Watch
    question: bytearray = field(default_factory=bytearray)
    start: Message | None = None
    answer: bytearray = field(default_factory=bytearray)
    recorded: bool = False

    @property
    def status(self) -> int:
        return int(self.start["status"]) if self.start is not None else 0


class Audited:
    def __init__(self, app: ASGIApp, door: DeskDoor, names: Mapping[object, tuple[str, ...]]) -> None:
        self._app, self._door, self._names = app, door, names
        self._audit: Audit = door.audit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not str(scope["path"]).startswith(PLACES):
            await self._app(scope, receive, send)
            return
        try:
            self._audit.check()
        except AuditUnavailable as error:
            await answer(error)(scope, receive, send)
            return
        with watched() as watch:
            await self._watched(_Call(scope, watch), receive, send)

    async def _watched(self, call: _Call, receive: Receive, send: Send) -> None:
        async def heard() -> Message:
            message = await receive()
            if message["type"] == "http.request" and len(call.question) < MOST_READ:
                call.question += message.get("body", b"")
            return message

        async def told(message: Message) -> None:
            if call.recorded:
                await send(message)
            elif message["type"] == "http.response.start":
                call.start = message
                if not self._needs_body(call):
                    await self._record(call, send)
            else:
                call.answer += message.get("body", b"")
                if not message.get("more_body"):
                    await self._record(call, send)

        try:
            await self._app(call.scope, heard, told)
        finally:
            if call.start is None:
                await self._note_failed(call)

    async def _note_failed(self, call: _Call) -> None:
        """It broke, or was left, before there was an answer: what it did by then is not known, so that it was asked is noted."""
        _, rule = self._rule(call)
        entry = await self._entry(call, rule) if rule is not None else None
        if entry is not None:
            self._audit.note(replace(entry, result="internal"))

    def _needs_body(self, call: _Call) -> bool:
        _, rule = self._rule(call)
        return rule is not None and (call.status >= 400 or bool(rule.answer))

    def _rule(self, call: _Call) -> tuple[str, Rule | None]:
        method = "GET" if call.scope["method"] == "HEAD" else call.scope["method"]
        found = self._names.get(call.scope.get("endpoint"), ())
        name = next((one for one in found if one.startswith(f"{method} ")), "")
        if not name or name in NEEDS_NONE:
            return name, None
        return name, RULES.get(name) or Rule(act=_UNDECLARED, what=name)

    async def _record(self, call: _Call, send: Send) -> None:
        """Then the answer goes out; without the entry, none does."""
        call.recorded = True
        _, rule = self._rule(call)
        entry = await self._entry(call, rule) if rule is not None else None
        if entry is not None:
            try:
                await self._audit.record(entry)
            except AuditUnavailable as error:
                await answer(error)(call.scope, _nothing_more, send)
                return
        assert call.start is not None
        await send(call.start)
        if self._needs_body(call):
            await send({"type": "http.response.body", "body": bytes(call.answer)})

    async def _entry(self, call: _Call, rule: Rule) -> Entry | None:
        watch, asked, told = call.watch, _object(call.question), _object(call.answer)
        who = watch.who
        if who is None:
            if rule.needs_agent:
                return None  # nobody: told 401, and a stranger cannot fill the log
            who = await self._claimed(asked, told)
        refused = call.status == 401
        path = {name: str(value) for name, value in call.scope.get("path_params", {}).items()}
        return Entry(
            act=(rule.refused or rule.act) if refused else rule.act,
            who=who,
            what=rule.what.format_map(path),
            whose=watch.whose or await self._whose(path),
            why=watch.why or rule.why.format_map(path),
            result="done" if call.status < 400 else str(told.get("code", call.status)),
            details=self._details(call, rule, asked, told),
        )

    async def _claimed(self, asked: Mapping[str, Any], told: Mapping[str, Any]) -> Who:
        """Who signs in, or says they do. A name that nobody has may be a password typed in the wrong place."""
        if agent := told.get("agent_id"):
            return Who(kind="agent", id=str(agent))
        name = str(asked.get("name", ""))
        if not name:
            return SYSTEM
        known = await self._door.product.in_thread(self._door.accounts.find, name)
        return Who(kind="agent", id=name if known is not None else self._audit.digest(name))

    async def _whose(self, path: Mapping[str, str]) -> str:
        if "conversation_id" not in path:
            return ""
        try:
            return (await self._door.desk.state(ConversationId(path["conversation_id"]))).customer_id
        except AssistantError:
            return ""

    def _details(self, call: _Call, rule: Rule, asked: Mapping[str, Any], told: Mapping[str, Any]) -> dict[str, Value]:
        details: dict[str, Value] = dict(call.watch.details)
        for customer, kinds in call.watch.seen.items():
            details[f"seen:{customer}"] = tuple(sorted(kinds))
        for name in rule.body:
            if (value := _plain(_values(asked, name))) is not None:
                details[name] = value
        query = dict(parse_qsl(bytes(call.scope.get("query_string", b"")).decode("latin-1")))
        for name in (*rule.asked, *rule.digested):
            if value := query.get(name):
                details[name] = self._audit.digest(value) if name in rule.digested else value
        if call.status < 400:
            for name in rule.answer:
                if (value := _plain(_values(told, name))) is not None:
                    details[name] = value
        return details


async def _nothing_more() -> Message:
    return {"type": "http.disconnect"}


def _object(content: bytearray) -> Mapping[str, Any]:
    if not content or len(content) > MOST_READ:
        return {}
    try:
        found = json.loads(bytes(content))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _values(value: Any, name: str) -> list[Any]:
    """What stands at "past[].customer_id"."""
    here, _, rest = name.partition(".")
    found = value.get(here.removesuffix("[]")) if isinstance(value, Mapping) else None
    each = found if here.endswith("[]") and isinstance(found, list) else [found]
    return [one for part in each for one in (_values(part, rest) if rest else [part])]


def _plain(values: list[Any]) -> Value | None:
    found = [one for one in values if isinstance(one, str | int) and one != ""]
    if not found:
        return None
    if len(values) == 1:
        one: Value = found[0]
        return one
    return tuple(dict.fromkeys(map(str, found)))


def add_audited(app: FastAPI) -> None:
    """Once all routes are there, and before whatever stands around them."""
    names: dict[object, tuple[str, ...]] = {}
    for name, endpoint in routes_of(app):
        if endpoint is not None:
            names[endpoint] = (*names.get(endpoint, ()), name)
    app.add_middleware(Audited, door=app.state.desk_door, names=names)


def audited_names(app: FastAPI) -> Iterator[str]:
    """Of the desk and the operator: for the test that holds the tables against what is served."""
    for name, _ in routes_of(app):
        if name.split(" ")[1].startswith((*PLACES, "/desk")):
            yield name
