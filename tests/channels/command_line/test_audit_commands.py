"""Administrators' acts leave entries; `aisle audit` verifies, shows and exports them."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from assistant.audit.acts import ACTS, Entry, Who
from assistant.audit.audit_errors import AuditUnavailable
from assistant.audit.audit_settings import AuditSettings
from assistant.audit.chain import Chain, Timed
from assistant.audit.opening import open_chain
from assistant.audit.reading import Recorded, Sought, newest
from assistant.stores.small_tables import FILE, open_engine
from channels.command_line.audited_commands import NAMES_ITS_OWN, RECORDED, recorded
from channels.command_line.main import COMMANDS


def entries(home: Path) -> list[Recorded]:
    engine = open_engine(home)
    try:
        return [one for _, one in newest(engine, Sought(), limit=100)][::-1]
    finally:
        engine.dispose()


def commands() -> Iterator[str]:
    """Every command that there is, by its words."""
    for name, entry in COMMANDS.items():
        loaded = entry.load()
        if isinstance(loaded, typer.Typer):
            yield from _below(name, get_command(loaded))
        else:
            yield name


def _below(name: str, command: object) -> Iterator[str]:
    inner = getattr(command, "commands", None)
    if not inner:
        yield name
    else:
        for word, one in inner.items():
            yield from _below(f"{name} {word}", one)


def test_every_command_leaves_an_entry_or_says_why_not() -> None:
    unsaid = [
        name
        for name in commands()
        if name not in RECORDED and name not in NAMES_ITS_OWN and name.split(" ")[0] not in NAMES_ITS_OWN
    ]
    assert unsaid == [], "say in channels/command_line/audited_commands.py what they leave"
    assert set(RECORDED.values()) <= set(ACTS)


def test_a_command_is_written_down_before_and_after_with_who_and_for_whom(tmp_path: Path) -> None:
    with recorded(["privacy", "erase", "--customer", "u_7", "--home", str(tmp_path), "--yes"]):
        assert [one.result for one in entries(tmp_path)] == ["asked"]
    asked, done = entries(tmp_path)
    assert (asked.act, asked.whose, asked.who_kind, done.result) == ("privacy_erased", "u_7", "operator", "done")
    assert asked.details == {"options": ["--customer", "--home", "--yes"], "words": []}


def test_what_a_reason_says_is_not_written_down(tmp_path: Path) -> None:
    words = ["privacy", "hold", "--reason", "Canary Vale against us", "--customer=u_9", "--home", str(tmp_path)]
    with recorded(["--debug", *words]):
        pass
    assert [one.whose for one in entries(tmp_path)] == ["u_9", "u_9"]
    assert "Canary" not in str(entries(tmp_path))


def test_a_command_that_failed_or_was_ended_says_so(tmp_path: Path) -> None:
    arguments = ["index", "build", f"--home={tmp_path}"]
    with pytest.raises(SystemExit), recorded(arguments):
        raise SystemExit(3)
    with pytest.raises(KeyboardInterrupt), recorded(arguments):
        raise KeyboardInterrupt
    assert [one.result for one in entries(tmp_path)] == ["asked", "exit_3", "asked", "KeyboardInterrupt"]


def test_what_needs_no_entry_touches_no_log(tmp_path: Path) -> None:
    for arguments in (["index", "inspect"], ["index", "build", "--help"], ["doctor"]):
        with recorded([*arguments, "--home", str(tmp_path)]):
            pass
    assert not (tmp_path / FILE).exists()


def test_a_restore_into_an_empty_home_is_written_into_the_log_that_it_brought(tmp_path: Path) -> None:
    arguments = ["db", "restore", "x.zip", "--home", str(tmp_path)]
    with recorded(arguments):
        assert not (tmp_path / FILE).exists()
    assert [(one.act, one.result) for one in entries(tmp_path)][-1] == ("log_restored", "done")
    (empty := tmp_path / "empty").mkdir()
    with pytest.raises(SystemExit), recorded([*arguments[:-1], str(empty)]):
        raise SystemExit(1)
    assert not (empty / FILE).exists()


def test_without_a_log_a_command_that_must_be_written_down_is_not_carried_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise AuditUnavailable("disk full")

    monkeypatch.setattr(Chain, "append", full)
    done: list[str] = []
    with pytest.raises(AuditUnavailable), recorded(["db", "backup", "x.zip", "--home", str(tmp_path)]):
        done.append("backed up")
    assert done == []


def aisle(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "channels.command_line.main", *arguments]
    environment = {**os.environ, "AISLE_HOME": str(home)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_verify_names_the_place_and_ends_with_one(tmp_path: Path) -> None:
    engine = open_engine(tmp_path)
    chain = open_chain(engine, tmp_path, AuditSettings(_env_file=None))
    looked = Entry(act="conversation_read", who=Who(kind="agent", id="mara"), whose="u_1")
    chain.append([Timed(at=chain.now(), entry=looked) for _ in range(5)])
    engine.dispose()
    whole = aisle(tmp_path, "audit", "verify")
    assert whole.returncode == 0, whole.stderr
    assert "it holds" in whole.stdout
    with sqlite3.connect(tmp_path / FILE) as db:
        db.execute("UPDATE audit_entries SET whose = 'u_2' WHERE lane = 0 AND seq = 3")
    db.close()
    broken = aisle(tmp_path, "audit", "verify", "--json")
    assert broken.returncode == 1
    [finding] = json.loads(broken.stdout)["findings"]
    assert finding["place"] == "entry 0/3" and finding["trouble"] == "changed"
    shown = aisle(tmp_path, "audit", "export", "--whose", "u_1", "--from", "2020-01-01")
    assert [json.loads(line)["place"] for line in shown.stdout.splitlines()][:2] == ["0/1", "0/2"]


def test_where_there_is_no_log_that_is_said(tmp_path: Path) -> None:
    told = aisle(tmp_path, "audit", "verify")
    assert told.returncode == 1 and "aisle serve" in told.stderr
