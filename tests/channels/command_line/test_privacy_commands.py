"""`aisle privacy`: a copy of everything, genuine or not, kept as long as the rules say, and what a legal hold keeps."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from assistant.clock import SystemClock
from assistant.customer_context import open_memories
from assistant.desk.callbacks import CallBack, CallBacks
from assistant.desk.tables import make_tables
from assistant.erasing.holdings import HOLDINGS
from assistant.events import (
    ASSISTANT,
    SYSTEM,
    Actor,
    AssistantSaid,
    ClientId,
    ConsentChanged,
    ConversationId,
    ConversationStarted,
    CustomerIdentified,
    CustomerSaid,
    CustomerSignedOut,
    Draft,
    Fact,
    NoteAdded,
    TurnId,
)
from assistant.ids import RandomIds
from assistant.memories import Memory
from assistant.ports import ShopInfo
from assistant.privacy.choices import Choices
from assistant.privacy.exporting.coverage import LEFT_OUT, SECTIONS
from assistant.sealing.opening import open_sealing
from assistant.settings import AisleSettings
from assistant.shops.records import CustomerId
from assistant.shops.sql import SqlShop
from assistant.stores.opening import open_log
from assistant.stores.small_tables import open_engine
from channels.command_line import main
from tests.assistant.small_shop import CUSTOMERS, ORDERS, POLICIES, PRODUCTS, STORES

MAYA, TOM = CUSTOMERS[0], CUSTOMERS[1]
MINE, OTHERS, SPOKEN = ConversationId("c_mine"), ConversationId("c_tom"), ConversationId("c_spoken")
CANARY, FOREIGN = "Zyx-kanarie-4711", "Quokka-other-0815"


def aisle(*arguments: str) -> Result:
    return CliRunner().invoke(main.build_app(arguments), list(arguments))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in [name for name in os.environ if name.startswith("AISLE_")]:
        monkeypatch.delenv(name)
    home = tmp_path / "home"
    monkeypatch.setenv("AISLE_HOME", str(home))
    fill(AisleSettings(home=home))
    yield home


def fill(settings: AisleSettings) -> None:
    settings.home.mkdir()
    shop = SqlShop.open(settings.shop_file)
    shop.replace(
        info=ShopInfo(name="Small Shop", currency="USD"),
        products=PRODUCTS,
        policies=POLICIES,
        stores=STORES,
        customers=[replace(MAYA, do_not_sell=True), *CUSTOMERS[1:]],
        orders=ORDERS,
        origin="test",
    )
    shop.close()
    sealing = open_sealing(settings)
    asyncio.run(_fill_log(settings, sealing))
    tables = open_engine(settings.home)
    make_tables(tables)
    CallBacks(tables, SystemClock(), sealing).keep(
        CallBack(
            id="cb1", kind="callback", conversation_id=MINE, customer_id=MAYA.id, phone="+15035550150", text=CANARY
        )
    )
    Choices(tables, SystemClock()).keep(MAYA.id, [ConsentChanged(purpose="analytics", given=False)], conversation=MINE)
    memories = open_memories(settings.home, tables=None, sealing=sealing)
    memories.keep(
        [
            Memory(
                owner=CustomerId(who),
                kind="preference",
                trait="likes",
                value=words,
                words=f"I like {words}",
                conversation=where,
                at=datetime.now(UTC),
            )
            for who, words, where in ((MAYA.id, CANARY, MINE), (TOM.id, FOREIGN, OTHERS))
        ]
    )
    memories.close()
    tables.dispose()


async def _fill_log(settings: AisleSettings, sealing: object) -> None:
    store = await open_log(settings, RandomIds(), sealing)  # type: ignore[arg-type]
    await store.create(MINE, [*_talk(MAYA.id, CANARY), *_left(), *_talk(TOM.id, FOREIGN)[1:]])
    await store.create(OTHERS, _talk(TOM.id, FOREIGN))
    await store.create(SPOKEN, _talk("", "spoken words", channel="call"))
    await store.close()


def _talk(customer: str, words: str, *, channel: str = "web") -> list[Draft]:
    own = Actor(kind="customer", id=customer)
    facts: list[tuple[Actor, Fact]] = [(SYSTEM, ConversationStarted(locale="de-DE"))]
    facts += [(own, CustomerIdentified(customer_id=customer, method="token"))] if customer else []
    facts += [
        (own, CustomerSaid(client_id=ClientId(f"m-{customer}-{words}"), text=f"hello <b>{words}</b>")),
        (ASSISTANT, AssistantSaid(turn_id=TurnId(f"t-{words}"), text=f"you said {words}", language="en")),
        (Actor(kind="agent", id="agent_7"), NoteAdded(agent_id="agent_7", text=f"note {words}")),
    ]
    return [Draft(fact=fact, actor=actor, channel=channel) for actor, fact in facts]  # type: ignore[arg-type]


def _left() -> list[Draft]:
    return [Draft(fact=CustomerSignedOut(), actor=SYSTEM, channel="web")]


def age(home: Path, conversation: str, days: int) -> None:
    with sqlite3.connect(home / "conversations.db") as db:
        db.execute(
            "UPDATE events SET at = at - ? WHERE conversation = (SELECT id FROM conversations WHERE name = ?)",
            (days * 86_400_000_000, conversation),
        )
    db.close()


def test_an_export_has_everything_of_one_customer_and_nothing_of_another(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    done = aisle("privacy", "export", "--customer", MAYA.id, "--out", str(out), "--language", "de")
    assert done.exit_code == 0, (done.output, done.exception)
    data = json.loads((out / "my-data.json").read_text())
    for section in ("conversations", "memories", "callbacks"):
        assert CANARY in json.dumps(data[section]), section
    assert data["profile"]["email"] == MAYA.email and [order["id"] for order in data["orders"]]
    assert any("note" in event["data"].get("text", "") for event in data["conversations"][0]["events"])
    assert {one["purpose"]: one["decided_by"] for one in data["consents"]}["training"] == "shop"
    assert [one["purpose"] for one in data["choices"]] == ["analytics"]
    whole = (out / "my-data.json").read_text() + (out / "my-data.html").read_text()
    assert FOREIGN not in whole and "agent_7" not in whole and "holds" not in data
    assert {file.stat().st_mode & 0o077 for file in out.iterdir()} == {0}


def test_the_page_is_whole_in_itself_and_holds_text_alone(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    aisle("privacy", "export", "--customer", MAYA.id, "--out", str(out), "--language", "de")
    page = (out / "my-data.html").read_text()
    assert "Ihre Daten bei Small Shop" in page and '<html lang="de">' in page
    assert f"&lt;b&gt;{CANARY}&lt;/b&gt;" in page and "<script" not in page and "<b>" not in page
    assert not re.findall(r"(?:src|href)=\"(?!#)", page) and "default-src 'none'" in page


def test_an_export_is_genuine_until_a_byte_is_changed(home: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    aisle("privacy", "export", "--customer", MAYA.id, "--out", str(out))
    key = aisle("privacy", "key").output.strip()
    assert "genuine" in aisle("privacy", "verify", str(out), "--key", key).output
    assert aisle("privacy", "verify", str(out / "my-data.json")).exit_code == 0
    other = aisle("privacy", "verify", str(out), "--key", "ab" * 32)
    assert other.exit_code == 1 and "another key" in str(other.exception)
    path = out / "my-data.json"
    path.write_bytes(path.read_bytes().replace(b"hello", b"Hello", 1))
    changed = aisle("privacy", "verify", str(out))
    assert changed.exit_code == 1 and "changed" in str(changed.exception)


def test_an_export_takes_no_place_that_holds_one(home: Path, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    aisle("privacy", "export", "--customer", MAYA.id, "--out", out)
    again = aisle("privacy", "export", "--customer", MAYA.id, "--out", out)
    assert again.exit_code == 1 and "empty folder" in str(again.exception)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--customer", "nobody"], "nothing is kept"),
        (["--conversation", "c_none"], "nothing is kept"),
        ([], "one of the two"),
        (["--customer", "maya", "--conversation", "c_mine"], "one of the two"),
        (["--customer", "maya", "--language", "nb"], "choose among"),
    ],
)
def test_an_export_of_nothing_says_so(home: Path, tmp_path: Path, arguments: list[str], said: str) -> None:
    failed = aisle("privacy", "export", "--out", str(tmp_path / "out"), *arguments)
    assert failed.exit_code == 1 and said in str(failed.exception)


def test_every_table_with_something_of_people_stands_in_an_export_or_says_why_not() -> None:
    held = {name for name, holding in HOLDINGS.items() if holding.holds}
    assert held - SECTIONS.keys() - LEFT_OUT.keys() == set()
    assert (SECTIONS.keys() | LEFT_OUT.keys()) - HOLDINGS.keys() == set()


def test_what_is_held_is_shown_to_the_officer_and_can_neither_be_erased_nor_retained(
    home: Path, tmp_path: Path
) -> None:
    placed = aisle("privacy", "hold", "--customer", MAYA.id, "--reason", "case 7", "--by", "officer")
    hold_id = placed.output.strip()
    refused = aisle("privacy", "erase", "--customer", MAYA.id)
    assert refused.exit_code == 1 and hold_id in str(refused.exception)
    assert "case 7" in aisle("privacy", "holds").output
    out = tmp_path / "out"
    aisle("privacy", "export", "--customer", MAYA.id, "--out", str(out), "--officer")
    assert json.loads((out / "my-data.json").read_text())["holds"][0]["reason"] == "case 7"
    assert aisle("privacy", "release", hold_id).exit_code == 0
    assert aisle("privacy", "erase", "--customer", MAYA.id).exit_code == 0
    assert aisle("privacy", "release", hold_id).exit_code == 1


def test_a_hold_needs_a_reason_and_one_thing(home: Path) -> None:
    wrong = aisle("privacy", "hold", "--reason", "case 7")
    assert wrong.exit_code == 1 and "one of them" in str(wrong.exception)


def test_what_is_past_its_time_is_told_first_and_then_goes(home: Path) -> None:
    for name, days in ((SPOKEN, 400), (OTHERS, 400)):
        age(home, name, days)
    told = json.loads(aisle("privacy", "retain", "--dry-run", "--json").output)
    assert [(step["id"], step["outcome"]) for step in told] == [(SPOKEN, "due")]
    assert "transcripts on call" in told[0]["rule"]
    held = aisle("privacy", "hold", "--conversation", SPOKEN, "--reason", "case 8").output.strip()
    assert json.loads(aisle("privacy", "retain", "--json").output)[0]["outcome"] == "held"
    aisle("privacy", "release", held)
    done = aisle("privacy", "retain")
    assert done.exit_code == 0 and "1 conversation done" in done.output
    assert "nothing is due" in aisle("privacy", "retain").output
    gone = aisle("privacy", "export", "--conversation", SPOKEN, "--out", str(home / "out"))
    assert "spoken words" not in (home / "out" / "my-data.json").read_text() if gone.exit_code == 0 else True


def test_memories_go_at_their_own_time_but_for_who_is_held(home: Path) -> None:
    (home / "privacy.yaml").write_text("retention: {memories: 1 day}\n")
    with sqlite3.connect(home / "customers.db") as db:
        db.execute("UPDATE memories SET at = at - ?", (3 * 86_400_000_000,))
    db.close()
    aisle("privacy", "hold", "--customer", MAYA.id, "--reason", "case 9")
    assert "1 memories done" in aisle("privacy", "retain").output
    memories = open_memories(home, tables=None, sealing=open_sealing(AisleSettings(home=home)))
    assert memories.of(CustomerId(MAYA.id)) and not memories.of(CustomerId(TOM.id))
    memories.close()


def test_rules_are_shown_and_a_wrong_one_stops_with_its_name(home: Path) -> None:
    assert "memory           on by default" in aisle("privacy", "rules").output
    (home / "privacy.yaml").write_text("retention: {messages: soon}\n")
    wrong = aisle("privacy", "retain")
    assert wrong.exit_code == 1 and "soon" in str(wrong.exception) and "privacy.yaml" in str(wrong.exception)
