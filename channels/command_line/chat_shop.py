"""Which shop `aisle chat --shop` talks for: the public benchmark's, or any file that `aisle shop import` reads.

Imported once, into a folder of its own inside the home, so that the shop that lies there already is left alone.
Above: `chat`. Below: `assistant.shops`.
"""

from __future__ import annotations

from pathlib import Path

from assistant.errors import AssistantError
from assistant.shops.importing import import_feed
from assistant.shops.sql import SqlShop
from channels.command_line.errors import CommandError

BENCHMARK = "tau2"
BENCHMARK_FILES = (Path("../shared/data/tau2_retail/db.json"), Path("tau2_retail/db.json"), Path("db.json"))
"""Where the benchmark's shop is looked for; its data is not part of Aisle."""


def home_of_shop(named: str, home: Path) -> Path:
    """The home in which that shop lies, imported if it was not there. Raises CommandError."""
    file = _file(named)
    folder = home / f"shop-{BENCHMARK if named == BENCHMARK else file.stem}"
    if not (folder / "shop.db").exists():
        folder.mkdir(parents=True, exist_ok=True)
        _import(file, folder / "shop.db")
    return folder


def _file(named: str) -> Path:
    if named != BENCHMARK:
        file = Path(named)
        if not file.is_file():
            raise CommandError(
                f"there is no file {named!r}: name one that `aisle shop import` reads, or write --shop {BENCHMARK}"
            )
        return file
    found = next((file for file in BENCHMARK_FILES if file.is_file()), None)
    if found is None:
        looked = ", ".join(str(file) for file in BENCHMARK_FILES)
        raise CommandError(f"the benchmark's db.json is in none of {looked}: name the file itself with --shop FILE")
    return found


def _import(file: Path, target: Path) -> None:
    shop = SqlShop.open(target)
    try:
        report = import_feed(shop, file, currency="USD")
    except (AssistantError, OSError) as error:
        raise CommandError(f"{str(file)!r} could not be imported: {error}") from error
    finally:
        shop.close()
    if not report.changed:
        raise CommandError(f"{str(file)!r} was refused: `aisle shop validate {file}` tells which rows and why")
