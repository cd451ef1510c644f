"""What can go wrong in a conversation, by the situation. Retrieval's and models' own errors are translated where they enter."""

from __future__ import annotations


class AssistantError(Exception):
    """Root of this package's errors."""


class ConversationNotFound(AssistantError):
    """No such conversation, or not this caller's: the two are answered alike."""

    def __init__(self, conversation: str) -> None:
        super().__init__(f"no conversation {conversation!r}")
        self.conversation = conversation


class AccessDenied(AssistantError):
    """Not this customer's, or not there."""


class ConcurrentTurn(AssistantError):
    """Somebody else holds the conversation, or has written to it since it was read."""


class ClientIdReused(AssistantError):
    """The same client_id came with another body."""

    def __init__(self, client_id: str) -> None:
        super().__init__(
            f"client_id {client_id!r} was used before with another body: choose a new one for a new message"
        )
        self.client_id = client_id


class MessageRefused(AssistantError):
    """Empty, too long or not text. `code` is stable."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class StoreUnavailable(AssistantError):
    """The log cannot be written now (disk full, database gone): nothing was acknowledged."""


class StoreUnreadable(AssistantError):
    """The log's file is not one that this release can open. It was left as it is."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(
            f"{path} cannot be opened: {reason}. Start the release that wrote it, restore a backup, set AISLE_HOME to "
            f"another folder, or move the file away to begin with an empty log"
        )
        self.path = path
        self.reason = reason


class ShopUnavailable(AssistantError):
    """The shop's data cannot be read."""


class ToolError(AssistantError):
    """Root of what a tool answers instead of a result."""


class ToolRejected(ToolError):
    """The rules forbid it. `reason` may be told to the customer."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ToolFailed(ToolError):
    """It should have worked and did not."""


class ConfirmationRequired(ToolError):
    """A write without the customer's yes to exactly these arguments."""
