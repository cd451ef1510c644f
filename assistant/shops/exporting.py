"""A shop's data out into a file. Below it: `sql` and the feeds that can write. Above it: the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Literal

import msgspec

from assistant.errors import AssistantError
from assistant.shops.feeds.items import OptionNames, Record
from assistant.shops.feeds.jsonl import written
from assistant.shops.feeds.tau2 import as_tau2
from assistant.shops.sql import SqlShop

ExportFormat = Literal["jsonl", "tau2"]


class ExportFailed(AssistantError):
    """The file could not be written; an older one of the same name is as it was."""


def export_shop(shop: SqlShop, path: Path, form: ExportFormat) -> int:
    """Writes the file whole or not at all; returns its bytes. Raises ExportFailed, ShopUnavailable."""
    chunks = written(_records(shop)) if form == "jsonl" else _tau2(shop)
    try:
        return _write(path, chunks)
    except OSError as error:
        raise ExportFailed(f"{str(path)!r} cannot be written: {error.strerror}") from error


def option_names_of(shop: SqlShop) -> OptionNames:
    return OptionNames(names=msgspec.json.decode(shop.meta().get("option_names", "{}")))


def _records(shop: SqlShop) -> Iterator[Record]:
    """What others refer to comes first: a reader never meets an unknown store or customer."""
    yield shop.shop_info()
    names = option_names_of(shop)
    if names.names:
        yield names
    yield from shop.all_stores()
    yield from shop.all_floor_plans()
    yield from shop.all_policies()
    yield from shop.all_products()
    yield from shop.all_placements()
    yield from shop.all_customers()
    yield from shop.all_orders()


def _tau2(shop: SqlShop) -> Iterator[bytes]:
    whole = as_tau2(shop.all_products(), shop.all_customers(), shop.all_orders(), option_names_of(shop))
    yield json.dumps(whole, indent=2, ensure_ascii=False).encode()


def _write(path: Path, chunks: Iterator[bytes]) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary: Path | None = None
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as out:
            temporary = Path(out.name)
            out.writelines(chunks)
            out.flush()
            os.fsync(out.fileno())
            size = out.tell()
        temporary.chmod(0o644)
        temporary.replace(path)
    except BaseException:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        raise
    return size
