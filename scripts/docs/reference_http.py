"""The page of HTTP's calls, from OpenAPI as a server gives it. Run by site_hooks.py."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from channels.app import create_app
from tests.channels.house import build_house

LEAD = """# HTTP

Written at build from what a running server gives at `/openapi.json`. {description}

"""
METHODS = ("get", "post", "put", "patch", "delete")


def document() -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as home:
        house = build_house(Path(home))
        try:
            found: dict[str, Any] = create_app(house).openapi()  # type: ignore[arg-type]  # the tests' house is a Product
        finally:
            house.tables.dispose()
    return found


def page() -> str:
    told = document()
    lead = LEAD.format(description=" ".join(told["info"]["description"].split()))
    areas: dict[str, list[str]] = {}
    for path, operations in sorted(told["paths"].items()):
        for method in METHODS:
            if method in operations:
                areas.setdefault(_area(path), []).append(_operation(method, path, operations[method]))
    calls = (f"## {area}\n\n" + "\n".join(shown) for area, shown in sorted(areas.items()))
    schemas = "\n".join(_schema(name, schema) for name, schema in sorted(told["components"]["schemas"].items()))
    return lead + "\n".join(calls) + "\n## Bodies\n\n" + schemas


def _area(path: str) -> str:
    parts = [part for part in path.split("/") if part and part != "v1"]
    return f"/v1/{parts[0]}" if path.startswith("/v1/") else "Pages and health"


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    told = [f"### {method.upper()} {path}".replace("{", "&#123;").replace("}", "&#125;"), ""]
    words = operation.get("description") or operation.get("summary") or ""
    told += [" ".join(words.split()), ""]
    if parameters := operation.get("parameters"):
        told += ["| parameter | in | kind | |", "|---|---|---|---|", *map(_parameter, parameters), ""]
    if body := operation.get("requestBody"):
        told += [f"Body: {', '.join(_media(body['content']))}", ""]
    answers = (_answer(status, answer) for status, answer in operation["responses"].items())
    return "\n".join([*told, "Answers: " + "; ".join(answers), ""])


def _parameter(parameter: dict[str, Any]) -> str:
    needed = "" if parameter.get("required") else " (optional)"
    told = " ".join(str(parameter.get("description", "")).split())
    return f"| `{parameter['name']}`{needed} | {parameter['in']} | {kind(parameter.get('schema', {}))} | {told} |"


def _media(content: dict[str, Any]) -> list[str]:
    return [f"{kind(one.get('schema', {}))} as `{name}`" for name, one in content.items()]


def _answer(status: str, answer: dict[str, Any]) -> str:
    shapes = [kind(one.get("schema", {})) for one in answer.get("content", {}).values()]
    if status.startswith(("4", "5")):
        return f"{status} problem"
    return f"**{status}** {', '.join(shape for shape in shapes if shape != 'any')}".strip()


def kind(schema: dict[str, Any]) -> str:
    """A schema in a few words, with a link to what has a name."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    for several in ("anyOf", "oneOf", "allOf"):
        if several in schema:
            return " or ".join(dict.fromkeys(kind(one) for one in schema[several]))
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if "const" in schema:
        return f"`{schema['const']}`"
    if schema.get("type") == "array":
        return f"list of {kind(schema.get('items', {}))}"
    if isinstance(schema.get("type"), list):
        return " or ".join(schema["type"])
    return str(schema.get("format") or schema.get("type") or "any")


def _schema(name: str, schema: dict[str, Any]) -> str:
    told = [f"### {name}", "", " ".join(str(schema.get("description", "")).split()), ""]
    needed = set(schema.get("required", ()))
    fields = schema.get("properties", {})
    if not fields:
        return "\n".join([*told, kind({key: value for key, value in schema.items() if key != "description"}), ""])
    rows = (_field(field, one, needed=field in needed) for field, one in fields.items())
    return "\n".join([*told, "| field | kind | |", "|---|---|---|", *rows, ""])


def _field(name: str, schema: dict[str, Any], *, needed: bool) -> str:
    words = " ".join(str(schema.get("description", "")).split())
    return f"| `{name}`{'' if needed else ' (optional)'} | {kind(schema)} | {words} |"
