"""The board's names are the page's names."""

from __future__ import annotations

import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from model_serving.call_board import CallBoard

PAGE = Path(__file__).parents[2] / "docs" / "models.md"


def names_of(board: CallBoard) -> set[str]:
    collectors: list[Collector] = list(board.registry._collector_to_names)
    found = set()
    for collector in collectors:
        for family in collector.collect() if type(collector).__name__ == "_Live" else collector.describe():
            found.add(f"{family.name}_total" if family.type == "counter" else family.name)
    return found


def test_every_metric_is_on_the_page_and_the_page_names_no_other() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("## Metrics")[2].partition("Worth an alarm")[0]
    assert set(re.findall(r"`(aisle_\w+)`", table)) == names_of(CallBoard())


def test_a_board_without_anything_open_is_a_page_all_the_same() -> None:
    from prometheus_client import generate_latest

    families = list(text_string_to_metric_families(generate_latest(CallBoard().registry).decode()))
    assert "aisle_queue_waiting" in {family.name for family in families}
