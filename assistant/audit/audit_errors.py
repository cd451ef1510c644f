"""What can go wrong with the audit log. Above: everything of this package."""

from __future__ import annotations

from assistant.errors import AssistantError


class AuditUnavailable(AssistantError):
    """Nothing can be recorded now, so nothing that must be recorded is done."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the audit log cannot be written now: {reason}")
        self.reason = reason


class AuditKeyUnreadable(AssistantError):
    """A key file or setting that holds no keys."""


class AuditKeyMissing(AuditUnavailable):
    """The log goes on under a key that this process does not have."""

    def __init__(self, key: str) -> None:
        super().__init__(
            f"it goes on under the key {key}, which is not among this server's: give every replica the same"
            f" AISLE_AUDIT_KEYS, or the same audit.keys in AISLE_HOME"
        )
        self.key = key
