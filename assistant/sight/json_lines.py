"""A line of the log as one JSON object, for programs. Above: the command line. Below: the masked record, the turn that runs."""

from __future__ import annotations

import json
import logging
from datetime import UTC, datetime
from typing import Any

from assistant.sight.spans import recording_now, trace_of


class JsonLines(logging.Formatter):
    """Of records that `log_masking` has made: message and traceback are final and masked."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        recording = recording_now()
        if recording is not None:
            line |= {"turn": recording.turn_id, "trace": trace_of(recording.turn_id)}
        line |= getattr(record, "told", {})
        if record.exc_info and not record.exc_text:
            record.exc_text = self.formatException(record.exc_info)
        if record.exc_text:
            line["error"] = record.exc_text
        return json.dumps(line, ensure_ascii=False)
