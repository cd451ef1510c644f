"""What is done to the audit log as a whole: a new key from here on, old entries removed. Each leaves its mark in every lane.

Above: the command line. Below: `chain`, `keys`. Blocking.
"""

from __future__ import annotations

from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, delete, select

from assistant.audit.acts import Entry, Who
from assistant.audit.audit_errors import AuditUnavailable
from assistant.audit.audit_tables import ENTRIES, LANES
from assistant.audit.chain import Chain, Timed
from assistant.audit.keys import public_hex
from assistant.audit.links import Head, first_link


def rotate(chain: Chain, who: Who, signer: Ed25519PrivateKey) -> str:
    """Every lane goes on under the newest key of the ring, and says so under the old one. Returns its id.

    All lanes or none. Raises AuditUnavailable, AuditKeyMissing.
    """
    fresh = chain.ring.newest
    details = {"next": fresh, "signing": public_hex(signer)}
    with chain.engine.begin() as db:
        for lane in range(LANES):
            head = _healthy(chain, db, lane)
            if head.key != fresh:
                marker = Entry(act="key_rotated", who=who, what=f"lane:{lane}", details=details)
                chain.write(db, head, [Timed(at=chain.now(), entry=marker)], key=fresh)
    return fresh


def go_on_without(chain: Chain, who: Who) -> int:
    """Lanes whose key is lost go on under the newest; returns how many. What was written under the lost one stays, and verifying
    says of each lane where it can no longer be vouched for."""
    lost = 0
    with chain.engine.begin() as db:
        for lane in range(LANES):
            head = chain.locked(db, lane)
            if head is None or head.key in chain.ring.keys:
                continue
            marker = Entry(act="key_rotated", who=who, what=f"lane:{lane}", why="lost", details={"lost": head.key})
            own = replace(head, key=chain.ring.newest)
            if not head.seq:  # nothing stands there: it begins anew
                first = first_link(lane, chain.ring.key(chain.ring.newest))
                own = replace(own, link=first, base_link=first)
            chain.write(db, own, [Timed(at=chain.now(), entry=marker)])
            lost += 1
    return lost


def prune(chain: Chain, who: Who, *, before: int) -> int:
    """Entries older than that (microseconds since 1970) go, from each lane's beginning; returns how many.

    What follows is verified as before: the sealed head keeps the link of the last that went. Raises AuditUnavailable.
    """
    gone = 0
    with chain.engine.begin() as db:
        for lane in range(LANES):
            head = _healthy(chain, db, lane)
            mine = ENTRIES.c.lane == lane
            old = select(ENTRIES.c.seq, ENTRIES.c.link).where(mine, ENTRIES.c.at < before)
            last = db.execute(old.order_by(ENTRIES.c.seq.desc()).limit(1)).first()
            if last is None:
                continue
            removed = db.execute(delete(ENTRIES).where(mine, ENTRIES.c.seq <= last.seq)).rowcount
            gone += removed
            details = {"through": last.seq, "entries": removed}
            marker = Entry(act="pruned", who=who, what=f"lane:{lane}", details=details)
            base = replace(head, base_seq=last.seq, base_link=bytes(last.link))
            chain.write(db, base, [Timed(at=chain.now(), entry=marker)])
    return gone


def _healthy(chain: Chain, db: Connection, lane: int) -> Head:
    head = chain.locked(db, lane)
    if head is None or not chain.sealed_well(head):
        raise AuditUnavailable(f"lane {lane} was changed from outside: `aisle audit verify` tells where")
    return head
