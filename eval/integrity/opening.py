"""The product over a copy of a home, so that what is changed in it stays here. Above: `__main__`, `eval.mutations`."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from assistant.bootstrap import open_aisle
from assistant.running import Aisle
from assistant.settings import AisleSettings
from model_serving.settings import ModelSettings

KEPT = ("shop.db", "index")
"""Of a home: the shop and what was indexed of it."""


@asynccontextmanager
async def opened_copy(home: Path) -> AsyncIterator[Aisle]:
    """Templates, no model. What `open_aisle` raises."""
    with tempfile.TemporaryDirectory(prefix="aisle-integrity-") as folder:
        copy = Path(folder) / "home"
        copy.mkdir(mode=0o700)
        for name in KEPT:
            if (home / name).is_dir():
                shutil.copytree(home / name, copy / name)
            elif (home / name).exists():
                shutil.copy(home / name, copy / name)
        settings = AisleSettings(home=copy, answering_writer="template")
        async with open_aisle(settings, model_settings=ModelSettings(engine="none")) as aisle:
            yield aisle
