"""The shop's own pages over HTTP: products, stores, categories. No token: a catalogue is public."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from fastapi.responses import JSONResponse, Response
from pydantic import BeforeValidator, Field

from channels.errors import NotFound
from channels.front_door import Door, FrontDoor
from channels.rest import problems_of
from channels.shopfront.nearness import by_distance, point_of
from channels.shopfront.product_documents import brief, full, store_document
from channels.shopfront.shop_search import Results, Search, facets_document, search
from retrieval.catalogue import Product, ProductId

SIMILAR = 8
PICTURE_HEADERS = {
    "cache-control": "public, max-age=31536000, immutable",
    "access-control-allow-origin": "*",
    "cross-origin-resource-policy": "cross-origin",
    "content-security-policy": "default-src 'none'; sandbox",
    "content-disposition": 'attachment; filename="picture.svg"',
}

shop_routes = APIRouter(prefix="/v1", tags=["shop"])


def _unless_empty(value: Any) -> Any:
    """A form that was sent with an empty field asks for nothing."""
    return None if value == "" else value


Price = Annotated[Annotated[Decimal, Field(ge=0, le=10**12)] | None, BeforeValidator(_unless_empty)]
Flag = Annotated[bool | None, BeforeValidator(_unless_empty)]
Words = Annotated[str, Query(max_length=400)]
Several = Annotated[list[Annotated[str, Query(max_length=100)]], Query(max_length=50)]
AProductId = Annotated[str, Path(max_length=256)]


@shop_routes.get("/products", response_class=JSONResponse, responses=problems_of(422, 503))
async def find_products(
    door: Door,
    q: Words = "",
    category: Words = "",
    min_price: Price = None,
    max_price: Price = None,
    colour: Several = [],  # noqa: B006  FastAPI copies it
    brand: Several = [],  # noqa: B006
    in_stock: Flag = None,
    store: Words = "",
    sort: Words = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
    limit: Annotated[int, Query(ge=1, le=100)] = 24,
) -> JSONResponse:
    """A page of what meets the words and the filters, with how many carry each category, brand and colour."""
    labels = await door.product.in_thread(door.shelf.labels)
    asked = Search(
        q=q,
        category=category,
        min_price=min_price,
        max_price=max_price,
        colour=colour,
        brand=brand,
        in_stock=bool(in_stock),
        store=store,
        sort=sort,
        page=page,
        limit=limit,
        paths=tuple(labels.categories),
    )
    stores = await door.product.shop.stores() if q or store else ()
    results: Results = await door.product.in_thread(search, door.product.retriever, asked, stores)
    products = await door.product.shop.products(results.ids)
    return JSONResponse(
        {
            "products": [brief(product, door.settings.image_origins) for product in products],
            "total": results.total,
            "page": page,
            "facets": facets_document(results.facets, labels.names),
        }
    )


@shop_routes.get("/products/{product_id:path}/image.svg", response_class=Response, responses=problems_of(404, 503))
async def draw_product(
    product_id: AProductId, door: Door, colour: Annotated[str, Query(max_length=60)] = ""
) -> Response:
    """A drawn picture, for products that have no photograph."""
    product = await _product(door, product_id)
    svg = await door.product.in_thread(_drawn, product, colour or None)
    return Response(svg, media_type="image/svg+xml", headers=PICTURE_HEADERS)


def _drawn(product: Product, colour: str | None) -> str:
    from assistant.shops.demo.pictures import draw  # its tables of shapes are loaded when the first picture is wanted

    return draw(product, colour)


@shop_routes.get("/products/{product_id:path}", response_class=JSONResponse, responses=problems_of(404, 503))
async def show_product(product_id: AProductId, door: Door) -> JSONResponse:
    product = await _product(door, product_id)
    near = await door.product.in_thread(_similar, door.product.retriever, product.id)
    return JSONResponse(full(product, await door.product.shop.products(near), door.settings.image_origins))


def _similar(retriever: Any, product_id: ProductId) -> list[ProductId]:
    return [ProductId(evidence.id) for evidence in retriever.similar(product_id, k=SIMILAR)]


async def _product(door: FrontDoor, product_id: str) -> Product:
    product = await door.product.shop.product(ProductId(product_id))
    if product is None:
        raise NotFound(f"the shop has no product {product_id!r}")
    return product


@shop_routes.get("/stores", response_class=JSONResponse, responses=problems_of(503))
async def list_stores(door: Door, near: Annotated[str, Query(max_length=200)] = "") -> JSONResponse:
    """All stores; with a place by name or as "latitude,longitude", the nearest first."""
    stores = await door.product.shop.stores()
    told = by_distance(stores, point_of(near, stores) if near.strip() else None)
    return JSONResponse({"stores": [store_document(store, distance) for store, distance in told]})


@shop_routes.get("/categories", response_class=JSONResponse, responses=problems_of(503))
async def list_categories(door: Door) -> JSONResponse:
    labels = await door.product.in_thread(door.shelf.labels)
    return JSONResponse(
        {"categories": [{"path": list(path), "count": number} for path, number in labels.categories.items()]}
    )


@shop_routes.get("/shop", response_class=JSONResponse, responses=problems_of(503))
async def show_shop(door: Door) -> JSONResponse:
    info = await door.product.shop.info()
    return JSONResponse({"name": info.name, "currency": info.currency, "locale": info.locale})
