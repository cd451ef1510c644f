"""The index of the shop that is measured, whole before anything is measured: of this shop as it is, other languages too.

Else it would be completed beside the turns, a core of its own, and counted as theirs. Above: the benches in process.
Below: `assistant.bootstrap`, `retrieval`. Alone: `python -m eval.bench.shop_index --home HOME`.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from assistant import bootstrap
from assistant.settings import AisleSettings
from assistant.shop_index import indexed_revision
from retrieval.build import open_snapshot
from retrieval.embedders.choosing import choose_embedder, choose_multilingual
from retrieval.errors import IndexBroken, IndexMismatch, IndexMissing
from retrieval.ports import Embedder
from retrieval.settings import RetrievalSettings
from retrieval.snapshot import inspect


def whole_index(settings: AisleSettings) -> str:
    """Builds what is missing; in words what is there now. Blocking, up to a minute."""
    chosen = RetrievalSettings()
    embedder, multilingual = choose_embedder(chosen), choose_multilingual(chosen)
    shop = bootstrap.open_shop(settings)
    began = time.monotonic()
    try:
        made = indexed_revision(settings) != shop.revision or not _whole(settings, chosen, embedder, multilingual)
        if made:
            bootstrap.build_index(settings, shop, embedder, multilingual=multilingual)
    finally:
        shop.close()
    manifest = inspect(settings.index_folder)
    languages = (
        "other languages too" if multilingual is not None else "in English only: no encoder of other languages is here"
    )
    how = f"built in {time.monotonic() - began:.0f} s" if made else "as it lay"
    return f"the index is whole before anything is measured: {manifest.products:,} products, {languages}; {how}"


def _whole(
    settings: AisleSettings, chosen: RetrievalSettings, embedder: Embedder, multilingual: Embedder | None
) -> bool:
    try:
        opened = open_snapshot(
            settings.index_folder, embedder, multilingual=multilingual, settings=chosen, verify=False, fall_back=False
        )
    except (IndexMissing, IndexMismatch, IndexBroken):
        return False
    return multilingual is None or opened.knows("de")


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--home", type=Path, required=True)
    home: Path = asked.parse_args().home
    home.mkdir(parents=True, exist_ok=True)
    sys.stdout.write(whole_index(AisleSettings(home=home)) + "\n")


if __name__ == "__main__":
    main()
