"""Feeds that are bombs: refused by a sentence, in little memory, before anything is changed."""

from __future__ import annotations

import io
import tracemalloc

import pytest

from assistant.shops.feeds.google_merchant import read_google_xml
from assistant.shops.feeds.items import RefusedRow, UnreadableFeed
from assistant.shops.feeds.jsonl import read_jsonl

LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(
        b'<!ENTITY %c "&%c;&%c;&%c;&%c;&%c;&%c;&%c;&%c;">' % (n, *[n - 1] * 8) for n in range(ord("b"), ord("l"))
    )
    + b"]><rss><channel><item><id>&k;</id></item></channel></rss>"
)
OUTSIDE = (
    b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><item><id>&x;</id></item></channel></rss>'
)


@pytest.mark.parametrize("feed", [LAUGHS, OUTSIDE, b'<!DOCTYPE r SYSTEM "https://evil.test/x.dtd"><rss/>'])
def test_a_doctype_is_refused_before_anything_of_it_is_read(feed: bytes) -> None:
    with pytest.raises(UnreadableFeed, match="DOCTYPE"):
        list(read_google_xml(io.BytesIO(feed), currency="USD"))


def test_an_item_without_end_is_refused_in_little_memory() -> None:
    class Endless(io.RawIOBase):
        left = 64 << 20

        def readinto(self, buffer: object) -> int:
            raise NotImplementedError

        def read(self, size: int = -1) -> bytes:
            take = min(size, self.left)
            self.left -= take
            return b"a" * take

    class Feed(Endless):
        begun = False

        def read(self, size: int = -1) -> bytes:
            if not self.begun:
                self.begun = True
                return b"<rss><channel><item><title>"
            return super().read(size) or b""

    tracemalloc.start()
    try:
        with pytest.raises(UnreadableFeed):
            list(read_google_xml(Feed(), currency="USD"))  # type: ignore[arg-type]
        assert tracemalloc.get_traced_memory()[1] < 24 << 20
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "line", [b"[" * 100_000, b'{"a":' * 50_000, b'{"id":"' + b"\xed\xa0\x80" + b'"}', b"9" * 100_000]
)
def test_a_line_that_is_a_trap_is_a_refused_row(line: bytes) -> None:
    (told,) = list(read_jsonl(io.BytesIO(line + b"\n"), currency="USD"))
    assert isinstance(told, RefusedRow)
