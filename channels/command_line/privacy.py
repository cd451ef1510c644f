"""`aisle privacy`: what is kept of customers, and how it goes. Each theme is a module of its own.

Above: main. Below: `keys`.
"""

from __future__ import annotations

import typer

from channels.command_line.keys import key_commands

privacy_commands = typer.Typer(
    help="What is kept of customers: export, erase, keep, hold, rotate keys.", no_args_is_help=True
)
privacy_commands.add_typer(key_commands)
