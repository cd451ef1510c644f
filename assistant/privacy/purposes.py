"""Purposes: what may be done with a customer's data, decided in one place (pure).

    permits(rules, region="DE", here=conversation.consents, chosen=choices, record=customer).may("memory")

An "off" always wins: of the shop's record, of what the customer chose in any conversation, of their browser. Where nobody
has chosen, the shop's defaults hold. Above: `consents`, every reader in `readers`. Below: events, the shop's records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from assistant.events import PURPOSES, Purpose
from assistant.shops.phone_numbers import region_of
from assistant.shops.records import Customer

Decided = Literal["shop", "customer", "browser", "agent", "default"]

EEA: Final = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
"""The European Economic Area, by ISO 3166."""
GPC_PURPOSES: Final[tuple[Purpose, ...]] = ("personalisation", "memory", "analytics", "marketing", "training")
SELLING: Final[tuple[Purpose, ...]] = ("personalisation", "analytics", "marketing", "training")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentRules:
    """What holds where nobody has chosen, and what a flag or a browser's signal turns off."""

    notice: str = "2026-11"
    """Version of the words that customers are shown; written into each choice."""
    defaults: Mapping[Purpose, bool] = field(
        default_factory=lambda: {
            "personalisation": True,
            "memory": True,
            "recording": True,
            "analytics": True,
            "marketing": False,
            "training": False,
        }
    )
    regions: Mapping[str, Mapping[Purpose, bool]] = field(default_factory=dict)
    """By ISO 3166 country, or "EEA": other defaults there."""
    browser_signal: tuple[Purpose, ...] = GPC_PURPOSES
    """What Global Privacy Control (`Sec-GPC: 1`) turns off."""
    do_not_sell: tuple[Purpose, ...] = SELLING
    opt_out: tuple[Purpose, ...] = PURPOSES

    def default(self, purpose: Purpose, region: str = "") -> bool:
        for name in (region, "EEA" if region and region in EEA else ""):
            if name and (found := self.regions.get(name, {}).get(purpose)) is not None:
                return found
        return self.defaults.get(purpose, False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What was chosen last for one purpose, wherever it was."""

    given: bool
    source: Literal["customer", "browser", "shop", "agent"] = "customer"
    at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Permits:
    """What may be done now, and who decided it."""

    decided: Mapping[Purpose, tuple[bool, Decided]]

    def may(self, purpose: Purpose) -> bool:
        """The one gate: every reader of a customer's data for a purpose asks here."""
        return self.decided[purpose][0]

    def changeable(self, purpose: Purpose) -> bool:
        """Not where the shop's own record says no: that is changed at the shop."""
        return self.decided[purpose] != (False, "shop")


def permits(
    rules: ConsentRules,
    *,
    region: str = "",
    here: Mapping[str, bool] | None = None,
    chosen: Mapping[str, Choice] | None = None,
    record: Customer | None = None,
) -> Permits:
    """`here`: of the conversation; `chosen`: of the customer, from all of theirs; `record`: the shop's own; `region`: ISO 3166,
    where the record does not tell."""
    where = (region_of(record.address.country) if record is not None else "") or region
    return Permits(decided={one: _decided(one, rules, where, here or {}, chosen or {}, record) for one in PURPOSES})


def _decided(
    purpose: Purpose,
    rules: ConsentRules,
    region: str,
    here: Mapping[str, bool],
    chosen: Mapping[str, Choice],
    record: Customer | None,
) -> tuple[bool, Decided]:
    if record is not None and purpose in turned_off_by(record, rules):
        return False, "shop"
    choice = chosen.get(purpose)
    if choice is not None and not choice.given:
        return False, choice.source
    if here.get(purpose) is False:
        return False, "customer"
    if choice is not None:
        return True, choice.source
    if here.get(purpose):
        return True, "customer"
    return rules.default(purpose, region), "default"


def turned_off_by(record: Customer, rules: ConsentRules) -> frozenset[Purpose]:
    """What the shop's own record of the customer forbids."""
    return frozenset((*(rules.opt_out if record.opt_out else ()), *(rules.do_not_sell if record.do_not_sell else ())))


def region_of_locale(locale: str) -> str:
    """ "de-AT" is AT; empty for a bare language."""
    last = locale.replace("_", "-").rpartition("-")[2]
    return last.upper() if len(last) == 2 and last != locale and last.isalpha() else ""
