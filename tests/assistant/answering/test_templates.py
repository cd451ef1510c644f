"""Every key that flows use is worded, every wording can be filled, and nothing is worded that nobody says."""

from __future__ import annotations

import ast
import re
import string
from pathlib import Path

import pytest

from assistant.answering.wording import load_templates
from assistant.context import Asked
from assistant.shops.records import OrderStatus

ROOT = Path(__file__).parents[3] / "assistant"
SOURCES = [
    *sorted((ROOT / "flows").glob("*.py")),
    *sorted((ROOT / "answering").glob("*.py")),
    *(ROOT / name for name in ("turn.py", "desk/waiting_room.py", "desk/moves.py")),
]
TEMPLATES = load_templates("en")
SUMS = ("desk_sum", "desk_done_sum")
ORDER_ENDINGS = ("", "_on", "_due", "_late")


def strings_of(node: ast.AST) -> set[str]:
    return {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}


def _is_joined(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or any(isinstance(part, ast.JoinedStr) for part in ast.walk(node))


def plain_keys(node: ast.expr) -> set[str]:
    """The strings that an expression may come to; conditions left out."""
    match node:
        case ast.Constant(value=str(key)):
            return {key}
        case ast.IfExp(body=body, orelse=orelse):
            return plain_keys(body) | plain_keys(orelse)
        case _:
            return set()


def used_keys() -> dict[str, str]:
    """Each key given outright as `about=`, or to a variable or parameter of that name, with where it stands."""
    found: dict[str, str] = {}
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            keys: set[str] = set()
            if (isinstance(node, ast.keyword) and node.arg == "about") or (
                isinstance(node, ast.Assign)
                and any(isinstance(target, ast.Name) and target.id == "about" for target in node.targets)
            ):
                keys = plain_keys(node.value)
            found.update({key: f"{path.name}:{getattr(node, 'lineno', 0)}" for key in keys if key})
    for name in ("product", "policy", *SUMS):
        found.pop(name, None)  # Ask(about="product"), a command and no say-act; a sum's key names its way, too
    return found


def all_strings() -> set[str]:
    return {text for path in SOURCES for text in strings_of(ast.parse(path.read_text(encoding="utf-8")))}


def test_every_key_that_is_used_is_worded() -> None:
    used = used_keys()
    assert len(used) > 40
    assert {key: where for key, where in used.items() if key not in TEMPLATES} == {}


def composed_keys() -> set[str]:
    """Keys put together in code: one for each kind of small talk and each state of an order."""
    orders = {
        f"order_{status.split(' (')[0].replace(' ', '_')}{ending}"
        for status in OrderStatus.__args__  # type: ignore[attr-defined]
        for ending in ORDER_ENDINGS
    }
    greetings = {key for key in TEMPLATES if key.startswith("greet_")}
    attributes = {f"attribute_{verb}{no}" for verb in ("is", "has") for no in ("", "_not")}
    return orders | greetings | attributes | {f"{sum_of}_{way}" for sum_of in SUMS for way in ("back", "paid", "both")}


def test_every_wording_belongs_to_a_key_that_is_used() -> None:
    known = all_strings() | composed_keys()
    assert [key for key in TEMPLATES if key not in known and key != "policy"] == []


@pytest.mark.parametrize("status", OrderStatus.__args__)  # type: ignore[attr-defined]
def test_every_state_of_an_order_can_be_told(status: str) -> None:
    assert f"order_{status.split(' (')[0].replace(' ', '_')}" in TEMPLATES


def test_every_kind_of_small_talk_is_answered() -> None:
    from assistant.understanding.commands import Greet

    kinds = re.findall(r"'(\w+)'", str(Greet.__annotations__["kind"]).replace('"', "'"))
    assert "hello" in kinds
    assert [kind for kind in kinds if kind != "assortment" and f"greet_{kind}" not in TEMPLATES] == []


@pytest.mark.parametrize("key", sorted(TEMPLATES))
def test_the_wordings_of_a_key_are_whole_and_different(key: str) -> None:
    wordings = TEMPLATES[key]
    assert wordings and len(set(wordings)) == len(wordings)
    for wording in wordings:
        assert wording == wording.strip() and "  " not in wording
        names = [name for _, name, _, _ in string.Formatter().parse(wording) if name is not None]
        assert all(name.isidentifier() for name in names), wording


@pytest.mark.parametrize("key", sorted(TEMPLATES))
def test_no_wording_states_a_figure_of_its_own(key: str) -> None:
    allowed = {"unclear_again", "reviews", "rating"}  # an example in words, and "out of 5"
    assert key in allowed or not [w for w in TEMPLATES[key] if re.search(r"\d", re.sub(r"\{[^}]*\}", "", w))]


def test_every_slot_that_can_stay_open_is_one_the_context_knows() -> None:
    assert "go_ahead" in str(Asked.__annotations__["slot"]) or Asked.__annotations__["slot"] == "Slot"
