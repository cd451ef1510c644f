"""`python -m eval.kill --turns 200 --seed 1`: carries the proof out, prints its figures as JSON, ends with 1 when it failed."""

from __future__ import annotations

import argparse
import asyncio
import json
import shlex
import sys
import tempfile
from pathlib import Path

from eval.kill.figures import Failed
from eval.kill.proof import Plan, prove
from eval.kill.server_process import ServerProcess, free_port, small_server


def main() -> int:
    arguments = _arguments()
    plan = Plan(
        turns=arguments.turns,
        seed=arguments.seed,
        conversations=arguments.conversations,
        devices=arguments.devices,
        kill_every=(arguments.kill_after[0], arguments.kill_after[1]),
    )
    with tempfile.TemporaryDirectory(prefix="aisle-kill-") as made:
        home, port = arguments.home or Path(made), free_port()
        command = _command(arguments.server, home, port)
        environment = {"AISLE_HOME": str(home), "PORT": str(port), "HOST": "127.0.0.1"}
        server = ServerProcess(command=command, port=port, log=home / "server.log", environment=environment)
        try:
            figures = asyncio.run(prove(plan, server))
        except Failed as error:
            tail = (home / "server.log").read_text(errors="replace")[-2000:]
            print(f"{error}\n{tail}", file=sys.stderr)  # noqa: T201
            return 2
    print(json.dumps(figures, indent=2))  # noqa: T201
    return 0 if figures["passed"] else 1


def _command(server: str, home: Path, port: int) -> list[str]:
    if not server:
        return small_server(home, port)
    return [word.format(home=home, port=port) for word in shlex.split(server)]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m eval.kill", description=__doc__)
    parser.add_argument("--turns", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--conversations", type=int, default=4)
    parser.add_argument("--devices", type=int, default=3, help="of each conversation")
    parser.add_argument(
        "--kill-after", type=float, nargs=2, default=(0.05, 0.6), metavar=("FROM", "TO"), help="seconds"
    )
    parser.add_argument("--home", type=Path, help="folder of the server's data; else a temporary one")
    parser.add_argument(
        "--server",
        default="",
        help='command of the server, "aisle serve" for instance; {home} and {port} are filled in, AISLE_HOME, HOST and '
        "PORT are set. Default: a small server of the real channels and log, without a model",
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
