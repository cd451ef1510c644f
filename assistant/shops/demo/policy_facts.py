"""The figures of the shop's rules, once. The documents in `policies` are written from them and so cannot drift."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyFacts:
    return_window_days: int = 30
    member_return_window_days: int = 60
    refund_days: int = 5
    late_parcel_days: int = 5
    exchange_hold_days: int = 10
    cancel_until: str = "processed"
    free_shipping_from: Decimal = Decimal("75.00")
    shipping_fee: Decimal = Decimal("6.95")
    express_fee: Decimal = Decimal("14.95")
    bulky_fee: Decimal = Decimal("49.00")
    shipping_days: str = "3 to 5"
    express_days: str = "1 to 2"
    bulky_days: str = "5 to 8"
    order_cutoff: str = "2 p.m. Pacific time"
    warranty_least_years: int = 1
    warranty_answer_days: int = 3
    price_match_days: int = 14
    gift_card_least: int = 10
    gift_card_most: int = 500
    points_per_dollar: int = 1
    points_for_reward: int = 250
    reward_value: Decimal = Decimal("10.00")
    silver_from: int = 500
    gold_from: int = 1500
    pickup_ready_hours: int = 2
    pickup_held_days: int = 7
    repair_days: int = 10
    bike_tune_up: Decimal = Decimal("89.00")
    ski_tune: Decimal = Decimal("49.00")
    zip_repair_from: Decimal = Decimal("15.00")
    conversation_kept_years: int = 2
    spoken_conversation_kept_years: int = 1
    screen_conversation_kept_days: int = 30
    account_data_days: int = 30
    reply_hours: int = 24
    trade_in_share_percent: int = 30
    carrier: str = "Northbound Parcel"
    express_carrier: str = "Swiftgull Express"
    bulky_carrier: str = "Ironmoor Freight"


FACTS = PolicyFacts()
