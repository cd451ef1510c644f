"""Shared by these tests: asyncio is the loop that the product runs on."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"
