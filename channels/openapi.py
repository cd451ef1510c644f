"""OpenAPI 3.1 for HTTP at /openapi.json: FastAPI's own, with problems as the errors they are and the token where it is asked."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from fastapi.responses import JSONResponse

from channels.asyncapi import asyncapi_document
from channels.edge.bodies import ProblemDocument
from channels.problems import MEDIA_TYPE

DESCRIPTION = """One conversation, many channels. Times are RFC 3339 in UTC, money is a decimal string with its currency.
Errors are application/problem+json (RFC 9457) with a stable `code`. Unknown fields are ignored.
The WebSocket /v1/socket is described at /v1/asyncapi.json."""
PROBLEM = {"$ref": "#/components/schemas/ProblemDocument"}


def add_openapi(app: FastAPI) -> None:
    """Both documents are made when first asked for."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]  # the way that FastAPI documents

    async def asyncapi() -> JSONResponse:
        return JSONResponse(asyncapi_document())

    app.add_api_route("/v1/asyncapi.json", asyncapi, include_in_schema=False)


def _document(app: FastAPI) -> dict[str, Any]:
    document = get_openapi(
        title="Aisle", version="1", summary="The wire protocol, version 1", description=DESCRIPTION, routes=app.routes
    )
    components = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        components.pop(name, None)
    components["ProblemDocument"] = ProblemDocument.model_json_schema()
    for operations in document["paths"].values():
        for operation in operations.values():
            _tidy(operation)
    return document


def _tidy(operation: dict[str, Any]) -> None:
    """FastAPI's own 422 is not what is answered here."""
    for status, response in operation["responses"].items():
        if status.startswith(("4", "5")):
            response["content"] = {MEDIA_TYPE: {"schema": PROBLEM}}
            response["description"] = "problem+json"
