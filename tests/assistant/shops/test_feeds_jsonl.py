"""JSONL: whatever a shop holds goes out and comes back the same; a bad line is refused by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.ports import ShopInfo
from assistant.shops.feeds.items import Accepted, Note, OptionNames, Record
from assistant.shops.feeds.jsonl import read_jsonl, written
from assistant.shops.records import (
    WEEKDAYS,
    Address,
    Customer,
    Fulfilment,
    Order,
    OrderLine,
    Payment,
    PaymentMethod,
    Store,
)
from retrieval.catalogue import Product, Review, Variant
from retrieval.errors import RefusedRow
from retrieval.policies import Policy


def read(raw: bytes) -> tuple[list[Record], list[tuple[int, str]], list[str]]:
    items = list(read_jsonl(BytesIO(raw), currency="EUR"))
    records = [item.record for item in items if isinstance(item, Accepted)]
    refused = [(item.line, item.reason) for item in items if isinstance(item, RefusedRow)]
    return records, refused, [item.text for item in items if isinstance(item, Note)]


signs = st.characters(exclude_categories=("Cs", "Cc", "Cn"), exclude_characters="\ufffe\uffff") | st.sampled_from(
    "\n\t"
)
texts = st.text(signs, max_size=30)
words = texts.map(str.strip).filter(bool)
lower = words.map(str.lower).map(str.strip).filter(lambda text: bool(text) and text == text.lower() == text.strip())
prices = st.integers(1, 10**8).map(lambda cents: Decimal(cents).scaleb(-2))
amounts = st.decimals(-(10**6), 10**6, places=2)
pairs = st.dictionaries(lower, texts, max_size=3)
times = st.none() | st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)).map(lambda at: at.replace(tzinfo=UTC))
variants = st.builds(
    Variant,
    id=words,
    options=pairs,
    price=st.none() | prices,
    available=st.booleans(),
    stock=st.dictionaries(words, st.integers(0, 10**9), max_size=3),
    gtin=st.sampled_from(["", "4006381333931", "96385074"]),
)
products = st.builds(
    Product,
    id=words,
    title=words,
    brand=texts,
    category=st.lists(texts, max_size=3).map(tuple),
    description=texts,
    attributes=pairs,
    audience=st.sampled_from(["women", "men", "kids", "unisex", ""]),
    currency=st.just("EUR"),
    variants=st.lists(variants, max_size=3, unique_by=lambda variant: variant.id).map(tuple),
    rating=st.none() | st.floats(1, 5),
    rating_count=st.integers(0, 10**6),
    reviews=st.lists(st.builds(Review, rating=st.integers(1, 5), text=texts, author=texts), max_size=2).map(tuple),
    image_url=texts,
    url=texts,
)
addresses = st.builds(Address, address1=texts, address2=texts, city=texts, state=texts, zip=texts, country=texts)
stores = st.builds(
    Store,
    id=words,
    name=texts,
    address=addresses,
    latitude=st.floats(-90, 90),
    longitude=st.floats(-180, 180),
    phone=texts,
    opening_hours=st.dictionaries(st.sampled_from(WEEKDAYS), texts),
    time_zone=texts,
    aliases=st.lists(texts, max_size=2).map(tuple),
)
customers = st.builds(
    Customer,
    id=words,
    first_name=texts,
    last_name=texts,
    email=texts,
    phone=texts,
    address=addresses,
    payment_methods=st.lists(
        st.builds(
            PaymentMethod,
            id=words,
            source=st.sampled_from(["credit_card", "paypal", "gift_card", "bank_transfer", "invoice"]),
            brand=texts,
            last_four=texts,
            balance=st.none() | amounts,
        ),
        max_size=2,
    ).map(tuple),
    order_ids=st.lists(words, max_size=2).map(tuple),
    loyalty_tier=texts,
    loyalty_points=st.integers(0, 10**6),
    locale=texts,
)
orders = st.builds(
    Order,
    id=words,
    customer_id=words,
    status=st.sampled_from(["pending", "shipped", "return requested", "pending (item modified)"]),
    address=addresses,
    lines=st.lists(
        st.builds(
            OrderLine,
            product_id=words,
            variant_id=words,
            title=texts,
            options=pairs,
            price=amounts,
            quantity=st.integers(1, 99),
        ),
        max_size=2,
    ).map(tuple),
    currency=st.just("EUR"),
    fulfilments=st.lists(
        st.builds(
            Fulfilment,
            tracking_ids=st.lists(texts, max_size=2).map(tuple),
            variant_ids=st.lists(texts, max_size=2).map(tuple),
            carrier=texts,
            shipped_at=times,
            expected_on=st.none() | st.dates(date(2000, 1, 1)),
            delivered_at=times,
            last_scan=texts,
        ),
        max_size=2,
    ).map(tuple),
    payments=st.lists(
        st.builds(Payment, kind=st.sampled_from(["payment", "refund"]), amount=amounts, payment_method_id=texts),
        max_size=2,
    ).map(tuple),
    placed_at=times,
    changes=st.dictionaries(words, texts | st.integers(-(2**53), 2**53) | st.lists(texts, max_size=2), max_size=2),
)
policies = st.builds(Policy, id=words, title=texts, text=texts, locale=texts)
infos = st.builds(ShopInfo, name=texts, currency=texts, locale=texts, as_of=times)
option_names = st.builds(
    OptionNames, names=st.dictionaries(words, st.dictionaries(words, words, max_size=2), max_size=2)
)
records = products | stores | customers | orders | policies | infos | option_names


@settings(max_examples=200, deadline=None)
@given(st.lists(records, max_size=5))
def test_what_is_written_is_read_back_the_same(some: list[Record]) -> None:
    assert read(b"".join(written(some))) == (some, [], [])


def test_a_line_without_a_type_is_a_product_and_may_leave_out_what_it_has_not() -> None:
    (product,), refused, _ = read(b'\xef\xbb\xbf{"id":"a","title":"Mug","variants":[{"id":"a1","price":12.5}]}\r\n\r\n')
    assert isinstance(product, Product) and refused == []
    assert (product.currency, str(product.variants[0].price)) == ("EUR", "12.50")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (b"{", "broken JSON"),
        (b"[1]", "must be a JSON object"),
        (b"7", "must be a JSON object"),
        (b"\x00\x01", "broken JSON"),
        (b'{"id":"a","title":"Caf\xe9"}', "byte 0xE9 is not UTF-8"),
        (b'{"id":"a","title":"a\\u0000b"}', "control character U+0000"),
        (b'{"id":"a","title":"a\\ud800b"}', "broken JSON"),
        (b'{"title":"Mug"}', "missing field `id`"),
        (b'{"id":"a"}', "missing field `title`"),
        (b'{"id":"a","title":" "}', "title is missing"),
        (b'{"id":" a","title":"Mug"}', "starts or ends with a space"),
        (b'{"id":"a","title":5}', "Expected `str`, got `int` at `title`"),
        (b'{"type":"cart","id":"a"}', "type 'cart' is unknown"),
        (b'{"type":["product"],"id":"a"}', "is unknown"),
        (b'{"id":"a","title":"M","currency":"euro"}', "three letters"),
        (b'{"id":"a","title":"M","variants":[{"id":"v","price":"12,5O"}]}', "Invalid decimal"),
        (b'{"id":"a","title":"M","variants":[{"id":"v","price":"NaN"}]}', "must be above 0"),
        (b'{"id":"a","title":"M","variants":[{"id":"v","price":"-1"}]}', "must be above 0"),
        (b'{"id":"a","title":"M","variants":[{"id":"v","price":"1E999999"}]}', "must be above 0"),
        (b'{"id":"a","title":"M","variants":[{"id":"v","price":1.999}]}', "more decimals than EUR"),
        (b'{"id":"a","title":"M","variants":[{"id":"v"},{"id":"v"}]}', "variant 'v' comes twice"),
        (b'{"id":"a","title":"M","variants":[{"id":"v","stock":{"online":-1}}]}', "stock -1"),
        (b'{"id":"a","title":"M","variants":[{"id":"v","options":{"Size":"M"}}]}', "lower case"),
        (b'{"id":"a","title":"M","reviews":[{"rating":9,"text":"!"}]}', "1 to 5"),
        (b'{"type":"policy","id":"p","title":"a","text":"\\u0007"}', "control character"),
        (b'{"type":"order","id":"o","customer_id":"c","status":"lost"}', "at `status`"),
        (b'{"a":' * 20_000, "broken JSON"),
    ],
)
def test_a_bad_line_is_refused_with_its_reason_and_the_next_is_read(line: bytes, reason: str) -> None:
    found, refused, _ = read(b'{"id":"x","title":"X"}\n' + line + b'\n{"id":"y","title":"Y"}\n')
    assert [record.id for record in found if isinstance(record, Product)] == ["x", "y"]
    ((at, told),) = refused
    assert at == 2
    assert reason in told


def test_a_line_of_many_megabytes_is_refused_without_holding_it() -> None:
    found, refused, _ = read(b'{"id":"a","title":"' + b"x" * (9 << 20) + b'"}\n{"id":"y","title":"Y"}\n')
    assert len(found) == 1
    assert refused == [(1, "the line is longer than 4194304 bytes: write one record a line")]


def test_an_unknown_field_is_noted_once() -> None:
    _, refused, notes = read(b'{"id":"a","title":"A","margin":4}\n{"id":"b","title":"B","margin":5}\n')
    assert (refused, notes) == ([], ["field 'margin' of a product is unknown and left out"])


@given(st.binary(max_size=200))
def test_any_bytes_give_records_or_refusals_and_never_a_crash(raw: bytes) -> None:
    found, refused, _ = read(raw)
    assert len(found) + len(refused) <= len(raw.splitlines()) + 1


def test_the_manuals_examples_are_good() -> None:
    manual = (Path(__file__).parents[3] / "docs" / "import.md").read_text()
    examples = "\n".join(line.strip() for line in manual.splitlines() if line.startswith('{"type"'))
    found, refused, notes = read(examples.encode())
    assert (len(found), refused, notes) == (6, [], [])
