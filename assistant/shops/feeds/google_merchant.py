"""Google Merchant product feeds: RSS 2.0 (or Atom) with the g: namespace, and the tab-separated form.

Attributes after https://support.google.com/merchants/answer/7052112. The XML is read as it streams, by expat itself:
a document type is refused, so no entity is ever expanded. Below it: `listing`, `csv`. Above it: `reading`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.parsers import expat

from assistant.shops.feeds.csv import delimited_rows
from assistant.shops.feeds.items import Accepted, BadField, FeedItem, Note, UnreadableFeed
from assistant.shops.feeds.listing import ATTRIBUTE, Groups, listing_of
from retrieval.errors import RefusedRow

_GOOGLE = "http://base.google.com/ns/1.0"
_CHUNK = 1 << 16
_MOST_CHARACTERS = 1 << 20
"""Of one item."""

_SAME = ("id", "title", "description", "brand", "price", "availability", "item_group_id", "gtin", "material", "size")
_RENAMED: Mapping[str, str] = {
    "color": "colour",
    "link": "url",
    "image_link": "image_url",
    "pattern": ATTRIBUTE + "pattern",
    "mpn": ATTRIBUTE + "mpn",
    "energy_efficiency_class": ATTRIBUTE + "energy class",
}
_OWN_RULE = frozenset(
    (
        "product_type",
        "google_product_category",
        "sale_price",
        "sale_price_effective_date",
        "gender",
        "age_group",
        "condition",
        "product_weight",
        "shipping_weight",
        "product_detail",
        "product_highlight",
    )
)
_CHILDREN = frozenset(("newborn", "infant", "toddler", "kids"))

Value = str | Mapping[str, str]
Item = dict[str, list[Value]]


def read_google_xml(source: BinaryIO, *, currency: str) -> Iterator[FeedItem]:
    return _listings(_xml_items(source), currency)


def read_google_tsv(source: BinaryIO, *, currency: str) -> Iterator[FeedItem]:
    return _listings(_tsv_items(source), currency)


def fields_of(item: Mapping[str, Sequence[Value]]) -> dict[str, str]:
    """Google's attributes by the names of `listing.COLUMNS` (pure)."""
    fields = {name: _text(item, name) for name in _SAME}
    fields |= {ours: _text(item, google) for google, ours in _RENAMED.items()}
    fields["category"] = _text(item, "product_type") or _category(_text(item, "google_product_category"))
    if _text(item, "sale_price") and not _text(item, "sale_price_effective_date"):
        fields["price"] = _text(item, "sale_price")
    fields["audience"] = "kids" if _text(item, "age_group").lower() in _CHILDREN else _text(item, "gender")
    fields[ATTRIBUTE + "weight"] = _text(item, "product_weight") or _text(item, "shipping_weight")
    if _text(item, "condition").lower() not in ("", "new"):
        fields[ATTRIBUTE + "condition"] = _text(item, "condition")
    highlights = [value for value in item.get("product_highlight", ()) if isinstance(value, str)]
    fields[ATTRIBUTE + "highlights"] = "; ".join(highlights)
    fields |= dict(_details(item.get("product_detail", ())))
    return {name: text for name, text in fields.items() if text}


def _listings(items: Iterable[tuple[int, Item] | RefusedRow], currency: str) -> Iterator[FeedItem]:
    groups, noted = Groups(), set[str]()
    for found in items:
        if isinstance(found, RefusedRow):
            yield found
            continue
        line, item = found
        yield from _notes(line, item, noted)
        try:
            listing = listing_of(fields_of(item), line=line, currency=currency)
        except BadField as bad:
            yield RefusedRow(line=line, reason=str(bad))
            continue
        if listing.group:
            groups.add(listing)
        else:
            yield Accepted(line=line, record=listing.product)
    yield from groups.products()


def _notes(line: int, item: Item, noted: set[str]) -> Iterator[Note]:
    for name in item:
        if name not in noted and name not in _SAME and name not in _RENAMED and name not in _OWN_RULE:
            noted.add(name)
            yield Note(line=line, text=f"attribute {name!r} has no use here and is left out")
    if "sale_price_effective_date" in item and "sale_price_effective_date" not in noted:
        noted.add("sale_price_effective_date")
        yield Note(line=line, text="a sale_price with dates is left out, as it would not end by itself: price counts")


def _text(item: Mapping[str, Sequence[Value]], name: str) -> str:
    for value in item.get(name, ()):
        if isinstance(value, str):
            return value
    return ""


