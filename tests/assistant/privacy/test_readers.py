"""Every reader of customers' data is named with its purpose, and asks the gate."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from assistant.privacy.readers import READERS, SHOPS_OWN, SOURCES

ROOT = Path(__file__).parents[3]
PACKAGES = ("assistant", "channels")


HOLDERS = {"assistant.flows.knowing", "assistant.memories"}
"""Modules whose functions of those names are meant; methods are known by whose they are."""
OWNERS = {"customers", "copilot", "shop"}


def callers() -> Iterator[tuple[str, ast.Call, set[str]]]:
    """Each function with each call in it, and the sources that the call names: called, or handed on."""
    for package in PACKAGES:
        for file in sorted((ROOT / package).rglob("*.py")):
            module = ".".join(file.relative_to(ROOT).with_suffix("").parts)
            if not module.startswith(SHOPS_OWN):
                yield from _of_module(module, ast.parse(file.read_text(encoding="utf-8")))


def _of_module(module: str, tree: ast.Module) -> Iterator[tuple[str, ast.Call, set[str]]]:
    ours = SOURCES if module in HOLDERS else _imported(tree)
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            for node in ast.walk(function):
                if isinstance(node, ast.Call) and (named := _named(node, ours, module)):
                    yield f"{module}.{function.name}", node, named


def _imported(tree: ast.Module) -> frozenset[str]:
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module in HOLDERS)
    return frozenset(one.name for node in imports for one in node.names) & SOURCES


def _named(call: ast.Call, ours: frozenset[str], module: str) -> set[str]:
    asked = [call.func, *call.args]
    names = {one.id for one in asked if isinstance(one, ast.Name)} & ours
    return names | {one.attr for one in asked if isinstance(one, ast.Attribute) and _of_ours(one, module)}


def _of_ours(member: ast.Attribute, module: str) -> bool:
    owner = member.value
    name = owner.attr if isinstance(owner, ast.Attribute) else owner.id if isinstance(owner, ast.Name) else ""
    own = name == "self" and module == "assistant.customers"
    return member.attr in SOURCES and (own or name.strip("_") in OWNERS)


def test_who_reads_customers_data_is_named_with_its_purpose() -> None:
    found = {name for name, _, _ in callers()}
    assert found - READERS.keys() == set(), "name it in assistant/privacy/readers.py, and let it ask the gate"
    assert READERS.keys() - found == set(), "no longer there: take it off the list"


def test_who_reads_for_the_customers_own_question_says_so() -> None:
    for name, call, named in callers():
        if name in READERS and READERS[name] == "asked" and name.startswith("assistant.flows.my_data"):
            for source in named & {"known", "traits"}:
                words = [
                    one.value
                    for one in (*call.args, *(key.value for key in call.keywords))
                    if isinstance(one, ast.Constant)
                ]
                assert "asked" in words, f"{name} calls {source} for a purpose that it does not say"
