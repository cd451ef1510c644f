"""The shop's own pages over HTTP: products, stores, categories. No token: a catalogue is public."""

from __future__ import annotations

from fastapi import APIRouter

shop_routes = APIRouter(prefix="/v1", tags=["shop"])
