"""`aisle index search` and `aisle index explain`: what a shopper's words find, and why. Above lies `index`."""

from __future__ import annotations

import json
import sys
from typing import Any

import msgspec
import typer

from assistant.settings import AisleSettings
from channels.command_line.errors import CommandError
from retrieval.build import open_snapshot
from retrieval.catalogue import Product, ProductId
from retrieval.constraints import parse_need
from retrieval.embedders.choosing import choose_embedder
from retrieval.explaining import Explanation, explained, told
from retrieval.retriever import Found, Retriever
from retrieval.settings import RetrievalSettings
from retrieval.suggesting import suggestion
from retrieval.synonyms import Synonyms

_LOOKED_AT = 1000
"""Results among which `explain` looks for the product's place."""


def search_index(settings: AisleSettings, text: str, *, k: int, as_json: bool) -> None:
    retriever, synonyms = _opened(settings)
    found = retriever.find(parse_need(text, retriever.vocabulary), k=k, measured=True)
    hits = [
        {
            "id": evidence.id,
            "title": evidence.title,
            "score": round(evidence.score, 3),
            "price": evidence.fields.get("price", ""),
            "why": _why(explained(_product(retriever, evidence.id), found.need, synonyms)),
            **_made_of(retriever, found, evidence.id),
        }
        for evidence in found.products
    ]
    report = {"asked": text, **_heading(found, retriever), "hits": hits}
    _show(report, as_json=as_json)


def explain_hit(settings: AisleSettings, text: str, product_id: str, *, as_json: bool) -> None:
    """Raises CommandError for a product that the index does not hold."""
    retriever, synonyms = _opened(settings)
    need = parse_need(text, retriever.vocabulary)
    product = _product(retriever, product_id)
    found = retriever.find(need, k=_LOOKED_AT, measured=True)
    places = [evidence.id for evidence in found.products]
    place = places.index(product_id) + 1 if product_id in places else None
    report = {
        "asked": text,
        **_heading(found, retriever),
        "hits": [
            {
                "id": product_id,
                "title": product.title,
                "place": place or f"not among the first {len(places)}",
                "score": round(found.products[place - 1].score, 3) if place else 0.0,
                "why": _why(explained(product, need, synonyms)),
                **(_made_of(retriever, found, product_id) if place else {}),
            }
        ],
    }
    _show(report, as_json=as_json)


def _opened(settings: AisleSettings) -> tuple[Retriever, Synonyms]:
    chosen = RetrievalSettings()
    opened = open_snapshot(settings.index_folder, choose_embedder(chosen), settings=chosen)
    return opened, Synonyms(chosen.synonyms)


def _product(retriever: Retriever, product_id: str) -> Product:
    product = retriever.product(ProductId(product_id))
    if product is None:
        raise CommandError(
            f"no product {product_id!r} in the index: `aisle index search` shows the ids of what is there"
        )
    return product


def _made_of(retriever: Retriever, found: Found, product_id: str) -> dict[str, Any]:
    """What the score is made of, which variants meet the conditions, and what else the hit stands for."""
    product = _product(retriever, product_id)
    meeting = found.variants.get(product_id, ())
    return {
        "measures": {name: round(value, 3) for name, value in found.measures.get(product_id, {}).items()},
        "variants": f"{len(meeting)} of {len(product.variants)} meet the conditions",
        "siblings": [f"{one.title} [{one.id}]" for one in found.siblings.get(product_id, ())],
    }


def _heading(found: Found, retriever: Retriever) -> dict[str, Any]:
    return {
        "words": found.need.text,
        "filters": [told(one) for one in found.need.filters],
        "wishes": list(found.need.wishes),
        "sort": found.need.sort,
        "relaxed": [told(one) for one in found.relaxed],
        "missing": list(found.missing),
        "total": found.total,
        "suggestion": suggestion(found, retriever.vocabulary),
    }


def _why(explanation: Explanation) -> dict[str, Any]:
    return {**msgspec.to_builtins(explanation), "by_meaning": explanation.by_meaning}


def _show(report: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(report, indent=2, ensure_ascii=False) + "\n")
        return
    typer.echo(f"words     {report['words'] or '(none)'}")
    for name in ("filters", "wishes", "relaxed", "missing"):
        if report[name]:
            typer.echo(f"{name:9} {'; '.join(report[name])}")
    typer.echo(f"found     {report['total']:,}, by {report['sort'].replace('_', ' ')}")
    if report["suggestion"]:
        typer.echo(f"hint      {report['suggestion']}")
    for number, hit in enumerate(report["hits"], start=1):
        _show_hit(hit, hit.get("place", number))


def _show_hit(hit: dict[str, Any], place: int | str) -> None:
    typer.echo(f"\n{place}  {hit['title']}  {hit.get('price', '')}  [{hit['id']}]  score {hit['score']:.3f}")
    for word, fields in hit["why"]["words"].items():
        typer.echo(f"     {word:16} {', '.join(fields) or '-'}")
    if hit["why"]["by_meaning"]:
        typer.echo("     none of the words: near in meaning")
    for verdict in ("meets", "fails"):
        if hit["why"][verdict]:
            typer.echo(f"     {verdict:16} {'; '.join(hit['why'][verdict])}")
    if hit.get("measures"):
        typer.echo(f"     {'score of':16} {', '.join(f'{name} {value:g}' for name, value in hit['measures'].items())}")
    if hit.get("variants"):
        typer.echo(f"     {'variants':16} {hit['variants']}")
    if hit.get("siblings"):
        typer.echo(f"     {'also as':16} {'; '.join(hit['siblings'])}")
