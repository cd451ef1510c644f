"""As much of MLflow's REST API as the mirror uses, written after its documentation; a real server is tested where one is."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

PREFIX = "/api/2.0/mlflow/"


class FakeMlflow:
    def __init__(self) -> None:
        self.models: dict[str, dict[str, Any]] = {}
        self.calls: list[str] = []
        self.broken = False

    def aliases(self, name: str) -> dict[str, str]:
        """Alias -> label."""
        model = self.models[name]
        return {alias: model["versions"][number - 1]["label"] for alias, number in model["aliases"].items()}

    def labels(self, name: str) -> list[str]:
        return [tags["label"] for tags in self.models[name]["versions"]]

    def answer(self, method: str, path: str, sent: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.calls.append(f"{method} {path}")
        if self.broken:
            return 500, {"error_code": "INTERNAL_ERROR"}
        name = sent.get("name", "") or sent.get("filter", "").removeprefix("name='").removesuffix("'")
        if path == "registered-models/create":
            if name in self.models:
                return 400, {"error_code": "RESOURCE_ALREADY_EXISTS"}
            self.models[name] = {"versions": [], "aliases": {}}
            return 200, {"registered_model": {"name": name}}
        model = self.models[name]
        if path == "registered-models/get":
            found = [{"alias": alias, "version": str(number)} for alias, number in model["aliases"].items()]
            return 200, {"registered_model": {"name": name, **({"aliases": found} if found else {})}}
        if path == "model-versions/search":
            return 200, self._page(model, int(sent.get("page_token", 0)), int(sent["max_results"]))
        if path == "model-versions/create":
            model["versions"].append({tag["key"]: tag["value"] for tag in sent["tags"]})
            return 200, {"model_version": {"name": name, "version": str(len(model["versions"]))}}
        if path == "model-versions/set-tag":
            model["versions"][int(sent["version"]) - 1][sent["key"]] = sent["value"]
            return 200, {}
        assert path == "registered-models/alias", path
        if method == "DELETE":
            model["aliases"].pop(sent["alias"])
        else:
            model["aliases"][sent["alias"]] = int(sent["version"])
        return 200, {}

    @staticmethod
    def _page(model: dict[str, Any], begin: int, size: int) -> dict[str, Any]:
        size = min(size, 2)  # so that paging is used
        found = [
            {"version": str(number), "tags": [{"key": key, "value": value} for key, value in tags.items()]}
            for number, tags in enumerate(model["versions"], start=1)
        ]
        more = {"next_page_token": str(begin + size)} if begin + size < len(found) else {}
        return {"model_versions": found[begin : begin + size], **more} if found else {}


@contextmanager
def fake_mlflow() -> Iterator[tuple[str, FakeMlflow]]:
    mlflow = FakeMlflow()

    class Handler(http.server.BaseHTTPRequestHandler):
        def serve(self) -> None:
            parts = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            sent = json.loads(body) if body else {key: found[0] for key, found in parse_qs(parts.query).items()}
            status, told = mlflow.answer(self.command, parts.path.removeprefix(PREFIX), sent)
            answer = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_POST = do_DELETE = serve

        def log_message(self, *told: object) -> None:
            """Says nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}", mlflow
        listening.shutdown()
