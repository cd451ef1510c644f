"""The shop's rules as documents, written from `policy_facts`. Plain text; "## " opens a section; one fact a sentence."""

# A sentence is kept on one line, so that it can be quoted as it stands.
from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal

from assistant.shops.demo.policy_facts import FACTS, PolicyFacts
from retrieval.policies import Policy

_DOCUMENTS: tuple[tuple[str, str, str], ...] = (
    (
        "returns",
        "Returns and exchanges",
        """## Return window
You can return any item within {return_window_days} days of delivery. Members of the Gold tier have {member_return_window_days} days.
Items must be unused, in their original packaging where possible, and complete.

## How to return
Start the return in the chat or in your account, print the label and drop the parcel at any {carrier} point. The return label is free.
You can also bring the item with its order number to any of our stores, free of charge.

## Refunds
We refund to the payment method you paid with, within {refund_days} business days after the parcel reaches us.
You may choose a gift card instead; that refund is immediate once the return is checked in.
The original shipping fee is refunded only when the whole order is returned.

## Exchanges
Within {return_window_days} days of delivery you can exchange an item for another size, colour or option of the same product.
We hold the new item for {exchange_hold_days} days while yours is on its way back. You pay or receive the difference in price.

## What cannot be returned
Underwear, earbuds with opened hygiene seals, and gift cards cannot be returned unless they are faulty.

## Cancelling or changing an order
You can cancel or change an order free of charge until it is {cancel_until}. After that, wait for delivery and return it.""",
    ),
    (
        "shipping",
        "Shipping and delivery",
        """## Costs
Standard shipping costs {shipping_fee}. It is free for orders from {free_shipping_from}.
Express shipping costs {express_fee}. Bulky items such as bikes, grills and kayaks cost {bulky_fee} to ship.

## Delivery times
Standard delivery with {carrier} takes {shipping_days} business days.
Express delivery with {express_carrier} takes {express_days} business days. Orders placed before {order_cutoff} leave the same day.
Bulky items travel with {bulky_carrier} and take {bulky_days} business days; the carrier calls to arrange a date.

## Tracking
You receive a tracking number by e-mail as soon as the parcel leaves our warehouse. The first scan can take a day to appear.

## Where we ship
We ship to all 50 states of the USA. We do not ship abroad at present.

## Lost or damaged parcels
If a parcel is more than {late_parcel_days} business days late or arrives damaged, tell us and we replace it or refund it, as you prefer.""",
    ),
    (
        "warranty",
        "Warranty",
        """## How long it lasts
Every product has a warranty of at least {warranty_least_years} year from delivery. The product page names the period for each product.

## What it covers
The warranty covers faults in material and workmanship. We repair the item, replace it or refund it, in this order.

## What it does not cover
It does not cover normal wear, accidents, misuse, or batteries that have lost capacity through ordinary use.

## How to claim
Send us your order number and a photo in the chat, or bring the item to a store. We answer within {warranty_answer_days} business days.""",
    ),
    (
        "price-match",
        "Price match",
        """## Other shops
If you find the same item, new and in stock, cheaper at another US retailer, we match that price before you buy.
You can also ask for the difference within {price_match_days} days of your purchase.

## Our own sales
If we lower our own price within {price_match_days} days of your purchase, we refund the difference when you ask.

## What is excluded
Marketplace sellers, auctions, clearance, membership prices and pricing errors are excluded. We match one item per customer and product.

## How to ask
Send us a link to the offer in the chat or show it in a store. A member of our team checks it; the assistant cannot grant a discount.""",
    ),
    (
        "payment",
        "Payment",
        """## What we accept
We accept credit and debit cards, PayPal and Fjord & Field gift cards. You can combine one gift card with one other method.

## When we charge
Cards and PayPal are charged when the order is placed. If an order is cancelled, the refund takes up to {refund_days} business days.

## Security
We never ask for a full card number, a security code or a password in the chat. Please do not send them.

## Taxes and invoices
Prices are shown without sales tax, which is added at checkout where your state requires it. The invoice is attached to your order confirmation.""",
    ),
    (
        "privacy",
        "Privacy",
        """## What we keep
We keep your name, addresses, orders and conversations in order to serve you. We never sell your data.

## How long
Conversations are kept for {conversation_kept_years} years after their last message and then deleted. Conversations in which you spoke are kept for {spoken_conversation_kept_years} year, those at a screen in a store for {screen_conversation_kept_days} days. Order records are kept as long as tax law requires.

## Your rights
You can ask for a copy of your data or for its deletion at any time. We answer within {account_data_days} days.

## The assistant
The assistant sees your orders only after you have identified yourself. It runs on our own machines, and your words do not leave them.""",
    ),
    (
        "gift-cards",
        "Gift cards",
        """## Buying
Gift cards are available for any amount from ${gift_card_least} to ${gift_card_most}, online by e-mail and in every store as a card.

## Using
Gift cards can be used online and in all stores. What is left stays on the card.

## Validity
Gift cards never expire and carry no fees. They cannot be exchanged for cash except where state law says so.

## Lost cards
If you lose a card, send us the receipt: we block it and issue a new one with the remaining balance.""",
    ),
    (
        "loyalty",
        "Trailhead loyalty programme",
        """## Points
Membership is free. You earn {points_per_dollar} point for every dollar you spend, shipping and gift cards excluded.
{points_for_reward} points are worth a reward of {reward_value}.

## Tiers
Everybody starts at Bronze. You reach Silver with {silver_from} points and Gold with {gold_from} points within a calendar year.
Gold members have {member_return_window_days} days for returns.

## Expiry
Points expire after two calendar years without a purchase.""",
    ),
    (
        "store-services",
        "Click and collect, and store services",
        """## Click and collect
Reserve online and collect in a store free of charge. Items in stock there are ready within {pickup_ready_hours} hours during opening hours.
We hold them for {pickup_held_days} days. Bring your order number and a photo ID.

## Ship to store
Items that a store does not have can be sent there free of charge; that takes {shipping_days} business days.

## In the store
All stores fit boots, adjust backpacks, inflate and test sleeping mats, and assemble bikes bought from us free of charge.
Dogs are welcome. Every store has step-free access.

## Customer service
Our team answers the chat and the phone daily from 8 a.m. to 8 p.m. Pacific time, and e-mails within {reply_hours} hours.""",
    ),
    (
        "sizing",
        "Sizing help",
        """## Clothing
Our sizes follow the US standard: S fits a chest of 34 to 36 inches, M 38 to 40, L 42 to 44 and XL 46 to 48 for men.
For women S fits a bust of 34 to 35 inches, M 36 to 37, L 38 to 40 and XL 41 to 43. Between two sizes, take the larger for layers.

## Shoes
Shoe sizes are European, with the US size on every product page. For hiking boots, leave a thumb's width before your toes.

## Children
Children's clothing is sized by age: 8Y fits most eight-year-olds.

## Helmets
Measure around your head just above the eyebrows; the size in centimetres is printed on each helmet's page.

## Wrong size?
Exchanges for another size are free within {return_window_days} days of delivery.""",
    ),
    (
        "repairs",
        "Repairs",
        """## What we repair
We repair jackets, tents, backpacks, boots, bikes and skis, also when they were bought elsewhere.

## Prices
Zip repairs start at {zip_repair_from}. A bike tune-up costs {bike_tune_up} and a ski tune {ski_tune}. Repairs under warranty are free.

## How long
Most repairs take {repair_days} business days. We call you before any work that costs more than the estimate.

## Where
Bring it to any store. Bikes and skis are repaired in Portland, Seattle, Denver, Salt Lake City, Minneapolis and Boston.""",
    ),
    (
        "sustainability",
        "Sustainability",
        """## Trade-in
Bring back clothing, tents and backpacks in good condition and receive {trade_in_share_percent} % of the original price as a gift card.
We clean them, repair them and sell them again in our stores.

## Packaging
Our parcels are made of recycled cardboard and contain no plastic filling.

## Repair first
We would rather repair than replace: see our repair service.

## Recycling
Old batteries, electronics and gas canisters can be handed in at every store, free of charge.""",
    ),
)


def policies(facts: PolicyFacts = FACTS) -> tuple[Policy, ...]:
    values = {name: _shown(value) for name, value in asdict(facts).items()}
    return tuple(Policy(id=id, title=title, text=text.format_map(values)) for id, title, text in _DOCUMENTS)


def _shown(value: object) -> str:
    """Money as a customer reads it: $6.95, and $75 without cents."""
    if not isinstance(value, Decimal):
        return str(value)
    return f"${value.normalize():f}" if value == value.to_integral() else f"${value}"
