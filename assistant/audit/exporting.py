"""Where checkpoints go, away from what they vouch for: a folder, lines of the log, a web address. Each may fail and is tried again.

Above: `keeping`. Below: the file system, logging, httpx. Blocking.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import httpx

from assistant.audit.audit_settings import AuditSettings
from assistant.audit.checkpoints import read_checkpoint, summary
from assistant.audit.keys import write_whole

log = logging.getLogger(__name__)

TELLS = "assistant.audit.checkpoint"


class CheckpointSink(Protocol):
    """Takes each checkpoint in order; the same one again changes nothing."""

    def delivered(self) -> int:
        """The number of the last that it surely has."""
        ...

    def deliver(self, number: int, document: str) -> None:
        """Raises OSError when it could not be delivered: it is tried again with the next."""
        ...


@dataclass(slots=True)
class FolderSink:
    """`checkpoint-000012.json` each; what lies there is never written over."""

    folder: Path

    def delivered(self) -> int:
        """Before the first gap."""
        numbers = {int(path.stem.split("-")[1]) for path in self.folder.glob("checkpoint-*.json")}
        return next((number - 1 for number in range(1, len(numbers) + 2) if number not in numbers), 0)

    def deliver(self, number: int, document: str) -> None:
        path = self.folder / f"checkpoint-{number:06}.json"
        self.folder.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            write_whole(path, document + "\n")
        elif path.read_text(encoding="utf-8").strip() != document:
            log.error("%s is another checkpoint than number %d of the database: `aisle audit verify`", path, number)


@dataclass(slots=True)
class LogSink:
    """A line each, whatever AISLE_LOG says: for whoever collects the log elsewhere."""

    last: int

    def delivered(self) -> int:
        return self.last

    def deliver(self, number: int, document: str) -> None:
        teller = logging.getLogger(TELLS)
        teller.setLevel(logging.INFO)
        told = json.dumps(summary(read_checkpoint(document)), separators=(",", ":"))
        teller.info("audit checkpoint %s", told)
        self.last = number


@dataclass(slots=True)
class WebSink:
    url: str
    seconds: float
    last: int

    def delivered(self) -> int:
        return self.last

    def deliver(self, number: int, document: str) -> None:
        headers = {"Content-Type": "application/json"}
        try:
            answer = httpx.post(self.url, content=document.encode(), headers=headers, timeout=self.seconds)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise OSError(f"AISLE_AUDIT_WEBHOOK_URL does not take checkpoint {number}: {error}") from error
        self.last = number


@dataclass(slots=True)
class Exporter:
    sinks: Sequence[CheckpointSink]
    _failed: set[int] = field(default_factory=set)

    def first_needed(self) -> int:
        return min((sink.delivered() for sink in self.sinks), default=0)

    def deliver(self, found: Sequence[tuple[int, str]]) -> None:
        """All that a sink lacks, in order; one that fails is told in the log once, and has them with the next."""
        for place, sink in enumerate(self.sinks):
            try:
                after = sink.delivered()
                for number, document in found:
                    if number > after:
                        sink.deliver(number, document)
                self._failed.discard(place)
            except (OSError, ValueError) as error:
                if place not in self._failed:
                    log.error("a checkpoint of the audit log was not delivered: %s", error)
                self._failed.add(place)


def open_exporter(settings: AuditSettings, home: Path, *, newest: int) -> Exporter:
    """newest: the last checkpoint of the database; sinks that cannot say what they have begin behind it."""
    sinks: list[CheckpointSink] = [FolderSink(settings.drop or home / "audit" / "checkpoints")]
    if settings.log:
        sinks.append(LogSink(newest))
    if url := settings.webhook_url.get_secret_value():
        sinks.append(WebSink(url, settings.webhook_seconds, newest))
    return Exporter(sinks)
