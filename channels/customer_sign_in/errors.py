"""What can go wrong when a customer signs in by a code."""

from __future__ import annotations

from channels.errors import ChannelError


class AddressInvalid(ChannelError):
    code = "sign_in_address_invalid"


class WayUnavailable(ChannelError):
    """This shop sends no such messages."""

    code = "sign_in_way_unavailable"

    def __init__(self, way: str) -> None:
        super().__init__(f"this shop sends no codes by {way}: GET …/sign_in tells which ways there are")


class CodeRefused(ChannelError):
    """Wrong, used, expired, never sent, or tried too often: all answered alike."""

    code = "sign_in_code_refused"

    def __init__(self) -> None:
        super().__init__("this code does not work: check it, or ask for a new one")


class SignInUnavailable(ChannelError):
    """Codes cannot be kept now."""

    code = "sign_in_unavailable"

    def __init__(self) -> None:
        super().__init__("nobody can sign in now: try again in a moment")
