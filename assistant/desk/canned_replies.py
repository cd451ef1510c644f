"""Canned replies: texts that agents use again and again, by language, with fields that are filled for each conversation.

Kept in the house's small tables. Filling is pure: what is not known stays as it is and is told. Blocking: used in threads.
Above: channels/desk. Below: `desk_tables`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from sqlalchemy import Engine, and_, delete, insert, or_, select, update

from assistant.desk.people import Agent, DeskError, InvalidWish
from assistant.desk.tables import REPLIES, stamp
from assistant.errors import AccessDenied
from assistant.ports import Clock

FIELDS = (
    "customer.first_name",
    "customer.last_name",
    "customer.email",
    "order.id",
    "order.status",
    "order.total",
    "cart.total",
    "agent.name",
    "shop.name",
    "conversation.id",
)
_FIELD = re.compile(r"\{([^{}\n]{1,60})\}")
_SHORTCUT = re.compile(r"[\w-]{1,40}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
LONGEST = 4_000


class ShortcutTaken(DeskError):
    code = "shortcut_taken"

    def __init__(self, shortcut: str) -> None:
        super().__init__(f"there is a reply /{shortcut} already: choose another shortcut")


@dataclass(frozen=True, slots=True, kw_only=True)
class CannedReply:
    reply_id: str
    shortcut: str
    title: str
    texts: Mapping[str, str]
    shared: bool
    owner: str
    updated_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    text: str
    language: str
    missing: tuple[str, ...]


def filled(reply: CannedReply, language: str, known: Mapping[str, str]) -> Filled:
    """In that language where the reply has it, else in its first. A field that is not known stays in its braces."""
    spoken = language if language in reply.texts else next(iter(reply.texts))
    missing = [name for name in _FIELD.findall(reply.texts[spoken]) if not known.get(name)]
    text = _FIELD.sub(lambda found: known.get(found.group(1)) or found.group(0), reply.texts[spoken])
    return Filled(text=text, language=spoken, missing=tuple(dict.fromkeys(missing)))


def check_reply(shortcut: str, texts: Mapping[str, str]) -> None:
    """Raises InvalidWish."""
    if not _SHORTCUT.fullmatch(shortcut):
        raise InvalidWish("bad_shortcut", "a shortcut has 1 to 40 letters, digits, dashes or underscores")
    if not texts:
        raise InvalidWish("invalid_request", "texts has at least one language")
    for language, text in texts.items():
        if not _LANGUAGE.fullmatch(language) or not 0 < len(text.strip()) <= LONGEST:
            raise InvalidWish(
                "invalid_request", f"texts: {language[:8]!r} is a language and has 1 to {LONGEST} characters"
            )
        for name in _FIELD.findall(text):
            if name not in FIELDS:
                raise InvalidWish("unknown_field", f"{{{name}}} is no field: {', '.join(FIELDS)}")


class CannedReplies:
    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def all(self, agent: Agent, words: str = "") -> tuple[CannedReply, ...]:
        """The shared ones and their own, by shortcut."""
        visible = or_(REPLIES.c.shared == 1, REPLIES.c.owner == agent.id)
        with self._engine.connect() as connection:
            rows = connection.execute(select(REPLIES).where(visible).order_by(REPLIES.c.shortcut)).mappings().all()
        found = tuple(map(_reply, rows))
        wanted = words.lower().split()
        return tuple(one for one in found if all(word in _searched(one) for word in wanted))

    def find(self, agent: Agent, reply_id: str) -> CannedReply:
        """Raises AccessDenied."""
        found = next((one for one in self.all(agent) if one.reply_id == reply_id), None)
        if found is None:
            raise AccessDenied("no such reply")
        return found

    def add(self, agent: Agent, *, shortcut: str, title: str, texts: Mapping[str, str], shared: bool) -> CannedReply:
        """Raises InvalidWish, ShortcutTaken."""
        check_reply(shortcut, texts)
        self._check_free(agent, shortcut, shared, but="")
        reply_id = f"r_{uuid4().hex}"
        row = {"reply_id": reply_id, "owner": agent.id, **self._row(shortcut, title, texts, shared)}
        with self._engine.begin() as connection:
            connection.execute(insert(REPLIES).values(row))
        return self.find(agent, reply_id)

    def change(
        self, agent: Agent, reply_id: str, *, shortcut: str, title: str, texts: Mapping[str, str], shared: bool
    ) -> CannedReply:
        """Raises InvalidWish, ShortcutTaken, AccessDenied. Whether they may change a shared one is the caller's to check."""
        check_reply(shortcut, texts)
        self.find(agent, reply_id)
        self._check_free(agent, shortcut, shared, but=reply_id)
        query = update(REPLIES).where(REPLIES.c.reply_id == reply_id).values(self._row(shortcut, title, texts, shared))
        with self._engine.begin() as connection:
            connection.execute(query)
        return self.find(agent, reply_id)

    def remove(self, agent: Agent, reply_id: str) -> None:
        """Raises AccessDenied."""
        self.find(agent, reply_id)
        with self._engine.begin() as connection:
            connection.execute(delete(REPLIES).where(REPLIES.c.reply_id == reply_id))

    def _check_free(self, agent: Agent, shortcut: str, shared: bool, *, but: str) -> None:
        seen = REPLIES.c.shared == 1 if shared else or_(REPLIES.c.shared == 1, REPLIES.c.owner == agent.id)
        taken = select(REPLIES.c.reply_id).where(and_(REPLIES.c.shortcut == shortcut, seen, REPLIES.c.reply_id != but))
        with self._engine.connect() as connection:
            if connection.execute(taken).first() is not None:
                raise ShortcutTaken(shortcut)

    def _row(self, shortcut: str, title: str, texts: Mapping[str, str], shared: bool) -> dict[str, Any]:
        return {
            "shortcut": shortcut,
            "title": title.strip()[:120] or shortcut,
            "texts": json.dumps(dict(texts), ensure_ascii=False),
            "shared": int(shared),
            "updated_at": stamp(self._clock.now()),
        }


def _searched(reply: CannedReply) -> str:
    return " ".join((reply.shortcut, reply.title, *reply.texts.values())).lower()


def _reply(row: Any) -> CannedReply:
    return CannedReply(**{**row, "texts": json.loads(row["texts"]), "shared": bool(row["shared"])})
