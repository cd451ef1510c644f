"""Secrets from mounted files."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.command_line.errors import CommandError
from channels.command_line.secret_files import FOLDER, LARGEST, take_in


def test_each_file_is_the_setting_of_its_name(tmp_path: Path) -> None:
    (tmp_path / "aisle_admin_token").write_text("a" * 40 + "\n")
    (tmp_path / "postgres_password").write_text("not ours")
    environment = {FOLDER: str(tmp_path)}
    take_in(environment)
    assert environment == {FOLDER: str(tmp_path), "AISLE_ADMIN_TOKEN": "a" * 40}


def test_what_the_environment_says_wins(tmp_path: Path) -> None:
    (tmp_path / "AISLE_ADMIN_TOKEN").write_text("from the file")
    environment = {FOLDER: str(tmp_path), "AISLE_ADMIN_TOKEN": "from the environment"}
    take_in(environment)
    assert environment["AISLE_ADMIN_TOKEN"] == "from the environment"


def test_no_folder_is_no_secret(tmp_path: Path) -> None:
    for environment in ({}, {FOLDER: ""}, {FOLDER: str(tmp_path / "nowhere")}):
        before = dict(environment)
        take_in(environment)
        assert environment == before


@pytest.mark.parametrize("content", [b"\xff\xfe\x00", b"x" * (LARGEST + 1)])
def test_what_is_no_secret_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "aisle_admin_token").write_bytes(content)
    with pytest.raises(CommandError, match="aisle_admin_token"):
        take_in({FOLDER: str(tmp_path)})
