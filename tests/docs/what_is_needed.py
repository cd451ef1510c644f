"""What a page's command needs that is not here, and what is made smaller where it would take minutes. One table each.

A line fits the commands that begin with it; of several the longest. Above: test_commands_run.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from tests.docs.shell_commands import Told

ELSEWHERE: Mapping[str, str] = {
    "aisle call http://127.0.0.1:8080 --mic": "a microphone",
    "aisle models pull": "a model's file on the network; model_serving/pulling is tested against a server of its own",
    "aisle models tune": "torch and hours; tests/model_serving/tuning trains a tiny model",
    "aisle models convert": "a trained adapter",
    "aisle models card": "a trained adapter",
    "aisle models measure": "a model's file, and minutes of `aisle eval all`",
    "aisle feedback measure": "minutes of `aisle eval all`; tests/assistant/feedback/test_learning_loop.py has the report",
    "aisle feedback make": "accepted candidates; tests/assistant/feedback/test_learning_loop.py",
    "aisle feedback promote": "a set that was made; tests/assistant/feedback/test_learning_loop.py",
    "aisle feedback rollback": "a set in use; tests/assistant/feedback/test_learning_loop.py",
    "aisle eval tuning reader": "a trained adapter",
    "aisle eval tuning writer": "a trained adapter",
    "AISLE_MODEL_ADAPTER=run/adapter.gguf aisle serve": "a trained adapter",
    "aisle eval writer": "a larger language model and minutes for each reply",
    "python -m eval.retrieval.language_quality": "public product sets beside the checkout",
    "aisle bench retrieval": "public product sets beside the checkout",
    "python -m eval.load.growth_table": "the figures of the command before it",
    "python -m eval.bench.searching": "public product sets beside the checkout",
    "python -m eval.peers": "other products' packages",
    "python -m eval.tau2.official": "the benchmark's package and the model that plays its customers",
    "git clone": "a repository on the network",
    "eval/peers/setup.sh": "a package index: other products' packages",
    "pip install": "a package index; that pyproject.toml has the extra is checked",
    "deploy/gpu/README.md: aisle serve": "a GPU",
    "docker": "a container engine",
    "scripts/release.sh": "a clean checkout with its .venv, and a package index; tests/deploy/test_wheel.py builds the wheel",
    "docs/tutorial/install.md: pip install": "a package index; tests/deploy/test_wheel.py installs the wheel and serves from it",
    "aisle weights install": "a package index; that it knows what is missing: tests/channels/command_line/test_weights_command.py",
    "deploy/gpu/run.sh": "a GPU",
    "deploy/gpu/wheels.sh": "a package index, for another machine",
    "deploy/gpu/dummy_model.sh": "vLLM's environment",
}
IN_SHORT: Mapping[str, str] = {
    "aisle eval all": "--quick --only grounding",
    "aisle eval gate": "--short",
    "aisle eval mutate": "--only 'cart total wrong'",
    "aisle eval security": "--most 2 --no-canaries",
    "aisle eval faults": "--quick --only F6",
    "aisle eval dialogue": "--only cart",
    "aisle eval tuning data": "--reader 12 --conversations 1",
    "aisle bench all": "--list",
    "aisle models promote": "--force --reason documented",
    "aisle bench kill": "--kills 1 --minutes 0.2",
    "python -m eval.bench.sight": "--rounds 1",
    "aisle call": "--longest 60",
    "python scripts/try_observability.py": "--list",
}
"""Options that are put behind what the page says, so that minutes become seconds."""
SLOW: Sequence[str] = (
    "aisle eval",
    "aisle bench",
    "aisle call",
    "aisle models check",
    "python -m eval",
)
"""Over some seconds even so."""
INSTEAD: Mapping[str, str] = {
    "shopping_heldout": "practice",
    "intents_heldout": "intents_dev",
    "20261123…_": "*_",
    "9092": "{audiosocket}",
    "10.0.5.20": "127.0.0.1",
    "10.0.5.7": "127.0.0.1",
    "/etc/aisle/twilio.token": "{house}/twilio.token",
    "/backups/": "{house}/backups/",
    "/mnt/elsewhere": "{house}/elsewhere",
    "FILE.jsonl": "all.jsonl",
    "FILE": "products.csv",
    "--customer ID": "--customer customer_1",
    "--conversation ID": "--conversation $A_CONVERSATION",
    "db.internal/aisle": "127.0.0.1:{postgres}/docs",
    "//aisle@": "//postgres@",
    "bus.internal:6379": "127.0.0.1:{valkey}",
    ".aisle/admin.token": "$AISLE_HOME/admin.token",
}
"""What only the reader can know, and files that are for measuring alone."""
QUESTION = "espeak-ng -w question.wav 'Do you have a tent for two?'"
BEFORE: Mapping[str, Sequence[str]] = {
    "aisle models canary": (
        "aisle models register model writer@1 --source ./writer-1.gguf --licence Apache-2.0",
        "aisle models promote model writer@1",
    ),
    "aisle call http://127.0.0.1:8080 --wav": (QUESTION,),
    "aisle call 127.0.0.1:9092": (QUESTION,),
    "aisle call http://127.0.0.1:8080 --transport chan_websocket": (QUESTION,),
    "docs/voice.md: export AISLE_PUBLIC_URL": ("export AISLE_PHONE_ASTERISK_SECRET=0123456789abcdef0123456789abcdef",),
    "curl -H 'Authorization: Bearer $(cat .aisle/admin.token)'": ("aisle models promote model writer@2",),
}
"""What has been done in a shop before such a command has something to do."""
IN_A_SENTENCE: Sequence[str] = (
    "aisle analytics show",
    "aisle analytics export november",
    "aisle analytics drift",
    "aisle analytics candidates --kind",
    "aisle audit verify",
    "aisle db backup before.zip",
    "aisle doctor --json",
    'aisle index search "',
    "aisle index inspect",
    "aisle models fit deploy",
    "aisle privacy rules",
)
"""Beginnings of commands that a sentence tells in full, so that they are done as well; others are named only, and looked up."""
IN_A_NEW_HOME: Sequence[str] = ("docs/tutorial/many-replicas.md: ", "docs/keys.md: aisle db restore")
OF_THE_DEMO_SHOP: Sequence[str] = ("aisle eval", "aisle bench", "python -m eval")


def fits(told: Told, start: str) -> bool:
    """Whether a table's line means it: by its words, with the settings before them, or with its page before them."""
    plain = " ".join(told.words)
    return any(one.startswith(start) for one in (plain, told.text, f"{told.page}: {plain}"))


def _found(told: Told, table: Iterable[str]) -> str:
    return max((start for start in table if fits(told, start)), key=len, default="")


def elsewhere(told: Told) -> str:
    """Why it is not run here; empty when it is."""
    if "--dry-run" in told.words or "--check-only" in told.words:
        return ""
    return ELSEWHERE.get(_found(told, ELSEWHERE), "")


def is_slow(told: Told) -> bool:
    return bool(_found(told, SLOW))


def is_told_in_full(told: Told) -> bool:
    """In a block, or within a sentence with all that it takes."""
    return not told.within_a_sentence or bool(_found(told, IN_A_SENTENCE))


def home_of(told: Told) -> str:
    """The folder of all data that it works on."""
    if _found(told, OF_THE_DEMO_SHOP):
        return "demo"
    return f"new-{told.page.replace('/', '-')}" if _found(told, IN_A_NEW_HOME) else "home"


def before(told: Told) -> Sequence[str]:
    return BEFORE.get(_found(told, BEFORE), ())


def in_short(told: Told) -> str:
    """Options to put behind it; what the page gives already comes first, and counts less."""
    return "" if "--check-only" in told.words else IN_SHORT.get(_found(told, IN_SHORT), "")
