"""Work that runs beside a `with` block and ends with it. Used by `serving` and `engines.child`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import anyio


@asynccontextmanager
async def beside(work: Callable[[], Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """Cancels `work` at the end and waits for it. The block's own exception leaves as itself, not in a group."""
    raised: Exception | None = None
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(work)
        try:
            yield
        except Exception as error:  # noqa: BLE001 - raised again below
            raised = error
        finally:
            tasks.cancel_scope.cancel()
    if raised is not None:
        raise raised
