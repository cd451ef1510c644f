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
        "changed files": str(len(_git("status", "--porcelain", "--untracked-files=no").splitlines())),
        "python": platform.python_version(),
        **{name: found for name in PACKAGES if (found := _package(name))},
        **dict(_running(home / "registry.db")),
        "suites": _digest(sorted(suites.glob("*.yaml"))),
    }


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
