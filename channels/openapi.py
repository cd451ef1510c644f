"""What is published about the protocol: OpenAPI 3.1 for HTTP at /openapi.json, AsyncAPI 3 for the socket at /v1/asyncapi.json."""

from __future__ import annotations

from fastapi import FastAPI


def add_openapi(app: FastAPI) -> None:
    pass
