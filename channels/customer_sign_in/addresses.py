"""Where a code can be sent: e-mail addresses and telephone numbers, written one way, and shown so that they tell little. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.shops.phone_numbers import e164
from channels.customer_sign_in.errors import AddressInvalid
from channels.sending.messengers import Way

LONGEST_EMAIL = 254
_EMAIL = re.compile(
    r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+"
)
"""ASCII alone: what folds to another's address is never sent to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    way: Way
    value: str
    """In small letters; E.164."""

    @property
    def masked(self) -> str:
        """Made of what was given, so that it tells nothing of what the shop knows."""
        if self.way == "phone":
            return f"{self.value[:2]} ••• ••• {self.value[-4:]}"
        local, _, domain = self.value.partition("@")
        return f"{local[0]}•••@{domain}"


def email_address(text: str) -> Address:
    """Raises AddressInvalid."""
    written = text.strip().lower()
    if len(written) > LONGEST_EMAIL or not _EMAIL.fullmatch(written):
        raise AddressInvalid("this is no e-mail address: name@example.com")
    return Address(way="email", value=written)


def phone_number(text: str, *, region: str) -> Address:
    """Raises AddressInvalid."""
    number = e164(text, region=region)
    if not number:
        raise AddressInvalid("this is no telephone number: write it with its country, as in +1 503 555 0150")
    return Address(way="phone", value=number)
