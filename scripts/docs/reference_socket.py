"""The page of the socket's frames and of the events they carry, from AsyncAPI as a server gives it. Run by site_hooks.py."""

from __future__ import annotations

from typing import Any

from reference_http import kind

from channels.asyncapi import CLOSE_CODES, asyncapi_document


def page() -> str:
    told = asyncapi_document()
    schemas, messages = told["components"]["schemas"], told["components"]["messages"]
    address = told["channels"]["socket"]["address"]
    parts = [
        f"# Socket\n\nWritten at build from what a running server gives at `/v1/asyncapi.json`. The address is `{address}`.\n",
        told["info"]["description"] + "\n",
        "| closes with | because |\n|---|---|\n"
        + "\n".join(f"| {code} | {why} |" for code, why in CLOSE_CODES.items())
        + "\n",
    ]
    framed: set[str] = set()
    for title, operation in (("From the client", "receiveFromClient"), ("From the server", "sendToClient")):
        parts.append(f"## {title}\n")
        for reference in told["operations"][operation]["messages"]:
            message = messages[reference["$ref"].rpartition("/")[2]]
            name = message["payload"]["$ref"].rpartition("/")[2]
            framed.add(name)
            parts.append(f"### {message['name']}\n\n{_words(message.get('summary'))}\n\n" + fields(schemas[name]))
    parts.append("## Events\n\nWhat an `event` frame holds; types that you do not know are to be skipped.\n")
    parts.extend(_event(one, schemas) for one in schemas["Event"]["anyOf"] if "const" in one["properties"]["type"])
    parts.append("## Shapes\n")
    facts = {
        one["properties"]["data"]["$ref"].rpartition("/")[2]
        for one in schemas["Event"]["anyOf"]
        if "data" in one["properties"]
    }
    rest = sorted(set(schemas) - framed - facts)
    parts.extend(
        f"### {name}\n\n{_words(schemas[name].get('description'))}\n\n{fields(schemas[name])}" for name in rest
    )
    return "\n".join(parts)


def _event(one: dict[str, Any], schemas: dict[str, Any]) -> str:
    properties = one["properties"]
    name = properties["data"]["$ref"].rpartition("/")[2]
    anchor = f" {{ #{name.lower()} }}"
    return f"### {properties['type']['const']}{anchor}\n\n{_words(schemas[name].get('description'))}\n\n{fields(schemas[name])}"


def fields(schema: dict[str, Any]) -> str:
    needed = set(schema.get("required", ()))
    rows = [
        f"| `{name}`{'' if name in needed else ' (optional)'} | {kind(one)} | {_words(one.get('description'))} |"
        for name, one in schema.get("properties", {}).items()
    ]
    if not rows:
        return "No fields.\n"
    return "\n".join(["| field | kind | |", "|---|---|---|", *rows, ""])


def _words(text: object) -> str:
    return " ".join(str(text or "").split()).replace("|", "\\|")
