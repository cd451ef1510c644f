"""How long a switch of models takes: a real server, two versions of the packaged model, rollbacks over HTTP, JSON on stdout.

`python scripts/measure_switch.py --switches 30 > switch.json`. Each time is of the whole call, which is answered when the
other version writes (`settled`). The first promotion of each version loads it, and is told apart.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import httpx

from model_serving.engines.child import free_port
from model_serving.weights import packaged_model

TOKEN = "a token for this measurement only"
PATIENCE = 600.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--switches", type=int, default=30)
    parser.add_argument("--home", type=Path, help="an AISLE_HOME with a shop and an index, to save their making")
    asked = parser.parse_args()
    if asked.home is not None:
        _tell(measure(asked.home, asked.switches))
        return 0
    with tempfile.TemporaryDirectory() as folder:
        _tell(measure(Path(folder), asked.switches))
    return 0


def _tell(measured: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(measured, indent=2) + "\n")


def measure(home: Path, switches: int) -> dict[str, Any]:
    port = free_port()
    environment = {
        **os.environ,
        "AISLE_HOME": str(home),
        "AISLE_ADMIN_TOKEN": TOKEN,
        "AISLE_MODEL_REQUANTISE": "false",
    }
    for number in (1, 2):
        register = ["models", "register", "model", f"writer@{number}", "--source", str(packaged_model())]
        subprocess.run(_aisle(*register), env=environment, check=True, stdout=subprocess.DEVNULL)
    with (home / "serve.log").open("wb") as log:
        server = subprocess.Popen(_aisle("serve", "--port", str(port)), env=environment, stdout=log, stderr=log)
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}/v1/admin",
            headers={"Authorization": f"Bearer {TOKEN}"},
            timeout=30,
            trust_env=False,
        ) as client:
            _wait_for(client, server)
            loading = [_loaded(client, f"writer@{number}") for number in (1, 2)]
            times = sorted(_switched(client) for _ in range(switches))
    finally:
        server.terminate()
        server.wait(30)
    return {
        "measure": "switch_seconds",
        "switches": switches,
        "p50": round(statistics.median(times), 4),
        "p95": round(times[int(0.95 * (len(times) - 1))], 4),
        "max": round(times[-1], 4),
        "loading_seconds": [round(seconds, 2) for seconds in loading],
        "load_average": os.getloadavg()[0],
    }


def _aisle(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "channels.command_line.main", *arguments]


def _wait_for(client: httpx.Client, server: subprocess.Popen[bytes]) -> None:
    due = time.monotonic() + PATIENCE
    while time.monotonic() < due and server.poll() is None:
        try:
            if client.get("/models").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise SystemExit("the server did not start")


def _loaded(client: httpx.Client, label: str) -> float:
    began = time.monotonic()
    answer = client.post("/models/model/promote", json={"version": label}).raise_for_status().json()
    while not answer["settled"] and time.monotonic() - began < PATIENCE:
        time.sleep(0.1)
        answer = client.post("/models/model/promote", json={"version": label}).raise_for_status().json()
    if not answer["settled"]:
        raise SystemExit(f"{label} did not load: {client.get('/history').text}")
    return time.monotonic() - began


def _switched(client: httpx.Client) -> float:
    began = time.perf_counter()
    answer = client.post("/models/model/rollback", json={}).raise_for_status().json()
    seconds = time.perf_counter() - began
    if not answer["settled"]:
        raise SystemExit(f"a switch was not settled after {seconds:.2f} s")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
