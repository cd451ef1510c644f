"""Floor plans and places, read from the SQL tables. Below: `schema`, `rows`, `placing`. Above: `sql`."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, select

from assistant.shops import rows, schema
from assistant.shops.floor_plan import FloorPlan, Place, Placement
from assistant.shops.placing import category_paths, placed
from retrieval.catalogue import Product, StoreId


def floor_plan(connection: Connection, store_id: StoreId) -> FloorPlan | None:
    query = select(schema.floor_plans.c.record).where(schema.floor_plans.c.id == store_id)
    record = connection.execute(query).scalar()
    return None if record is None else msgspec.convert(record, FloorPlan)


def where(connection: Connection, product: Product, store_id: StoreId) -> Place | None:
    subjects = [rows.placement_subject("", path) for path in category_paths(product.category)]
    asked = schema.placements.c.subject.in_([rows.placement_subject(product.id, ()), *subjects])
    found = connection.execute(select(schema.placements.c.record).where(asked)).scalars().all()
    told = (msgspec.convert(one, Placement) for one in found)
    return placed(product, store_id, floor_plan(connection, store_id), told)
