"""What can go wrong at the desk's door. What a conversation's state forbids an agent: `assistant.desk.desk`."""

from __future__ import annotations

from channels.errors import ChannelError


class SignInRefused(ChannelError):
    code = "sign_in_refused"

    def __init__(self) -> None:
        super().__init__("name and password do not belong together")


class AgentNotAllowed(ChannelError):
    """No token of an agent, or one that is void by now."""

    code = "not_allowed"

    def __init__(self) -> None:
        super().__init__("agents sign in first: POST /v1/desk/sign_in")


class PasswordMustChange(ChannelError):
    code = "password_must_change"

    def __init__(self) -> None:
        super().__init__("this password was for the first sign-in only: POST /v1/desk/password sets your own")


class RoleTooLow(ChannelError):
    code = "role_too_low"

    def __init__(self, needed: str) -> None:
        super().__init__(f"this takes the role {needed}")


class InvalidAccount(ChannelError):
    code = "invalid_account"


class AccountsUnavailable(ChannelError):
    code = "accounts_unavailable"

    def __init__(self, reason: str) -> None:
        super().__init__(f"agents' accounts cannot be read or written now: {reason}")
