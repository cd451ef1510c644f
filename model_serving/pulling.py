"""Fetches a model's file once, whole and checked: resumed where it broke off, published only when it is what it should be.

`aisle models pull` asks here. A source is an address, or hf:OWNER/NAME/FILE.gguf on the hub (HF_ENDPOINT names another one,
HF_TOKEN opens gated models).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from model_serving.errors import ModelUnavailable
from model_serving.gguf_file import GgufFile, read_gguf
from model_serving.weights import sha256

HUB = "https://huggingface.co"
TIMEOUT = httpx.Timeout(30.0, connect=10.0)
TRIES = 5
"""In a row without a byte, before it is given up; what came is kept for the next time."""
SPARE = 256 << 20
"""Bytes of the disk that stay free."""
NO_HOST = "there is no host of this name"
WAY_OUT = "check the address in a browser, or fetch the file yourself and set AISLE_MODEL_PATH to it"

OnBytes = Callable[[int, int], None]
"""Bytes there, bytes in all; 0 where the server does not say."""


def address_of(source: str) -> str:
    """NAME@REVISION: the file as it was at that commit, whatever its branch says now. Raises ModelUnavailable."""
    if source.startswith("hf:"):
        parts = source.removeprefix("hf:").strip("/").split("/")
        if len(parts) < 3 or not all(parts):
            raise ModelUnavailable(f"{source!r} names no file", way_out="write hf:OWNER/NAME@REVISION/FILE.gguf")
        hub = os.environ.get("HF_ENDPOINT", HUB).rstrip("/")
        name, _, revision = parts[1].partition("@")
        return f"{hub}/{parts[0]}/{name}/resolve/{revision or 'main'}/{'/'.join(parts[2:])}"
    if not source.startswith(("http://", "https://")):
        raise ModelUnavailable(
            f"{source!r} is no address", way_out="write https://…/FILE.gguf or hf:OWNER/NAME/FILE.gguf"
        )
    return source


def file_name(address: str) -> str:
    name = Path(urlsplit(address).path).name
    if not name.endswith(".gguf") or name.startswith("."):
        raise ModelUnavailable(
            f"{name or address!r} is no .gguf file: only those are pulled",
            way_out="a folder of safetensors comes by `huggingface-cli download`, and vLLM takes its name as it is",
        )
    return name


def pull(source: str, folder: Path, *, digest: str = "", on_bytes: OnBytes = lambda there, total: None) -> GgufFile:
    """The file, in `folder`. Blocking. digest: SHA-256 in hex that it must have. Raises ModelUnavailable, OSError."""
    address = address_of(source)
    target = folder / file_name(address)
    if target.exists():
        return _checked(target, digest, address)
    folder.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.part")
    headers = {"User-Agent": "aisle", "Accept-Encoding": "identity"}
    if token := os.environ.get("HF_TOKEN", "") if source.startswith("hf:") else "":
        headers["Authorization"] = f"Bearer {token}"  # httpx drops it where another host is redirected to
    with httpx.Client(timeout=TIMEOUT, follow_redirects=True, headers=headers) as client:
        _fetch(client, address, partial, on_bytes)
    try:
        _checked(partial, digest, address)
    except ModelUnavailable:
        partial.unlink(missing_ok=True)  # resuming what is wrong would keep it wrong
        raise
    partial.replace(target)
    return read_gguf(target)


def _fetch(client: httpx.Client, address: str, partial: Path, on_bytes: OnBytes) -> None:
    left = TRIES
    while True:
        before = _size(partial)
        try:
            if _fetched(client, address, partial, on_bytes):
                return
            trouble = "it broke off"
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            trouble = _why(error)
        left = TRIES if _size(partial) > before else left - 1
        if left == 0 or trouble == NO_HOST:
            raise ModelUnavailable(f"{address} could not be fetched ({trouble})", way_out=WAY_OUT)


def _fetched(client: httpx.Client, address: str, partial: Path, on_bytes: OnBytes) -> bool:
    """Whether all of it is there now."""
    there = _size(partial)
    headers = {"Range": f"bytes={there}-"} if there else {}
    with client.stream("GET", address, headers=headers) as answer:
        if answer.status_code == 416:  # nothing is left, or another file lies there now: the check tells
            return True
        _check_answer(answer, address)
        resumed = answer.status_code == 206
        there = there if resumed else 0
        total = there + int(answer.headers.get("Content-Length", 0))
        _check_room(partial, total - there)
        with partial.open("ab" if resumed else "wb") as file:
            for piece in answer.iter_raw():
                file.write(piece)
                there += len(piece)
                on_bytes(there, total)
        return total <= there


def _check_answer(answer: httpx.Response, address: str) -> None:
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    if answer.status_code in (401, 403):
        way_out = "accept its terms on the hub and set HF_TOKEN" if "huggingface" in address else WAY_OUT
        raise ModelUnavailable(f"{address} is not given to us ({answer.status_code})", way_out=way_out)
    if answer.status_code not in (200, 206):
        raise ModelUnavailable(f"{address} answers {answer.status_code}: nothing to fetch lies there", way_out=WAY_OUT)
    if kind in ("text/html", "application/json", "application/problem+json"):
        raise ModelUnavailable(f"{address} answers with {kind}, not with a model", way_out=WAY_OUT)


def _check_room(partial: Path, needed: int) -> None:
    free = shutil.disk_usage(partial.parent).free
    if needed + SPARE > free:
        raise ModelUnavailable(
            f"the file needs {needed >> 20} MiB and {max(0, free - SPARE) >> 20} MiB of the disk may be used",
            way_out="make room, or set AISLE_HOME to another disk",
        )


def _checked(path: Path, digest: str, address: str) -> GgufFile:
    found = read_gguf(path, way_out=f"remove {path} and pull it again; {address} may hold something else")
    if digest:
        told = sha256(path)
        if told != digest.lower():
            raise ModelUnavailable(
                f"the file has the digest {told}, not {digest}", way_out="correct it, or do not use the file"
            )
    return found


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _why(error: Exception) -> str:
    said = str(error)
    if "not known" in said or "getaddrinfo" in said or "nodename" in said:
        return NO_HOST
    return type(error).__name__
