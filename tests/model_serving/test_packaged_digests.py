from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from model_serving import packaged_digests
from model_serving.errors import ModelUnavailable
from model_serving.packaged_digests import whole


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """One that the manifest knows, as its files should be."""
    folder = tmp_path / "a_package" / "model"
    folder.mkdir(parents=True)
    (folder / "model.bin").write_bytes(b"weights")
    (folder / "config.json").write_bytes(b"{}")
    known = {f"a_package/model/{file.name}": hashlib.sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}
    monkeypatch.setattr(packaged_digests, "SHA256", known)
    return folder


def test_a_package_as_it_was_opens_as_a_folder_and_as_a_file(package: Path) -> None:
    assert whole(package) == package
    assert whole(package / "model.bin") == package / "model.bin"


@pytest.mark.parametrize("asked", ["", "config.json"])
def test_one_byte_of_a_packages_weights_is_refused_with_the_way_out(package: Path, asked: str) -> None:
    (package / "config.json").write_bytes(b"[]")
    with pytest.raises(ModelUnavailable, match="broken or of another version") as refused:
        whole(package / asked)
    assert "force-reinstall a-package" in str(refused.value)


def test_a_file_of_the_shops_own_is_the_shops(package: Path) -> None:
    own = package.parent / "own.gguf"
    own.write_bytes(b"anything")
    assert whole(own) == own
    assert whole(package.parent) == package.parent
