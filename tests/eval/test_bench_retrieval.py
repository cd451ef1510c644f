"""The benchmark of search: grown catalogues, the figures it reports, and their drawing."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from eval.command_line import bench_commands
from eval.load.growth_plot import growth_svg
from eval.load.growth_table import table
from eval.retrieval.grown_catalogue import grown, grown_vectors
from retrieval.embedders.hashing import HashingEmbedder
from tests.retrieval.shop_fixture import PRODUCTS

ROWS = [
    {"id": f"p{number}", "title": f"{colour} {thing} XK-{number}20{number}", "class": "Things", "brand": "Fjell",
     "description": f"A {thing}.", "features": "weight: 2 kg", "price": 10 + number, "colour": colour}
    for number, (colour, thing) in enumerate((c, t) for c in ("red", "blue", "green") for t in ("tent", "lamp", "cup"))
]  # fmt: skip


@pytest.fixture
def searched(tmp_path: Path) -> Path:
    folder = tmp_path / "small_set"
    folder.mkdir()
    (folder / "products.jsonl").write_text("".join(json.dumps(row) + "\n" for row in ROWS))
    (folder / "queries.csv").write_text("query_id,query\n1,red tent\n2,lamp\n3,blue cup\n")
    (folder / "labels.csv").write_text("query_id,product_id,label\n1,p0,Exact\n")
    return folder


def test_a_grown_catalogue_begins_with_the_real_rows_and_no_id_comes_twice() -> None:
    made = list(grown(PRODUCTS, 40))
    assert tuple(made[: len(PRODUCTS)]) == PRODUCTS
    assert len({product.id for product in made}) == 40
    assert len({variant.id for product in made for variant in product.variants}) == sum(
        len(product.variants) for product in made
    )
    assert list(grown(PRODUCTS, 40)) == made


def test_vectors_of_copies_lie_near_their_originals_but_not_on_them() -> None:
    vectors = HashingEmbedder(dimensions=384).embed(["a tent", "a lamp", "some cup"])
    made = grown_vectors(vectors, 9)
    assert np.allclose(made[:3], vectors)
    assert np.allclose(np.linalg.norm(made, axis=1), 1.0, atol=1e-5)
    assert all(0.75 < float(made[row] @ vectors[row % 3]) < 0.95 for row in range(3, 9))


def test_every_figure_is_measured_and_drawn(searched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AISLE_RETRIEVAL_EMBEDDER", "hashing")
    plot = tmp_path / "growth.svg"
    result = CliRunner().invoke(
        bench_commands, ["retrieval", str(searched), "--sizes", "9,60", "--json", "--plot", str(plot)]
    )
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert list(report["sizes"]) == ["9", "60"]
    for figures in report["sizes"].values():
        assert figures["build"]["index"] == "faiss-flat"
        assert figures["query"]["queries"] == 3
        assert figures["filtered_vectors"]["10% off-topic"]["recall@10"] >= 0.97
        assert figures["live"]["price_visible_ms"]["p95"] > 0
    assert ElementTree.fromstring(plot.read_text()).tag.endswith("svg")
    assert growth_svg(report) == plot.read_text()
    lines = table(report).splitlines()
    assert lines[0] == "| figure | 9 | 60 | goal | met |"
    assert {line.count("|") for line in lines} == {6}
    assert any(line.startswith("| recall@10 against exact, 1 % random") and "| yes |" in line for line in lines)


def test_sizes_that_are_no_numbers_are_told(searched: Path) -> None:
    result = CliRunner().invoke(bench_commands, ["retrieval", str(searched), "--sizes", "many"])
    assert result.exit_code == 2
    assert "write --sizes 1000,10000" in " ".join(result.output.replace("│", " ").split())
