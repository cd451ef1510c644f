"""A copy of the registry in MLflow, for shops that keep their models there: versions, scores, and aliases for what is in use.

Speaks MLflow's REST API (2.0, of MLflow 2.9 and later) itself, so nothing of MLflow is installed here. Aisle's own table
stays the truth: a dead MLflow costs a line in the log. One registered model a kind, `aisle-model`, `aisle-adapter` …, with
the aliases in_use, previous and canary. Generations of the index are left out: a busy shop makes thousands a day.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Any

import anyio
import httpx
from sqlalchemy.exc import SQLAlchemyError

from model_serving.background import beside
from model_serving.errors import ModelError, ModelUnavailable
from model_serving.registry import KINDS, Kind, Registry, Standing, Version

logger = logging.getLogger(__name__)

PREFIX = "aisle-"
LEFT_OUT: Sequence[Kind] = ("index",)
LOOK, RETRY = 2.0, 30.0
"""Seconds between two looks at the registry; after a failure."""
PAGE = 200
EXISTS, MISSING = "RESOURCE_ALREADY_EXISTS", "RESOURCE_DOES_NOT_EXIST"
WAY_OUT = "correct AISLE_MODEL_MLFLOW_URL (MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and _PASSWORD, open it)"


class MlflowMirror:
    """Blocking; one thread at a time. Finds out by itself what MLflow has already."""

    def __init__(self, client: httpx.Client, registry: Registry) -> None:
        self._client, self._registry = client, registry
        self._numbers: dict[Kind, dict[str, str]] = {}
        """Label -> MLflow's number of the version."""
        self._scores: dict[tuple[Kind, str], float | None] = {}
        self._aliases: dict[Kind, Mapping[str, str]] = {}

    def push(self) -> int:
        """Brings MLflow up to the registry; how many changes it took. Raises ModelUnavailable."""
        changes = 0
        versions = self._registry.versions()
        standings = self._registry.standings()
        for kind in KINDS:
            own = [version for version in versions if version.kind == kind]
            if kind not in LEFT_OUT and own:
                changes += self._push_kind(kind, own, standings[kind])
        return changes

    def _push_kind(self, kind: Kind, versions: Sequence[Version], standing: Standing) -> int:
        if kind not in self._numbers:
            self._begin(kind)
        changes = 0
        for version in versions:
            known = self._numbers[kind].get(version.label)
            if known is None:
                self._create(kind, version)
                changes += 1
            elif self._scores.get((kind, version.label)) != version.score and version.score is not None:
                for name in ("score", "measure"):
                    self._tag(kind, known, name, _tags(version)[name])
                changes += 1
            self._scores[(kind, version.label)] = version.score
        wanted = {"in_use": standing.current, "previous": standing.previous, "canary": standing.canary}
        return changes + self._point(kind, {alias: label for alias, label in wanted.items() if label})

    def _begin(self, kind: Kind) -> None:
        told = f"What Aisle may use as its {kind}. Kept by Aisle's own registry: changes here have no effect."
        self._post("registered-models/create", {"name": PREFIX + kind, "description": told}, but=EXISTS)
        self._numbers[kind] = {}
        for found in self._found(kind):
            tags = {tag["key"]: tag["value"] for tag in found.get("tags", ())}
            if label := tags.get("label"):
                self._numbers[kind][label] = str(found["version"])
                score = tags.get("score", "")
                self._scores[(kind, label)] = float(score) if score else None
        model = self._get("registered-models/get", {"name": PREFIX + kind})["registered_model"]
        labels = {number: label for label, number in self._numbers[kind].items()}
        self._aliases[kind] = {one["alias"]: labels.get(str(one["version"]), "") for one in model.get("aliases", ())}

    def _found(self, kind: Kind) -> Iterator[dict[str, Any]]:
        asked: dict[str, Any] = {"filter": f"name='{PREFIX}{kind}'", "max_results": PAGE}
        while True:
            page = self._get("model-versions/search", asked)
            yield from page.get("model_versions", ())
            if not page.get("next_page_token"):
                return
            asked["page_token"] = page["next_page_token"]

    def _create(self, kind: Kind, version: Version) -> None:
        tags = [{"key": key, "value": value} for key, value in _tags(version).items() if value]
        # MLflow reads a path as one of its own machine: ours goes into a tag.
        body = {"name": PREFIX + kind, "source": f"aisle://{kind}/{version.name}/{version.version}", "tags": tags}
        created = self._post("model-versions/create", body)
        self._numbers[kind][version.label] = str(created["model_version"]["version"])

    def _tag(self, kind: Kind, number: str, key: str, value: str) -> None:
        self._post("model-versions/set-tag", {"name": PREFIX + kind, "version": number, "key": key, "value": value})

    def _point(self, kind: Kind, wanted: Mapping[str, str]) -> int:
        """Sets the aliases that changed. What is in use may be a version that the settings name: then there is none."""
        changes, before = 0, self._aliases[kind]
        for alias in ("in_use", "previous", "canary"):
            label = wanted.get(alias, "")
            if label == before.get(alias, ""):
                continue
            changes += 1
            where = {"name": PREFIX + kind, "alias": alias}
            if label:
                self._post("registered-models/alias", {**where, "version": self._numbers[kind][label]})
            else:
                self._asked("DELETE", "registered-models/alias", but=MISSING, json=where)
        self._aliases[kind] = dict(wanted)
        return changes

    def _get(self, path: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        return self._asked("GET", path, params=asked)

    def _post(self, path: str, body: Mapping[str, Any], *, but: str = "") -> dict[str, Any]:
        return self._asked("POST", path, but=but, json=body)

    def _asked(self, method: str, path: str, *, but: str = "", **sent: Any) -> dict[str, Any]:
        """but: the error that is as good as success."""
        try:
            answer = self._client.request(method, f"/api/2.0/mlflow/{path}", **sent)
            told = answer.json()
        except (httpx.HTTPError, httpx.InvalidURL, json.JSONDecodeError, UnicodeDecodeError) as error:
            raise ModelUnavailable(f"MLflow does not answer ({type(error).__name__})", way_out=WAY_OUT) from error
        if answer.is_success and isinstance(told, dict):
            return told
        code = str(told.get("error_code", "")) if isinstance(told, dict) else ""
        if but and code == but:
            return {}
        raise ModelUnavailable(f"MLflow refuses {path} ({answer.status_code} {code})".rstrip(), way_out=WAY_OUT)


def _tags(version: Version) -> dict[str, str]:
    return {
        "label": version.label,
        "digest": version.digest,
        "source": version.source,
        "licence": version.licence,
        "score": "" if version.score is None else repr(version.score),
        "measure": version.measure,
        "registered_at": version.registered_at.isoformat(),
    }


@contextmanager
def open_mirror(url: str, registry: Registry) -> Iterator[MlflowMirror]:
    token = os.environ.get("MLFLOW_TRACKING_TOKEN", "")
    user = os.environ.get("MLFLOW_TRACKING_USERNAME", "")
    with httpx.Client(
        base_url=url.rstrip("/"),
        timeout=10.0,
        headers={"Authorization": f"Bearer {token}"} if token else {},
        auth=(user, os.environ.get("MLFLOW_TRACKING_PASSWORD", "")) if user and not token else None,
    ) as client:
        yield MlflowMirror(client, registry)


@asynccontextmanager
async def mirrored(url: str, registry: Registry, *, on_push: Callable[[str], None]) -> AsyncIterator[None]:
    """Copies the registry to MLflow beside the block; url "" copies nothing."""
    if not url:
        yield
        return
    async with beside(partial(mirror_forever, url, registry, on_push=on_push)):
        yield


async def mirror_forever(
    url: str, registry: Registry, *, on_push: Callable[[str], None] = lambda result: None, look: float = LOOK
) -> None:
    """Follows the registry until cancelled. on_push: told "done" or "failed" for each push that had something to do."""
    seen: tuple[int, int] | None = None
    with open_mirror(url, registry) as mirror:
        while True:
            pause = look
            try:
                now = await anyio.to_thread.run_sync(registry.marks)
                if now != seen:
                    await anyio.to_thread.run_sync(mirror.push)
                    seen = now
                    on_push("done")
            except (ModelError, SQLAlchemyError, OSError) as error:
                logger.warning("the versions are not in MLflow yet: %s", error)
                on_push("failed")
                pause = max(look, RETRY)
                seen = None
            await anyio.sleep(pause)