def _category(text: str) -> str:
    return "" if text.isdecimal() else text


def _details(values: Sequence[Value]) -> Iterator[tuple[str, str]]:
    """XML has attribute_name and attribute_value; the tab-separated form "section:name:value,section:name:value"."""
    for value in values:
        if not isinstance(value, str):
            pairs = [(value.get("attribute_name", ""), value.get("attribute_value", ""))]
        else:
            parts = [part.split(":", 2) for part in value.split(",")]
            pairs = [(part[1], part[2]) for part in parts if len(part) == 3]
        for name, told in pairs:
            if name.strip() and told.strip():
                yield ATTRIBUTE + name.strip().lower(), told.strip()


def _tsv_items(source: BinaryIO) -> Iterator[tuple[int, Item] | RefusedRow]:
    rows = delimited_rows(source)
    header = next(rows)
    assert not isinstance(header, RefusedRow)
    names = [name.lower().removeprefix("g:").replace(" ", "_") for name in header[1]]
    if "id" not in names or "title" not in names:
        raise UnreadableFeed(
            "line 1: there are no columns 'id' and 'title': the first line must name Google's attributes"
        )
    for row in rows:
        if isinstance(row, RefusedRow):
            yield row
            continue
        line, cells = row
        item: Item = {}
        for name, cell in zip(names, cells, strict=True):
            if cell.strip():
                item.setdefault(name, []).append(cell.strip())
        yield line, item


def _xml_items(source: BinaryIO) -> Iterator[tuple[int, Item] | RefusedRow]:
    items = _Items()
    seen = False
    try:
        while chunk := source.read(_CHUNK):
            items.parser.Parse(chunk, False)
            seen = seen or bool(items.done)
            yield from items.taken()
        items.parser.Parse(b"", True)
        yield from items.taken()
    except expat.ExpatError as error:
        why = expat.ErrorString(error.code)
        raise UnreadableFeed(
            f"line {error.lineno}: this is not well-formed XML ({why}): export the feed again"
        ) from None
    if not seen:
        raise UnreadableFeed("there is no <item> or <entry> in it: it must be an RSS 2.0 or Atom product feed")


@dataclass(slots=True)
class _Items:
    """Expat's events -> items. Only what stands directly in an item counts, and one level below it."""

    parser: expat.XMLParserType = field(default_factory=lambda: expat.ParserCreate(namespace_separator=" "))
    done: list[tuple[int, Item] | RefusedRow] = field(default_factory=list)
    _line: int = 0
    _path: list[str] = field(default_factory=list)
    _item: Item = field(default_factory=dict)
    _inner: dict[str, str] = field(default_factory=dict)
    _text: list[str] = field(default_factory=list)
    _characters: int = 0

    def __post_init__(self) -> None:
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._data

    def taken(self) -> list[tuple[int, Item] | RefusedRow]:
        done, self.done = self.done, []
        return done

    def _refuse(self, *declaration: object) -> None:
        line = self.parser.CurrentLineNumber
        raise UnreadableFeed(f"line {line}: a DOCTYPE does not belong in a product feed: remove it")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rsplit(" ", 1)[-1]
        if not self._path:
            if local in ("item", "entry"):
                self._path, self._item, self._characters = [local], {}, 0
                self._line = self.parser.CurrentLineNumber
            return
        self._path.append(local)
        self._text = [attributes["href"]] if local == "link" and "href" in attributes else []
        if len(self._path) == 2:
            self._inner = {}

    def _end(self, name: str) -> None:
        if not self._path:
            return
        local, text = self._path.pop(), "".join(self._text).strip()
        self._text = []
        if len(self._path) == 2:
            self._inner[local] = text
        elif len(self._path) == 1 and (self._inner or text):
            values = self._item.setdefault(local, [])
            # g:title before title: what is said to Google is meant for products.
            values.insert(0 if name.startswith(_GOOGLE) and local == "title" else len(values), self._inner or text)
        elif not self._path:
            self.done.append(self._finished())

    def _finished(self) -> tuple[int, Item] | RefusedRow:
        if self._characters > _MOST_CHARACTERS:
            return RefusedRow(line=self._line, reason=f"the item has more than {_MOST_CHARACTERS} characters")
        return self._line, self._item

    def _data(self, text: str) -> None:
        if self._path:
            self._characters += len(text)
            if self._characters <= _MOST_CHARACTERS:
                self._text.append(text)
