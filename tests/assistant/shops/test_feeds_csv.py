"""CSV catalogues: good rows become products, bad ones are refused with their line, and no row spoils another."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.shops.feeds.csv import read_csv
from assistant.shops.feeds.items import Accepted, Note, UnreadableFeed
from assistant.shops.feeds.listing import COLUMNS
from retrieval.catalogue import Product
from retrieval.errors import RefusedRow


def read(text: str | bytes, currency: str = "EUR") -> tuple[list[Product], list[tuple[int, str]], list[str]]:
    """Products, refused rows as (line, reason), notes."""
    items = list(read_csv(BytesIO(text if isinstance(text, bytes) else text.encode()), currency=currency))
    products = [item.record for item in items if isinstance(item, Accepted) and isinstance(item.record, Product)]
    refused = [(item.line, item.reason) for item in items if isinstance(item, RefusedRow)]
    return products, refused, [item.text for item in items if isinstance(item, Note)]


def test_every_documented_column_arrives_where_it_belongs() -> None:
    header = (
        "id,title,description,brand,category,audience,price,currency,availability,stock,stock:Oslo,colour,size,material,"
        "image_url,url,gtin,rating,rating_count,attribute:Weight,option:Fit"
    )
    row = (
        'a,Jacket,"Warm, dry",Nordly,Clothing > Jackets,women,129.90,NOK,in stock,4,2,blue,M,wool,'
        "https://i.example/a.svg,https://s.example/a,4006381333931,4.5,12,900 g,slim"
    )
    products, refused, notes = read(f"{header}\n{row}\n")
    assert (refused, notes) == ([], [])
    (product,) = products
    (variant,) = product.variants
    assert (product.id, product.title, product.description) == ("a", "Jacket", "Warm, dry")
    assert (product.brand, product.category, product.audience) == ("Nordly", ("Clothing", "Jackets"), "women")
    assert (product.currency, product.rating, product.rating_count) == ("NOK", 4.5, 12)
    assert (product.image_url, product.url) == ("https://i.example/a.svg", "https://s.example/a")
    assert product.attributes == {"weight": "900 g"}
    assert variant.options == {"colour": "blue", "size": "M", "material": "wool", "fit": "slim"}
    assert (variant.price, variant.available, variant.gtin) == (Decimal("129.90"), True, "4006381333931")
    assert variant.stock == {"online": 4, "Oslo": 2}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_separator_is_told_by_the_header(delimiter: str) -> None:
    products, refused, _ = read("id,title,brand\na,Tent,Nordly\n".replace(",", delimiter))
    assert (products[0].brand, refused) == ("Nordly", [])


def test_a_byte_order_mark_windows_line_ends_and_empty_lines_do_no_harm() -> None:
    products, refused, _ = read(b"\xef\xbb\xbfid,title\r\n\r\na,Tent\r\n,\r\nb,Mug\r\n")
    assert ([product.id for product in products], refused) == (["a", "b"], [])


def test_rows_of_a_group_become_one_product_wherever_they_lie() -> None:
    products, refused, _ = read(
        "id,title,item_group_id,colour,attribute:length,attribute:care,price\n"
        "s1,Shirt - Blue,shirt,blue,70 cm,cold,20\n"
        "m,Mug,,,,,5\n"
        "s2,Shirt - Red,shirt,red,72 cm,cold,22\n"
    )
    assert refused == []
    mug, shirt = products
    assert (mug.id, shirt.id, shirt.title) == ("m", "shirt", "Shirt")
    assert [variant.options for variant in shirt.variants] == [
        {"colour": "blue", "length": "70 cm"},
        {"colour": "red", "length": "72 cm"},
    ]
    assert shirt.attributes == {"care": "cold"}
    assert shirt.prices == (Decimal("20.00"), Decimal("22.00"))


def test_a_bad_row_of_a_group_is_refused_by_itself() -> None:
    products, refused, _ = read(
        "id,title,item_group_id,price,currency\n"
        "s1,Shirt,shirt,20,EUR\ns1,Shirt,shirt,20,EUR\ns2,Shirt,shirt,20,USD\ns3,Shirt,shirt,x,EUR\n"
    )
    assert [variant.id for variant in products[0].variants] == ["s1"]
    assert sorted(line for line, _ in refused) == [3, 4, 5]


def test_a_product_without_a_price_is_taken_and_not_for_sale() -> None:
    products, refused, _ = read("id,title,price\na,Tent,\n")
    assert (products[0].prices, products[0].currency, refused) == (None, "EUR", [])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (",Tent,5,,,", "id is missing"),
        ("a,,5,,,", "title is missing"),
        ('a,Tent,"12,5O",,,', "price '12,5O' is not a number"),
        ("a,Tent,5,-1,,", "stock '-1' must not be negative"),
        ("a,Tent,5,few,,", "stock 'few' is not a whole number"),
        ("a,Tent,5,,4006381333932,", "gtin '4006381333932' has a wrong check digit"),
        ("a,Tent,5,,12345,", "gtin '12345' must have 8, 12, 13 or 14 digits"),
        ("a,Tent,5,,,6", "rating 6.0 must be 1 to 5"),
        ("a,Tent,5,,,nan", "rating nan must be 1 to 5"),
        ("a,Te\x07nt,5,,,", "control character U+0007"),
        ("a,Tent,5,,,,9", "7 fields where the header has 6"),
        ("a,Tent", "2 fields where the header has 6"),
        (f"a,{'x' * 501},5,,,", "title has 501 characters, at most 500 are taken"),
        (f"{'x' * 201},Tent,5,,,", "id has 201 characters"),
        ('a,"Tent" 2,5,,,', "check the quotes"),
        (f"a,{'x' * 140_000},5,,,", "field larger than field limit"),
    ],
)
def test_a_bad_row_is_refused_with_its_line_and_reason_and_the_others_are_read(row: str, reason: str) -> None:
    products, refused, _ = read(f'id,title,price,stock,gtin,rating\nok,"Mug\nred",4,,,\n{row}\nok2,Bowl,4,,,\n')
    assert [product.id for product in products] == ["ok", "ok2"]
    ((line, told),) = refused
    assert line == 4
    assert reason in told


def test_a_row_that_is_not_utf8_is_refused_by_itself() -> None:
    products, refused, _ = read("id,title\na,Café\nb,Mug\n".encode("latin-1"))
    assert [product.id for product in products] == ["b"]
    assert refused == [(2, "byte 0xE9 is not UTF-8: save the file as UTF-8")]


def test_a_quote_that_is_never_closed_is_refused() -> None:
    products, refused, _ = read('id,title\na,Mug\nb,"Bowl\nc,Cup\n')
    assert [product.id for product in products] == ["a"]
    assert refused[0][0] == 3


def test_an_unknown_column_is_left_out_with_a_note() -> None:
    products, _, notes = read("id,title,Margin\na,Tent,40\n")
    assert products[0].attributes == {}
    assert notes == ["column 'Margin' is unknown and left out: name it 'attribute:Margin' to keep it"]


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        ("sku,title", "no column 'id'"),
        ("id,price", "no column 'title'"),
        ("id,title,price,Price", "'price' comes twice"),
    ],
)
def test_a_header_that_cannot_be_understood_refuses_the_file(header: str, reason: str) -> None:
    with pytest.raises(UnreadableFeed, match=reason):
        read(f"{header}\n1,2\n")


def test_html_in_a_description_becomes_plain_text() -> None:
    described = "<p>Warm &amp; dry</p><script>alert(1)</script><ul><li>one<li>two</ul>"
    products, _, _ = read(f"id,title,description\na,Tent,{described}\nb,Mug,holds < 3 dl & more\n")
    assert products[0].description == "Warm & dry\none\ntwo"
    assert products[1].description == "holds < 3 dl & more"


@given(st.binary(max_size=300))
def test_any_bytes_under_a_good_header_give_products_or_refusals_and_never_a_crash(body: bytes) -> None:
    products, refused, _ = read(b"id,title,price,item_group_id\n" + body)
    assert all(line >= 2 and reason for line, reason in refused)
    assert all(product.id and product.title for product in products)


def test_the_manual_names_every_column() -> None:
    manual = (Path(__file__).parents[3] / "docs" / "import.md").read_text()
    assert [column for column in COLUMNS if f"`{column}`" not in manual] == []
