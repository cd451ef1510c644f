"""An import that is killed in the middle: the shop is what it was, and the next import works."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from assistant.shops.importing import import_feed
from assistant.shops.sql import SqlShop

IMPORT = """
import sys
from pathlib import Path
from assistant.shops.importing import import_feed
from assistant.shops.sql import SqlShop
import_feed(SqlShop.open(Path(sys.argv[1])), Path(sys.argv[2]), replace=True)
"""
PATIENCE = 60.0
SPILT = 1 << 20
"""Bytes of the write-ahead log: by then rows of the open transaction lie on the disk."""


def wait_until_rows_are_on_disk(child: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while not log.exists() or log.stat().st_size < SPILT:
        assert child.poll() is None, "the import ended before it could be killed"
        assert time.monotonic() < deadline


def test_a_killed_import_leaves_the_old_shop_and_no_lock(tmp_path: Path) -> None:
    old, new, home = tmp_path / "old.csv", tmp_path / "new.csv", tmp_path / "shop.db"
    old.write_text("id,title\na,Old\n")
    new.write_text("id,title,description\n" + "".join(f"n{number},New,{'x' * 900}\n" for number in range(30_000)))
    shop = SqlShop.open(home)
    import_feed(shop, old)
    before = shop.revision
    child = subprocess.Popen([sys.executable, "-c", IMPORT, str(home), str(new)], cwd=Path(__file__).parents[3])
    try:
        wait_until_rows_are_on_disk(child, tmp_path / "shop.db-wal")
        assert [product.title for product in shop.all_products()] == ["Old"]
    finally:
        child.kill()
        child.wait()
    assert [product.title for product in shop.all_products()] == ["Old"]
    assert shop.revision == before
    assert import_feed(shop, old).changed
    shop.close()
