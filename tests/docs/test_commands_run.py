"""What the documents tell to do is done: page after page, the tutorial first, each command in its order, in one small shop.

What needs another world is skipped with what it needs (what_is_needed.py); what takes minutes is done in short, and is slow.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

import pytest

from tests.docs.doing import Reader, free_port, reading
from tests.docs.shell_commands import ROOT, Told, commands_of, pages
from tests.docs.what_is_needed import ELSEWHERE, elsewhere, fits, is_slow, is_told_in_full

TUTORIAL = ("install", "your-shop", "first-conversation", "kiosk-phone-desk", "a-model", "many-replicas")
AT_MOST_ELSEWHERE = 38


@functools.cache
def in_order() -> list[Told]:
    """The tutorial as it is read, then the other pages; the same words on the same page once."""
    tutorial = [ROOT / "docs" / "tutorial" / f"{name}.md" for name in TUTORIAL]
    others = [page for page in pages() if page.parent.name != "tutorial"]
    found = [told for page in (*tutorial, *others) for told in commands_of(page)]
    return [told for told in found if told.words and is_told_in_full(told)]


def cases() -> Iterator[object]:
    for told in in_order():
        marks = [pytest.mark.slow, pytest.mark.long] if is_slow(told) else []
        yield pytest.param(told, id=f"{told.page}:{told.line}:{' '.join(told.words)[:60]}", marks=marks)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Iterator[Reader]:
    """Somebody with the tutorial's catalogue, taken in and made findable."""
    folder = tmp_path_factory.mktemp("docs")
    page = (ROOT / "docs" / "tutorial" / "your-shop.md").read_text(encoding="utf-8")
    catalogue = re.search(r'```csv title="products.csv"\n(.*?)```', page, re.DOTALL)
    assert catalogue is not None
    (folder / "products.csv").write_text(catalogue.group(1), encoding="utf-8")

    @functools.cache
    def postgres() -> int:
        server = request.getfixturevalue("postgres_server")
        server.make_database("docs")
        return int(server.port)

    audiosocket = functools.cache(free_port)
    ports = {
        "postgres": postgres,
        "audiosocket": audiosocket,
        "valkey": lambda: int(request.getfixturevalue("valkey_server").port),
    }
    with reading(folder, ports) as reader:
        for text in ("aisle shop import products.csv", "aisle index build"):
            prepared = reader.does(Told(page="", line=0, text=text))
            assert prepared.returncode == 0, prepared.stderr
        yield reader


@pytest.fixture
def at_its_page(reader: Reader, told: Told, _page: list[str]) -> Reader:
    if _page[-1] != told.page:
        reader.turn_the_page()
        _page.append(told.page)
    reader.exports([one for one in in_order() if one.page == told.page and one.line < told.line])
    return reader


@pytest.fixture(scope="module")
def _page() -> list[str]:
    return [""]


@pytest.mark.parametrize("told", list(cases()))
def test_it_does_what_the_page_says(told: Told, at_its_page: Reader):
    if need := elsewhere(told):
        pytest.skip(f"needs {need}")
    done = at_its_page.does(told)
    assert done.returncode == 0, f"{told.page}:{told.line}: {told.text}\n{done.stdout[-1500:]}{done.stderr[-2500:]}"


def test_the_tutorial_is_read_whole():
    assert {page.stem for page in (ROOT / "docs" / "tutorial").glob("*.md")} == {*TUTORIAL, "index"}


def test_few_commands_need_another_world():
    told = in_order()
    needed = [one for one in told if elsewhere(one)]
    assert len(told) > 130
    assert len(needed) <= AT_MOST_ELSEWHERE, [one.text for one in needed]


def test_each_reason_has_a_command():
    assert [start for start in ELSEWHERE if not any(fits(told, start) for told in in_order())] == []
