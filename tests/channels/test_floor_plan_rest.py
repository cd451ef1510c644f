"""Floor plans over HTTP, as data and as a picture; kiosks that say they are alive."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from assistant.shops.floor_plan import Aisle, Bay, FloorPlan, Place, Placement, Spot, Zone
from assistant.shops.placing import placed
from channels.kiosk.heartbeats import Heartbeats
from retrieval.catalogue import Product, StoreId
from tests.assistant.small_shop import PORTLAND, STORM, SmallShop
from tests.channels.house import Served, build_house, serving

pytestmark = pytest.mark.anyio
PLAN = FloorPlan(
    store_id=PORTLAND,
    width=20,
    height=16,
    zones=(Zone(id="out", name="Out & <about>", names={"de": "Draußen"}, outline=((0, 0), (9, 0), (9, 8), (0, 8))),),
    aisles=(
        Aisle(
            id="7",
            zone="out",
            bays=(Bay(id="C", x=1, y=3, width=4, height=1, categories=(("Outdoor", "Camping"),)),),
        ),
    ),
    spots=(Spot(kind="kiosk", id="front", x=10, y=14), Spot(kind="tills", x=15, y=12)),
)


class Placed(SmallShop):
    async def floor_plan(self, store_id: StoreId) -> FloorPlan | None:
        return PLAN if store_id == PORTLAND else None

    async def where(self, product: Product, store_id: StoreId) -> Place | None:
        return placed(product, store_id, await self.floor_plan(store_id), [Placement(product_id=STORM.id, shelf="3")])


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(build_house(tmp_path, shop=Placed())) as running:
        yield running


async def test_the_plan_is_told_in_metres_with_zones_in_the_language_asked_for(served: Served) -> None:
    plan = (await served.http.get("/v1/stores/portland/floor_plan?lang=de-DE")).json()
    assert (plan["width"], plan["height"], plan["name"]) == (20, 16, "Small Shop Portland")
    assert [zone["name"] for zone in plan["zones"]] == ["Draußen"]
    assert plan["outline"] == [[0, 0], [20, 0], [20, 16], [0, 16]] and plan["target"] is None
    assert plan["you"]["id"] == "front"


async def test_a_product_is_marked_with_the_way_from_the_kiosk(served: Served) -> None:
    plan = (await served.http.get("/v1/stores/portland/floor_plan?product=t1&kiosk=front")).json()
    target = plan["target"]
    assert (target["aisle"], target["bay"], target["shelf"], target["zone"]) == ("7", "C", "3", "Out & <about>")
    assert target["way"][0] == [10, 14] and target["way"][-1] == [target["x"], target["y"]]
    assert target["metres"] == pytest.approx(9.2 + 7)


async def test_a_spot_is_marked_too(served: Served) -> None:
    target = (await served.http.get("/v1/stores/portland/floor_plan?spot=tills")).json()["target"]
    assert target["spot"] == "tills" and target["metres"] == 7


async def test_a_product_without_a_place_there_leaves_the_plan_unmarked(served: Served) -> None:
    assert (await served.http.get("/v1/stores/portland/floor_plan?product=k1")).json()["target"] is None


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("atlantis/floor_plan", 404, "nothing here"),
        ("denver/floor_plan", 404, "nothing here"),
        ("portland/floor_plan?product=nothing", 404, "nothing here"),
        ("portland/floor_plan.svg?spot=moon", 422, "'moon' is no kind of spot"),
    ],
)
async def test_what_is_not_there_is_said(served: Served, path: str, status: int, told: str) -> None:
    answer = await served.http.get(f"/v1/stores/{path}")
    assert answer.status_code == status and told in answer.json()["detail"]


async def test_the_picture_is_whole_and_holds_no_markup_of_the_shop_s(served: Served) -> None:
    answer = await served.http.get("/v1/stores/portland/floor_plan.svg?product=t1")
    assert answer.headers["content-type"].startswith("image/svg+xml")
    root = ElementTree.fromstring(answer.text)
    texts = [node.text for node in root.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["Out & <about>", "7"]
    assert any(node.get("class") == "bay it" for node in root.iter())
    assert "script" not in answer.text and "http://www.w3.org/2000/svg" in answer.text


async def test_it_stands_in_the_published_api(served: Served) -> None:
    paths = (await served.http.get("/openapi.json")).json()["paths"]
    assert {"/v1/stores/{store_id}/floor_plan", "/v1/stores/{store_id}/floor_plan.svg"} <= set(paths)
    assert "404" in paths["/v1/stores/{store_id}/floor_plan"]["get"]["responses"]


async def test_a_kiosk_that_was_seen_shows_in_the_metrics(served: Served) -> None:
    beat = {"store_id": "portland", "state": "silent", "reloads": 2}
    assert (await served.http.post("/v1/kiosks/front-door/heartbeat", json=beat)).status_code == 204
    figures = (await served.http.get("/metrics")).text
    assert 'aisle_kiosk_seen_seconds{kiosk="front-door",store="portland"}' in figures
    assert 'aisle_kiosk_working{kiosk="front-door",store="portland"} 0.0' in figures
    assert 'aisle_kiosk_reloads{kiosk="front-door",store="portland"} 2.0' in figures


@pytest.mark.parametrize(
    ("name", "body"), [("a%20b", {}), ("ok", {"store_id": "atlantis"}), ("ok", {"state": "dreaming"})]
)
async def test_a_heartbeat_that_makes_no_sense_is_refused(served: Served, name: str, body: dict[str, str]) -> None:
    assert (await served.http.post(f"/v1/kiosks/{name}/heartbeat", json=body)).status_code == 422


def test_the_time_since_a_heartbeat_is_told_and_the_oldest_makes_room() -> None:
    time = [100.0]
    beats = Heartbeats(now=lambda: time[0])
    for number in range(1_001):
        beats.beat(f"k{number}", "", "ok", 0)
    time[0] = 130.0
    seen, *_ = beats.collect()
    assert len(seen.samples) == 1_000 and {sample.value for sample in seen.samples} == {30.0}
    assert "k0" not in {sample.labels["kiosk"] for sample in seen.samples}
