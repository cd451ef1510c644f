"""The operator's calls, over a real server: who may, what they change, what they answer."""

from __future__ import annotations

import stat
from dataclasses import dataclass
from pathlib import Path

import anyio
import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.edge.admin_token import ADMIN_FILE, AdminKey, is_local, open_admin_key
from channels.errors import SecretUnreadable
from channels.settings import ChannelSettings
from tests.channels.house import build_house, serving
from tests.channels.operated import operated

SWITCHES = [
    ("/models/model/promote", {"version": "writer@1"}),
    ("/models/model/rollback", {}),
    ("/models/model/pin", {}),
    ("/models/model/unpin", {}),
    ("/models/canary/start", {"version": "writer@2", "share": 0.1}),
    ("/models/canary/stop", {}),
]


@pytest.mark.anyio
async def test_a_version_is_promoted_and_rolled_back_and_each_is_answered_with_what_runs(tmp_path: Path) -> None:
    async with operated(tmp_path) as shop:
        assert await shop.says() == "own"
        first = await shop.post("/models/model/promote", version="writer@1", reason="better", by="ada")
        assert first.status_code == 200, first.text
        assert {name: first.json()[name] for name in ("current", "running", "settled")} == {
            "current": "writer@1",
            "running": "writer@1",
            "settled": True,
        }
        assert await shop.says() == "writer@1"
        await shop.post("/models/model/promote", version="writer@2")
        back = await shop.post("/models/model/rollback", reason="worse")
        assert back.json()["running"] == "writer@1" and await shop.says() == "writer@1"
        acts = (await shop.get("/models/history")).json()["acts"]
        assert [(act["act"], act["version"], act["by"]) for act in acts] == [
            ("rolled_back", "writer@1", "api"),
            ("promoted", "writer@2", "api"),
            ("promoted", "writer@1", "api: ada"),
        ]


@pytest.mark.anyio
async def test_what_is_there_and_runs_is_listed(tmp_path: Path) -> None:
    async with operated(tmp_path) as shop:
        await shop.post("/models/model/promote", version="writer@2")
        told = (await shop.get("/models")).json()
        assert {"writer@1", "writer@2", "own@elsewhere"} <= {version["version"] for version in told["versions"]}
        assert told["standing"]["model"]["current"] == "writer@2"
        assert [(one["part"], one["version"]) for one in told["running"]] == [("model", "writer@2")]


@pytest.mark.anyio
async def test_a_canary_is_started_and_stopped(tmp_path: Path) -> None:
    async with operated(tmp_path) as shop:
        begun = (await shop.post("/models/canary/start", version="writer@2", share=1)).json()
        assert (begun["canary"], begun["share"], begun["settled"]) == ("writer@2", 1.0, True)
        assert await shop.says() == "writer@2"
        tried = (await shop.get("/models")).json()["canary"]
        assert tried["version"] == "writer@2"
        assert {"fault": "failed", "bad": 0, "seen": 1, "bad_beside": 0, "seen_beside": 0} in tried["gates"]
        ended = (await shop.post("/models/canary/stop")).json()
        assert (ended["canary"], ended["settled"]) == ("", True)
        assert (await shop.get("/models")).json()["canary"] is None
        assert await shop.says() == "own"


@pytest.mark.anyio
async def test_a_pinned_kind_is_left_alone_until_it_is_let_go(tmp_path: Path) -> None:
    async with operated(tmp_path) as shop:
        assert (await shop.post("/models/model/pin")).json()["pinned"] is True
        refused = await shop.post("/models/model/promote", version="writer@1")
        assert refused.status_code == 409
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["code"] == "switch_refused" and "unpin it first" in refused.json()["detail"]
        await shop.post("/models/model/unpin")
        assert (await shop.post("/models/model/promote", version="writer@1")).status_code == 200


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/models/model/promote", {"version": "writer@9"}, 404, "version_unknown"),
        ("/models/canary/start", {"version": "writer@9", "share": 0.1}, 404, "version_unknown"),
        ("/models/model/rollback", {}, 409, "switch_refused"),
        ("/models/canary/start", {"version": "writer@1", "share": 0}, 422, "invalid_request"),
        ("/models/canary/start", {"version": "writer@1", "share": 1.5}, 422, "invalid_request"),
        ("/models/model/promote", {}, 422, "invalid_request"),
        ("/models/oracle/promote", {"version": "writer@1"}, 422, "invalid_request"),
        ("/models/model/promote", {"version": "writer@1", "reason": "x" * 501}, 422, "invalid_request"),
    ],
)
async def test_what_cannot_be_done_is_a_problem_with_a_stable_code(
    tmp_path: Path, path: str, body: dict[str, object], status: int, code: str
) -> None:
    async with operated(tmp_path) as shop:
        answer = await shop.post(path, **body)
        assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
        assert await shop.says() == "own"


