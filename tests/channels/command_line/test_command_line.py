"""`aisle` as a person starts it: help, mistakes told in a sentence, exit codes."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys

import pytest

from channels.command_line import main as command_line
from channels.command_line.steps import Steps


def aisle(*arguments: str, home=None, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "channels.command_line.main", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **({"AISLE_HOME": str(home)} if home else {}), **environment},
    )


def test_help_names_every_command_and_imports_none_of_them():
    code = (
        "import sys; sys.argv = ['aisle', '--help']\n"
        "from channels.command_line.main import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print([name for name in ('fastapi', 'numpy', 'sqlalchemy', 'uvicorn') if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    for name in ("serve", "chat", "shop", "index", "models", "doctor", "eval", "bench"):
        assert f"\n  {name} " in told.stdout
    assert told.stdout.endswith("[]\n")


def test_every_command_can_be_loaded():
    for name, entry in command_line.COMMANDS.items():
        assert callable(entry.load()), name
        command_line.build_app([name])


def test_a_port_in_use_is_one_clear_line_and_its_own_exit_code(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        told = aisle("serve", "--port", port, home=tmp_path)
    assert told.returncode == command_line.PORT_IN_USE
    assert told.stderr.count("\n") == 1 and f"port {port}" in told.stderr and "in use" in told.stderr
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "words"),
    [
        (("serve",), {"PORT": "eighty"}, 1, "PORT"),
        (("serve", "--host", "no.such.host.invalid"), {}, 1, "HOST"),
        (("serve", "--nonsense"), {}, 2, "--nonsense"),
        (("dance",), {}, 2, "dance"),
        (("index", "inspect"), {}, 1, "aisle index build"),
        (("chat", "--url", "http://127.0.0.1:9", "--say", "hi"), {}, 1, "aisle serve"),
    ],
)
def test_a_mistake_is_told_in_a_sentence_without_a_traceback(tmp_path, arguments, environment, code, words):
    told = aisle(*arguments, home=tmp_path, **environment)
    assert told.returncode == code, told.stderr
    assert words in told.stderr and "Traceback" not in told.stderr


def test_debug_shows_where_an_error_comes_from(tmp_path):
    told = aisle("--debug", "index", "inspect", home=tmp_path)
    assert told.returncode != 0 and "Traceback" in told.stderr


def test_the_doctor_looks_at_everything_and_changes_nothing(tmp_path):
    told = aisle("doctor", "--json", home=tmp_path / "new", AISLE_RETRIEVAL_EMBEDDER="hashing")
    findings = {finding["name"]: finding for finding in json.loads(told.stdout)}
    assert {"python", "data", "shop", "embedder", "index", "language model", "pages", "port"} <= set(findings)
    assert findings["index"]["state"] == "note" and "aisle index build" in findings["index"]["way_out"]
    assert not (tmp_path / "new").exists()


def test_the_doctor_fails_where_data_cannot_be_kept(tmp_path):
    (tmp_path / "file").write_text("not a folder")
    told = aisle("doctor", home=tmp_path / "file", AISLE_RETRIEVAL_EMBEDDER="hashing")
    assert told.returncode == 1 and "AISLE_HOME" in told.stdout


def test_steps_are_lines_with_their_time_and_percentages_on_a_terminal_only():
    class Out:
        text = ""
        terminal = False

        def write(self, text):
            self.text += text

        def flush(self):
            pass

        def isatty(self):
            return self.terminal

    for terminal, expected in (
        (False, "- embedding … 2.0 s\n- saving … 0.0 s\n- the model is ready\n"),
        (True, "- embedding …\r- embedding … 50 % 2.0 s\n- saving … 0.0 s\n- the model is ready\n"),
    ):
        now = iter([0.0, 2.0, 2.0, 2.0]).__next__
        out = Out()
        out.terminal = terminal
        steps = Steps(out, now=now)
        steps("embedding", 1, 2)
        steps("embedding", 1, 2)
        steps("saving", 0, 0)
        steps.finish()
        steps("the model is ready", 0, 0)
        assert out.text == expected
