"""What somebody may try with sign-in codes, and what comes of it: guessing, asking who is a customer, flooding, costs."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from assistant.stores.small_tables import open_engine
from channels.customer_sign_in.addresses import Address, email_address
from channels.customer_sign_in.codes import SignInCodes
from channels.customer_sign_in.errors import CodeRefused
from channels.customer_sign_in.sign_in_settings import SignInSettings
from channels.customer_sign_in.sign_in_tables import Hashes, metadata
from channels.errors import TooMany
from channels.settings import ChannelSettings
from tests.channels.customer_sign_in.sign_in_house import SignInHouse, sign_in_house

pytestmark = pytest.mark.anyio

ANN, NOBODY, TWINS = ({"email": f"{name}@example.com"} for name in ("ann", "nobody", "twin"))
REFUSED = (422, "sign_in_code_refused")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[SignInHouse]:
    async with sign_in_house(tmp_path) as opened:
        yield opened


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06}"


async def told(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


async def test_five_wrong_tries_void_the_code_and_say_nothing_more_than_the_first(house: SignInHouse) -> None:
    opened = await house.served.start()
    await opened.post("/sign_in", ANN)
    code = (await house.settled()).code
    answers = [await opened.post("/sign_in/confirm", {"code": wrong(code)}) for _ in range(5)]
    answers.append(await opened.post("/sign_in/confirm", {"code": code}))
    assert {await told(answer) for answer in answers} == {REFUSED}
    assert len({answer.text for answer in answers}) == 1
    assert (await opened.get()).json()["customer"] is None


async def test_the_fifth_try_may_still_be_right(house: SignInHouse) -> None:
    opened = await house.served.start()
    await opened.post("/sign_in", ANN)
    code = (await house.settled()).code
    for _ in range(4):
        await opened.post("/sign_in/confirm", {"code": wrong(code)})
    assert (await opened.post("/sign_in/confirm", {"code": code})).status_code == 200


@pytest.mark.parametrize("code", ["", "12345", "1234567", "½", "x" * 64, "٤٨٢٩١٣", "' OR 1=1 --"])
async def test_odd_codes_are_refused(house: SignInHouse, code: str) -> None:
    opened = await house.served.start()
    await opened.post("/sign_in", ANN)
    assert (await opened.post("/sign_in/confirm", {"code": code})).status_code == 422


async def test_a_code_works_once_and_in_its_own_conversation_and_for_ten_minutes(house: SignInHouse) -> None:
    first, second = await house.served.start(), await house.served.start()
    await first.post("/sign_in", ANN)
    code = (await house.settled()).code
    assert await told(await second.post("/sign_in/confirm", {"code": code})) == REFUSED
    assert (await first.post("/sign_in/confirm", {"code": code})).status_code == 200
    assert await told(await first.post("/sign_in/confirm", {"code": code})) == REFUSED
    house.clock[0] += 31
    await second.post("/sign_in", ANN)
    late = (await house.settled()).code
    house.clock[0] += 600
    assert await told(await second.post("/sign_in/confirm", {"code": late})) == REFUSED


async def test_a_newer_code_voids_the_older(house: SignInHouse) -> None:
    opened = await house.served.start()
    await opened.post("/sign_in", ANN)
    older = (await house.settled()).code
    house.clock[0] += 31
    await opened.post("/sign_in", ANN)
    newer = (await house.settled()).code
    if older != newer:
        assert await told(await opened.post("/sign_in/confirm", {"code": older})) == REFUSED
    assert (await opened.post("/sign_in/confirm", {"code": newer})).status_code == 200


@pytest.mark.parametrize("asked", [NOBODY, TWINS, {"phone": "+13035550199"}])
async def test_whether_somebody_is_a_customer_shows_in_no_answer(house: SignInHouse, asked: dict[str, str]) -> None:
    known, unknown = await house.served.start(), await house.served.start()
    answers = [await known.post("/sign_in", ANN), await unknown.post("/sign_in", asked)]
    assert [answer.status_code for answer in answers] == [202, 202]
    bodies = [answer.json() for answer in answers]
    assert bodies[0].keys() == bodies[1].keys() and bodies[0]["expires_at"] == bodies[1]["expires_at"]
    sent = await house.settled()
    assert len(sent.messages) == 1
    for opened in (known, unknown):
        tries = [await opened.post("/sign_in/confirm", {"code": wrong(sent.code)}) for _ in range(6)]
        assert {await told(answer) for answer in tries} == {REFUSED}
    statuses = [(await opened.get("/sign_in")).json() for opened in (known, unknown)]
    assert [status["waiting"] is not None for status in statuses] == [True, True]


async def test_limits_are_the_same_for_addresses_that_nobody_has(tmp_path: Path) -> None:
    async with sign_in_house(tmp_path, per_address=3, per_conversation=50) as house:
        refused = {}
        for asked in (ANN, NOBODY):
            answers = [(await (await house.served.start()).post("/sign_in", asked)) for _ in range(4)]
            refused[str(asked)] = [(answer.status_code, answer.headers.get("retry-after")) for answer in answers]
        assert len(set(map(str, refused.values()))) == 1
        assert [status for status, _ in refused[str(ANN)]] == [202, 202, 202, 429]


async def test_another_code_waits_half_a_minute_and_is_told_how_long(house: SignInHouse) -> None:
    opened = await house.served.start()
    assert (await opened.post("/sign_in", ANN)).status_code == 202
    house.clock[0] += 10
    answer = await opened.post("/sign_in", ANN)
    assert (*await told(answer), answer.headers["retry-after"]) == (429, "too_many_codes", "20")
    house.clock[0] += 20
    assert (await opened.post("/sign_in", ANN)).status_code == 202


async def test_a_visitor_gets_so_many_codes_an_hour(house: SignInHouse) -> None:
    opened = await house.served.start()
    statuses = []
    for number in range(6):
        statuses.append((await opened.post("/sign_in", {"email": f"somebody{number}@example.com"})).status_code)
        house.clock[0] += 60
    assert statuses == [202] * 5 + [429]
    house.clock[0] += 3_600
    assert (await opened.post("/sign_in", ANN)).status_code == 202


async def test_an_address_is_not_flooded_by_many_visitors_nor_in_a_day(tmp_path: Path) -> None:
    async with sign_in_house(tmp_path, per_address=2) as house:

        async def ask() -> int:
            return int((await (await house.served.start()).post("/sign_in", ANN)).status_code)

        assert [await ask() for _ in range(3)] == [202, 202, 429]
        house.clock[0] += 3_601
        assert [await ask() for _ in range(3)] == [202, 202, 429]
        house.clock[0] += 3_601
        assert await ask() == 429
        house.clock[0] += 86_400
        assert await ask() == 202


async def test_one_network_asks_for_so_many_and_forwarded_addresses_of_strangers_count_nothing(tmp_path: Path) -> None:
    async with sign_in_house(tmp_path, per_network=3) as house:
        statuses = []
        for number in range(4):
            opened = await house.served.start()
            headers = {**opened.headers, "X-Forwarded-For": f"203.0.113.{number}"}
            body = {"email": f"somebody{number}@example.com"}
            answer = await house.served.http.post(opened.path("/sign_in"), json=body, headers=headers)
            statuses.append(answer.status_code)
        assert statuses == [202, 202, 202, 429]


async def test_behind_a_trusted_proxy_each_visitors_own_address_counts(tmp_path: Path) -> None:
    settings = ChannelSettings(_env_file=None, trusted_proxies=("127.0.0.1", "10.0.0.0/8"))  # type: ignore[call-arg]
    async with sign_in_house(tmp_path, settings, per_network=1) as house:

        async def ask(number: int, forwarded: str) -> int:
            opened = await house.served.start()
            headers = {**opened.headers, "X-Forwarded-For": forwarded}
            body = {"email": f"somebody{number}@example.com"}
            answer = await house.served.http.post(opened.path("/sign_in"), json=body, headers=headers)
            return int(answer.status_code)

        assert await ask(1, "203.0.113.1") == 202
        assert await ask(2, "203.0.113.2, 10.0.0.7") == 202
        assert await ask(3, "198.51.100.9, 203.0.113.2") == 429, "what a client wrote itself is not believed"
        assert await ask(4, "2001:db8:1:2::1") == 202
        assert await ask(5, "2001:db8:1:2:ffff::9") == 429, "one household is one, whatever address it takes"


async def test_a_day_costs_no_more_than_its_ceiling_and_messages_to_nobody_cost_nothing(tmp_path: Path) -> None:
    async with sign_in_house(tmp_path, per_day=2, per_network=99) as house:

        async def ask(asked: dict[str, str]) -> int:
            return int((await (await house.served.start()).post("/sign_in", asked)).status_code)

        assert [await ask(NOBODY) for _ in range(4)] == [202] * 4
        assert [await ask(ANN), await ask({"email": "bob@example.com"})] == [202, 202]
        assert [await ask({"phone": "+13035550142"}), await ask(TWINS)] == [429, 429]
        house.clock[0] += 86_400
        assert await ask(ANN) == 202
        assert len((await house.settled()).messages) == 3


async def test_guesses_from_one_network_are_counted_over_all_its_conversations(tmp_path: Path) -> None:
    async with sign_in_house(tmp_path) as house:
        house.served.app.state.sign_in_guesses._per_minute = 0.001
        statuses = []
        for _ in range(4):
            opened = await house.served.start()
            statuses += [(await opened.post("/sign_in/confirm", {"code": "123456"})).status_code for _ in range(10)]
        assert statuses.count(422) == 30 and statuses[30:] == [429] * 10


@pytest.fixture(params=["sqlite", "postgresql"])
def tables(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """Where all processes of a house count: threads at once are told apart in both by their connections."""
    url = ""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres_server")
        url = server.make_database(f"sign_in_{secrets.token_hex(4)}").replace("postgresql://", "postgresql+psycopg://")
    engine = open_engine(tmp_path, url)
    metadata.create_all(engine)
    yield engine
    engine.dispose()


def codes_of(tables: Engine, **changes: Any) -> SignInCodes:
    return SignInCodes(tables, Hashes(b"s" * 32), SignInSettings(**changes))


def test_many_tries_at_once_are_as_many_tries_as_one_after_the_other(tables: Engine) -> None:
    codes = codes_of(tables)
    code = codes.issue("c", email_address("ann@example.com"), network="n", customer="ann").code

    def attempt(number: int) -> bool:
        try:
            codes.redeem("c", code if number == 39 else wrong(code))
        except CodeRefused:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        won = list(threads.map(attempt, range(40)))
    assert sum(won) <= 1
    with pytest.raises(CodeRefused):
        codes.redeem("c", code)


def test_the_right_code_at_once_from_two_sides_signs_in_one(tables: Engine) -> None:
    codes = codes_of(tables)
    code = codes.issue("c", email_address("ann@example.com"), network="n", customer="ann").code

    def attempt(_: int) -> bool:
        try:
            return codes.redeem("c", code).customer == "ann"
        except CodeRefused:
            return False

    with ThreadPoolExecutor(4) as threads:
        assert sum(threads.map(attempt, range(5))) == 1


def test_limits_hold_when_many_ask_at_once(tables: Engine) -> None:
    codes = codes_of(tables, per_address=3, resend_seconds=0)

    def attempt(number: int) -> bool:
        try:
            codes.issue(f"c{number}", Address(way="email", value="ann@example.com"), network="n", customer="ann")
        except TooMany:
            return False
        return True

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(attempt, range(16))) == 3


def test_limits_outlive_a_restart(tables: Engine) -> None:
    first = codes_of(tables, per_address=1)
    first.issue("c1", email_address("ann@example.com"), network="n", customer="ann")
    with pytest.raises(TooMany):
        codes_of(tables, per_address=1).issue("c2", email_address("ann@example.com"), network="m", customer="ann")
