"""Opening the audit log: over the house's small tables, with the keys of this AISLE_HOME or of the settings.

Above: bootstrap, the command line, tests' houses. Below: `journal`, `chain`, `keys`. Blocking at the first start alone.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from assistant.audit.audit_settings import AuditSettings
from assistant.audit.chain import Chain
from assistant.audit.journal import Audit
from assistant.audit.keys import open_ring


def open_chain(tables: Engine, home: Path, settings: AuditSettings | None = None) -> Chain:
    """Raises AuditKeyUnreadable, OSError."""
    return Chain(tables, open_ring(settings or AuditSettings(), home))


def open_audit(tables: Engine, home: Path, settings: AuditSettings | None = None) -> Audit:
    """The tables are made with the first entry. Raises AuditKeyUnreadable, OSError."""
    return Audit(open_chain(tables, home, settings))
