"""The operator's page in a real browser, over a real server: the door, the figures, both sizes, keyboard, languages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.ui.busy_house import TOKEN, busy, served

pytestmark = pytest.mark.ui


@pytest.fixture
def page(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    with served(busy(tmp_path)) as url:
        context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=url, locale="en-US")
        made = context.new_page()
        faults: list[str] = []
        made.on("console", lambda told: faults.append(told.text) if told.type == "error" else None)
        made.on("pageerror", lambda error: faults.append(str(error)))
        yield made
        context.close()
    assert [fault for fault in faults if "401" not in fault] == []


def enter(page: Page, token: str = TOKEN) -> None:
    page.goto("/admin")
    page.get_by_label("Admin token").fill(token)
    page.keyboard.press("Enter")


def test_the_operator_comes_in_by_the_token_sees_how_it_runs_and_leaves(page: Page) -> None:
    enter(page, "a guess")
    expect(page.get_by_role("alert")).to_contain_text("opens nothing here")
    enter(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("with less")
    for name in ("Dependencies", "Now", "Latency by stage", "Errors and doubts", "This replica"):
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
    trace = page.get_by_role("row", name="ShopUnavailable").get_by_role("link")
    expect(trace).to_have_attribute("href", "https://jaeger.example/trace/" + (trace.get_attribute("href") or "")[-32:])
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "a phone scrolls it sideways"
    page.get_by_label("Language").select_option("de")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Kunden werden bedient")
    page.get_by_role("button", name="Abmelden").click()
    expect(page.get_by_label("Admin-Token")).to_be_visible()
    page.reload()
    expect(page.get_by_label("Admin-Token")).to_be_visible()


def test_several_replicas_stand_together_and_one_alone_when_chosen(browser: Browser, tmp_path: Path) -> None:
    house = busy(tmp_path)
    with served(house) as url:
        context = browser.new_context(viewport={"width": 390, "height": 844}, base_url=url, locale="en-US")
        made = context.new_page()

        def both(route: Route) -> None:
            told = route.fetch().json()
            other = told["replicas"][0] | {"name": "b-2", "this": False, "state": "not_ready", "differs": ["index"]}
            told["replicas"].append(other)
            told["shown"] = "b-2" if "replica=b-2" in route.request.url else ""
            route.fulfill(json=told)

        made.route("**/v1/admin/sight", both)
        made.route("**/v1/admin/sight?replica=b-2", lambda route: route.fulfill(status=404, json={"code": "not_found"}))
        enter(made)
        expect(made.get_by_role("heading", name="Last hour, 2 replicas together")).to_be_visible()
        expect(made.get_by_role("row", name="b-2")).to_contain_text("differs: index")
        assert made.evaluate("document.documentElement.scrollWidth <= innerWidth"), "a phone scrolls it sideways"
        made.get_by_role("button", name="b-2").click()  # it has ended: all of them again
        expect(made.get_by_role("heading", name="Last hour, 2 replicas together")).to_be_visible()
        made.unroute_all(behavior="ignoreErrors")  # it asks again each second
        context.close()
