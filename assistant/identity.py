"""Who the customer is: the only door to customer data. "Not yours" and "not there" are answered alike, and every look is told to
the audit log (`audit.noting`) and what is theirs is masked in ours (`privacy.masking`)."""

from __future__ import annotations

from assistant.audit.noting import seen
from assistant.authority import IdentifyBy
from assistant.errors import AccessDenied
from assistant.ports import Shop
from assistant.privacy.masking.known_words import note_orders, note_person
from assistant.shops.records import Customer, CustomerId, Order, OrderId
from assistant.shops.rows import zip_key
from assistant.tools.matching import same_order_id


async def recognise(
    shop: Shop,
    *,
    email: str = "",
    first_name: str = "",
    last_name: str = "",
    zip_code: str = "",
    order: str = "",
    by_sound: bool = False,
    asks: IdentifyBy = "email",
) -> Customer | None:
    """The one customer these facts name; None when there is none, or more than one. by_sound: they were heard on a line.

    asks: what the shop asks for. An e-mail address is no secret: with "two_facts" a zip code or an order number of theirs goes
    with it, and "proof" takes nobody's word.
    """
    if asks == "proof":
        return None
    if email:
        found = await shop.find_customers(email=email, by_sound=by_sound)
    elif first_name and last_name and zip_code:
        found = await shop.find_customers(
            first_name=first_name, last_name=last_name, zip_code=zip_code, by_sound=by_sound
        )
    else:
        return None
    one = found[0] if len(found) == 1 else None
    if one is not None and email and asks == "two_facts":
        return one if await _second_fact(shop, one, zip_code=zip_code, order=order) else None
    return one


async def _second_fact(shop: Shop, customer: Customer, *, zip_code: str, order: str) -> bool:
    if zip_key(zip_code) and zip_key(zip_code) == zip_key(customer.address.zip):
        return True
    return bool(order) and any(same_order_id(order, one) for one in await shop.orders_of(customer.id))


async def access_customer(shop: Shop, customer_id: str) -> Customer:
    """The session's own customer. Raises AccessDenied."""
    customer = await shop.customer(CustomerId(customer_id)) if customer_id else None
    if customer is None:
        raise AccessDenied("no such customer in this session")
    seen(customer_id, "profile")
    note_person(customer)
    return customer


async def access_order(shop: Shop, customer_id: str, order_id: str) -> Order:
    """An order of the session's own customer. Raises AccessDenied for another's as for none."""
    seen(customer_id, "order")
    return owned(await shop.order(OrderId(order_id)) if customer_id else None, customer_id)


def owned(order: Order | None, customer_id: str) -> Order:
    """The order that was read, if it is that customer's: for who reads inside a transaction. Raises AccessDenied."""
    if order is None or not customer_id or order.customer_id != customer_id:
        raise AccessDenied("no such order of this customer")
    return order


async def access_orders(shop: Shop, customer_id: str) -> tuple[Order, ...]:
    """All orders of the session's own customer, newest first. Raises AccessDenied without one."""
    if not customer_id:
        raise AccessDenied("nobody is identified in this session")
    seen(customer_id, "orders")
    orders = await shop.orders_of(CustomerId(customer_id))
    note_orders(orders)
    return orders
