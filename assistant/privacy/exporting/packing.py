"""Packing: an export as files: the data and its signature, the page, the public key. Blocking. Above: routes, the command line."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from assistant.privacy.exporting.gathering import Export
from assistant.privacy.exporting.readable import DATA_FILE, page_of
from assistant.privacy.exporting.signing import SUFFIX, public_hex, signature_of

PAGE_FILE = "my-data.html"
KEY_FILE = "public-key.txt"


def data_bytes(export: Export) -> bytes:
    """Always the same for the same export: keys in order, UTF-8."""
    return json.dumps(export, ensure_ascii=False, sort_keys=True, indent=2, default=str).encode() + b"\n"


def packed(export: Export, key: Ed25519PrivateKey) -> Mapping[str, bytes]:
    """By file name."""
    data = data_bytes(export)
    return {
        DATA_FILE: data,
        DATA_FILE + SUFFIX: signature_of(key, data),
        PAGE_FILE: page_of(export).encode(),
        KEY_FILE: public_hex(key).encode() + b"\n",
    }


def zipped(contents: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return out.getvalue()


def write_to(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Readable by their owner alone. Raises OSError; FileExistsError where there is an export already."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if taken := [name for name in contents if (folder / name).exists()]:
        raise FileExistsError(17, "there is an export already, choose another folder", str(folder / taken[0]))
    for name, content in contents.items():
        path = folder / name
        path.touch(mode=0o600)
        path.write_bytes(content)
