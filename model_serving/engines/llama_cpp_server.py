"""llama.cpp's batched OpenAI server from the prebuilt package `xllamacpp`, as a process of its own.

`llama_cpp` builds the command line and `guard` runs it. A crash of the native code ends this process and not the
assistant. The key comes in the environment as LLAMA_API_KEY, as it does for the native `llama-server`.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Sequence
from typing import Any


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", required=True)
    parser.add_argument("--alias", required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--ctx-size", type=int, required=True, help="tokens of all slots together")
    parser.add_argument("--parallel", type=int, required=True)
    parser.add_argument("--threads", type=int, required=True)
    parser.add_argument("--batch-size", type=int, required=True, help="tokens computed in one go")
    parser.add_argument("--cache-ram", type=int, required=True, help="MiB of prompts kept outside the slots")
    parser.add_argument("--n-predict", type=int, required=True, help="upper bound of any reply")
    parser.add_argument("--lora", action="append", default=[], help="GGUF adapter")
    return parser.parse_args(arguments)


def parameters(options: argparse.Namespace) -> Any:
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path = options.model
    params.model_alias = {options.alias}
    params.hostnames, params.port = [options.host], options.port
    params.n_ctx, params.n_parallel, params.n_predict = options.ctx_size, options.parallel, options.n_predict
    for pool in (params.cpuparams, params.cpuparams_batch):
        pool.n_threads = options.threads
        pool.poll = 0  # no spinning: it starves every neighbour and, with all cores taken, itself
    params.n_batch = params.n_ubatch = options.batch_size
    params.cache_ram_mib = options.cache_ram
    params.endpoint_metrics = params.endpoint_slots = True
    params.ui = False
    params.api_keys = [key for key in [os.environ.get("LLAMA_API_KEY", "")] if key]
    if options.lora:
        params.lora_adapters = [adapter(xllamacpp, path) for path in options.lora]
    return params


def adapter(xllamacpp: Any, path: str) -> Any:
    lora = xllamacpp.CommonAdapterLoraInfo()
    lora.path, lora.scale = path, 1.0
    return lora


def main(arguments: Sequence[str]) -> int:
    options = parse(arguments)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})  # before threads: they inherit it
    import xllamacpp

    try:
        server = xllamacpp.Server(parameters(options))
    except (RuntimeError, ValueError) as error:
        print(f"llama.cpp cannot load {options.model!r}: {error}", flush=True)  # noqa: T201 - stdout is the log
        return 1
    signal.sigwait({signal.SIGTERM, signal.SIGINT})
    del server
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
