"""All planted faults. Above: `playing`, the command."""

from __future__ import annotations

from collections.abc import Sequence

from eval.mutations import of_doing, of_log_and_search, of_replies
from eval.mutations.fault import Fault

FAULTS: Sequence[Fault] = (*of_replies.FAULTS, *of_doing.FAULTS, *of_log_and_search.FAULTS)
