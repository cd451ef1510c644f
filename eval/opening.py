"""Opens what is measured: the real product in this process, or a server elsewhere, with the shop's records as the judge.

Below: `assistant.bootstrap`, httpx. Above: `dialogue_command`.
"""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from assistant.answering.writer import WriterChoice
from assistant.bootstrap import open_aisle
from assistant.settings import AisleSettings
from assistant.shops.demo import generate
from eval.dialogue.shop_facts import ShopFacts, facts_of_records, read_shop_facts
from eval.shopfronts import InProcess, OverHttp, Shopfront
from model_serving.settings import ModelSettings

OnProgress = Callable[[str, int, int], None]
SHOP_FILE = "shop.db"
DEADLINE = 90.0
"""Seconds that a turn may take; the server's own limit of ?wait=reply is 60."""


class OpeningFailed(Exception):
    """What was to be measured cannot be reached. The message names the way out."""


@asynccontextmanager
async def open_front(
    *,
    home: Path,
    url: str = "",
    writer: WriterChoice | None = None,
    on_progress: OnProgress = lambda step, done, total: None,
) -> AsyncIterator[tuple[Shopfront, ShopFacts]]:
    """`writer` as the settings say where it is None; "template" starts no language model. Raises OpeningFailed."""
    if url:
        async with _server(url) as front:
            yield front, shop_facts_of(home)
    else:
        async with _in_process(home, writer, on_progress) as front:
            yield front, shop_facts_of(home)


def shop_facts_of(home: Path) -> ShopFacts:
    """The shop in `home`; where there is none yet, the demo shop, which is what would be made there."""
    if (home / SHOP_FILE).exists():
        return read_shop_facts(home / SHOP_FILE)
    demo = generate()
    return facts_of_records(
        name=demo.name,
        products=demo.products,
        stores=demo.stores,
        policies=demo.policies,
        customers=demo.customers,
        orders=demo.orders,
    )


@asynccontextmanager
async def _server(url: str) -> AsyncIterator[OverHttp]:
    async with httpx.AsyncClient(base_url=url, timeout=DEADLINE) as client:
        try:
            (await client.get("/healthz")).raise_for_status()
        except httpx.HTTPError as error:
            raise OpeningFailed(f"no Aisle answers at {url}: start one with `aisle serve` ({error})") from error
        yield OverHttp(client)


class Measured(AisleSettings):
    """The same product with a log of its own, so that what is played for a measurement is no customer's conversation."""

    log_folder: Path

    @property
    def log_file(self) -> Path:
        return self.log_folder / "conversations.db"


@asynccontextmanager
async def _in_process(home: Path, writer: WriterChoice | None, on_progress: OnProgress) -> AsyncIterator[InProcess]:
    without_model = ModelSettings(engine="none") if writer == "template" else None
    chosen: dict[str, Any] = {"answering_writer": writer} if writer else {}
    with tempfile.TemporaryDirectory(prefix="aisle-eval-") as folder:
        settings = Measured(home=home, log_folder=Path(folder), **chosen)
        async with open_aisle(settings, on_progress=on_progress, model_settings=without_model) as aisle:
            yield InProcess(aisle.assistant, deadline=DEADLINE)
