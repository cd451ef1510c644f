"""What the code may not do, read from its syntax trees: evaluate, unpickle, shell out, build SQL of words, fetch what users name.

Each exception stands here with its reason, so that a new one is a decision.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SERVING = ("assistant", "retrieval", "model_serving", "channels")
NEVER_IMPORTED = frozenset(
    {
        "pickle",
        "cPickle",
        "marshal",
        "shelve",
        "dill",
        "cloudpickle",
        "joblib",
        "jsonpickle",
        "telnetlib",
        "ftplib",
        "crypt",
    }
    | {"requests", "urllib.request", "xml.dom", "xml.sax", "xml.etree", "lxml"}
)
NEVER_CALLED = frozenset(
    {
        "eval",
        "exec",
        "compile",
        "__import__",
        "os.system",
        "os.popen",
        "yaml.unsafe_load",
        "yaml.full_load",
        "tempfile.mktemp",
    }
    | {"torch.load", "subprocess.getoutput", "subprocess.getstatusoutput", "ssl._create_unverified_context"}
)
ALLOWED_IMPORTS = {
    "xml.sax.saxutils": "escapes and quotes text; parses nothing",
    "channels/call_center/caller_end/twilio_wire.py: xml.etree": "reads TwiML of our own server, in the tool that plays the caller",
}
FETCHES = {
    "assistant/audit/exporting.py": "where checkpoints go, a setting",
    "assistant/sight/trace_sending.py": "where traces go, a setting",
    "model_serving/pulling.py": "an administrator's command names the model; SHA-256 is checked",
    "model_serving/mlflow_mirror.py": "the address is a setting",
    "model_serving/engines/child.py": "our own child process",
    "model_serving/language_models/openai_protocol.py": "the address is a setting",
    "channels/sending/twilio_sms.py": "the address is a setting",
    "channels/call_center/dialing.py": "the address is a setting",
    "channels/call_center/caller_end/twilio_wire.py": "the tool that plays the caller: named on the command line",
    "channels/call_center/caller_end/socket_wire.py": "the tool that plays the caller: named on the command line",
    "channels/text_message/text_office.py": "carriers, by settings; where media lie is checked step by step (test_fetching)",
    "channels/desk/oidc_provider.py": "the identity provider, a setting, and what its signed-for document names",
    "channels/command_line/talk.py": "named on the command line",
    "channels/client/aisle.py": "the client library: its user names the server",
}
SQL_FROM_PIECES = {
    "assistant/stores/inspection.py": "a table's name, of two that the code holds",
    "assistant/stores/postgres_backup.py": "table and column names read from the database's own catalogue",
    "assistant/stores/postgres_statements.py": "constants of the module",
    "assistant/stores/upgrading.py": "the version table's name, a constant",
    "assistant/erasing/old_rows.py": "constants of the module",
}
UNPACKS = {
    "assistant/stores/file_backup.py": "a backup that an operator names; Python's extract keeps to its folder, names are checked",
    "retrieval/vocabulary.py": "rapidfuzz.process.extract, no archive",
}


def modules() -> Iterator[str]:
    for package in (*SERVING, "eval"):
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix()


NAMES = tuple(modules())


@cache
def tree_of(name: str) -> ast.Module:
    return ast.parse((ROOT / name).read_text(encoding="utf-8"))


def calls(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


def imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def is_serving(name: str) -> bool:
    return name.split("/")[0] in SERVING


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_unpickled_evaluated_or_given_to_a_shell(name: str) -> None:
    tree = tree_of(name)
    for module in imported(tree):
        banned = [one for one in NEVER_IMPORTED if module == one or module.startswith(one + ".")]
        known = module in ALLOWED_IMPORTS or any(f"{name}: {one}" in ALLOWED_IMPORTS for one in banned)
        assert not banned or known, f"{name} imports {module}"
    for called, call in calls(tree):
        assert called not in NEVER_CALLED, f"{name}:{call.lineno} calls {called}"
        given = {keyword.arg: ast.unparse(keyword.value) for keyword in call.keywords}
        assert "subprocess" not in called or given.get("shell", "False") == "False", (
            f"{name}:{call.lineno} asks for a shell"
        )
        assert "httpx" not in called or given.get("verify") != "False", f"{name}:{call.lineno} trusts any certificate"
        if called == "yaml.load":
            assert "Loader" in given and "csafeloader" in name_of_loader(tree), f"{name}:{call.lineno}"
        if called.endswith(("np.load", "numpy.load")) and is_serving(name):
            assert given.get("allow_pickle") == "False", f"{name}:{call.lineno} may unpickle an array"
        if called.endswith((".extractall", ".extract")) and is_serving(name) and name not in UNPACKS:
            raise AssertionError(f"{name}:{call.lineno} unpacks paths that an archive names")


def name_of_loader(tree: ast.Module) -> str:
    return " ".join(ast.unparse(node).lower() for node in tree.body if "_LOADER" in ast.unparse(node))


@pytest.mark.parametrize("name", [one for one in NAMES if is_serving(one)])
def test_addresses_come_from_settings_and_sql_from_constants(name: str) -> None:
    for called, call in calls(tree_of(name)):
        if called.endswith(("httpx.AsyncClient", "httpx.Client")) or called in ("httpx.get", "httpx.post", "urlopen"):
            assert name in FETCHES, f"{name}:{call.lineno} fetches: add it to FETCHES with what names its addresses"
        if called in ("text", "sqlalchemy.text") and call.args and isinstance(call.args[0], ast.JoinedStr | ast.BinOp):
            assert name in SQL_FROM_PIECES, f"{name}:{call.lineno} puts SQL together: use parameters"


def test_nobody_decides_by_a_request_s_whole_address() -> None:
    """S12: `request.url` is made of the Host header too. Paths come from the scope."""
    for name, tree in ((one, tree_of(one)) for one in NAMES):
        read = [
            node.lineno
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and ast.unparse(node).endswith(".url.path")
        ]
        assert not read or name.startswith("channels/text_message/fetching"), (name, read)


def test_the_exceptions_are_still_needed() -> None:
    names = set(NAMES)
    assert set(FETCHES) | set(SQL_FROM_PIECES) <= names
