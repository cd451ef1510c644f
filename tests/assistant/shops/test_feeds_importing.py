"""Imports: all of a file or nothing, the demo makes room, and merging and replacing do what they say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.ports import ShopInfo
from assistant.shops.exporting import ExportFailed, export_shop
from assistant.shops.feeds.items import UnreadableFeed
from assistant.shops.feeds.reading import guess_format
from assistant.shops.importing import check_feed, import_feed
from assistant.shops.sql import SqlShop
from retrieval.catalogue import Product, ProductId, Variant, VariantId


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[SqlShop]:
    opened = SqlShop.open(tmp_path / "home" / "shop.db")
    yield opened
    opened.close()


def a_file(folder: Path, text: str | bytes, name: str = "feed.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def titles(shop: SqlShop) -> dict[str, str]:
    return {product.id: product.title for product in shop.all_products()}


def test_one_bad_row_leaves_the_whole_shop_as_it_was(shop: SqlShop, tmp_path: Path) -> None:
    import_feed(shop, a_file(tmp_path, "id,title,price\na,Old,5\n"))
    before = shop.revision
    rows = "".join(f"n{number},New,7\n" for number in range(1200))
    report = import_feed(shop, a_file(tmp_path, f"id,title,price\n{rows}x,,7\na,,\n"))
    assert (report.changed, report.refused_count, report.accepted["product"]) == (False, 2, 1200)
    assert [row.line for row in report.refused] == [1202, 1203]
    assert (titles(shop), shop.revision) == ({"a": "Old"}, before)


def test_skipping_refused_rows_imports_the_good_ones(shop: SqlShop, tmp_path: Path) -> None:
    report = import_feed(shop, a_file(tmp_path, "id,title\na,A\n,B\nc,C\n"), skip_refused=True)
    assert (report.changed, report.refused_count) == (True, 1)
    assert titles(shop) == {"a": "A", "c": "C"}


def test_a_file_of_bad_rows_alone_changes_nothing_even_when_skipping(shop: SqlShop, tmp_path: Path) -> None:
    import_feed(shop, a_file(tmp_path, "id,title\na,A\n"))
    report = import_feed(shop, a_file(tmp_path, "id,title\n,B\n"), skip_refused=True, replace=True)
    assert (report.changed, titles(shop)) == (False, {"a": "A"})


def test_merging_keeps_what_the_file_does_not_name(shop: SqlShop, tmp_path: Path) -> None:
    import_feed(shop, a_file(tmp_path, "id,title\na,A\nb,B\n"))
    import_feed(shop, a_file(tmp_path, "id,title\nb,Better\nc,C\n"))
    assert titles(shop) == {"a": "A", "b": "Better", "c": "C"}


def test_replacing_empties_only_the_kinds_that_the_file_holds(shop: SqlShop, tmp_path: Path) -> None:
    policy = '{"type":"policy","id":"returns","title":"Returns","text":"30 days"}\n'
    import_feed(shop, a_file(tmp_path, policy + '{"id":"a","title":"A"}\n', "feed.jsonl"))
    rows = "".join(f"n{number},New\n" for number in range(1200))
    import_feed(shop, a_file(tmp_path, f"id,title\n{rows}"), replace=True)
    assert shop.counts()["product"] == 1200
    assert shop.counts()["policy"] == 1


def test_the_demo_shop_makes_room_for_a_real_one(shop: SqlShop, tmp_path: Path) -> None:
    demo = Product(id=ProductId("demo"), title="Demo", currency="USD", variants=(Variant(id=VariantId("a")),))
    shop.replace(info=ShopInfo(name="Demo", currency="USD"), products=[demo], origin="demo")
    file = a_file(tmp_path, "id,title,price,currency\na,A,5,NOK\n")
    assert import_feed(shop, file).cleared_demo
    assert titles(shop) == {"a": "A"}
    assert (shop.shop_info().currency, shop.shop_info().name) == ("NOK", "Shop")
    assert not import_feed(shop, file).cleared_demo


def test_a_refused_file_leaves_the_demo_shop_alone(shop: SqlShop, tmp_path: Path) -> None:
    demo = Product(id=ProductId("demo"), title="Demo")
    shop.replace(info=ShopInfo(name="Demo", currency="USD"), products=[demo], origin="demo")
    assert not import_feed(shop, a_file(tmp_path, "id,title\n,A\n")).changed
    assert titles(shop) == {"demo": "Demo"}


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("id,title,price,currency\na,A,5,EUR\nb,B,5,USD\n", "currency USD, but the shop's is EUR"),
        ("id,title\na,A\na,B\n", "product 'a' is on line 2 already"),
        ("id,title,item_group_id\ng,Lone,\nv,Grouped,g\n", "product 'g' is on line 2 already"),
        ("id,title,item_group_id\nv,One,g\nv,Other,h\n", "variant 'v' is on line 2 already"),
    ],
)
def test_rows_that_contradict_an_earlier_one_are_refused(shop: SqlShop, tmp_path: Path, text: str, reason: str) -> None:
    report = import_feed(shop, a_file(tmp_path, text))
    assert (report.changed, report.refused[0].line) == (False, 3)
    assert reason in report.refused[0].reason


def test_a_merge_in_another_currency_is_refused_and_a_replacement_is_not(shop: SqlShop, tmp_path: Path) -> None:
    import_feed(shop, a_file(tmp_path, "id,title,price,currency\na,A,5,EUR\n"))
    dollars = a_file(tmp_path, "id,title,price\nb,B,5 USD\n")
    assert not import_feed(shop, dollars).changed
    assert import_feed(shop, dollars, replace=True).changed
    assert shop.shop_info().currency == "USD"


def test_a_variant_that_another_product_has_is_refused_when_merging(shop: SqlShop, tmp_path: Path) -> None:
    import_feed(shop, a_file(tmp_path, "id,title,item_group_id\nv,One,g\n"))
    moved = a_file(tmp_path, "id,title,item_group_id\nv,One,h\nw,Two,i\n")
    report = import_feed(shop, moved)
    assert (report.changed, report.accepted["product"]) == (False, 1)
    assert "import with --replace" in report.refused[0].reason
    assert import_feed(shop, moved, skip_refused=True).changed
    assert list(titles(shop)) == ["g", "i"]
    assert import_feed(shop, moved, replace=True).changed
    assert list(titles(shop)) == ["h", "i"]


def test_prices_take_the_shops_currency_where_the_file_names_none(shop: SqlShop, tmp_path: Path) -> None:
    import_feed(shop, a_file(tmp_path, "id,title,price\na,A,5\n"), currency="SEK")
    import_feed(shop, a_file(tmp_path, "id,title,price\nb,B,6\n"))
    assert {product.currency for product in shop.all_products()} == {"SEK"}
    import_feed(shop, a_file(tmp_path, "id,title,price\nc,C,7\n"), replace=True)
    assert [product.currency for product in shop.all_products()] == ["SEK"]


def test_stock_at_an_unknown_store_and_orders_of_unknown_customers_are_noted(shop: SqlShop, tmp_path: Path) -> None:
    address = {"address1": "1", "city": "c", "zip": "z", "country": "NO"}
    order = {"type": "order", "id": "o", "customer_id": "c", "status": "pending", "address": address, "lines": []}
    product = {"id": "a", "title": "A", "variants": [{"id": "a", "stock": {"online": 1, "oslo": 2}}]}
    text = "\n".join(json.dumps(record) for record in (order, product))
    notes = [note.text for note in import_feed(shop, a_file(tmp_path, text, "feed.jsonl")).notes]
    assert [note.split(",")[0] for note in notes] == [
        "stock is stated for store 'oslo'",
        "orders of customers whom the shop does not have",
    ]


def test_checking_a_file_tells_the_same_and_needs_no_shop(shop: SqlShop, tmp_path: Path) -> None:
    file = a_file(tmp_path, "id,title,price\na,A,5\nb,,5\nc,C,x\n")
    checked, imported = check_feed(file), import_feed(shop, file)
    assert (checked.refused, checked.accepted) == (imported.refused, imported.accepted)


def test_progress_ends_with_the_whole_file(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    file = a_file(tmp_path, "id,title\n" + "".join(f"a{number},A\n" for number in range(30_000)))
    check_feed(file, progress=lambda done, total: seen.append((done, total)))
    assert seen == sorted(seen) and len(seen) > 5
    assert seen[-1] == (file.stat().st_size, file.stat().st_size)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"id,title\n", "no records"),
        ("id,title\na,A\n".encode("utf-16"), "UTF-16: save it as plain UTF-8"),
        (b"PK\x03\x04rest", "Excel"),
        (b'[{"id":"a"}]', "JSON array"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "is no text file"),
        (b"Stra\xdfe,title\n", "feed.csv: line 1: the header is not UTF-8"),
        (b"just a line of text", "no column 'id'"),
        (b"<rss>", "not well-formed"),
    ],
)
def test_a_file_that_is_no_feed_is_refused_with_the_way_out(
    shop: SqlShop, tmp_path: Path, text: bytes, reason: str
) -> None:
    before = shop.revision
    with pytest.raises(UnreadableFeed, match=reason):
        import_feed(shop, a_file(tmp_path, text))
    assert shop.revision == before


def test_a_missing_file_and_a_folder_are_named(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFeed, match="no file"):
        check_feed(tmp_path / "gone.csv")
    with pytest.raises(UnreadableFeed, match="is a folder"):
        check_feed(tmp_path)


@pytest.mark.parametrize(
    ("name", "start", "form"),
    [
        ("a.csv", b"id,title\n", "csv"),
        ("a.tsv", b"id\ttitle\n", "google-merchant"),
        ("a.txt", b"id\ttitle\timage link\n", "google-merchant"),
        ("a.txt", b"id\ttitle\n", "csv"),
        ("a.xml", b"\xef\xbb\xbf<?xml", "google-merchant"),
        ("a", b"\n <rss>", "google-merchant"),
        ("a.jsonl", b'{"id":1}\n', "jsonl"),
        ("a.json", b'{"id":1}\n{"id":2}', "jsonl"),
        ("a.json", b'{\n "products"', "tau2"),
        ("a.json", b'{"products":{}}', "tau2"),
    ],
)
def test_the_form_is_told_by_the_file(name: str, start: bytes, form: str) -> None:
    assert guess_format(name, start) == form


def test_an_export_that_fails_leaves_the_older_file(shop: SqlShop, tmp_path: Path) -> None:
    import_feed(shop, a_file(tmp_path, "id,title\na,A\n"))
    (tmp_path / "file").write_text("")
    with pytest.raises(ExportFailed, match="cannot be written"):
        export_shop(shop, tmp_path / "file" / "out.jsonl", "jsonl")
    with pytest.raises(ExportFailed):
        export_shop(shop, tmp_path, "jsonl")
    assert [path.name for path in tmp_path.glob(".*")] == []
