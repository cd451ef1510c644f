"""Keeping: an audit log that is open signs checkpoints by the hour and at its end, and hands them out.

Above: bootstrap, the command line. Below: `journal`, `checkpoints`, `exporting`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Engine, func, select

from assistant.audit.acts import SYSTEM, Entry
from assistant.audit.audit_errors import AuditUnavailable
from assistant.audit.audit_settings import AuditSettings
from assistant.audit.audit_tables import CHECKPOINTS
from assistant.audit.chain import Chain, Timed
from assistant.audit.checkpoints import Checkpoint, documents, make_checkpoint, release
from assistant.audit.exporting import Exporter, open_exporter
from assistant.audit.journal import Audit
from assistant.audit.keys import open_signing_key, public_hex
from assistant.audit.opening import open_audit

log = logging.getLogger(__name__)

LOOK_SECONDS = 60.0


@dataclass(slots=True, kw_only=True)
class Keeper:
    """Blocking."""

    chain: Chain
    signer: Ed25519PrivateKey
    exporter: Exporter
    minutes: float

    def begin(self, why: str) -> None:
        """The chain names the key that signs for it from here on. Raises AuditUnavailable."""
        details = {"signing": public_hex(self.signer), "release": release()}
        self.chain.append([Timed(at=self.chain.now(), entry=Entry(act="opened", who=SYSTEM, why=why, details=details))])

    def checkpoint(self, *, now: bool = False) -> Checkpoint | None:
        """One that is due, or in any case; then whatever a sink lacks. Raises AuditUnavailable."""
        made = None
        if now or self.minutes:
            # Half a minute early is in time: of replicas that look by turns, none waits for a whole further look.
            not_within = 0.0 if now else max(0.0, self.minutes * 60 - LOOK_SECONDS / 2)
            made = make_checkpoint(self.chain, self.signer, at=datetime.now(UTC), not_within=not_within)
        with self.chain.engine.connect() as db:
            self.exporter.deliver(documents(db, after=self.exporter.first_needed()))
        return made


def open_keeper(chain: Chain, home: Path, settings: AuditSettings) -> Keeper:
    """Raises AuditUnavailable, AuditKeyUnreadable, OSError."""
    chain.open()
    with chain.engine.connect() as db:
        newest = int(db.execute(select(func.max(CHECKPOINTS.c.number))).scalar() or 0)
    exporter = open_exporter(settings, home, newest=newest)
    signer = open_signing_key(settings, home)
    return Keeper(chain=chain, signer=signer, exporter=exporter, minutes=settings.checkpoint_minutes)


@asynccontextmanager
async def kept_audit(tables: Engine, home: Path, settings: AuditSettings | None = None) -> AsyncIterator[Audit]:
    """While open, entries are written and checkpoints signed; at its end everything noted is written and signed.

    Raises AuditUnavailable, AuditKeyUnreadable, OSError.
    """
    chosen = settings or AuditSettings()
    audit = await asyncio.to_thread(open_audit, tables, home, chosen)
    keeper = await asyncio.to_thread(open_keeper, audit.chain, home, chosen)
    await asyncio.to_thread(keeper.begin, "server")
    keeping = asyncio.create_task(_keep(keeper))
    try:
        yield audit
    finally:
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)
        try:
            await audit.flush()
            await asyncio.to_thread(lambda: keeper.checkpoint(now=True))
        except AuditUnavailable:
            log.exception("the last entries of the audit log could not be written, or not be signed")


async def _keep(keeper: Keeper) -> None:
    while True:
        try:
            await asyncio.to_thread(keeper.checkpoint)
        except AuditUnavailable:
            log.exception("no checkpoint of the audit log could be made: the next look comes in %s s", LOOK_SECONDS)
        await asyncio.sleep(LOOK_SECONDS)
