"""Call-backs and messages left: what customers asked for who waited for nobody, until somebody has done it.

Rows are made under an id that the message they come from decides, so that a turn that is run again makes none twice.
Blocking: used in threads. Above: the office, channels/desk. Below: `desk_tables`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import msgspec
from sqlalchemy import Engine, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from assistant.desk.people import Agent, ClaimedByAnother
from assistant.desk.tables import CALLBACKS, stamp
from assistant.errors import AccessDenied
from assistant.ports import Clock
from assistant.sealing.ports import SEALED_PREFIX, Sealer, Unsealed

State = Literal["open", "taken", "done"]
MOST_LISTED = 500
_WORDS = ("name", "phone", "contact", "wanted", "text")
"""Who it is and what they want: sealed together, in the column of the last."""
_PLACE, _NOTE = "call-back", "call-back note"


@dataclass(frozen=True, slots=True, kw_only=True)
class CallBack:
    id: str
    kind: Literal["callback", "message"]
    conversation_id: str
    customer_id: str = ""
    name: str = ""
    phone: str = ""
    contact: str = ""
    wanted: str = ""
    """When they want to be called, in their words."""
    text: str = ""
    language: str = ""
    asked_at: str = ""
    state: State = "open"
    agent_id: str = ""
    agent_name: str = ""
    outcome: str = ""
    note: str = ""
    done_at: str = ""


class CallBacks:
    def __init__(self, engine: Engine, clock: Clock, sealing: Sealer | None = None) -> None:
        self._engine, self._clock, self._sealing = engine, clock, sealing or Unsealed()

    def keep(self, wanted: CallBack) -> None:
        """Idempotent by id."""
        row = {**asdict(wanted), "asked_at": wanted.asked_at or stamp(self._clock.now())}
        words = msgspec.json.encode({name: row[name] for name in _WORDS})
        if (sealed := self._sealing.seal(wanted.conversation_id, _PLACE, words)).startswith(SEALED_PREFIX):
            row |= {**dict.fromkeys(_WORDS, ""), "text": sealed}
        try:
            with self._engine.begin() as connection:
                connection.execute(insert(CALLBACKS).values(row))
        except IntegrityError:
            return  # kept already

    def all(self, state: State | Literal["all"] = "open") -> tuple[CallBack, ...]:
        """The oldest first."""
        query = select(CALLBACKS).order_by(CALLBACKS.c.asked_at).limit(MOST_LISTED)
        return self._read(query if state == "all" else query.where(CALLBACKS.c.state == state))

    def of(self, conversation: str) -> tuple[CallBack, ...]:
        return self._read(select(CALLBACKS).where(CALLBACKS.c.conversation_id == conversation))

    def open(self) -> int:
        with self._engine.connect() as connection:
            query = select(func.count()).select_from(CALLBACKS).where(CALLBACKS.c.state == "open")
            return int(connection.execute(query).scalar_one())

    def take(self, callback_id: str, agent: Agent) -> CallBack:
        """Idempotent. Raises ClaimedByAnother, AccessDenied."""
        free = or_(CALLBACKS.c.state == "open", and_(CALLBACKS.c.state == "taken", CALLBACKS.c.agent_id == agent.id))
        values = {"state": "taken", "agent_id": agent.id, "agent_name": agent.name}
        return self._change(callback_id, free, values)

    def release(self, callback_id: str, agent: Agent) -> CallBack:
        """Open again. Raises ClaimedByAnother, AccessDenied."""
        values = {"state": "open", "agent_id": "", "agent_name": "", "outcome": "", "done_at": ""}
        return self._change(callback_id, _theirs(agent), values)

    def done(self, callback_id: str, agent: Agent, *, outcome: str, note: str) -> CallBack:
        """Raises ClaimedByAnother, AccessDenied."""
        free = or_(CALLBACKS.c.state == "open", _theirs(agent))
        if note and (found := self._read(select(CALLBACKS).where(CALLBACKS.c.id == callback_id))):
            note = self._sealing.seal(found[0].conversation_id, _NOTE, note.encode())
        values = {"state": "done", "agent_id": agent.id, "agent_name": agent.name, "outcome": outcome, "note": note}
        return self._change(callback_id, free, {**values, "done_at": stamp(self._clock.now())})

    def _change(self, callback_id: str, free: Any, values: dict[str, Any]) -> CallBack:
        with self._engine.begin() as connection:
            query = update(CALLBACKS).where(CALLBACKS.c.id == callback_id, free).values(values)
            changed = connection.execute(query).rowcount
        found = self._read(select(CALLBACKS).where(CALLBACKS.c.id == callback_id))
        if not found:
            raise AccessDenied("no such call-back")
        if not changed:
            raise ClaimedByAnother(found[0].agent_name or "nobody")
        return found[0]

    def _read(self, query: Any) -> tuple[CallBack, ...]:
        with self._engine.connect() as connection:
            return tuple(self._opened(dict(row)) for row in connection.execute(query).mappings())

    def _opened(self, row: dict[str, Any]) -> CallBack:
        """What was erased meanwhile is empty."""
        name = row["conversation_id"]
        if row["text"].startswith(SEALED_PREFIX):
            words = self._sealing.open(name, _PLACE, row["text"])
            row |= msgspec.json.decode(words) if words is not None else {"text": ""}
        if row["note"].startswith(SEALED_PREFIX):
            row["note"] = (self._sealing.open(name, _NOTE, row["note"]) or b"").decode()
        return CallBack(**row)


def _theirs(agent: Agent) -> Any:
    return CALLBACKS.c.agent_id == agent.id if agent.role == "agent" else CALLBACKS.c.agent_id != ""