@pytest.mark.anyio
async def test_a_version_that_cannot_be_opened_is_answered_as_not_settled_and_changes_nothing(tmp_path: Path) -> None:
    async with operated(tmp_path) as shop:
        await shop.post("/models/model/promote", version="writer@1")
        (tmp_path / "torn.gguf").write_bytes(b"GGUF torn")
        from model_serving.registry import Version

        torn = Version(kind="model", name="torn", version="1", digest="t", source=str(tmp_path / "torn.gguf"))
        shop.control.registry.register(torn)
        answer = (await shop.post("/models/model/promote", version="torn@1")).json()
        assert (answer["current"], answer["running"], answer["settled"]) == ("torn@1", "writer@1", False)
        assert await shop.says() == "writer@1"
        with anyio.fail_after(10):
            while not any(done.act == "failed_to_open" for done in shop.control.registry.acts()):
                await shop.control.stage.followed()  # type: ignore[union-attr]


@pytest.mark.anyio
@pytest.mark.parametrize("token", ["", "wrong", "a token that nobody guesse", "ä" * 40])
async def test_without_the_token_nothing_is_told_or_changed(tmp_path: Path, token: str) -> None:
    async with operated(tmp_path) as shop:
        headers = {"Authorization": f"Bearer {token}".encode()} if token else {}
        for path, body in SWITCHES:
            answer = await shop.served.http.post(f"/v1/admin{path}", json=body, headers=headers)
            assert (answer.status_code, answer.json()["code"]) == (401, "not_allowed")
            assert answer.headers["www-authenticate"] == "Bearer"
        for path in ("/models", "/models/history"):
            assert (await shop.served.http.get(f"/v1/admin{path}", headers=headers)).status_code == 401
        assert shop.control.registry.acts() == ()


@pytest.mark.anyio
async def test_a_customers_token_opens_no_door_of_the_operator(tmp_path: Path) -> None:
    async with operated(tmp_path) as shop:
        opened = await shop.served.start()
        assert (await shop.get("/models", token=opened.token)).status_code == 401


@dataclass(frozen=True)
class Reachable:
    home: Path
    host: str = "0.0.0.0"


@pytest.mark.anyio
async def test_a_server_that_strangers_reach_has_no_such_door_until_a_token_is_set(tmp_path: Path) -> None:
    house = build_house(tmp_path)
    house.settings = Reachable(tmp_path)  # type: ignore[assignment]
    async with serving(house) as served:
        answer = await served.http.get("/v1/admin/models", headers={"Authorization": "Bearer anything at all"})
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    assert not (tmp_path / ADMIN_FILE).exists()


def test_a_local_server_makes_a_token_that_its_owner_alone_may_read(tmp_path: Path) -> None:
    key = open_admin_key(ChannelSettings(), tmp_path / "home", "127.0.0.1")
    path = tmp_path / "home" / ADMIN_FILE
    assert key is not None and key.opens(path.read_text()) and not key.opens(path.read_text()[:-1])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    again = open_admin_key(ChannelSettings(), tmp_path / "home", "localhost")
    assert again is not None and again.opens(path.read_text()) and stat.S_IMODE(path.stat().st_mode) == 0o600
    path.write_text("")
    with pytest.raises(SecretUnreadable, match="damaged"):
        open_admin_key(ChannelSettings(), tmp_path / "home", "::1")


def test_a_token_that_is_easily_guessed_is_refused_when_the_settings_are_read() -> None:
    with pytest.raises(ValueError, match="16 characters"):
        ChannelSettings(admin_token="short")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("host", "local"),
    [
        ("127.0.0.1", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("0.0.0.0", False),
        ("::", False),
        ("shop.example", False),
    ],
)
def test_which_addresses_strangers_reach(host: str, local: bool) -> None:
    assert is_local(host) is local


@given(st.text(max_size=60))
def test_no_other_text_is_taken_for_the_token(text: str) -> None:
    assert not AdminKey("the very token of this test").opens(text)


@pytest.mark.anyio
async def test_a_switch_takes_one_look_at_the_registry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The bound behind "under a second": no polling interval lies between the answer and the switch of a warm version."""
    async with operated(tmp_path) as shop:
        await shop.post("/models/model/promote", version="writer@1")
        await shop.post("/models/model/promote", version="writer@2")
        stage = shop.control.stage
        assert stage is not None
        looks = 0
        look = stage.look  # type: ignore[attr-defined]

        async def counted(*arguments):  # type: ignore[no-untyped-def]
            nonlocal looks
            looks += 1
            return await look(*arguments)

        monkeypatch.setattr("model_serving.stage.LOOK", 3600.0)
        await stage.followed()
        monkeypatch.setattr(stage, "look", counted)
        for expected in ("writer@1", "writer@2", "writer@1"):
            looks = 0
            answer = (await shop.post("/models/model/rollback")).json()
            assert (answer["running"], answer["settled"]) == (expected, True)
            assert looks <= 3
