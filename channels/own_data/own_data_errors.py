"""What can be refused of a customer's wishes for their data."""

from __future__ import annotations

from channels.errors import ChannelError


class NotProven(ChannelError):
    """They said who they are, and have not shown it."""

    code = "not_proven"

    def __init__(self) -> None:
        super().__init__(
            "sign in with a code first: only who has proven who they are gets or deletes all that is theirs"
        )


class PrivacyUnavailable(ChannelError):
    code = "privacy_unavailable"

    def __init__(self) -> None:
        super().__init__("this installation has no privacy office: it is opened by `aisle serve`")


class ErasureRefused(ChannelError):
    """A legal hold; which, and why, is told to the shop's officer and not to whoever asks."""

    code = "legal_hold"

    def __init__(self) -> None:
        super().__init__("the shop must keep this for now by law: nothing was deleted; ask the shop")
