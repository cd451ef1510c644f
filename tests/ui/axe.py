"""Accessibility by axe-core, for any page's tests: `watch_with_axe(context)` before it is opened, `findings(page)` where it stands.

axe-core is a tool of development, looked for in node_modules (`npm install --no-save axe-core`). It goes in as an init script,
which a strict Content-Security-Policy lets through. Above: the tests of the pages.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
SERIOUS = ("serious", "critical")


def watch_with_axe(context: BrowserContext) -> None:
    """Skips the test where axe-core is not installed."""
    if not AXE.exists():
        pytest.skip("needs axe-core: npm install --no-save axe-core")
    context.add_init_script(path=AXE)


def findings(page: Page) -> list[str]:
    """Serious ones alone: the rule, what it asks for, and where."""
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['help']} at {', '.join(str(node['target']) for node in one['nodes'][:4])}"
        for one in found["violations"]
        if one["impact"] in SERIOUS
    ]
