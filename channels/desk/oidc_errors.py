"""Why a sign-in by the identity provider failed, each with the code that the page has words for."""

from __future__ import annotations

from channels.desk.errors import AgentNotAllowed
from channels.errors import ChannelError


class OidcFailed(ChannelError):
    code = "refused"


class OidcCancelled(OidcFailed):
    code = "cancelled"


class OidcExpired(OidcFailed):
    """It took too long, was done already, or began in another browser."""

    code = "expired"


class OidcRefused(OidcFailed):
    """What the provider answered does not verify."""

    code = "refused"


class NoRole(OidcFailed):
    code = "no_role"


class WrongDomain(OidcFailed):
    code = "wrong_domain"


class ProviderUnavailable(OidcFailed):
    code = "unavailable"


class TicketRefused(AgentNotAllowed):
    """Unknown, used, expired, or of another browser: all alike."""


class LogoutRefused(ChannelError):
    """A logout token that does not verify."""

    code = "logout_refused"

    def __init__(self) -> None:
        super().__init__("this logout token does not verify")
