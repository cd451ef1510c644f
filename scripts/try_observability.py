"""Tries deploy/observability with a real Prometheus: scrapes a running `aisle serve` after a little traffic, loads the alert rules,
asks every query of every dashboard, and says which gave nothing and why that is right.

    python scripts/try_observability.py [--url http://127.0.0.1:8080] [--json]

Without --url it starts a server of its own in a folder of its own. Needs `prometheus` (apt-get install prometheus).
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import httpx
import yaml

ROOT: Final = Path(__file__).parent.parent
HERE: Final = ROOT / "deploy" / "observability"
SCRAPE_SECONDS: Final = 1
LOOK_SECONDS: Final = 30
"""The window of rates, in the place of Grafana's $__rate_interval."""
TEXTS: Final = (
    "hi there",
    "i need a 2 person tent under 300",
    "compare the first two",
    "how long do i have to return it?",
)
EMPTY: Final[Mapping[str, str]] = {
    "aisle_voice_": "nobody has called",
    "aisle_speech_": "nobody has spoken",
    "aisle_model_": "no language model was asked: the template wrote",
    "aisle_queue_": "no language model, so no queue before one",
    "aisle_embedding_": "no text was embedded in the window",
    "aisle_drift_": "drift is measured once two weeks are there",
    "aisle_feedback_candidates": "no conversation has taught anything yet",
    "aisle_learned_version": "nothing is learnt yet",
    "aisle_turn_tokens_total": "no language model was asked",
    "aisle_turn_fallbacks_total": "a counter that counts nothing yet",
}
"""What a query may give nothing for, by what it asks."""


def queries() -> Iterator[tuple[str, str]]:
    for path in sorted((HERE / "dashboards").glob("*.json")):
        for panel in json.loads(path.read_text(encoding="utf-8"))["panels"]:
            for target in panel["targets"]:
                query = target["expr"].replace("$__rate_interval", f"{LOOK_SECONDS}s").replace("$cpu_hour", "0.04")
                yield f"{path.stem}: {panel['title']}: {target['legendFormat']}", query


def why_empty(query: str) -> str:
    """ "": there is no reason why it should be."""
    return next((why for name, why in EMPTY.items() if name in query), "")


def tried(prometheus: str) -> dict[str, Any]:
    """Of all queries: those with data, those without for a reason, those without any."""
    found: dict[str, Any] = {"with_data": 0, "empty_rightly": {}, "empty": [], "refused": {}}
    with httpx.Client(base_url=prometheus, timeout=10) as http:
        for where, query in queries():
            answer = http.get("/api/v1/query", params={"query": query}).json()
            if answer["status"] != "success":
                found["refused"][where] = answer.get("error", "")
            elif any(one["value"][1] != "NaN" for one in answer["data"]["result"]):
                found["with_data"] += 1
            elif why := why_empty(query):
                found["empty_rightly"][where] = why
            else:
                found["empty"].append(where)
        rules = http.get("/api/v1/rules").json()["data"]["groups"]
    found["rules"] = {rule["name"]: rule["health"] for group in rules for rule in group["rules"]}
    return found


@contextmanager
def prometheus_of(target: str, folder: Path) -> Iterator[str]:
    """A Prometheus with our rules, that scrapes `target` (host:port). Raises FileNotFoundError where there is none."""
    program = shutil.which("prometheus")
    if program is None:
        raise FileNotFoundError("prometheus is not installed: apt-get install prometheus")
    config = yaml.safe_load((HERE / "prometheus.yaml").read_text(encoding="utf-8"))
    every = f"{SCRAPE_SECONDS}s"
    config["global"] = {"scrape_interval": every, "evaluation_interval": every, "scrape_timeout": every}
    config["rule_files"] = [str(HERE / "alerts.yaml")]
    (job,) = config["scrape_configs"]
    job["static_configs"] = [{"targets": [target]}]
    written = folder / "prometheus.yaml"
    written.write_text(yaml.safe_dump(config), encoding="utf-8")
    address = f"127.0.0.1:{free_port()}"
    options = (f"--config.file={written}", f"--storage.tsdb.path={folder / 'data'}", f"--web.listen-address={address}")
    with (folder / "prometheus.log").open("wb") as log:
        process = subprocess.Popen([program, *options], stdout=log, stderr=log)
        try:
            wait_for(f"http://{address}/-/ready", process)
            yield f"http://{address}"
        finally:
            process.terminate()
            process.wait(20)


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    port = free_port()
    environment = {**os.environ, "AISLE_HOME": str(folder / "home"), "AISLE_MODEL_ENGINE": "none"}
    command = [sys.executable, "-m", "channels.command_line.main", "serve", "--port", str(port)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        wait_for(f"http://127.0.0.1:{port}/readyz", process, seconds=300)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


def traffic(url: str, *, seconds: float) -> int:
    """Turns that were answered. A rate needs samples before and after: it goes on for some scrapes."""
    until, turns = time.monotonic() + seconds, 0
    with httpx.Client(base_url=url, timeout=30) as http:
        while time.monotonic() < until:
            opened = http.post("/v1/conversations", json={"channel": "web"}).json()
            headers = {"Authorization": f"Bearer {opened['token']}"}
            for number, text in enumerate(TEXTS):
                path = f"/v1/conversations/{opened['conversation_id']}/messages?wait=reply"
                http.post(path, json={"client_id": f"m{number}", "text": text}, headers=headers).raise_for_status()
                turns += 1
    return turns


def wait_for(url: str, process: subprocess.Popen[bytes], *, seconds: float = 30) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if process.poll() is not None:
            raise RuntimeError(f"{process.args!r} ended with {process.returncode}")
        try:
            if httpx.get(url, timeout=2).status_code == 200:
                return
        except httpx.TransportError:
            pass  # not yet
        time.sleep(0.2)
    raise TimeoutError(f"{url} is not ready after {seconds} s")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


def scraped(prometheus: str, count: int) -> None:
    """Waits until the target has been scraped so often. Raises TimeoutError."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        query = {"query": 'count_over_time(up{job="aisle"}[5m])'}
        found = httpx.get(f"{prometheus}/api/v1/query", params=query, timeout=10).json()["data"]["result"]
        if found and float(found[0]["value"][1]) >= count:
            return
        time.sleep(0.5)
    raise TimeoutError("the server is not scraped")


def whole(url: str, folder: Path, *, seconds: float = 8.0) -> dict[str, Any]:
    target = re.sub(r"^https?://", "", url).rstrip("/")
    with prometheus_of(target, folder) as prometheus:
        scraped(prometheus, 2)
        turns = traffic(url, seconds=seconds)
        scraped(prometheus, 6)
        return {"turns": turns, **tried(prometheus)}


def main() -> int:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--url", help="of a server that runs; else one is started")
    asked.add_argument("--json", action="store_true")
    asked.add_argument("--list", action="store_true", help="only the queries, as they would be asked")
    given = asked.parse_args()
    if given.list:
        print("\n".join(f"{where}\t{query}" for where, query in queries()))  # noqa: T201
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        if given.url:
            report = whole(given.url, folder)
        else:
            with serving(folder) as url:
                report = whole(url, folder)
    if given.json:
        print(json.dumps(report, indent=2))  # noqa: T201
    else:
        told = f"{report['with_data']} queries with data, {len(report['empty_rightly'])} rightly without"
        print(f"{report['turns']} turns; {told}; without: {report['empty']}; refused: {report['refused']}")  # noqa: T201
    sick = [name for name, health in report["rules"].items() if health != "ok"]
    return 1 if report["empty"] or report["refused"] or sick else 0


if __name__ == "__main__":
    sys.exit(main())
