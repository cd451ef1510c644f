"""Logs of engines stay small and keep their last lines."""

from __future__ import annotations

from pathlib import Path

from model_serving.engines.log_file import LogFile


def test_it_rotates_at_its_limit_and_keeps_one_older_file(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "logs" / "engine.log", limit=100)
    for number in range(100):
        log.write(f"line {number}\n".encode())
    files = sorted(path.name for path in (tmp_path / "logs").iterdir())
    assert files == ["engine.log", "engine.log.1"]
    assert sum(path.stat().st_size for path in (tmp_path / "logs").iterdir()) <= 200
    assert log.last_lines()[-1] == "line 99"


def test_lines_cut_across_chunks_are_joined_and_odd_bytes_survive(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "engine.log", tail=2)
    for chunk in (b"one\ntw", b"o\n\xff\nlast"):
        log.write(chunk)
    assert log.last_lines() == ("two", "�", "last")


def test_an_existing_file_is_continued(tmp_path: Path) -> None:
    (tmp_path / "engine.log").write_text("before\n")
    LogFile(tmp_path / "engine.log").write(b"after\n")
    assert (tmp_path / "engine.log").read_text() == "before\nafter\n"


def test_a_log_that_cannot_be_written_does_not_stop_the_engine(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "logs" / "engine.log")
    (tmp_path / "logs").rmdir()
    log.write(b"a line\n")
    assert log.last_lines() == ("a line",)
