"""What was measured: the code's commit, the packages that matter, the index and the models of a home. Above: `running`."""

from __future__ import annotations

import hashlib
import platform
import sqlite3
import subprocess
from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

PACKAGES = ("aisle", "onnxruntime", "numpy", "llama-cpp-python", "tantivy", "msgspec")
ROOT = Path(__file__).resolve().parents[2]


def versions(home: Path, suites: Path) -> dict[str, str]:
    """Reads git, package metadata, the registry of `home` and the suites' bytes. Nothing that fails stops a measurement."""
    return {
        "git": _git("rev-parse", "--short=12", "HEAD"),
        "changed files": str(_changed()),
        "python": platform.python_version(),
        **{name: found for name in PACKAGES if (found := _package(name))},
        **dict(_running(home / "registry.db")),
        "suites": _digest(sorted(suites.glob("*.yaml"))),
    }


def commit() -> str:
    """With "+n" where n files were changed since; empty outside a checkout."""
    changed = _changed()
    return _git("rev-parse", "--short=12", "HEAD") + (f"+{changed}" if changed else "")


def _changed() -> int:
    return len(_git("status", "--porcelain", "--untracked-files=no").splitlines())


def digests(suites: Path, data: Path) -> dict[str, str]:
    """Twelve hex digits of SHA-256 over each suite and each public set that lies here, names and bytes; some 0.1 s."""
    sets = (folder for place in ("product_search", "tau2_retail") for folder in _sets(data / place))
    return {
        **{f"suites/{file.stem}": _digest([file]) for file in sorted(suites.glob("*.yaml"))},
        **{str(folder.relative_to(data)): _digest(sorted(_files(folder))) for folder in sets},
    }


def _sets(place: Path) -> Iterable[Path]:
    """A folder of sets, or one itself."""
    if not place.is_dir():
        return ()
    return sorted(one for one in place.iterdir() if one.is_dir()) or (place,)


def _files(folder: Path) -> Iterable[Path]:
    return (file for file in folder.rglob("*") if file.is_file())


def _git(*words: str) -> str:
    try:
        done = subprocess.run(("git", "-C", str(ROOT), *words), capture_output=True, text=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.rstrip() if done.returncode == 0 else ""


def _package(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _running(registry: Path) -> Iterable[tuple[str, str]]:
    """What the service last ran of each part: encoder, index, writer, voice…"""
    if not registry.exists():
        return ()
    try:
        with sqlite3.connect(f"{registry.resolve().as_uri()}?mode=ro", uri=True) as connection:
            rows = connection.execute("SELECT part, label FROM running ORDER BY part").fetchall()
    except sqlite3.Error:
        return ()
    return tuple((str(part), str(label)) for part, label in rows)


def _digest(files: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.name.encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
