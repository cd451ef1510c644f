"""Google Merchant feeds, XML and tab-separated: the same products from both, and no trick of XML gets through."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from io import BytesIO
from typing import BinaryIO

import pytest

from assistant.shops.feeds.google_merchant import read_google_tsv, read_google_xml
from assistant.shops.feeds.items import Accepted, FeedItem, Note, UnreadableFeed
from retrieval.catalogue import Product
from retrieval.errors import RefusedRow

ITEM = """<item>
<g:id>tv-1</g:id><title>for the feed</title><g:title>TV</g:title><description>A &lt;b&gt;bright&lt;/b&gt; picture</description>
<link>https://s.example/tv</link><g:image_link>https://s.example/tv.png</g:image_link>
<g:price>129.00 USD</g:price><g:sale_price>99.00 USD</g:sale_price><g:availability>in_stock</g:availability>
<g:brand>Lumo</g:brand><g:gtin>4006381333931</g:gtin><g:product_type>Electronics &gt; TVs</g:product_type>
<g:google_product_category>404</g:google_product_category>
<g:product_detail><g:attribute_name>Screen size</g:attribute_name><g:attribute_value>55 inch</g:attribute_value></g:product_detail>
<g:product_highlight>Bright</g:product_highlight><g:product_highlight>Thin</g:product_highlight>
<g:shipping><g:country>US</g:country><g:price>5 USD</g:price></g:shipping>
</item>"""


def rss(*items: str) -> str:
    inner = "\n".join(items)
    return f"""<?xml version="1.0"?>
