"""What made a reply: labels that are found in the table."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from model_serving.digests import WHOLE, fingerprint_of
from model_serving.lineage import Lineage, adapter_version, found, model_version
from model_serving.registry import Registry, Version
from model_serving.weights import packaged_model


@pytest.fixture
def registry(tmp_path: Path):  # type: ignore[no-untyped-def]
    opened = Registry(tmp_path / "registry.db")
    yield opened
    opened.close()


def test_each_label_of_a_snapshot_is_found_in_the_registry_with_its_digest(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "small.gguf").write_bytes(b"weights")
    lineage = Lineage(registry)
    lineage.uses("model", model_version("small", str(tmp_path / "small.gguf")), written_by="small")
    lineage.uses("encoder_multilingual", found("encoder", "use", "ab" * 32))
    for part, label in lineage.snapshot().items():
        version = registry.version("encoder" if part.startswith("encoder") else "model", label)
        assert version is not None and label.endswith(version.digest[:12])
    assert [(one.part, one.label) for one in registry.running()] == sorted(lineage.snapshot().items())


def test_a_snapshot_that_was_given_never_changes() -> None:
    lineage = Lineage()
    lineage.uses("index", Version(kind="index", name="catalogue", version="1", digest=""))
    before = lineage.snapshot()
    assert lineage.snapshot() is before
    lineage.uses("index", Version(kind="index", name="catalogue", version="2", digest=""))
    assert before == {"index": "catalogue@1"}
    assert lineage.snapshot() == {"index": "catalogue@2"}
    with pytest.raises(TypeError):
        before["index"] = "other"  # type: ignore[index]


def test_a_reply_names_the_versions_that_made_it_and_no_others() -> None:
    lineage = Lineage()
    lineage.uses("model", found("model", "large", "a" * 64), written_by="large")
    lineage.uses("adapter", found("adapter", "tone", "b" * 64))
    lineage.uses("fallback", found("model", "small", "c" * 64), written_by="small")
    lineage.uses("canary", Version(kind="model", name="large", version="2", digest=""))
    lineage.uses("encoder", found("encoder", "minilm", "d" * 64))
    encoder = {"encoder": f"minilm@{'d' * 12}"}
    assert lineage.snapshot("template") == encoder
    assert lineage.snapshot("large") == {"model": f"large@{'a' * 12}", "adapter": f"tone@{'b' * 12}", **encoder}
    assert lineage.snapshot("small") == {"model": f"small@{'c' * 12}", **encoder}
    assert lineage.snapshot("large@2") == {"model": "large@2", **encoder}


def test_a_part_that_ended_is_no_longer_named(registry: Registry) -> None:
    lineage = Lineage(registry)
    lineage.uses("canary", Version(kind="model", name="m", version="2", digest=""))
    lineage.ends("canary")
    lineage.ends("canary")
    assert lineage.snapshot() == {} and registry.running() == ()
    assert registry.version("model", "m@2") is not None


def test_what_an_earlier_service_ran_is_no_longer_said_to_run(registry: Registry) -> None:
    Lineage(registry).uses("canary", Version(kind="model", name="m", version="2", digest=""))
    Lineage(registry).uses("model", Version(kind="model", name="m", version="1", digest=""))
    assert [one.part for one in registry.running()] == ["model"]


def test_the_same_content_is_registered_once_and_another_content_is_another_version(
    registry: Registry, tmp_path: Path
) -> None:
    folder = tmp_path / "tone"
    folder.mkdir()
    (folder / "adapter_config.json").write_text("{}")
    for content in ("one", "one", "two"):
        (folder / "weights").write_text(content)
        Lineage(registry).uses("adapter", adapter_version(folder))
    assert len(registry.versions("adapter")) == 2


def test_a_packaged_part_bears_its_licence_and_one_that_was_not_known_is_added(registry: Registry) -> None:
    before = Version(kind="transcriber", name="whisper-base", version="w", digest="w")
    registry.register(before)
    registry.register(Version(kind="transcriber", name="whisper-base", version="w", digest="w", licence="MIT"))
    known = registry.version("transcriber", before.label)
    assert known is not None and known.licence == "MIT"
    assert model_version("SmolLM2-135M-Instruct", str(packaged_model())).licence.lower() == "apache-2.0"
    assert found("synthesizer", "espeak-ng", "").licence.startswith("GPL")


def test_parts_that_register_themselves_at_once_do_not_hinder_each_other(registry: Registry) -> None:
    lineage = Lineage(registry)
    same = Version(kind="index", name="catalogue", version="1", digest="")

    def use(number: int) -> None:
        lineage.uses("index", same)
        lineage.uses(f"part_{number}", found("prompt", "writer", f"{number % 3}" * 64))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(use, range(24)))
    assert len(registry.versions("prompt")) == 3 and len(registry.running()) == 25


def test_an_address_has_no_content_to_tell_by() -> None:
    version = model_version("large", "http://gpu:8000")
    assert (version.label, version.digest, version.source) == ("large@elsewhere", "", "http://gpu:8000")


def test_a_large_file_is_told_by_samples(tmp_path: Path) -> None:
    path = tmp_path / "large.gguf"
    with path.open("wb") as file:
        file.truncate(WHOLE * 4)
    before = fingerprint_of(path)
    with path.open("r+b") as file:
        file.seek(-1, 2)
        file.write(b"x")
    assert fingerprint_of(path) != before


def test_old_versions_of_the_index_are_let_go(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("model_serving.registry.MOST_INDEXES", 3)
    lineage = Lineage(registry)
    for number in range(6):
        lineage.uses("index", Version(kind="index", name="catalogue", version=str(number), digest=""))
    assert [one.version for one in registry.versions("index")] == ["3", "4", "5"]
