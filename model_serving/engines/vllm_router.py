"""vllm-router before replicas of one model, as a watched child: affinity by conversation, retries, breaker, bounded queue.

`serving` launches it through `child`. Nothing of it is imported here. It starts as soon as one replica is healthy, drops
those that are not and takes them back; a stream that breaks midway reaches us as it is, and the writer starts over.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from model_serving.engines.child import Launch, free_port
from model_serving.errors import ModelUnavailable

NAME = "vllm-router"
ANSWER = 60
"""Seconds, the longest reply; our own deadlines are shorter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterOptions:
    workers: Sequence[str]
    """Addresses of the replicas, without `/v1`."""
    at_once: int = 64
    """Calls at work in all replicas together; half as many wait, the rest is told 408."""
    longest_wait: int = 2
    """Seconds in the queue."""
    start_timeout: float = 900.0
    """Seconds until the first replica must be healthy."""


def command(options: RouterOptions, port: int) -> list[str]:
    """Argv of the router on 127.0.0.1. Its own defaults (a minute between health checks) are unfit for a conversation."""
    flags: dict[str, object] = {
        "--host": "127.0.0.1",
        "--port": port,
        "--prometheus-host": "127.0.0.1",
        "--prometheus-port": free_port(),
        "--policy": "consistent_hash",
        "--worker-startup-timeout-secs": int(options.start_timeout),
        "--worker-startup-check-interval": 1,
        "--health-check-interval-secs": 2,
        "--health-check-timeout-secs": 2,
        "--health-failure-threshold": 2,
        "--health-success-threshold": 1,
        "--retry-max-retries": 2,
        "--retry-initial-backoff-ms": 20,
        "--retry-max-backoff-ms": 500,
        "--cb-failure-threshold": 3,
        "--cb-timeout-duration-secs": 10,
        "--max-concurrent-requests": options.at_once,
        "--queue-size": max(1, options.at_once // 2),
        "--queue-timeout-secs": options.longest_wait,
        "--request-timeout-secs": ANSWER,
        "--log-level": "warning",
    }
    argv = [sys.executable, "-m", "vllm_router.launch_router"]
    argv += [str(part) for flag in flags.items() for part in flag]
    return [*argv, "--worker-urls", *options.workers]


def installed() -> bool:
    return importlib.util.find_spec("vllm_router") is not None


def check(options: RouterOptions) -> None:
    """Raises ModelUnavailable for what no start can cure."""
    if not installed():
        raise ModelUnavailable(
            "several replicas need vllm-router", way_out="pip install 'aisle[router]', or name one address"
        )
    if not options.workers:
        raise ModelUnavailable("the router has no replica", way_out="set AISLE_MODEL_ENDPOINT_URL")


def explain(lines: Sequence[str]) -> str:
    text = "\n".join(lines)
    known = {
        "Address already in use": "another process took its port: it is started again on a free one",
        "to become healthy": "no replica became healthy in time: see their logs, or set AISLE_MODEL_START_TIMEOUT higher",
    }
    return next((way_out for sign, way_out in known.items() if sign in text), "")


def launch(options: RouterOptions) -> Launch:
    return Launch(
        engine=NAME,
        command=partial(command, options),
        environment={"RUST_LOG": "warn"},
        check=partial(check, options),
        explain=explain,
        health_path="/liveness",
        start_timeout=options.start_timeout + 30,
        stop_timeout=5.0,
    )
