"""Verifying: the whole audit log read once, in order, and every place told where it is not what was written.

Streaming: memory does not grow with the entries. What is found where: an edited, swapped, removed, inserted entry or a cut end
by the chain and its sealed heads; a chain made anew, or turned back as a whole, by checkpoints; a changed checkpoint by its
signature; a replaced key by its id and by what the chain itself says of the signing key. Above: the command line.
Below: `links`, `checkpoints`. Blocking.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Engine, func, select

from assistant.audit.audit_errors import AuditKeyMissing
from assistant.audit.audit_tables import ENTRIES, HEADS, LANES
from assistant.audit.chain import head_of
from assistant.audit.checkpoints import Checkpoint, digest_of, documents, is_signed, read_checkpoint
from assistant.audit.keys import KeyRing
from assistant.audit.links import Head, first_link, link_of_fields, seal_of

Trouble = Literal["changed", "removed", "inserted", "cut", "head", "checkpoint", "key", "other_history"]
PAGE = 2_000
TELL_EVERY = 20_000
MOST_FOUND = 1_000
Told = Callable[[int, int], None]
"""done, of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    trouble: Trouble
    place: str
    """"entry 3/57" (lane/number), "lane 3", "checkpoint 12", "key 9f…"."""
    detail: str


@dataclass(slots=True, kw_only=True)
class Verified:
    entries: int = 0
    checkpoints: int = 0
    findings: list[Finding] = field(default_factory=list)
    beyond: int = 0
    """Entries since the last checkpoint: only the chain's own key vouches for these."""

    @property
    def holds(self) -> bool:
        return not self.findings

    def found(self, trouble: Trouble, place: str, detail: str) -> None:
        if len(self.findings) < MOST_FOUND:
            self.findings.append(Finding(trouble=trouble, place=place, detail=detail))


@dataclass(slots=True)
class _Sworn:
    """What checkpoints say: by lane and number the link, and which checkpoint first said so."""

    links: dict[int, dict[int, tuple[str, int]]] = field(default_factory=dict)
    last: dict[int, tuple[int, int]] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    """Public key -> the first checkpoint that it signed."""

    def take(self, checkpoint: Checkpoint) -> None:
        self.keys.setdefault(checkpoint.public_key, checkpoint.number)
        for head in checkpoint.heads:
            self.links.setdefault(head.lane, {}).setdefault(head.seq, (head.link, checkpoint.number))
            if head.seq >= self.last.get(head.lane, (0, 0))[0]:
                self.last[head.lane] = (head.seq, checkpoint.number)


def verify(
    engine: Engine,
    ring: KeyRing,
    *,
    exported: Path | None = None,
    public_key: str = "",
    tell: Told = lambda done, of_all: None,
) -> Verified:
    """exported: a folder of checkpoints that lay elsewhere; public_key: what must have signed them. Raises OSError."""
    verified, sworn = Verified(), _Sworn()
    level = "REPEATABLE READ" if engine.dialect.name == "postgresql" else None
    with engine.connect() as raw:
        db = raw.execution_options(isolation_level=level) if level else raw
        if level is None:
            db.exec_driver_sql("BEGIN")  # one snapshot for all that follows
        _checkpoints(db, verified, sworn, _folder(exported, verified) if exported is not None else {}, public_key)
        _entries(db, ring, verified, sworn, tell)
        db.rollback()
    return verified


# -- checkpoints -----------------------------------------------------------------------------------------------------


def _folder(folder: Path, verified: Verified) -> dict[int, str]:
    found: dict[int, str] = {}
    for path in sorted(folder.glob("checkpoint-*.json")):
        text = path.read_text(encoding="utf-8", errors="replace").strip()
        try:
            found[read_checkpoint(text).number] = text
        except ValueError:
            verified.found("checkpoint", f"checkpoint {path.name}", "it is no checkpoint any more")
    return found


def _checkpoints(
    db: Connection, verified: Verified, sworn: _Sworn, elsewhere: Mapping[int, str], public_key: str
) -> None:
    here = dict(documents(db))
    newest = max((*here, *elsewhere), default=0)
    before = ""
    for number in range(1, newest + 1):
        place = f"checkpoint {number}"
        text = elsewhere.get(number) or here.get(number)
        if number not in here:
            verified.found("checkpoint", place, "it is missing in the database")
        elif number in elsewhere and elsewhere[number] != here[number]:
            verified.found("checkpoint", place, "it is another one than was exported")
        if text is not None:
            _checkpoint(text, number, before, verified, sworn, public_key)
        before = digest_of(text) if text is not None else ""
    verified.checkpoints = len(here)


def _checkpoint(text: str, number: int, before: str, verified: Verified, sworn: _Sworn, public_key: str) -> None:
    place = f"checkpoint {number}"
    try:
        checkpoint = read_checkpoint(text)
    except ValueError:
        verified.found("checkpoint", place, "it cannot be read any more")
        return
    if not is_signed(checkpoint):
        verified.found("checkpoint", place, "its signature does not hold: it was changed")
    elif checkpoint.number != number:
        verified.found("checkpoint", place, f"it is number {checkpoint.number}, moved here")
    elif public_key and checkpoint.public_key != public_key:
        verified.found("key", place, f"another key signed it: {checkpoint.public_key[:16]}…")
    else:
        if before and checkpoint.previous != before:
            verified.found("checkpoint", place, "it follows another checkpoint than the one before it")
        for trouble in checkpoint.trouble:
            verified.found("other_history", place, f"it was noticed when it was made: {trouble}")
        sworn.take(checkpoint)


