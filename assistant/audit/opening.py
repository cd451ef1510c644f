"""Opening the audit log: over the house's small tables, with the keys of this AISLE_HOME or of the settings.

Above: bootstrap, the command line, tests' houses. Below: `journal`, `chain`, `keys`. Blocking at the first start alone.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import Engine

from assistant.audit.audit_settings import AuditSettings
from assistant.audit.chain import Chain
from assistant.audit.journal import Audit
from assistant.audit.keys import KEYS_FILE, SIGNING_FILE, open_ring
from assistant.stores.shared_files import share_anew, share_files

log = logging.getLogger(__name__)


def open_chain(tables: Engine, home: Path, settings: AuditSettings | None = None) -> Chain:
    """Raises AuditKeyUnreadable, OSError."""
    chosen = settings or AuditSettings()
    return Chain(tables, open_ring(chosen, home, fetch=_sharing(tables, home, chosen)))


def open_audit(tables: Engine, home: Path, settings: AuditSettings | None = None) -> Audit:
    """The tables are made with the first entry. Raises AuditKeyUnreadable, OSError."""
    return Audit(open_chain(tables, home, settings))


def share_ring(tables: Engine, home: Path) -> None:
    """After a rotation, where replicas share the keys by their database: the others find the new one there."""
    if tables.dialect.name == "postgresql":
        share_anew(tables, home / KEYS_FILE)


def _sharing(tables: Engine, home: Path, settings: AuditSettings) -> Callable[[], None] | None:
    """Replicas that were given no keys agree on them by the database, as on their other secrets."""
    if tables.dialect.name != "postgresql" or settings.keys.get_secret_value():
        return None
    log.warning(
        "the audit log's keys lie in the database that they guard: whoever can write there can write the log anew. Give every"
        " replica the same AISLE_AUDIT_KEYS and AISLE_AUDIT_SIGNING_KEY"
    )
    return lambda: share_files(tables, home, (KEYS_FILE, SIGNING_FILE))
