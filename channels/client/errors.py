"""What can go wrong between a client and the shop, split by who must act. Below: nothing. Above: everything here."""

from __future__ import annotations


class AisleError(Exception):
    """Root of what this package raises."""


class Problem(AisleError):
    """The server's answer was a problem document (RFC 9457)."""

    def __init__(self, status: int, code: str, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"{status} {code}: {detail}" if detail else f"{status} {code}")
        self.status, self.code, self.detail, self.retry_after = status, code, detail, retry_after


class Unreachable(AisleError):
    """No answer: try again later; what was to be sent stays in the outbox."""


class Rejected(AisleError):
    """The server will never take this message as it is (its `code` says why). It has left the outbox."""

    def __init__(self, client_id: str, code: str, detail: str = "") -> None:
        super().__init__(f"{client_id!r} was rejected: {code}: {detail}")
        self.client_id, self.code, self.detail = client_id, code, detail


class TokenRefused(AisleError):
    """The token opens this conversation no more: start another, or redeem a code."""


class Replaced(AisleError):
    """A newer socket of the same device goes on with the conversation: this one stays closed."""


class HistoryChanged(AisleError):
    """The server has another history than this client (it was restored, say): drop what you hold and iterate `events()`
    again; `log` begins anew by itself."""


class Closed(AisleError):
    """The conversation was left here: open it again to go on."""
