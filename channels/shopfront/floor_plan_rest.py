"""Floor plans over HTTP: as data and as a picture, with the way to a product or a spot. No token: a shop's floor is public."""

from __future__ import annotations

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response

from assistant.ports import shelves_of
from assistant.shops.floor_plan import SPOT_KINDS
from channels.errors import InvalidQuery, NotFound
from channels.front_door import Door, FrontDoor
from channels.rest import problems_of
from channels.shopfront.floor_plan_documents import FloorPlanDocument, Wanted, floor_plan_document
from channels.shopfront.floor_plan_svg import STYLE_HASH, floor_plan_svg
from channels.shopfront.shop_rest import PICTURE_HEADERS
from retrieval.catalogue import ProductId

floor_plans = APIRouter(prefix="/v1", tags=["shop"])
AStore = Annotated[str, Path(max_length=256)]
AProduct = Annotated[str, Query(max_length=256, description="The product whose shelf is marked.")]
ASpot = Annotated[str, Query(max_length=32, description="Or a kind of spot: tills, fitting_room, service_desk, lift …")]
AKiosk = Annotated[str, Query(max_length=64, description="The name of the kiosk where the way begins.")]
ALanguage = Annotated[str, Query(max_length=35, description="In which zones are named.")]
_FRESH: Final = {
    **PICTURE_HEADERS,
    "cache-control": "no-cache",
    "content-security-policy": f"default-src 'none'; style-src '{STYLE_HASH}'; sandbox",
    "content-disposition": 'attachment; filename="floor_plan.svg"',
}


@floor_plans.get("/stores/{store_id}/floor_plan.svg", response_class=Response, responses=problems_of(404, 422, 503))
async def draw_floor_plan(
    store_id: AStore, door: Door, product: AProduct = "", spot: ASpot = "", kiosk: AKiosk = "", lang: ALanguage = "en"
) -> Response:
    """The plan as a picture, light and dark, with a marker at the product and the way to it from the kiosk."""
    document = await _document(door, store_id, product, spot, kiosk, lang)
    return Response(floor_plan_svg(document), media_type="image/svg+xml", headers=_FRESH)


@floor_plans.get("/stores/{store_id}/floor_plan", responses=problems_of(404, 422, 503))
async def show_floor_plan(
    store_id: AStore, door: Door, product: AProduct = "", spot: ASpot = "", kiosk: AKiosk = "", lang: ALanguage = "en"
) -> FloorPlanDocument:
    """Walls, departments, aisles with their bays, and spots, in metres; with a product or a spot also the way to it."""
    return await _document(door, store_id, product, spot, kiosk, lang)


async def _document(
    door: FrontDoor, store_id: str, product_id: str, spot: str, kiosk: str, lang: str
) -> FloorPlanDocument:
    if spot and spot not in SPOT_KINDS:
        raise InvalidQuery(f"spot {spot!r} is no kind of spot: ask for one of {', '.join(SPOT_KINDS)}")
    shop = door.product.shop
    store = next((store for store in await shop.stores() if store.id == store_id), None)
    if store is None:
        raise NotFound(f"the shop has no store {store_id!r}")
    plan = await shelves_of(shop).floor_plan(store.id)
    if plan is None:
        raise NotFound(f"store {store_id!r} has no floor plan: import one, as docs/kiosk.md says")
    product = await shop.product(ProductId(product_id)) if product_id else None
    if product_id and product is None:
        raise NotFound(f"the shop has no product {product_id!r}")
    place = await shelves_of(shop).where(product, store.id) if product is not None else None
    wanted = Wanted(product=product, place=place, spot=spot, kiosk=kiosk)
    language = lang.lower().replace("_", "-").split("-")[0]
    return await door.product.in_thread(floor_plan_document, plan, store, language, wanted)