# -- entries ---------------------------------------------------------------------------------------------------------


def _entries(db: Connection, ring: KeyRing, verified: Verified, sworn: _Sworn, tell: Told) -> None:
    heads = {head.lane: head for head in (head_of(row) for row in db.execute(select(HEADS)))}
    total = int(db.execute(select(func.count()).select_from(ENTRIES)).scalar_one())
    if not total and not heads and not sworn.last:
        return
    written = set(db.execute(select(ENTRIES.c.lane).distinct()).scalars())
    walk = _Walk(ring=ring, verified=verified, sworn=sworn, total=total, tell=tell)
    for lane in sorted(written | set(range(LANES))):
        walk.lane(_rows(db, lane) if lane in written else (), lane, heads.get(lane))
    walk.check_signers()
    tell(verified.entries, total)


@dataclass(slots=True, kw_only=True)
class _Walk:
    ring: KeyRing
    verified: Verified
    sworn: _Sworn
    total: int
    tell: Told
    declared: set[str] = field(default_factory=set)
    """Signing keys that the chain itself names."""

    def lane(self, rows: Iterable[tuple[Any, ...]], lane: int, head: Head | None) -> None:
        found = self.verified.found
        if head is None:
            found("head", f"lane {lane}", "its head is missing: how far it came is not known")
        elif not self._seal_holds(head):
            found("head", f"lane {lane}", "its head was changed, or sealed with another key")
        seq, link, key = (head.base_seq, head.base_link, "") if head is not None else (0, b"", "")
        checked = self.sworn.links.get(lane, {})
        next_key = ""
        for row in rows:
            self._count()
            row_seq, row_key, own = int(row[1]), str(row[3]), row[12] if isinstance(row[12], bytes) else b""
            place = f"entry {lane}/{row_seq}"
            if row_seq <= seq:
                found("inserted", place, f"it stands before the lane's beginning ({seq + 1})")
                continue
            if row_seq != seq + 1:
                found("removed", _span(lane, seq + 1, row_seq - 1), "missing")
                link, key = b"", ""
            if key and row_key != key and row_key != next_key:
                found("key", place, f"it names the key {row_key}, and the chain goes on under {key}")
            secret = self.ring.keys.get(row_key)
            if row_seq == 1 and secret is not None:
                link = first_link(lane, secret)  # whatever the head says of the beginning
            if secret is None:
                found("key", place, f"the key {row_key} is not among audit.keys: replaced, or lost")
            elif link and link_of_fields(tuple(row[:12]), link, secret) != own:
                found("changed", place, "it is not what was written there, or stood elsewhere")
            if row_seq in checked and checked[row_seq][0] != own.hex():
                found("other_history", place, f"checkpoint {checked[row_seq][1]} knows another entry here")
            next_key = self._declared(row)
            seq, link, key = row_seq, own, row_key
        self._end(lane, head, seq, link)

    def _seal_holds(self, head: Head) -> bool:
        try:
            return head.seal == seal_of(head, self.ring.key(head.key))
        except AuditKeyMissing:
            return False

    def _declared(self, row: tuple[Any, ...]) -> str:
        """Of entries that name keys: the key under which the lane goes on."""
        if row[6] not in ("opened", "key_rotated"):
            return ""
        try:
            details = msgspec.json.decode(str(row[11]), type=dict[str, Any])
        except msgspec.DecodeError:
            return ""  # it was changed, and is told already
        self.declared.add(str(details.get("signing", "")))
        return str(details.get("next", ""))

    def _end(self, lane: int, head: Head | None, seq: int, link: bytes) -> None:
        found = self.verified.found
        sworn, number = self.sworn.last.get(lane, (0, 0))
        self.verified.beyond += max(0, seq - sworn)
        if sworn > seq:
            found("cut", _span(lane, seq + 1, sworn), f"missing at the end: checkpoint {number} knew them")
        if head is None:
            return
        if head.seq > max(seq, sworn):
            found("cut", _span(lane, max(seq, sworn) + 1, head.seq), "missing at the end, after the last checkpoint")
        elif head.seq < seq:
            found("inserted", _span(lane, head.seq + 1, seq), "they stand beyond the lane's end")
        elif head.seq == seq and link and head.link != link:
            found("head", f"lane {lane}", f"its end is another entry than {lane}/{seq}")

    def check_signers(self) -> None:
        for key, number in self.sworn.keys.items():
            if key not in self.declared:
                detail = f"the chain does not know the key that signed it ({key[:16]}…)"
                self.verified.found("key", f"checkpoint {number}", detail)

    def _count(self) -> None:
        self.verified.entries += 1
        if self.verified.entries % TELL_EVERY == 0:
            self.tell(self.verified.entries, self.total)


def _rows(db: Connection, lane: int) -> Iterator[tuple[Any, ...]]:
    """In their order, a page at a time: an open cursor over a million rows would be the database's to keep."""
    after = -1
    while True:
        page = select(ENTRIES).where(ENTRIES.c.lane == lane, ENTRIES.c.seq > after).order_by(ENTRIES.c.seq).limit(PAGE)
        rows = db.execute(page).all()
        for row in rows:
            yield tuple(row)
        if len(rows) < PAGE:
            return
        after = rows[-1].seq


def _span(lane: int, first: int, last: int) -> str:
    return f"entry {lane}/{first}" if first == last else f"entries {lane}/{first} to {lane}/{last}"
