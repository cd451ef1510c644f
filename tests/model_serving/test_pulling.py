"""Fetching a model's file: whole, checked, resumed, never half."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest
from gguf import GGUFWriter
from typer.testing import CliRunner

from channels.command_line.models import model_commands
from model_serving import pulling
from model_serving.errors import ModelUnavailable
from model_serving.pulling import address_of, pull


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("weights") / "small.gguf"
    writer = GGUFWriter(path, "llama")
    writer.add_tensor("token_embd.weight", np.arange(100_000, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path.read_bytes()


class Hub(http.server.BaseHTTPRequestHandler):
    """Serves one file by pieces of `at_once` bytes a connection: every answer but the last breaks off."""

    content = b""
    at_once = 1 << 30
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.headers.get("Range", ""))
        if self.path.startswith("/gone"):
            self.send_error(404)
            return
        if self.path.startswith("/page"):
            self.answer(200, b"<html>sign in</html>", "text/html")
            return
        if self.path.startswith("/away"):
            self.send_response(302)
            self.send_header("Location", "/files/small.gguf")
            self.end_headers()
            return
        begin = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
        if begin >= len(self.content):
            self.send_error(416)
            return
        self.answer(206 if begin else 200, self.content[begin:], "application/octet-stream")

    def answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: self.at_once])
        self.close_connection = True

    def log_message(self, *told: object) -> None:
        """Says nothing."""


@pytest.fixture
def hub(weights: bytes) -> Iterator[tuple[str, type[Hub]]]:
    handler = type("OneHub", (Hub,), {"content": weights, "asked": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}", handler
        listening.shutdown()


def test_a_file_is_fetched_checked_and_told_of(tmp_path: Path, hub: tuple[str, type[Hub]], weights: bytes) -> None:
    told: list[tuple[int, int]] = []
    found = pull(f"{hub[0]}/away/small.gguf", tmp_path, on_bytes=lambda there, total: told.append((there, total)))
    assert found.path == tmp_path / "small.gguf" and found.path.read_bytes() == weights
    assert told[-1] == (len(weights), len(weights))
    assert list(tmp_path.iterdir()) == [found.path]


def test_what_breaks_off_is_resumed_where_it_broke_off(
    tmp_path: Path, hub: tuple[str, type[Hub]], weights: bytes
) -> None:
    url, handler = hub
    handler.at_once = 150_000
    assert pull(f"{url}/small.gguf", tmp_path).path.read_bytes() == weights
    assert handler.asked[0] == "" and handler.asked[1] == "bytes=150000-"


def test_what_was_kept_of_an_earlier_time_is_not_fetched_again(
    tmp_path: Path, hub: tuple[str, type[Hub]], weights: bytes
) -> None:
    (tmp_path / ".small.gguf.part").write_bytes(weights[:1000])
    assert pull(f"{hub[0]}/small.gguf", tmp_path).path.read_bytes() == weights
    assert hub[1].asked == ["bytes=1000-"]
    pull(f"{hub[0]}/small.gguf", tmp_path)
    assert len(hub[1].asked) == 1


def test_a_file_with_another_digest_is_not_kept(tmp_path: Path, hub: tuple[str, type[Hub]], weights: bytes) -> None:
    with pytest.raises(ModelUnavailable, match="has the digest"):
        pull(f"{hub[0]}/small.gguf", tmp_path, digest="0" * 64)
    assert list(tmp_path.iterdir()) == []
    assert pull(f"{hub[0]}/small.gguf", tmp_path, digest=sha256(weights).hexdigest().upper()).size == len(weights)


def test_a_file_that_is_no_model_is_not_kept(tmp_path: Path, hub: tuple[str, type[Hub]]) -> None:
    hub[1].content = b"GGUF\x03\x00\x00\x00 and then something else"
    with pytest.raises(ModelUnavailable, match="pull it again"):
        pull(f"{hub[0]}/small.gguf", tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_gone_is_given_up_and_what_came_is_kept(tmp_path: Path, weights: bytes) -> None:
    (tmp_path / ".small.gguf.part").write_bytes(weights[:1000])
    with pytest.raises(ModelUnavailable, match="could not be fetched"):
        pull("http://127.0.0.1:9/small.gguf", tmp_path)
    assert (tmp_path / ".small.gguf.part").stat().st_size == 1000


def test_a_disk_without_room_is_said_before_the_first_byte(
    tmp_path: Path, hub: tuple[str, type[Hub]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pulling, "SPARE", 1 << 60)
    with pytest.raises(ModelUnavailable, match="make room"):
        pull(f"{hub[0]}/small.gguf", tmp_path)


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("gone/small.gguf", ("answers 404", "check the address")),
        ("page/small.gguf", ("text/html", "not with a model")),
        ("small.safetensors", ("is no .gguf file",)),
        ("hf:owner/name", ("names no file", "hf:OWNER/NAME@REVISION/FILE.gguf")),
        ("ftp://there/small.gguf", ("is no address",)),
        ("http://nowhere.invalid/small.gguf", ("there is no host of this name",)),
        ("http://127.0.0.1:9/small.gguf", ("could not be fetched", "ConnectError")),
    ],
)
def test_the_command_says_in_one_line_what_is_wrong(
    tmp_path: Path, hub: tuple[str, type[Hub]], source: str, words: tuple[str, ...]
) -> None:
    address = source if ":" in source else f"{hub[0]}/{source}"
    result = CliRunner().invoke(model_commands, ["pull", address, "--home", str(tmp_path)])
    assert result.exit_code == 1, result.output
    for word in words:
        assert word in result.output
    assert len([line for line in result.output.splitlines() if line.strip()]) == 1


def test_the_command_tells_how_to_use_what_it_pulled(tmp_path: Path, hub: tuple[str, type[Hub]]) -> None:
    result = CliRunner().invoke(model_commands, ["pull", f"{hub[0]}/small.gguf", "--home", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert f"AISLE_MODEL_PATH={tmp_path / 'models' / 'small.gguf'}" in result.output


def test_a_hub_may_be_another_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://mirror/")
    assert address_of("hf:owner/name/sub/file.gguf") == "http://mirror/owner/name/resolve/main/sub/file.gguf"
    assert address_of("hf:owner/name@0ab1/file.gguf") == "http://mirror/owner/name/resolve/0ab1/file.gguf"
