"""Opens a feed: what form it has, who reads it, and what makes the whole file unreadable.

Below it: one module a form. Above it: `assistant.shops.importing`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, FileIO
from pathlib import Path
from typing import Literal

from assistant.shops.feeds.csv import read_csv
from assistant.shops.feeds.google_merchant import read_google_tsv, read_google_xml
from assistant.shops.feeds.items import FeedItem, FeedReader, UnreadableFeed
from assistant.shops.feeds.jsonl import read_jsonl
from assistant.shops.feeds.tau2 import read_tau2

FeedFormat = Literal["csv", "jsonl", "google-merchant", "tau2"]

_START = 1 << 16
_OTHER_ENCODINGS: Mapping[bytes, str] = {
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
    b"PK\x03\x04": "a zip or Excel file",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """An open feed. `items` may be read once."""

    path: Path
    format: FeedFormat
    size: int
    """Bytes of the file."""
    _source: BufferedReader[FileIO]

    def items(self, *, currency: str) -> Iterator[FeedItem]:
        """`currency` counts where the file names none."""
        try:
            yield from _reader(self.format, self._source)(self._source, currency=currency)
        except UnreadableFeed as error:
            raise UnreadableFeed(f"{self.path}: {error.reason}") from error

    @property
    def bytes_read(self) -> int:
        return self._source.raw.tell()


@contextmanager
def open_feed(path: Path, form: FeedFormat | None = None) -> Iterator[Feed]:
    """Raises UnreadableFeed: missing, a folder, not readable, empty, of no known form."""
    try:
        opened = BufferedReader(FileIO(path), _START)
    except OSError as error:
        raise UnreadableFeed(_why(path, error)) from error
    with opened as source:
        start = _start(source, path)
        yield Feed(path=path, format=form or guess_format(path.name, start), size=path.stat().st_size, _source=source)


def guess_format(name: str, start: bytes) -> FeedFormat:
    """By the first bytes, and by the name where these leave it open (pure). Raises UnreadableFeed."""
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    first = text.split(b"\n", 1)[0]
    if text.startswith(b"<"):
        return "google-merchant"
    if text.startswith(b"["):
        raise UnreadableFeed("this is a JSON array: write one object a line (jq -c '.[]' FILE > FILE.jsonl)")
    if text.startswith(b"{"):
        whole_on_a_line = first.rstrip().endswith(b"}") and not first.startswith(b'{"products"')
        return "jsonl" if whole_on_a_line or name.lower().endswith((".jsonl", ".ndjson")) else "tau2"
    if name.lower().endswith(".tsv") or _is_google_header(first):
        return "google-merchant"
    return "csv"


def _is_google_header(first: bytes) -> bool:
    names = {name.strip().lower() for name in first.split(b"\t")}
    return len(names) > 1 and b"id" in names and bool(names & {b"link", b"image_link", b"image link"})


def _reader(form: FeedFormat, source: BufferedReader[FileIO]) -> FeedReader:
    if form == "google-merchant":
        start = source.peek(_START).removeprefix(b"\xef\xbb\xbf").lstrip()
        return read_google_xml if start.startswith(b"<") else read_google_tsv
    readers: Mapping[FeedFormat, FeedReader] = {"csv": read_csv, "jsonl": read_jsonl, "tau2": read_tau2}
    return readers[form]


def _start(source: BufferedReader[FileIO], path: Path) -> bytes:
    try:
        start = source.peek(_START)
    except OSError as error:
        raise UnreadableFeed(_why(path, error)) from error
    if not start.strip():
        raise UnreadableFeed(f"{str(path)!r} is empty")
    if b"\0" in start and not start.startswith(tuple(_OTHER_ENCODINGS)):
        raise UnreadableFeed(f"{str(path)!r} is no text file: a feed is CSV, JSONL, XML, TSV or JSON")
    for sign, what in _OTHER_ENCODINGS.items():
        if start.startswith(sign):
            raise UnreadableFeed(f"{str(path)!r} is {what}: save it as plain UTF-8 text")
    return start


def _why(path: Path, error: OSError) -> str:
    if isinstance(error, FileNotFoundError):
        return f"there is no file {str(path)!r}: check the name"
    if isinstance(error, IsADirectoryError):
        return f"{str(path)!r} is a folder: name a file in it"
    if isinstance(error, PermissionError):
        return f"{str(path)!r} may not be read: check its rights"
    return f"{str(path)!r} cannot be read: {error.strerror}"
