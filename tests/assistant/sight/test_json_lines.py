"""A line of the log for programs: one object, with the turn's trace, and nothing of a customer."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from assistant.privacy.masking.log_masking import mask_logs, unmask_logs
from assistant.sight.json_lines import JsonLines
from assistant.sight.spans import Recording, begin, end, trace_of


@pytest.fixture
def told() -> Iterator[list[str]]:
    lines: list[str] = []

    class Kept(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(self.format(record))

    handler, logger = Kept(), logging.getLogger("aisle.test_json_lines")
    handler.setFormatter(JsonLines())
    logger.addHandler(handler)
    mask_logs()
    yield lines
    unmask_logs()
    logger.removeHandler(handler)


def test_a_line_is_one_object_with_the_turns_trace_and_no_address(told: list[str]) -> None:
    logger, token = logging.getLogger("aisle.test_json_lines"), begin(Recording("t_1"))
    try:
        raise KeyError("maya@example.com")
    except KeyError:
        logger.exception("no order for %s\nat all", "maya@example.com")
    finally:
        end(token)
    (line,) = told
    found = json.loads(line)
    assert "\n" not in line and "maya" not in line and "KeyError" in found["error"]
    assert (found["turn"], found["trace"]) == ("t_1", trace_of("t_1"))
    assert found["level"] == "error" and found["time"].endswith("+00:00")


def test_outside_a_turn_it_names_none(told: list[str]) -> None:
    logging.getLogger("aisle.test_json_lines").warning("hello")
    assert set(json.loads(told[0])) == {"time", "level", "logger", "message"}
