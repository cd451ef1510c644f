"""Rotation of the key-encryption key: keys are wrapped anew, what they sealed stays as it lies. Blocking, while servers run.

First the new version is there for everybody, then new keys take it, then the old ones are wrapped anew; cut off anywhere, it goes
on where it was. Above: `aisle privacy rotate`. Below: `key_store`, `master_keys`.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import ColumnElement, func, insert, select, update

from assistant.sealing.envelope import unwrap, wrap
from assistant.sealing.key_store import KeyStore, master_name, translated, version_in
from assistant.sealing.key_tables import KEYS, META, tidy
from assistant.sealing.master_keys import MasterKeys

BATCH = 500
Told = Callable[[int, int], None]
"""(done, all)."""


def rotate(store: KeyStore, masters: MasterKeys, tell: Told) -> int:
    """The version that all keys are wrapped with now. Raises MasterKeysUnreadable where none can be added, SealingError."""
    with translated():
        version = _begun(store, masters)
        _rewrap(store, version, tell)
        tidy(store.engine)
    return version


def _begun(store: KeyStore, masters: MasterKeys) -> int:
    """A newer version than the one in use, taken up; of a rotation that was cut off the one that it had begun with."""
    with store.engine.connect() as db:
        used = int(db.execute(select(META.c.value).where(META.c.name == "version")).scalar_one())
        left = db.execute(select(func.count()).select_from(KEYS).where(_of_others(used))).scalar_one()
    if left:
        return used
    known = masters.load()
    version = max(known) if max(known) > used else max(masters.add(used + 1))
    proofs = store.proofs(version)
    with store.engine.begin() as db:
        db.execute(META.delete().where(META.c.name.in_(list(proofs))))
        db.execute(insert(META), [{"name": name, "value": value} for name, value in proofs.items()])
        db.execute(update(META).where(META.c.name == "version").values(value=str(version).encode()))
    return version


def _of_others(version: int) -> ColumnElement[bool]:
    return KEYS.c.parent.startswith("kek:") & (KEYS.c.parent != master_name(version)) & KEYS.c.wrapped.is_not(None)


def _rewrap(store: KeyStore, version: int, tell: Told) -> None:
    done = 0
    while True:
        with store.engine.begin() as db:
            asked = select(KEYS).where(_of_others(version)).limit(BATCH).with_for_update()
            rows = db.execute(asked).all()
            for row in rows:
                secret = unwrap(store.master(version_in(row.parent)), row.id, row.parent, bytes(row.wrapped))
                values = {
                    "parent": master_name(version),
                    "wrapped": wrap(store.master(version), row.id, master_name(version), secret),
                }
                unchanged = (KEYS.c.number == row.number) & (KEYS.c.parent == row.parent) & KEYS.c.wrapped.is_not(None)
                db.execute(update(KEYS).where(unchanged).values(values))
        if not rows:
            return
        done += len(rows)
        tell(done, done)