<rss xmlns:g="http://base.google.com/ns/1.0" version="2.0"><channel><title>Feed</title>
{inner}
</channel></rss>"""


def read(
    text: str | bytes, reader: Callable[..., Iterator[FeedItem]] = read_google_xml
) -> tuple[list[Product], list[tuple[int, str]], list[str]]:
    items = list(reader(BytesIO(text if isinstance(text, bytes) else text.encode()), currency="USD"))
    products = [item.record for item in items if isinstance(item, Accepted) and isinstance(item.record, Product)]
    refused = [(item.line, item.reason) for item in items if isinstance(item, RefusedRow)]
    return products, refused, [item.text for item in items if isinstance(item, Note)]


def test_an_item_becomes_a_product_with_what_a_customer_asks_about() -> None:
    products, refused, notes = read(rss(ITEM))
    assert refused == []
    (product,) = products
    assert (product.id, product.title, product.description) == ("tv-1", "TV", "A bright picture")
    assert (product.brand, product.category, product.currency) == ("Lumo", ("Electronics", "TVs"), "USD")
    assert (product.url, product.image_url) == ("https://s.example/tv", "https://s.example/tv.png")
    assert product.attributes == {"screen size": "55 inch", "highlights": "Bright; Thin"}
    assert product.variants[0].price == Decimal("99.00")
    assert notes == ["attribute 'shipping' has no use here and is left out"]


def test_items_of_a_group_are_variants_of_one_product() -> None:
    def shirt(one: str, colour: str) -> str:
        return (
            f"<item><g:id>{one}</g:id><g:title>Shirt {colour}</g:title><g:item_group_id>shirt</g:item_group_id>"
            f"<g:color>{colour}</g:color><g:size>M</g:size><g:price>12.99 USD</g:price>"
            f"<g:gender>female</g:gender><g:age_group>adult</g:age_group></item>"
        )

    products, _, _ = read(rss(shirt("s1", "blue"), shirt("s2", "red")))
    (product,) = products
    assert (product.id, product.title, product.audience) == ("shirt", "Shirt", "women")
    assert [variant.options["colour"] for variant in product.variants] == ["blue", "red"]


def test_a_bad_item_is_refused_with_the_line_where_it_starts() -> None:
    bad = "<item>\n<g:id>x</g:id>\n<g:title>X</g:title><g:price>cheap</g:price></item>"
    products, refused, _ = read(rss(ITEM, bad, ITEM.replace("tv-1", "tv-2")))
    assert [product.id for product in products] == ["tv-1", "tv-2"]
    assert refused[0][0] == 3 + ITEM.count("\n") + 1
    assert "cheap" in refused[0][1]


def test_a_sale_price_with_dates_leaves_the_price_and_says_so() -> None:
    dated = "<g:sale_price_effective_date>2026-01-01T00:00/2026-02-01T00:00</g:sale_price_effective_date></item>"
    products, _, notes = read(rss(ITEM.replace("</item>", dated)))
    assert products[0].variants[0].price == Decimal("129.00")
    assert any("sale_price with dates" in note for note in notes)


def test_an_atom_feed_is_read_too() -> None:
    products, _, _ = read(
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:g="http://base.google.com/ns/1.0"><entry><g:id>a</g:id>'
        '<title>Mug</title><link href="https://s.example/a"/><g:price>5 USD</g:price></entry></feed>'
    )
    assert (products[0].title, products[0].url) == ("Mug", "https://s.example/a")


def test_another_encoding_that_the_xml_declares_is_read() -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-1"?><rss><channel><item><id>a</id><title>Café</title></item></channel></rss>'
    assert read(text.encode("latin-1"))[0][0].title == "Café"


BOMB = """<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>"""
OUTSIDE = """<!DOCTYPE rss [<!ENTITY xxe SYSTEM "file:///etc/hostname">]>"""


@pytest.mark.parametrize("declared", [BOMB, OUTSIDE, "<!DOCTYPE rss SYSTEM 'http://127.0.0.1:1/x.dtd'>"])
def test_a_document_type_is_refused_before_any_entity(declared: str) -> None:
    with pytest.raises(UnreadableFeed, match="DOCTYPE"):
        read(f"{declared}<rss><channel><item><id>a</id><title>&b;</title></item></channel></rss>")


@pytest.mark.parametrize(
    "text", [rss(ITEM)[:-20], rss(ITEM).replace("</title>", "", 1), "<rss>&x;</rss>", b"<rss>\xff</rss>"]
)
def test_broken_xml_refuses_the_file_with_its_line(text: str | bytes) -> None:
    with pytest.raises(UnreadableFeed, match=r"line \d+: this is not well-formed XML"):
        read(text)


def test_xml_without_items_is_no_feed() -> None:
    with pytest.raises(UnreadableFeed, match="no <item>"):
        read("<html><body/></html>")


def test_an_item_as_large_as_a_book_is_refused_and_the_next_is_read() -> None:
    book = f"<item><id>a</id><title>A</title><description>{'x' * (2 << 20)}</description></item>"
    products, refused, _ = read(rss(book, ITEM))
    assert [product.id for product in products] == ["tv-1"]
    assert "more than" in refused[0][1]


def test_the_tab_separated_form_gives_the_same_product() -> None:
    row = {
        "id": "tv-1",
        "title": "TV",
        "description": "A bright picture",
        "link": "https://s.example/tv",
        "image link": "https://s.example/tv.png",
        "price": "129.00 USD",
        "sale price": "99.00 USD",
        "availability": "in stock",
        "brand": "Lumo",
        "gtin": "4006381333931",
        "product type": "Electronics > TVs",
        "product detail": "General:Screen size:55 inch",
        "product highlight": "Bright; Thin",
    }
    tsv = "\t".join(row) + "\n" + "\t".join(row.values()) + "\n"
    assert read(tsv, read_google_tsv)[0] == read(rss(ITEM))[0]


def test_a_tab_separated_file_without_ids_is_refused_as_a_whole() -> None:
    with pytest.raises(UnreadableFeed, match="'id' and 'title'"):
        read("name\tprice\nx\t1\n", read_google_tsv)


def test_a_large_feed_is_read_as_it_streams() -> None:
    class Counted(BytesIO):
        served = 0

        def read(self, size: int | None = -1) -> bytes:
            chunk = super().read(size)
            Counted.served += len(chunk)
            return chunk

    text = rss(*(ITEM.replace("tv-1", f"tv-{number}") for number in range(2000))).encode()
    source: BinaryIO = Counted(text)
    first = next(iter(item for item in read_google_xml(source, currency="USD") if isinstance(item, Accepted)))
    assert isinstance(first.record, Product)
    assert Counted.served < len(text) / 4
