"""What a shop gets wrong with models: each ends in one clear line with the way out, and no traceback."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import ClassVar

import pytest
from typer.testing import CliRunner

from channels.command_line.models import model_commands
from model_serving.weights import packaged_model

Prepare = Callable[[Path, str], dict[str, str]]
"""A folder and a server's address -> settings."""


class Strange(http.server.BaseHTTPRequestHandler):
    """Answers by the first part of its path."""

    ANSWERS: ClassVar = {
        "nothing": (404, "text/html", b"<html>no such page</html>"),
        "page": (200, "text/html", b"<html>welcome</html>"),
        "closed": (401, "application/json", b'{"error": {"message": "bad key"}}'),
        "other": (404, "application/json", b'{"error": {"message": "The model `default` does not exist."}}'),
        "broken": (500, "application/json", b'{"error": {"message": "out of memory"}}'),
    }

    def do_GET(self) -> None:
        status, kind, body = self.ANSWERS.get(self.path.split("/")[1], self.ANSWERS["nothing"])
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.do_GET()

    def log_message(self, *told: object) -> None:
        """Says nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Strange) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}"
        listening.shutdown()


def file_of(content: bytes, name: str = "model.gguf") -> Prepare:
    def prepare(folder: Path, server: str) -> dict[str, str]:
        (folder / name).write_bytes(content)
        return {"AISLE_MODEL_PATH": str(folder / name)}

    return prepare


def cut_off(folder: Path, server: str) -> dict[str, str]:
    with packaged_model().open("rb") as whole:
        return file_of(whole.read(3_000_000))(folder, server)


def cut_in_its_head(folder: Path, server: str) -> dict[str, str]:
    with packaged_model().open("rb") as whole:
        return file_of(whole.read(5_000))(folder, server)


def unreadable(folder: Path, server: str) -> dict[str, str]:
    (folder / "file").write_text("no folder")
    return {"AISLE_MODEL_PATH": str(folder / "file" / "model.gguf")}


def folder_of(name: str, **more: str) -> Prepare:
    def prepare(folder: Path, server: str) -> dict[str, str]:
        (folder / name).mkdir()
        return {"AISLE_MODEL_PATH": str(folder / name), **more}

    return prepare


def served_at(path: str, **more: str) -> Prepare:
    return lambda folder, server: {"AISLE_MODEL_ENDPOINT_URL": f"{server}/{path}", **more}


def set_to(**settings: str) -> Prepare:
    return lambda folder, server: dict(settings)


def adapter(architecture: str, width: int, kind: str = "adapter") -> Prepare:
    """A LoRA as convert_lora_to_gguf.py writes it, of a model of this width."""

    def prepare(folder: Path, server: str) -> dict[str, str]:
        import numpy as np
        from gguf import GGUFWriter

        path = folder / "adapter.gguf"
        writer = GGUFWriter(path, architecture)
        writer.add_type(kind)
        writer.add_string("adapter.type", "lora")
        for part, shape in (("a", (8, width)), ("b", (width, 8))):
            writer.add_tensor(f"blk.0.attn_q.weight.lora_{part}", np.zeros(shape, dtype=np.float32))
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        return {"AISLE_MODEL_ADAPTER": str(path)}

    return prepare


def adapter_alone(folder: Path, server: str) -> dict[str, str]:
    return {"AISLE_MODEL_PATH": adapter("llama", 576)(folder, server)["AISLE_MODEL_ADAPTER"]}


PAGE = b"<!DOCTYPE html><html><body>Sign in to go on</body></html>"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 105454432\n"
VLLM = {"AISLE_MODEL_ENGINE": "vllm", "AISLE_MODEL_PATH": "shop/model"}
MISTAKES: dict[str, tuple[Prepare, int, tuple[str, ...]]] = {
    "a path where nothing lies": (
        set_to(AISLE_MODEL_PATH="/nowhere/model.gguf"),
        1,
        ("No such file", "AISLE_MODEL_PATH"),
    ),
    "a file cut off": (cut_off, 1, ("cut off at 3000000 bytes", "fetch it again")),
    "a file cut off in its head": (cut_in_its_head, 1, ("was not fetched whole", "fetch it again")),
    "an empty file": (file_of(b""), 1, ("it is empty", "AISLE_MODEL_PATH")),
    "a text": (file_of(b"not a model"), 1, ("is no GGUF model", "AISLE_MODEL_PATH")),
    "a page saved as a model": (file_of(PAGE), 1, ("it is a web page", "AISLE_MODEL_PATH")),
    "a pointer of Git LFS": (file_of(POINTER), 1, ("git lfs pull",)),
    "an error saved as a model": (file_of(b'{"error": "no"}'), 1, ("a text in JSON",)),
    "a zip": (file_of(b"PK\x03\x04" + bytes(99)), 1, ("unpack it",)),
    "safetensors": (
        file_of(b"\x40" + bytes(7) + b'{"__metadata__":{}}', "model.safetensors"),
        1,
        ("safetensors", "AISLE_MODEL_ENGINE=vllm"),
    ),
    "an older GGUF": (file_of(b"GGUF\x01\x00\x00\x00" + bytes(64)), 1, ("GGUF version 1", "convert it")),
    "a file that cannot be read": (unreadable, 1, ("cannot be read", "AISLE_MODEL_PATH")),
    "an empty folder": (folder_of("empty"), 1, ("is a folder", "AISLE_MODEL_ENGINE=vllm")),
    "an adapter in the model's place": (adapter_alone, 1, ("is an adapter, not a model", "AISLE_MODEL_ADAPTER")),
    "an adapter of another kind of model": (adapter("qwen2", 576), 1, ("'qwen2'", "AISLE_MODEL_ADAPTER")),
    "an adapter of another size": (adapter("llama", 2048), 1, ("trained on another model", "AISLE_MODEL_ADAPTER")),
    "a model in the adapter's place": (adapter("llama", 576, "model"), 1, ("is a model, not an adapter",)),
    "an adapter where nothing lies": (set_to(AISLE_MODEL_ADAPTER="/nowhere.gguf"), 1, ("AISLE_MODEL_ADAPTER",)),
    "too little memory allowed": (set_to(AISLE_MODEL_MEMORY_LIMIT="64"), 1, ("64 MiB are there", "AISLE_MODEL_SLOTS")),
    "a context beyond the memory": (
        set_to(AISLE_MODEL_CONTEXT="1048576", AISLE_MODEL_SLOTS="64"),
        1,
        ("MiB of memory", "AISLE_MODEL_CONTEXT"),
    ),
    "no vLLM": (set_to(**VLLM), 1, ("vLLM is not installed", "aisle[gpu]")),
    "vLLM's interpreter is none": (
        set_to(**VLLM, AISLE_MODEL_VLLM_PYTHON="/nowhere/python"),
        1,
        ("AISLE_MODEL_VLLM_PYTHON",),
    ),
    "vLLM without a model": (set_to(AISLE_MODEL_ENGINE="vllm"), 2, ("AISLE_MODEL_PATH",)),
    "a number format that is none": (set_to(**VLLM, AISLE_MODEL_DTYPE="float17"), 2, ("AISLE_MODEL_DTYPE", "bfloat16")),
    "a quotation mark left open": (set_to(AISLE_MODEL_EXTRA="--name 'two"), 2, ("AISLE_MODEL_EXTRA", "close its")),
    "an engine nobody knows": (set_to(AISLE_MODEL_ENGINE="ollama"), 2, ("AISLE_MODEL_ENGINE", "llama_cpp")),
    "a native binary that is none": (
        set_to(LLAMA_SERVER_BIN="/nowhere/llama-server"),
        1,
        ("LLAMA_SERVER_BIN", "correct or unset it"),
    ),
    "an address that is none": (set_to(AISLE_MODEL_ENDPOINT_URL="localhost:8000"), 2, ("http://",)),
    "an address where nothing lies": (served_at("nothing"), 1, ("no OpenAI-compatible API", "before /v1")),
    "an address of a page": (served_at("page"), 1, ("text/html",)),
    "an address that asks for a key": (served_at("closed"), 1, ("AISLE_MODEL_API_KEY",)),
    "a model that the server does not have": (served_at("other"), 1, ("AISLE_MODEL_NAME", "/v1/models")),
    "a server that fails": (served_at("broken"), 1, ("answered 500", "out of memory")),
    "a server that does not run": (
        set_to(AISLE_MODEL_ENDPOINT_URL="http://127.0.0.1:9"),
        1,
        ("is the engine running?",),
    ),
    "a host that is none": (
        set_to(AISLE_MODEL_ENDPOINT_URL="http://nowhere.invalid"),
        1,
        ("there is no host of this name",),
    ),
    "a key file that is none": (
        served_at("page", AISLE_MODEL_API_KEY_FILE="/nowhere"),
        1,
        ("AISLE_MODEL_API_KEY_FILE",),
    ),
    "a fallback that is none": (set_to(AISLE_MODEL_FALLBACK="small"), 2, ("AISLE_MODEL_FALLBACK", "embedded")),
    "no model at all": (set_to(AISLE_MODEL_ENGINE="none"), 1, ("aisle models list",)),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_check_says_in_one_line_what_is_wrong_and_the_way_out(
    mistake: str, tmp_path: Path, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare, code, words = MISTAKES[mistake]
    for name, value in {"AISLE_MODEL_REQUANTISE": "false", **prepare(tmp_path, server)}.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(model_commands, ["check", "--home", str(tmp_path / "home")])
    assert result.exit_code == code, result.output
    lines = [line for line in result.output.splitlines() if line.strip()]
    if code == 1 and mistake != "no model at all":
        assert len(lines) == 1, result.output
    for word in words:
        assert word in lines[-1], result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize("command", ["check", "serve"])
def test_a_home_that_is_a_file_is_one_line(tmp_path: Path, command: str) -> None:
    (tmp_path / "home").write_text("a file")
    result = CliRunner().invoke(model_commands, [command, "--home", str(tmp_path / "home")])
    assert result.exit_code == 1
    assert "AISLE_HOME" in result.output and len(result.output.splitlines()) == 1


def test_a_port_in_use_is_said_before_anything_starts(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
        result = CliRunner().invoke(model_commands, ["serve", "--home", str(tmp_path), "--port", str(port)])
    assert result.exit_code == 1
    assert f"port {port} is in use" in result.output and f"--port {port + 1}" in result.output


def test_an_engine_that_ends_again_and_again_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    binary = tmp_path / "llama-server"
    binary.write_text("#!/bin/sh\necho 'error loading model: unknown model architecture: hal9000'\nexit 1\n")
    binary.chmod(0o755)
    monkeypatch.setenv("LLAMA_SERVER_BIN", str(binary))
    monkeypatch.setenv("AISLE_MODEL_REQUANTISE", "false")
    result = CliRunner().invoke(model_commands, ["check", "--home", str(tmp_path)])
    assert result.exit_code == 1
    assert "does not know this kind of model" in result.output and len(result.output.splitlines()) == 1
