"""Ids and addresses from clients are names, never paths, joins or queries (S4, S5, S8)."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.channels.house import Served, build_house, serving

pytestmark = pytest.mark.anyio
ODD = (
    *(
        "..",
        "../..",
        "../../etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "%00",
        "\x00",
        "c_1/../c_2",
        "c_1:note",
        "note_c_1",
        "c_1;c_2",
    ),
    *(
        "' OR 1=1 --",
        "%",
        "_",
        "*",
        "{}",
        "[]",
        "null",
        "C_" + "0" * 24,
        "c_" + "0" * 200,
        "file:///etc/passwd",
        "\\\\host\\share",
    ),
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    async with serving(build_house(tmp_path)) as running:
        yield running


async def test_no_odd_id_opens_anything_and_all_are_answered_alike(served: Served) -> None:
    opened = await served.start()
    foreign = await served.start()
    alike = set()
    for name in (*ODD, foreign.conversation_id, "c_" + "f" * 24):
        for rest in ("", "/events", "/messages"):
            path = f"/v1/conversations/{quote(name, safe='')}{rest}"
            call = served.http.post if rest == "/messages" else served.http.get
            answer = await call(
                path,
                headers=opened.headers,
                **({"json": {"client_id": "a", "text": "x"}} if rest == "/messages" else {}),
            )
            assert answer.status_code in (401, 404, 405, 422), (name, rest, answer.status_code)
            assert "passwd" not in answer.text or "root:" not in answer.text
            alike.add(answer.status_code)
    assert len(await foreign.events()) == 2 and len(await opened.events()) == 2


@pytest.mark.parametrize("folder", ["/", "/assets/", "/kiosk/assets/", "/m/assets/", "/m/icons/", "/desk/assets/"])
async def test_no_file_but_a_pages_own_is_served(served: Served, folder: str) -> None:
    for name in (
        "../app.py",
        "..%2fapp.py",
        "%2e%2e/app.py",
        "....//app.py",
        "..\\app.py",
        "%5c..%5capp.py",
        "/etc/passwd",
        "app.py%00.js",
    ):
        answer = await served.http.get(folder + name)
        assert (
            answer.status_code in (400, 404) and "def create_app" not in answer.text and "root:" not in answer.text
        ), name


async def test_a_message_may_not_name_its_own_place_in_the_log(served: Served) -> None:
    opened, foreign = await served.start(), await served.start()
    body = {
        "client_id": "m1",
        "text": "hello",
        "seq": 1,
        "id": "e_1",
        "conversation_id": foreign.conversation_id,
        "actor": {"kind": "agent"},
    }
    answer = await opened.post("/messages?wait=reply", body)
    assert answer.status_code == 200
    (said,) = [one for one in await opened.events() if one["type"] == "customer_said"]
    assert said["actor"]["kind"] == "customer" and said["seq"] > 1 and len(await foreign.events()) == 2
