"""The table of versions: what is in use, what was, and who changed it."""

from __future__ import annotations

import itertools
import threading
from pathlib import Path

import pytest

from model_serving.registry import Registry, RegistryError, Standing, Version


@pytest.fixture
def registry(tmp_path: Path):  # type: ignore[no-untyped-def]
    opened = Registry(tmp_path / "registry.db")
    for number in (1, 2, 3):
        opened.register(Version(kind="model", name="large", version=str(number), digest=f"d{number}"))
    yield opened
    opened.close()


def test_a_promoted_version_is_in_use_and_the_one_before_can_come_back(registry: Registry) -> None:
    registry.promote("model", "large@1", by="ada")
    registry.promote("model", "large@2", by="ada", reason="better on the suite")
    assert registry.standing("model") == Standing(current="large@2", previous="large@1")
    assert registry.roll_back("model", by="bob") == "large@1"
    assert registry.standing("model") == Standing(current="large@1", previous="large@2")
    assert [(done.act, done.version, done.by) for done in registry.acts()] == [
        ("rolled_back", "large@1", "bob"),
        ("promoted", "large@2", "ada"),
        ("promoted", "large@1", "ada"),
    ]


def test_a_registry_outlives_its_process_and_is_seen_by_others(tmp_path: Path, registry: Registry) -> None:
    registry.promote("model", "large@1", by="ada")
    other = Registry(tmp_path / "registry.db")
    assert other.standing("model").current == "large@1"
    other.promote("model", "large@3", by="bob")
    other.close()
    assert registry.standing("model").current == "large@3"


def test_the_same_version_with_another_content_is_refused_and_a_new_score_is_kept(registry: Registry) -> None:
    registry.register(Version(kind="model", name="large", version="1", digest="d1", score=0.9, measure="aisle eval"))
    kept = registry.version("model", "large@1")
    assert kept is not None
    assert (kept.score, kept.measure) == (0.9, "aisle eval")
    with pytest.raises(RegistryError, match="new version"):
        registry.register(Version(kind="model", name="large", version="1", digest="other"))


def test_what_is_pinned_stays(registry: Registry) -> None:
    registry.promote("model", "large@1", by="ada")
    registry.promote("model", "large@2", by="ada")
    registry.pin("model", True, by="ada")
    for attempt in (
        lambda: registry.promote("model", "large@3", by="bob"),
        lambda: registry.roll_back("model", by="bob"),
        lambda: registry.begin_canary("model", "large@3", share=0.1, by="bob"),
    ):
        with pytest.raises(RegistryError, match="pinned to large@2"):
            attempt()
    registry.pin("model", False, by="ada")
    registry.promote("model", "large@3", by="bob")
    assert registry.standing("model").current == "large@3"


def test_an_unknown_version_is_refused_with_those_that_are_known(registry: Registry) -> None:
    with pytest.raises(RegistryError, match="large@1, large@2, large@3"):
        registry.promote("model", "large@9", by="ada")
    with pytest.raises(RegistryError, match="known: none"):
        registry.promote("prompt", "writer@1", by="ada")
    with pytest.raises(RegistryError, match="before the default"):
        registry.roll_back("model", by="ada")


def test_a_canary_stands_beside_and_ends_when_it_is_promoted_or_fails(registry: Registry) -> None:
    registry.promote("model", "large@1", by="ada")
    registry.begin_canary("model", "large@2", share=0.1, by="ada")
    assert registry.standing("model") == Standing(current="large@1", canary="large@2", share=0.1)
    registry.end_canary("model", by="gates", reason="failed: 5 of 8", failed=True)
    assert registry.standing("model") == Standing(current="large@1")
    assert registry.acts(last=1)[0].act == "canary_rolled_back"
    registry.begin_canary("model", "large@2", share=0.5, by="ada")
    registry.promote("model", "large@2", by="ada")
    assert registry.standing("model") == Standing(current="large@2", previous="large@1")


@pytest.mark.parametrize("share", [0, 1.5, -1])
def test_a_share_that_is_none_is_refused(registry: Registry, share: float) -> None:
    with pytest.raises(RegistryError, match="share"):
        registry.begin_canary("model", "large@1", share=share, by="ada")


def test_what_is_in_use_cannot_be_its_own_canary(registry: Registry) -> None:
    registry.promote("model", "large@1", by="ada")
    with pytest.raises(RegistryError, match="beside itself"):
        registry.begin_canary("model", "large@1", share=0.1, by="ada")


def test_two_who_promote_at_once_both_stand_in_the_history(tmp_path: Path, registry: Registry) -> None:
    def promote(label: str) -> None:
        mine = Registry(tmp_path / "registry.db")
        for _ in range(10):
            mine.promote("model", label, by=label)
        mine.close()

    threads = [threading.Thread(target=promote, args=(label,)) for label in ("large@1", "large@2")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    standing = registry.standing("model")
    told = [done.version for done in reversed(registry.acts())]
    assert standing.current == told[-1]
    assert all(first != second for first, second in itertools.pairwise(told))


def test_a_file_that_is_no_registry_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "registry.db").write_text("not a database, whatever it says" * 40)
    with pytest.raises(RegistryError, match="no registry"):
        Registry(tmp_path / "registry.db")
