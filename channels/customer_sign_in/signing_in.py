"""Customers' sign-in: who has the address is looked up, the code sent, and its confirmation written into the log.

Whether somebody has an address shows in no answer, in no limit and in no time: the message goes out in the background.
Above: `sign_in_rest`. Below: codes, messengers, the assistant's identities.
"""

from __future__ import annotations

from dataclasses import dataclass

from assistant.conversation import Conversation
from assistant.errors import MessageRefused
from assistant.events import ChannelName, ConversationId
from assistant.shops.records import Customer, CustomerId
from channels.customer_sign_in.addresses import Address
from channels.customer_sign_in.codes import Issued, SignInCodes
from channels.customer_sign_in.errors import CodeRefused, WayUnavailable
from channels.customer_sign_in.messages import code_message
from channels.customer_sign_in.proven import ProvenAddresses
from channels.customer_sign_in.sign_in_settings import SignInSettings
from channels.ports import Product
from channels.sending.messengers import Messengers, Way


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    customer: Customer
    seq: int


@dataclass(slots=True, kw_only=True)
class CustomerSignIn:
    product: Product
    settings: SignInSettings
    codes: SignInCodes
    proven: ProvenAddresses
    messengers: Messengers

    @property
    def ways(self) -> tuple[Way, ...]:
        """By which codes can be sent."""
        ways: tuple[Way, ...] = ("email", "phone")
        return tuple(way for way in ways if self.settings.enabled and self.messengers.of(way) is not None)

    async def ask(self, conversation: ConversationId, address: Address, *, network: str, locale: str) -> Issued:
        """Raises WayUnavailable, TooMany, MessageRefused (conversation_closed), SignInUnavailable, ShopUnavailable."""
        if address.way not in self.ways:
            raise WayUnavailable(address.way)
        state = await self._open_state(conversation)
        customer, shop = await self._owner(address), (await self.product.shop.info()).name
        issued = await self.product.in_thread(
            lambda: self.codes.issue(
                conversation, address, network=network, customer=customer.id if customer is not None else ""
            )
        )
        if customer is not None:
            self._send(customer, address, issued.code, shop=shop, locale=locale or state.language or state.locale)
        return issued

    async def confirm(self, conversation: ConversationId, code: str, *, channel: ChannelName) -> SignedIn:
        """Raises CodeRefused, MessageRefused (conversation_closed), SignInUnavailable."""
        await self._open_state(conversation)
        confirmed = await self.product.in_thread(self.codes.redeem, conversation, code)
        customer = await self.product.shop.customer(CustomerId(confirmed.customer))
        if customer is None:
            raise CodeRefused
        seq = await self.product.assistant.identities.sign_in(
            conversation, customer.id, method=confirmed.way, channel=channel
        )
        await self.product.in_thread(self.proven.note, conversation, confirmed.way, confirmed.address)
        return SignedIn(customer=customer, seq=seq)

    async def sign_out(self, conversation: ConversationId, *, channel: ChannelName) -> None:
        """Nothing is proven here any more, and a code that is on its way is void."""
        await self.product.in_thread(self.codes.forget, conversation)
        await self.product.in_thread(self.proven.forget, conversation)
        await self.product.assistant.identities.sign_out(conversation, channel=channel)

    async def _open_state(self, conversation: ConversationId) -> Conversation:
        state = await self.product.assistant.state(conversation)
        if state.status == "closed":
            raise MessageRefused("conversation_closed", "this conversation has ended: start a new one")
        return state

    async def _owner(self, address: Address) -> Customer | None:
        """The one customer who has it."""
        shop = self.product.shop
        by_email = address.way == "email"
        found = await (
            shop.find_customers(email=address.value) if by_email else shop.find_customers(phone=address.value)
        )
        return found[0] if len(found) == 1 else None

    def _send(self, customer: Customer, address: Address, code: str, *, shop: str, locale: str) -> None:
        """To the address that the shop has, never to one that only looks like it."""
        to = customer.email if address.way == "email" else address.value
        minutes = max(1, round(self.settings.code_seconds / 60))
        message = code_message(address.way, code, shop=shop, language=locale, minutes=minutes)
        self.messengers.send_soon(address.way, to, message.text, subject=message.subject)
