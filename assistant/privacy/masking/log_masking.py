"""Logs without customers' data: every record is masked when it is made, whoever handles it afterwards.

Message, arguments and traceback go through `masked` in the task that logs, where the turn's own words are known; handlers of
others (files, collectors, tests) never see more. Above: the command line. Below: `masked`.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType
from typing import Any

from assistant.privacy.masking.masked import masked


class MaskedRecord(logging.LogRecord):
    """As any record; its text is final, and its exception is text."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        try:
            said = super().getMessage()
        except (TypeError, ValueError) as error:  # a wrong format must not lose the record
            said = f"{self.msg!s} [{type(error).__name__} in its arguments]"
        self.msg, self.args = masked(said), None
        if self.exc_info:
            self.exc_text = masked("".join(traceback.format_exception(*self.exc_info)).rstrip())
            self.exc_info = None

    def getMessage(self) -> str:
        """Not formatted again: a percent sign in it is a percent sign."""
        return str(self.msg)


def mask_logs() -> None:
    """From here on, in this process: log records, and what ends a thread or the process."""
    logging.setLogRecordFactory(MaskedRecord)
    sys.excepthook = _told
    threading.excepthook = _told_of_thread


def unmask_logs() -> None:
    """For tests."""
    logging.setLogRecordFactory(logging.LogRecord)
    sys.excepthook, threading.excepthook = sys.__excepthook__, threading.__excepthook__


def _told(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    sys.stderr.write(masked("".join(traceback.format_exception(kind, error, trace))))


def _told_of_thread(told: threading.ExceptHookArgs) -> None:
    if told.exc_value is not None:
        _told(told.exc_type, told.exc_value, told.exc_traceback)
