"""Floor plans and places: worked out, walked through, drawn for the demo shop, kept, given out and taken in."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.ports import ShopInfo, shelves_of
from assistant.shops.demo.shop import DemoShop
from assistant.shops.exporting import export_shop
from assistant.shops.feeds.floor_checks import check_plan
from assistant.shops.floor_plan import Aisle, Bay, FloorPlan, Placement, Spot, Zone
from assistant.shops.importing import import_feed
from assistant.shops.placing import placed
from assistant.shops.sql import SqlShop
from assistant.shops.ways import front_of, length, start_of, way
from retrieval.catalogue import ProductId, StoreId
from tests.assistant.small_shop import MUG, PORTLAND, SEATTLE, STORES, STORM, SmallShop
from tests.demo import the_demo

BOX = ((0.0, 0.0), (12.0, 0.0), (12.0, 6.0), (0.0, 6.0))
PLAN = FloorPlan(
    store_id=PORTLAND,
    width=12,
    height=10,
    zones=(Zone(id="camping", name="Camping", names={"de": "Zelten"}, outline=BOX),),
    aisles=(
        Aisle(
            id="4",
            zone="camping",
            bays=(
                Bay(id="A", x=1, y=2, width=4, height=1, categories=(("Outdoor", "Camping", "Tents"),)),
                Bay(id="B", x=6, y=2, width=4, height=1),
            ),
        ),
    ),
    spots=(Spot(kind="kiosk", id="front", x=6, y=9), Spot(kind="entrance", x=10, y=9.5)),
)


@pytest.fixture(scope="module")
def demo() -> DemoShop:
    return the_demo()


@pytest.fixture
def shop(tmp_path: Path) -> SqlShop:
    made = SqlShop.open(tmp_path / "shop.db")
    made.replace(info=ShopInfo(name="Small", currency="USD"), stores=STORES, products=(STORM, MUG), floor_plans=(PLAN,))
    return made


def test_a_product_stands_where_its_own_row_says() -> None:
    rows = (Placement(product_id=STORM.id, store_id=PORTLAND, aisle="4", bay="B", shelf="2"),)
    place = placed(STORM, PORTLAND, PLAN, rows)
    assert place and (place.aisle, place.bay, place.shelf) == ("4", "B", "2")
    assert place.zone and place.zone.name == "Camping"


def test_without_a_row_of_its_own_its_category_decides_the_narrowest_first() -> None:
    rows = (
        Placement(category=("Outdoor",), aisle="1"),
        Placement(category=("Outdoor", "Camping"), aisle="2"),
        Placement(category=("Outdoor", "Camping"), store_id=PORTLAND, aisle="3"),
    )
    place, elsewhere = placed(STORM, PORTLAND, None, rows), placed(STORM, SEATTLE, None, rows)
    assert place and place.aisle == "3" and elsewhere and elsewhere.aisle == "2"


def test_without_any_row_the_bays_of_the_plan_decide_and_the_shelf_may_be_told_for_all_stores() -> None:
    place = placed(STORM, PORTLAND, PLAN, (Placement(product_id=STORM.id, shelf="3"),))
    assert place and (place.aisle, place.bay, place.shelf) == ("4", "A", "3")


def test_what_nobody_tells_is_not_known() -> None:
    assert placed(MUG, PORTLAND, PLAN, (Placement(product_id=MUG.id, shelf="3"),)) is None


def test_the_way_starts_at_the_kiosk_and_ends_before_the_shelf() -> None:
    start = start_of(PLAN, "front")
    assert start is not None
    corners = way(PLAN, (start.x, start.y), front_of(PLAN.aisles[0].bays[0]))
    assert corners[0] == (6, 9) and corners[-1] == front_of(PLAN.aisles[0].bays[0])
    assert length(corners) == pytest.approx(3 + 5.2)


@settings(max_examples=60, deadline=None)
@given(store=st.integers(0, 11), at=st.integers(0, 200))
def test_every_bay_of_every_demo_store_is_reached_along_the_axes_and_through_no_shelf(store: int, at: int) -> None:
    plan = the_demo().floor_plans[store]
    bays = [bay for aisle in plan.aisles for bay in aisle.bays]
    start = start_of(plan)
    assert start is not None
    corners = way(plan, (start.x, start.y), front_of(bays[at % len(bays)]))
    assert len(corners) >= 2
    for (ax, ay), (bx, by) in pairwise(corners):
        assert ax == bx or ay == by
        for bay in bays:
            crosses = min(ax, bx) < bay.x + bay.width and max(ax, bx) > bay.x
            assert not (crosses and min(ay, by) < bay.y + bay.height and max(ay, by) > bay.y), (corners, bay)


def test_each_demo_store_has_a_plan_of_its_own_that_meets_the_checks(demo: DemoShop) -> None:
    assert {plan.store_id for plan in demo.floor_plans} == {store.id for store in demo.stores}
    assert len({msgspec.json.encode(plan.zones) for plan in demo.floor_plans}) == len(demo.stores)
    for plan in demo.floor_plans:
        check_plan(plan)
        kinds = {spot.kind for spot in plan.spots}
        assert {"entrance", "tills", "kiosk", "fitting_room", "service_desk"} <= kinds


def test_every_demo_product_has_aisle_bay_and_shelf_in_every_store(demo: DemoShop) -> None:
    shelf = {row.product_id: row for row in demo.placements}
    for plan in demo.floor_plans:
        for product in demo.products[::25]:
            place = placed(product, plan.store_id, plan, [shelf[product.id]])
            assert place and place.aisle and place.bay and place.shelf and place.zone


@pytest.mark.anyio
async def test_the_sql_shop_tells_plans_and_places(shop: SqlShop) -> None:
    shelves = shelves_of(shop)
    assert await shelves.floor_plan(PORTLAND) == PLAN
    assert await shelves.floor_plan(SEATTLE) is None
    place = await shelves.where(STORM, PORTLAND)
    assert place and (place.aisle, place.bay) == ("4", "A")
    assert await shelves.where(MUG, PORTLAND) is None


@pytest.mark.anyio
async def test_a_shop_that_does_not_tell_knows_no_place() -> None:
    shelves = shelves_of(SmallShop())
    assert await shelves.floor_plan(PORTLAND) is None and await shelves.where(STORM, PORTLAND) is None


def test_what_is_given_out_as_jsonl_comes_back_the_same(shop: SqlShop, tmp_path: Path) -> None:
    with shop.writing() as writer:
        writer.upsert_placements([Placement(product_id=STORM.id, store_id=PORTLAND, aisle="4", bay="B", shelf="2")])
    export_shop(shop, tmp_path / "out.jsonl", "jsonl")
    other = SqlShop.open(tmp_path / "other.db")
    report = import_feed(other, tmp_path / "out.jsonl")
    assert report.changed and report.accepted["floor_plan"] == 1 and report.accepted["place"] == 1
    assert list(other.all_floor_plans()) == [PLAN]
    assert list(other.all_placements()) == list(shop.all_placements())


def taken(shop: SqlShop, tmp_path: Path, name: str, text: str) -> Any:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return import_feed(shop, path)


def test_places_come_as_csv(shop: SqlShop, tmp_path: Path) -> None:
    text = "store_id,product_id,category,aisle,bay,shelf\nportland,t1,,4,B,2\n,,Home > Kitchen,9,,\n"
    report = taken(shop, tmp_path, "places.csv", text)
    assert report.changed and report.accepted["place"] == 2
    assert list(shop.all_placements()) == [
        Placement(product_id=ProductId("t1"), store_id=StoreId("portland"), aisle="4", bay="B", shelf="2"),
        Placement(category=("Home", "Kitchen"), aisle="9"),
    ]
    assert shop.counts()["product"] == 2


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("portland,t1,,12,,", "store 'portland' has no aisle '12' on its floor plan"),
        ("portland,t1,,4,Z,", "has no bay 'Z'"),
        ("portland,,,4,A,", "a product_id or a category"),
        ("portland,t1,,,,", "names an aisle"),
        ("portland,t1,,,B,2", "is in no aisle"),
    ],
)
def test_a_place_that_cannot_be_is_refused_with_its_row(shop: SqlShop, tmp_path: Path, row: str, reason: str) -> None:
    text = f"store_id,product_id,category,aisle,bay,shelf\nportland,k1,,4,A,1\n{row}\n"
    report = taken(shop, tmp_path, "places.csv", text)
    assert not report.changed and report.refused[0].line == 3 and reason in report.refused[0].reason
    assert not list(shop.all_placements())


PARTS = """store_id,element,id,name,kind,zone,aisle,x,y,width,height,facing,categories,points
seattle,plan,,,,,,,,20,10,,,
seattle,zone,kitchen,Kitchen,,,,1,1,8,5,,,
seattle,bay,A,,,kitchen,2,2,2,3,1,up,Home > Kitchen > Mugs|Home > Kitchen > Kettles,
seattle,spot,front,,kiosk,,,10,9,,,,,
"""


def test_a_floor_plan_comes_as_csv_part_by_part(shop: SqlShop, tmp_path: Path) -> None:
    report = taken(shop, tmp_path, "plan.csv", PARTS)
    assert report.changed and report.accepted["floor_plan"] == 1
    plan = next(one for one in shop.all_floor_plans() if one.store_id == SEATTLE)
    assert plan.aisles[0].bays[0].categories == (("Home", "Kitchen", "Mugs"), ("Home", "Kitchen", "Kettles"))
    assert plan.zones[0].outline[2] == (9, 6) and plan.spots[0].kind == "kiosk"


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("10,9", "100,9", "outside the plan of 20.0 by 10.0 metres"),
        ("2,2,3,1,up", "2,two,3,1,up", "y 'two' is no number"),
        ("seattle,spot", "seattle,spit", "element 'spit' is unknown"),
        (",kitchen,2,", ",garden,2,", "zone 'garden', which the plan does not have"),
        ("kiosk", "teleporter", "teleporter"),
        ("20,10", ",", "width '' is no number"),
    ],
)
def test_a_floor_plan_that_cannot_be_is_refused(
    shop: SqlShop, tmp_path: Path, before: str, after: str, reason: str
) -> None:
    report = taken(shop, tmp_path, "plan.csv", PARTS.replace(before, after))
    assert not report.changed and any(reason in row.reason for row in report.refused), report.refused


def test_the_examples_of_the_documentation_can_be_imported(shop: SqlShop, tmp_path: Path) -> None:
    text = (Path(__file__).parents[3] / "docs" / "kiosk.md").read_text(encoding="utf-8")
    lines = [block.splitlines() for block in re.findall(r"^```\w*\n(.*?)\n```", text, re.M | re.S)]
    (records,) = ["\n".join(block) for block in lines if block[0].startswith('{"type": "floor_plan"')]
    plan, *places = records.split("\n{")
    plain = "\n".join([" ".join(plan.split()), *("{" + place for place in places)])
    report = taken(shop, tmp_path, "kiosk.jsonl", plain.replace('"aisle": "12"', '"aisle": "7"') + "\n")
    assert report.changed and dict(report.accepted) == {"floor_plan": 1, "place": 2}, report.refused
    for name in ("store_id,element", "store_id,product_id"):
        (table,) = ["\n".join(block) for block in lines if block[0].startswith(name)]
        report = taken(shop, tmp_path, "kiosk.csv", table + "\n")
        assert report.changed, report.refused
