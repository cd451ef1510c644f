"""Settings from the environment and the command's options together, and errors of them in a sentence."""

from __future__ import annotations

import logging
import os
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from assistant.privacy.masking.log_masking import mask_logs
from assistant.settings import AisleSettings
from assistant.sight.json_lines import JsonLines
from channels.command_line.errors import CommandError
from channels.command_line.secret_files import take_in

SWITCHES = "model_serving.switches"
Home = Annotated[Path | None, typer.Option(help="Where all data lies; else AISLE_HOME, else .aisle here.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON on the standard output.")]


def read_settings(**given: Any) -> AisleSettings:
    """Options that were given win over the environment, and that over files of secrets. Raises CommandError."""
    take_in(os.environ)
    try:
        return AisleSettings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as error:
        raise CommandError(_told(error)) from error


def _told(error: ValidationError) -> str:
    faults = [f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()]
    return f"a setting is wrong ({'; '.join(faults)}): correct the option or the environment variable of that name"


def set_up_logging() -> None:
    """To the standard error; AISLE_LOG chooses the level (debug, info, warning, error). A switch of models is always told.
    AISLE_LOG_FORMAT=json makes each line an object. What is a customer's is in none of it."""
    level = os.environ.get("AISLE_LOG", "warning").upper()
    logging.basicConfig(
        level=getattr(logging, level, logging.WARNING), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    if os.environ.get("AISLE_LOG_FORMAT", "").lower() == "json":
        for handler in logging.getLogger().handlers:
            handler.setFormatter(JsonLines())
    logging.getLogger(SWITCHES).setLevel(logging.INFO)
    mask_logs()
