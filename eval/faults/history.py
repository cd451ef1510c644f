"""A history in Jepsen's manner, and its checker: what clients did and were told, against the log that is left. Pure.

An operation is invoked and then ends as `ok` (acknowledged, under a seq), `fail` (certainly not done) or `info` (nobody
knows: it may have happened). A message that is sent again under its client_id is the same operation. Above: the faults.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["invoke", "ok", "fail", "info"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    kind: Kind
    process: str
    """The device: what it does one after the other has an order."""
    client_id: str
    text: str = ""
    """Of an `invoke`."""
    seq: int = 0
    """Of an `ok`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A message in the log."""

    client_id: str
    text: str
    seq: int


@dataclass(slots=True)
class History:
    """Of one conversation, in the order in which things happened at the clients."""

    operations: list[Operation] = field(default_factory=list)

    def invoke(self, process: str, client_id: str, text: str) -> None:
        self.operations.append(Operation(kind="invoke", process=process, client_id=client_id, text=text))

    def ok(self, process: str, client_id: str, seq: int) -> None:
        self.operations.append(Operation(kind="ok", process=process, client_id=client_id, seq=seq))

    def fail(self, process: str, client_id: str) -> None:
        self.operations.append(Operation(kind="fail", process=process, client_id=client_id))

    def info(self, process: str, client_id: str) -> None:
        self.operations.append(Operation(kind="info", process=process, client_id=client_id))

    def counted(self) -> dict[str, int]:
        return dict(Counter(operation.kind for operation in self.operations))


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """By client_id. All empty: every promise was kept, and nothing is there that nobody sent."""

    lost: tuple[str, ...] = ()
    """Acknowledged, and not in the log."""
    duplicated: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    """In the log, though never sent, or refused for certain."""
    changed: tuple[str, ...] = ()
    """Other words than were sent, or another seq than was acknowledged."""
    reordered: tuple[str, ...] = ()
    """Before what its device had finished, or sent on the same connection, earlier."""

    @property
    def sound(self) -> bool:
        return not any(self.counts().values())

    def counts(self) -> dict[str, int]:
        return {name: len(getattr(self, name)) for name in self.__slots__}


def check(history: Iterable[Operation], log: Sequence[Said], *, pipelined: bool = False) -> Findings:
    """`pipelined`: a device sends on one connection without waiting, so its order is that of its invocations."""
    operations = tuple(history)
    there: dict[str, list[Said]] = defaultdict(list)
    for said in log:
        there[said.client_id].append(said)
    words = {operation.client_id: operation.text for operation in operations if operation.kind == "invoke"}
    endings: dict[str, set[Kind]] = defaultdict(set)
    for operation in operations:
        endings[operation.client_id].add(operation.kind)
    acknowledged = [operation for operation in operations if operation.kind == "ok"]
    return Findings(
        lost=_once(operation.client_id for operation in acknowledged if operation.client_id not in there),
        duplicated=tuple(client_id for client_id, found in there.items() if len(found) > 1),
        unexpected=tuple(
            client_id for client_id in there if client_id not in words or endings[client_id] == {"invoke", "fail"}
        ),
        changed=_once([*_other_words(words, there), *_other_seq(acknowledged, there)]),
        reordered=_reordered(operations, {name: found[0].seq for name, found in there.items()}, pipelined),
    )


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _other_words(words: Mapping[str, str], there: Mapping[str, Sequence[Said]]) -> Iterable[str]:
    for client_id, found in there.items():
        if client_id in words and any(said.text != words[client_id] for said in found):
            yield client_id


def _other_seq(acknowledged: Iterable[Operation], there: Mapping[str, Sequence[Said]]) -> Iterable[str]:
    for operation in acknowledged:
        found = there.get(operation.client_id, ())
        if found and operation.seq not in {said.seq for said in found}:
            yield operation.client_id


def _reordered(operations: Sequence[Operation], seqs: Mapping[str, int], pipelined: bool) -> tuple[str, ...]:
    """Each against the highest seq of what its device knew to be done when it began."""
    done: dict[str, int] = defaultdict(int)
    wrong: list[str] = []
    begun: set[str] = set()
    counts: tuple[Kind, ...] = ("invoke",) if pipelined else ("ok",)
    for operation in operations:
        seq = seqs.get(operation.client_id)
        if seq is None:
            continue
        if operation.kind == "invoke" and operation.client_id not in begun:
            begun.add(operation.client_id)
            if seq < done[operation.process]:
                wrong.append(operation.client_id)
        if operation.kind in counts:
            done[operation.process] = max(done[operation.process], seq)
    return tuple(wrong)


def said_in(events: Iterable[Mapping[str, Any]]) -> tuple[Said, ...]:
    """The customers' messages of a log as protocol.md shows it."""
    return tuple(
        Said(client_id=event["data"]["client_id"], text=event["data"]["text"], seq=event["seq"])
        for event in events
        if event["type"] == "customer_said"
    )
