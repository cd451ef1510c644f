"""Keys and what they seal: bound to their place, destroyed for good, rotated without touching what was sealed."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest
from sqlalchemy import create_engine, select, update

from assistant.events import CustomerIdentified, CustomerSaid, CustomerSignedOut
from assistant.sealing.destroying import conversations_of, destroy, to_forget
from assistant.sealing.envelope import key_id_of
from assistant.sealing.errors import KeyUnknown, MasterKeyMissing, MasterKeysUnreadable, MasterKeyWrong, Tampered
from assistant.sealing.key_store import KeyStore
from assistant.sealing.key_tables import KEYS, open_keys
from assistant.sealing.master_keys import GivenMasterKeys, MasterKeyFile, parsed
from assistant.sealing.rotation import rotate
from assistant.sealing.sealer import KeySealer

pytestmark = pytest.mark.anyio


def said(text: str = "hi") -> CustomerSaid:
    return CustomerSaid(client_id="m", text=text)  # type: ignore[arg-type]


def identified(customer: str) -> CustomerIdentified:
    return CustomerIdentified(customer_id=customer, method="token")


def masters(home: Path) -> MasterKeyFile:
    return MasterKeyFile(home / "master.keys")


def opened(home: Path) -> KeySealer:
    return KeySealer(KeyStore.open(open_keys(home), masters(home)))


@pytest.fixture
def sealer(tmp_path: Path) -> KeySealer:
    return opened(tmp_path)


def test_what_is_sealed_opens_again_in_another_process(sealer: KeySealer, tmp_path: Path) -> None:
    text = sealer.seal("c_1", "fold", b"canary")
    assert "canary" not in text
    assert opened(tmp_path).open("c_1", "fold", text) == b"canary"


def test_what_lies_in_clear_comes_back_as_it_is(sealer: KeySealer) -> None:
    assert sealer.open("c_1", "fold", '{"a":1}') == b'{"a":1}'


@pytest.mark.parametrize(("conversation", "place"), [("c_2", "fold"), ("c_1", "summary"), ("c_1|fold", "")])
def test_what_was_moved_elsewhere_does_not_open(sealer: KeySealer, conversation: str, place: str) -> None:
    text = sealer.seal("c_1", "fold", b"canary")
    with pytest.raises(Tampered, match="moved there from elsewhere"):
        sealer.open(conversation, place, text)


def test_what_was_changed_does_not_open(sealer: KeySealer) -> None:
    text = sealer.seal("c_1", "fold", b"canary")
    for changed in (text[:-8] + "AAAAAAAA", text[:-4], text + "é", text.replace(key_id_of(text), "none")):
        with pytest.raises(Tampered):
            sealer.open("c_1", "fold", changed)


def test_keys_that_are_older_than_the_data_say_so(sealer: KeySealer, tmp_path: Path) -> None:
    text = sealer.seal("c_1", "fold", b"canary")
    other = KeySealer(KeyStore.open(open_keys(tmp_path / "other"), masters(tmp_path)))
    with pytest.raises(KeyUnknown, match="restore-keys"):
        other.open("c_1", "fold", text)


def test_a_destroyed_conversation_opens_nowhere_and_gets_a_new_key_when_it_is_written_to(
    sealer: KeySealer, tmp_path: Path
) -> None:
    text = sealer.seal("c_1", "fold", b"canary")
    assert destroy(sealer.store, conversations=["c_1"]) == 1
    sealer.forget(["c_1"])
    assert sealer.open("c_1", "fold", text) is None
    assert opened(tmp_path).open("c_1", "fold", text) is None
    again = sealer.seal("c_1", "fold", b"new")
    assert key_id_of(again) != key_id_of(text)
    assert sealer.open("c_1", "fold", again) == b"new"


async def test_from_identification_on_one_customer_key_opens_all_their_conversations(sealer: KeySealer) -> None:
    texts = {}
    for name in ("c_1", "c_2"):
        await sealer.writing(name, [said()])
        texts[name] = sealer.seal(name, "fold", b"before")
        await sealer.writing(name, [identified("cust_7")])
    other = sealer.seal("c_3", "fold", b"other")
    assert conversations_of(sealer.store, "cust_7") == ("c_1", "c_2")
    own = sealer.seal_for("cust_7", "memory", b"size 42")
    destroy(sealer.store, customer_id="cust_7")
    sealer.forget(owner=sealer.store.owner_of("cust_7"))
    assert [sealer.open(name, "fold", text) for name, text in texts.items()] == [None, None]
    assert sealer.open_for("cust_7", "memory", own) is None
    assert sealer.open("c_3", "fold", other) == b"other"


async def test_who_comes_after_a_customer_has_left_is_sealed_apart(sealer: KeySealer) -> None:
    await sealer.writing("c_1", [identified("anna")])
    annas = sealer.seal("c_1", "fold", b"anna")
    await sealer.writing("c_1", [CustomerSignedOut()])
    await sealer.wrote("c_1", [CustomerSignedOut()])
    nobodys = sealer.seal("c_1", "fold", b"nobody")
    await sealer.writing("c_1", [identified("ben")])
    destroy(sealer.store, customer_id="anna")
    sealer.forget(owner=sealer.store.owner_of("anna"))
    assert sealer.open("c_1", "fold", annas) is None
    assert sealer.open("c_1", "fold", nobodys) == b"nobody"
    destroy(sealer.store, customer_id="ben")
    sealer.forget(owner=sealer.store.owner_of("ben"))
    assert sealer.open("c_1", "fold", nobodys) is None


async def test_another_customer_without_a_goodbye_takes_a_key_of_their_own(sealer: KeySealer) -> None:
    first = await sealer.writing("c_1", [identified("anna")])
    second = await sealer.writing("c_1", [identified("ben")])
    third = await sealer.writing("c_1", [said()])
    assert first is not None and second is not None and third is not None
    assert first.id != second.id == third.id


def test_erasing_a_conversation_leaves_the_customers_others(sealer: KeySealer) -> None:
    sealer.store.present("c_1", "anna")
    sealer.store.present("c_2", "anna")
    one, two = (sealer.seal(name, "fold", b"x") for name in ("c_1", "c_2"))
    destroy(sealer.store, conversations=["c_1"])
    sealer.forget(["c_1"])
    assert sealer.open("c_1", "fold", one) is None
    assert sealer.open("c_2", "fold", two) == b"x"


def test_running_processes_find_what_they_must_forget(sealer: KeySealer) -> None:
    sealer.store.present("c_1", "anna")
    destroy(sealer.store, customer_id="anna", conversations=["c_1"])
    told = to_forget(sealer.store, since=0.0)
    assert [(one.conversation, bool(one.owner)) for one in told] == [("c_1", True), ("", True)]


def test_rotation_wraps_keys_anew_and_nothing_else(sealer: KeySealer, tmp_path: Path) -> None:
    anonymous = sealer.seal("c_1", "fold", b"one")
    sealer.store.present("c_2", "anna")
    known = sealer.seal("c_2", "fold", b"two")
    told: list[tuple[int, int]] = []
    file = masters(tmp_path)
    assert rotate(sealer.store, file, lambda done, of: told.append((done, of))) == 2
    assert told[-1] == (2, 2)
    file.keep_only(2)
    later = opened(tmp_path)
    assert later.open("c_1", "fold", anonymous) == b"one"
    assert later.open("c_2", "fold", known) == b"two"
    assert sealer.seal("c_9", "fold", b"three")
    assert rotate(later.store, file, lambda *_: None) == 3


def test_a_running_process_takes_a_new_key_encryption_key_up_by_itself(sealer: KeySealer, tmp_path: Path) -> None:
    running = opened(tmp_path)
    rotate(sealer.store, masters(tmp_path), lambda *_: None)
    text = running.seal("c_1", "fold", b"one")
    assert opened(tmp_path).open("c_1", "fold", text) == b"one"


def test_without_its_key_encryption_key_nothing_opens_and_no_new_one_is_made(sealer: KeySealer, tmp_path: Path) -> None:
    sealer.seal("c_1", "fold", b"one")
    path = tmp_path / "master.keys"
    kept = path.read_text()
    path.unlink()
    with pytest.raises(MasterKeyMissing, match="Put it back"):
        opened(tmp_path)
    assert not path.exists()
    path.write_text("1:" + "00" * 32)
    with pytest.raises(MasterKeyWrong, match="put the right one back"):
        opened(tmp_path)
    path.write_text(kept)
    opened(tmp_path)


def test_the_first_start_makes_a_key_that_its_owner_alone_reads(sealer: KeySealer, tmp_path: Path) -> None:
    for name in ("master.keys", "keys.db"):
        assert stat.S_IMODE((tmp_path / name).stat().st_mode) == 0o600


@pytest.mark.parametrize("text", ["no key", "1:zz", "1:00", "0:" + "00" * 32])
def test_what_is_no_key_is_refused(text: str) -> None:
    with pytest.raises(MasterKeysUnreadable, match="hexadecimal"):
        parsed(text, "AISLE_MASTER_KEYS")


def test_given_keys_are_rotated_by_whoever_gives_them(tmp_path: Path) -> None:
    one = GivenMasterKeys("1:" + "11" * 32)
    store = KeyStore.open(open_keys(tmp_path), one)
    text = KeySealer(store).seal("c_1", "fold", b"x")
    with pytest.raises(MasterKeysUnreadable, match="put a new one in front"):
        rotate(store, one, lambda *_: None)
    both = GivenMasterKeys("2:" + "22" * 32 + ",1:" + "11" * 32)
    store = KeyStore.open(open_keys(tmp_path), both)
    assert rotate(store, both, lambda *_: None) == 2
    newest = KeyStore.open(open_keys(tmp_path), GivenMasterKeys("2:" + "22" * 32))
    assert KeySealer(newest).open("c_1", "fold", text) == b"x"


def test_a_wrapped_key_under_another_ones_name_opens_nothing(sealer: KeySealer) -> None:
    one, two = sealer.seal("c_1", "fold", b"one"), sealer.seal("c_2", "fold", b"two")
    with sealer.store.engine.begin() as db:
        stolen = db.execute(select(KEYS.c.wrapped).where(KEYS.c.id == key_id_of(two))).scalar_one()
        db.execute(update(KEYS).where(KEYS.c.id == key_id_of(one)).values(wrapped=stolen))
    sealer.forget(["c_1"])
    with pytest.raises(Tampered):
        sealer.open("c_1", "fold", one)


def test_no_more_keys_lie_in_memory_than_allowed(tmp_path: Path) -> None:
    store = KeyStore.open(open_keys(tmp_path), masters(tmp_path))
    few = KeySealer(store, most=10)
    texts = [few.seal(f"c_{n}", "fold", b"x") for n in range(30)]
    assert few.in_memory == 10
    assert few.open("c_0", "fold", texts[0]) == b"x"


def test_many_who_need_a_key_at_once_get_one_each(sealer: KeySealer) -> None:
    found: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(sealer.store.present(f"c_{n % 5}").key.id)) for n in range(20)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 20 and len(set(found)) == 5


def test_nothing_of_a_destroyed_key_lies_in_its_file(sealer: KeySealer, tmp_path: Path) -> None:
    sealer.seal("c_1", "fold", b"x")
    with create_engine(f"sqlite:///{tmp_path / 'keys.db'}").connect() as db:
        wrapped = bytes(db.execute(select(KEYS.c.wrapped)).scalar_one())
    destroy(sealer.store, conversations=["c_1"])
    for path in tmp_path.iterdir():
        assert wrapped not in path.read_bytes(), path
