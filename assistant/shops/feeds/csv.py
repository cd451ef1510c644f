"""Catalogues as CSV, with commas, semicolons, tabs or bars between the fields; docs/import.md names the columns.

Below it: `listing`. Above it: `reading`; `google_merchant` reads its tab-separated form through `delimited_rows`.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from io import TextIOWrapper
from itertools import chain
from typing import BinaryIO, Protocol

from assistant.shops.feeds.floor_csv import reader_of
from assistant.shops.feeds.items import Accepted, BadField, FeedItem, Note, UnreadableFeed
from assistant.shops.feeds.listing import ATTRIBUTE, COLUMNS, OPTION, STOCK, Groups, listing_of
from retrieval.errors import RefusedRow

_ALIASES: Mapping[str, str] = {
    "color": "colour",
    "link": "url",
    "image_link": "image_url",
    "product_type": "category",
    "name": "title",
}
_DELIMITERS = ",;\t|"


class _Reader(Protocol):
    """What `csv.reader` gives back."""

    @property
    def line_num(self) -> int: ...

    def __next__(self) -> list[str]: ...


Cells = tuple[int, Sequence[str]]
"""The line where the row starts, and its fields."""


def read_csv(source: BinaryIO, *, currency: str) -> Iterator[FeedItem]:
    rows = delimited_rows(source)
    header = next(rows)
    assert not isinstance(header, RefusedRow)
    of_floors = reader_of(header[1])
    if of_floors is not None:
        yield from of_floors(header[1], rows)
        return
    columns = _columns_of(header[1])
    yield from _notes(header[1], columns)
    groups = Groups()
    for row in rows:
        if isinstance(row, RefusedRow):
            yield row
            continue
        line, cells = row
        fields = {name: text for name, cell in zip(columns, cells, strict=True) if name and (text := cell.strip())}
        try:
            listing = listing_of(fields, line=line, currency=currency)
        except BadField as bad:
            yield RefusedRow(line=line, reason=str(bad))
            continue
        if listing.group:
            groups.add(listing)
        else:
            yield Accepted(line=line, record=listing.product)
    yield from groups.products()


def delimited_rows(source: BinaryIO) -> Iterator[Cells | RefusedRow]:
    """The header first, then every row that is as wide as it; empty lines are left out. Raises UnreadableFeed."""
    # Bytes that are not UTF-8 become lone surrogates, so that one bad row is refused and the others are read.
    text = TextIOWrapper(source, encoding="utf-8-sig", errors="surrogateescape", newline="")
    try:
        first = text.readline()
        delimiter = max(_DELIMITERS, key=first.count)
        reader = csv.reader(chain((first,), text), delimiter=delimiter, strict=True)
        header = _header(reader)
        yield 1, header
        yield from _rows(reader, len(header))
    finally:
        # The source is its owner's to close, whether this was read to its end or given up after that.
        if not source.closed:
            text.detach()


def _header(reader: _Reader) -> list[str]:
    try:
        header = [name.strip() for name in next(reader)]
    except csv.Error as error:
        raise UnreadableFeed(
            f"line 1: the header cannot be read ({error}): its first line must name the columns"
        ) from None
    if any("\udc80" <= sign <= "\udcff" for name in header for sign in name):
        raise UnreadableFeed("line 1: the header is not UTF-8: save the file as UTF-8")
    return header


def _rows(reader: _Reader, width: int) -> Iterator[Cells | RefusedRow]:
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield RefusedRow(line=line, reason=f"{error}: check the quotes of this row")
            continue
        if not any(map(str.strip, cells)):
            continue
        if len(cells) == width:
            yield line, cells
        else:
            reason = f"{len(cells)} fields where the header has {width}: quote text that holds the separator"
            yield RefusedRow(line=line, reason=reason)


def _columns_of(header: Sequence[str]) -> list[str]:
    """Our names, in the header's order; "" for columns that are left out. Raises UnreadableFeed."""
    columns = [_column(name) for name in header]
    for name in columns:
        if name and columns.count(name) > 1:
            raise UnreadableFeed(f"line 1: column {name!r} comes twice: remove or rename one")
    for needed in ("id", "title"):
        if needed not in columns:
            found = ", ".join(header[:12])
            raise UnreadableFeed(
                f"line 1: there is no column {needed!r} among {found}: the first line must name the columns"
            )
    return columns


def _column(name: str) -> str:
    plain = name.lower()
    for prefix in (ATTRIBUTE, OPTION):
        if plain.startswith(prefix) and plain.removeprefix(prefix).strip():
            return prefix + plain.removeprefix(prefix).strip()
    if plain.startswith(STOCK) and name[len(STOCK) :].strip():
        return STOCK + name[len(STOCK) :].strip()
    plain = plain.replace(" ", "_").replace("-", "_")
    plain = _ALIASES.get(plain, plain)
    return plain if plain in COLUMNS else ""


def _notes(header: Sequence[str], columns: Sequence[str]) -> Iterator[Note]:
    for name, column in zip(header, columns, strict=True):
        if not column:
            yield Note(line=1, text=f"column {name!r} is unknown and left out: name it {ATTRIBUTE + name!r} to keep it")
