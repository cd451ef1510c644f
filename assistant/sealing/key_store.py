"""KeyStore: the data keys as they are kept, each wrapped by its parent. Blocking; thread-safe, and safe in many processes.

A conversation's key is wrapped by the key-encryption key until somebody is known, then by that customer's key. Above: `sealer`,
`rotation`, erasing. Below: `key_tables`, `master_keys`, `envelope`.
"""

from __future__ import annotations

import hashlib
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from assistant.sealing.envelope import KEY_BYTES, DataKey, unwrap, wrap
from assistant.sealing.errors import KeyStoreUnavailable, MasterKeyMissing, MasterKeyWrong, Tampered
from assistant.sealing.key_tables import KEYS, META, metadata
from assistant.sealing.master_keys import MasterKeys
from assistant.stores.small_tables import one_at_a_time

_PROOF: Final = b"aisle master key"
NAMES_A_QUERY: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Present:
    """The key that a conversation is sealed with now."""

    key: DataKey
    owner: str
    """Keyed hash of the customer it belongs to; empty while nobody is known."""


@dataclass(slots=True, eq=False)
class _Wish:
    conversation: str
    customer_id: str
    found: Present | None = None


class KeyStore:
    """Open it with `open`."""

    def __init__(self, engine: Engine, masters: MasterKeys, *, now: Callable[[], float]) -> None:
        self.engine, self._masters, self.now = engine, masters, now
        self._ciphers: dict[int, AESGCM] = {}
        self._one = threading.Lock()
        self._wished: list[_Wish] = []
        self._newest = 0
        """The version that wraps, as far as this process knows."""
        self.id, self.pepper = "", b""
        """What hashes are keyed with."""

    @classmethod
    def open(cls, engine: Engine, masters: MasterKeys, *, now: Callable[[], float] = time.time) -> KeyStore:
        """Makes the tables and the first key-encryption key where there are none. Raises MasterKeyMissing, MasterKeyWrong,
        MasterKeysUnreadable, KeyStoreUnavailable, OSError."""
        store = cls(engine, masters, now=now)
        with translated():
            with one_at_a_time(engine, "keys"):
                metadata.create_all(engine)
            store._begin()
        return store

    def _begin(self) -> None:
        meta = self._meta()
        if "version" not in meta:
            self._take(self._masters.load() or self._masters.add(1))
            self._first()
            meta = self._meta()
        else:
            self._take(self._masters.load())
        version = int(meta["version"])
        self._newest, self.id = version, meta["id"].decode()
        try:
            unwrap(self.master(version), "proof", master_name(version), meta[f"proof:{version}"])
            self.pepper = unwrap(self.master(version), "pepper", master_name(version), meta[f"pepper:{version}"])
        except Tampered:
            raise MasterKeyWrong(version) from None

    def _first(self) -> None:
        version = max(self._ciphers)
        rows = {
            "id": secrets.token_hex(8).encode(),
            "version": str(version).encode(),
            **self.proofs(version, secrets.token_bytes(KEY_BYTES)),
        }
        try:
            with self.engine.begin() as db:
                db.execute(insert(META), [{"name": name, "value": value} for name, value in rows.items()])
        except IntegrityError:
            return  # another process was faster

    def proofs(self, version: int, pepper: bytes | None = None) -> dict[str, bytes]:
        """By which a key-encryption key is known to be the one of that version."""
        cipher, parent = self.master(version), master_name(version)
        return {
            f"proof:{version}": wrap(cipher, "proof", parent, _PROOF),
            f"pepper:{version}": wrap(cipher, "pepper", parent, pepper or self.pepper),
        }

    def _meta(self) -> dict[str, bytes]:
        with self.engine.connect() as db:
            return {row.name: bytes(row.value) for row in db.execute(select(META))}

    def _take(self, found: Any) -> None:
        self._ciphers = {version: AESGCM(secret) for version, secret in found.items()}

    def master(self, version: int) -> AESGCM:
        """Looked for anew when it is not known: somebody may have rotated. Raises MasterKeyMissing."""
        if version not in self._ciphers:
            self._take(self._masters.load())
        cipher = self._ciphers.get(version)
        if cipher is None:
            raise MasterKeyMissing(str(version), self._masters.where)
        return cipher

    def owner_of(self, customer_id: str) -> str:
        """Keyed hash: without the key-encryption key it tells nothing of who it is."""
        return hashlib.blake2b(customer_id.encode("utf-8", "replace"), key=self.pepper, digest_size=16).hexdigest()

    # -- keys that seal ------------------------------------------------------------------------------------------------

    def present(self, conversation: str, customer_id: str = "") -> Present:
        """Made where there is none; the customer's where one is named, from here on. Calls that wait for each other share one
        commit."""
        wish = _Wish(conversation, customer_id)
        self._wished.append(wish)
        with self._one, translated():
            if wish.found is None:
                batch = self._wished[:]
                del self._wished[: len(batch)]
                with self.engine.begin() as db:
                    found = [self._present(db, one.conversation, one.customer_id) for one in batch]
                for one, present in zip(batch, found, strict=True):
                    one.found = present
        if wish.found is None:
            raise KeyStoreUnavailable(
                "the commit that this key was part of failed; it is tried again with the next message"
            )
        return wish.found

    def _present(self, db: Connection, conversation: str, customer_id: str) -> Present:
        owner = self.owner_of(customer_id) if customer_id else ""
        rows = db.execute(
            select(KEYS)
            .where(KEYS.c.conversation == conversation, KEYS.c.ended == 0, KEYS.c.destroyed_at == 0)
            .order_by(KEYS.c.number.desc())
        ).all()
        mine = [row for row in rows if not owner or row.owner in ("", owner)]
        if owner and (free := [row for row in mine if not row.owner]):
            self._adopt(db, free, customer_id, owner)
        newest = self._rows(db, mine[0].id) if mine and owner else mine[:1]
        key = self._opened(db, newest)[mine[0].id] if mine else None
        if key is None:
            parent = self._customer(db, customer_id, owner) if owner else None
            return Present(key=self._insert(db, conversation, owner, parent), owner=owner)
        return Present(key=key, owner=owner or mine[0].owner)

    def _adopt(self, db: Connection, rows: Sequence[Any], customer_id: str, owner: str) -> None:
        """From here on the customer's: whoever destroys their key destroys these."""
        parent = self._customer(db, customer_id, owner)
        for row in rows:
            wrapped = wrap(parent.cipher, row.id, parent.id, self._secret(db, row))
            values = {"owner": owner, "parent": parent.id, "wrapped": wrapped}
            db.execute(update(KEYS).where(KEYS.c.number == row.number).values(values))

    def _rows(self, db: Connection, key_id: str) -> Sequence[Any]:
        return db.execute(select(KEYS).where(KEYS.c.id == key_id)).all()

    def customer(self, customer_id: str) -> DataKey:
        """The customer's own key, made where there is none."""
        with translated(), self.engine.begin() as db:
            return self._customer(db, customer_id, self.owner_of(customer_id))

    def _customer(self, db: Connection, customer_id: str, owner: str) -> DataKey:
        row = db.execute(
            select(KEYS)
            .where(KEYS.c.owner == owner, KEYS.c.conversation == "", KEYS.c.destroyed_at == 0)
            .order_by(KEYS.c.number)
        ).first()
        if row is None:
            return self._insert(db, "", owner, None)
        return DataKey(id=row.id, cipher=AESGCM(self._secret(db, row)))

    def _insert(self, db: Connection, conversation: str, owner: str, parent: DataKey | None) -> DataKey:
        key_id, secret = secrets.token_urlsafe(9), secrets.token_bytes(KEY_BYTES)
        row = {
            "id": key_id,
            "conversation": conversation,
            "owner": owner,
            "ended": 0,
            "made_at": self.now(),
            "destroyed_at": 0.0,
            **self._wrapped(key_id, secret, parent, self._newest),
        }
        db.execute(insert(KEYS), row)
        if parent is None and (version := self._version(db)) != self._newest:
            # Looked at after the write: from then on no rotation can end before this row is there for it.
            self._newest = version
            db.execute(update(KEYS).where(KEYS.c.id == key_id).values(self._wrapped(key_id, secret, None, version)))
        return DataKey(id=key_id, cipher=AESGCM(secret))

    def _wrapped(self, key_id: str, secret: bytes, parent: DataKey | None, version: int) -> dict[str, Any]:
        name = parent.id if parent else master_name(version)
        cipher = parent.cipher if parent else self.master(version)
        return {"parent": name, "wrapped": wrap(cipher, key_id, name, secret)}

    def version(self) -> int:
        """Of the key-encryption key that wraps now."""
        with translated(), self.engine.connect() as db:
            return self._version(db)

    def _version(self, db: Connection) -> int:
        return int(
            db.execute(select(META.c.value).where(META.c.name == "version").with_for_update(read=True)).scalar_one()
        )

    def end(self, conversation: str) -> None:
        """What is sealed from here on takes another key: who was here has gone."""
        with translated(), self.engine.begin() as db:
            db.execute(update(KEYS).where(KEYS.c.conversation == conversation).values(ended=1))

    # -- keys that open ------------------------------------------------------------------------------------------------

    def load(self, key_ids: Iterable[str]) -> dict[str, DataKey | None]:
        """None: destroyed. One that is not there is missing."""
        asked = sorted(set(key_ids))
        found: dict[str, DataKey | None] = {}
        with translated(), self.engine.connect() as db:
            for first in range(0, len(asked), NAMES_A_QUERY):
                rows = db.execute(select(KEYS).where(KEYS.c.id.in_(asked[first : first + NAMES_A_QUERY]))).all()
                found |= self._opened(db, rows)
        return found

    def of_conversations(self, conversations: Sequence[str]) -> dict[str, DataKey | None]:
        """All keys that they ever had, by id."""
        found: dict[str, DataKey | None] = {}
        with translated(), self.engine.connect() as db:
            for first in range(0, len(conversations), NAMES_A_QUERY):
                asked = list(conversations[first : first + NAMES_A_QUERY])
                found |= self._opened(db, db.execute(select(KEYS).where(KEYS.c.conversation.in_(asked))).all())
        return found

    def _opened(self, db: Connection, rows: Sequence[Any]) -> Any:
        parents = self._parents(
            db, {row.parent for row in rows if row.wrapped is not None and not version_in(row.parent)}
        )
        return {row.id: self._key(row, parents) for row in rows}

    def _parents(self, db: Connection, ids: set[str]) -> dict[str, AESGCM | None]:
        found: dict[str, AESGCM | None] = {}
        for first in range(0, len(ids), NAMES_A_QUERY):
            asked = sorted(ids)[first : first + NAMES_A_QUERY]
            for row in db.execute(select(KEYS).where(KEYS.c.id.in_(asked))):
                found[row.id] = None if row.wrapped is None else AESGCM(self._by_master(row))
        return found

    def _key(self, row: Any, parents: dict[str, AESGCM | None]) -> DataKey | None:
        if row.wrapped is None:
            return None
        if version_in(row.parent):
            return DataKey(id=row.id, cipher=AESGCM(self._by_master(row)))
        parent = parents.get(row.parent)
        if parent is None:
            return None
        return DataKey(id=row.id, cipher=AESGCM(unwrap(parent, row.id, row.parent, bytes(row.wrapped))))

    def _by_master(self, row: Any) -> bytes:
        return unwrap(self.master(version_in(row.parent)), row.id, row.parent, bytes(row.wrapped))

    def _secret(self, db: Connection, row: Any) -> bytes:
        if version_in(row.parent):
            return self._by_master(row)
        parent = self._parents(db, {row.parent})[row.parent]
        if parent is None:
            raise Tampered(f"the data key {row.id}")
        return unwrap(parent, row.id, row.parent, bytes(row.wrapped))


def master_name(version: int) -> str:
    """As the parent of a key; no key's id has a colon."""
    return f"kek:{version}"


def version_in(parent: str) -> int:
    """0: a customer's key is the parent."""
    return int(parent.removeprefix("kek:")) if parent.startswith("kek:") else 0


@contextmanager
def translated() -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        raise KeyStoreUnavailable(str(getattr(error, "orig", None) or error).splitlines()[0]) from error
