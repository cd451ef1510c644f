"""Lineage: which versions make replies now, one label a part, cheap enough to be attached to every reply.

`serving` and the assistant's bootstrap tell it what they open; a turn reads `snapshot`. Each label is found in the
registry's table, with digest, source and licence.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

from model_serving.digests import fingerprint_of
from model_serving.errors import ModelUnavailable
from model_serving.gguf_file import read_gguf
from model_serving.registry import Kind, Registry, Version

TEMPLATE = "template"
SHORT = 12
"""Characters of a digest in a label."""
ELSEWHERE = "elsewhere"
"""The version of what runs on somebody else's machine: its content cannot be read."""
LICENCES = {
    "SmolLM2": "Apache-2.0",
    "minilm-l6-v2": "Apache-2.0",
    "use-multilingual-v3": "Apache-2.0",
    "whisper": "MIT",
    "en_US-joe": "CC0-1.0 (its data; see docs/dependencies.md)",
    "espeak-ng": "GPL-3.0-or-later",
}
"""Of what comes in packages, by the beginning of its name: as its authors give it."""
OF_A_MODEL = ("model", "adapter", "prompt", "canary", "fallback")
"""Parts (or their beginnings) that a reply from a template was not made by."""
BESIDE = ("canary", "fallback")


def found(kind: Kind, name: str, digest: str, *, source: str = "", licence: str = "") -> Version:
    """A version that nobody registered by hand: named after its content."""
    known = next((terms for begin, terms in LICENCES.items() if name.startswith(begin)), "")
    return Version(
        kind=kind,
        name=name,
        version=digest[:SHORT] or ELSEWHERE,
        digest=digest,
        source=source,
        licence=licence or known,
    )


def found_at(kind: Kind, name: str, path: Path, *, licence: str = "") -> Version:
    """Of a file or folder, by its fingerprint; one that cannot be read has none. Blocking."""
    try:
        digest = fingerprint_of(path)
    except OSError:
        digest = ""
    return found(kind, name, digest, source=str(path), licence=licence)


def digest_of_text(text: str) -> str:
    return sha256(text.encode()).hexdigest()


class Lineage:
    """Told from any thread, read from any: a snapshot never changes after it was given."""

    def __init__(self, registry: Registry | None = None) -> None:
        self._registry = registry
        self._lock = threading.Lock()
        self._labels: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._given: dict[str, Mapping[str, str]] = {}
        self._begun = False

    def uses(self, part: str, version: Version, *, written_by: str = "") -> None:
        """From now on `part` is this version, which is registered where it is new. Blocking.

        written_by: the name under which a model signs replies, where that is not the version's label.
        Raises RegistryError, SQLAlchemyError; the part is noted all the same.
        """
        with self._lock:
            self._labels[part] = version.label
            self._names.update({version.label: version.label, written_by or version.label: version.label})
            self._given = {}
            first, self._begun = not self._begun, True
            if first and self._registry is not None:
                self._registry.runs_no_more()
        if self._registry is not None:
            self._registry.runs(part, version)

    def ends(self, part: str) -> None:
        """Nothing of that part is in use any more. Blocking."""
        with self._lock:
            known = self._labels.pop(part, None)
            self._given = {}
        if known is not None and self._registry is not None:
            self._registry.runs_no_more(part)

    def snapshot(self, written_by: str = "") -> Mapping[str, str]:
        """Part -> label. written_by: of one reply ("template", or what the model signed with): its versions only."""
        given = self._given
        if written_by not in given:
            with self._lock:
                given = self._given
                given[written_by] = MappingProxyType(self._made_by(written_by))
        return given[written_by]

    def _made_by(self, written_by: str) -> dict[str, str]:
        if not written_by:
            return dict(self._labels)
        if written_by == TEMPLATE:
            return {part: label for part, label in self._labels.items() if not part.startswith(OF_A_MODEL)}
        model = self._names.get(written_by, written_by)
        own = model == self._labels.get("model")
        left = BESIDE if own else (*BESIDE, "adapter")
        return {part: label for part, label in self._labels.items() if not part.startswith(left)} | {"model": model}


def model_version(name: str, source: str, *, licence: str = "") -> Version:
    """Of the model that the settings name; source: a file, a folder, an address or a hub's name. Blocking."""
    path = Path(source).expanduser()
    if source.startswith(("http://", "https://")) or not path.exists():
        return found("model", name, "", source=source, licence=licence)
    return found_at("model", name, path, licence=licence or _told_in(path))


def _told_in(path: Path) -> str:
    """The licence that a GGUF file bears."""
    if path.suffix != ".gguf" or not path.is_file():
        return ""
    try:
        return str(read_gguf(path).values.get("general.license", ""))
    except ModelUnavailable:
        return ""


def adapter_version(path: Path) -> Version:
    """Blocking."""
    return found_at("adapter", path.stem, path.expanduser())
