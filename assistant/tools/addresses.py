"""Changing where a pending order goes, and the address of the profile. Pure."""

from __future__ import annotations

import re
from dataclasses import fields, replace

from assistant.shops.records import Address
from assistant.tools.arguments import ChangeOrderAddress, ChangeProfileAddress
from assistant.tools.checks import check_status
from assistant.tools.plan import Facts, Plan, Scene, touched
from assistant.tools.policy import AddressRule
from assistant.tools.refusals import Refusal

_AMERICAN_ZIP = re.compile(r"\d{5}(-\d{4})?", re.ASCII)
_AMERICA = frozenset(("usa", "us", "united states", "united states of america"))


def plan_order_address(scene: Scene, asked: ChangeOrderAddress, rule: AddressRule) -> Plan:
    order = scene.theirs
    check_status(scene, "change_order_address", rule.statuses)
    address = _usable(asked.address, rule)
    if address == order.address:
        raise Refusal("same_address")
    facts = Facts(
        tool="change_order_address",
        order_id=order.id,
        status=order.status,
        becomes=order.status,
        currency=order.currency,
        address=address,
    )
    return Plan(
        facts=facts, order=order, changed_order=touched(replace(order, address=address)), customer=scene.customer
    )


def plan_profile_address(scene: Scene, asked: ChangeProfileAddress, rule: AddressRule) -> Plan:
    """Orders placed before keep theirs."""
    address = _usable(asked.address, rule)
    if address == scene.customer.address:
        raise Refusal("same_address")
    facts = Facts(tool="change_profile_address", address=address)
    return Plan(facts=facts, customer=replace(scene.customer, address=address))


def _usable(address: Address, rule: AddressRule) -> Address:
    """The address without stray spaces, when a parcel can be sent there."""
    tidy = Address(**{each.name: " ".join(getattr(address, each.name).split()) for each in fields(address)})
    american = tidy.country.casefold() in _AMERICA
    needed = ["address1", "city", "zip", "country", *(["state"] if american else [])]
    missing = [name for name in needed if not getattr(tidy, name)]
    if missing:
        raise Refusal("address_incomplete", missing=tuple(missing))
    if rule.countries and tidy.country.casefold() not in {name.casefold() for name in rule.countries}:
        raise Refusal("not_sent_there", nearest=rule.countries, country=tidy.country)
    if american and not _AMERICAN_ZIP.fullmatch(tidy.zip):
        raise Refusal("address_invalid", zip=tidy.zip)
    return tidy
