"""A feed into the shop: every row checked, all of it in one transaction, or nothing.

Below it: `feeds` (reading) and `sql` (writing). Above it: the command line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from assistant.errors import AssistantError
from assistant.ports import ShopInfo
from assistant.shops.feeds.floor_checks import not_on_plan
from assistant.shops.feeds.items import Accepted, FeedItem, Note, OptionNames, Record, UnreadableFeed
from assistant.shops.feeds.reading import Feed, FeedFormat, open_feed
from assistant.shops.floor_plan import FloorPlan, Placement
from assistant.shops.records import Customer, Order, Store
from assistant.shops.sql import SqlShop
from assistant.shops.writing import RecordKind, ShopWriter
from retrieval.catalogue import Product
from retrieval.errors import RefusedRow
from retrieval.policies import Policy

MOST_LISTED = 1_000
"""Refused rows and notes that a report keeps; it counts all of them."""

_BATCH = 500

Progress = Callable[[int, int], None]
"""Bytes read, bytes of the file."""

_RECORD_KINDS: Mapping[type[Record], RecordKind] = {
    Product: "product",
    Store: "store",
    Customer: "customer",
    Order: "order",
    Policy: "policy",
    FloorPlan: "floor_plan",
    Placement: "place",
}


@dataclass(slots=True, kw_only=True)
class Report:
    """What became of a feed. `changed` is false when nothing was written."""

    path: Path
    format: FeedFormat
    accepted: Counter[RecordKind] = field(default_factory=Counter)
    """Records by kind: product, store, customer, order, policy."""
    variants: int = 0
    not_for_sale: int = 0
    """Products without any price."""
    refused: list[RefusedRow] = field(default_factory=list)
    refused_count: int = 0
    notes: list[Note] = field(default_factory=list)
    notes_count: int = 0
    changed: bool = False
    cleared_demo: bool = False

    def refuse(self, row: RefusedRow) -> None:
        self.refused_count += 1
        if len(self.refused) < MOST_LISTED:
            self.refused.append(row)

    def note(self, note: Note) -> None:
        self.notes_count += 1
        if len(self.notes) < MOST_LISTED:
            self.notes.append(note)

    def accept(self, record: Record) -> None:
        self._count(record, 1)

    def as_json(self, *, seconds: float) -> str:
        shown = {
            "file": str(self.path),
            "format": self.format,
            "changed": self.changed,
            "accepted": dict(self.accepted),
            "variants": self.variants,
            "not_for_sale": self.not_for_sale,
            "refused_count": self.refused_count,
            "refused": [{"line": row.line, "reason": row.reason} for row in self.refused],
            "notes": [{"line": note.line, "text": note.text} for note in self.notes],
            "seconds": round(seconds, 3),
        }
        return msgspec.json.encode(shown).decode()

    def withdraw(self, record: Record) -> None:
        self._count(record, -1)

    def _count(self, record: Record, by: int) -> None:
        kind = _RECORD_KINDS.get(type(record))
        if kind is not None:
            self.accepted[kind] += by
        if isinstance(record, Product):
            self.variants += by * len(record.variants)
            self.not_for_sale += by * (record.prices is None)


class _NothingToChange(AssistantError):
    """Leaves the transaction without a trace; the report says why."""


def check_feed(
    path: Path, form: FeedFormat | None = None, *, currency: str = "", progress: Progress | None = None
) -> Report:
    """Reads all of it and changes nothing. Raises UnreadableFeed."""
    with open_feed(path, form) as feed:
        report = Report(path=path, format=feed.format)
        for _ in _checked(feed, report, Consistency(currency=currency), currency or "USD", progress):
            pass
    return report


def import_feed(
    shop: SqlShop,
    path: Path,
    form: FeedFormat | None = None,
    *,
    replace: bool = False,
    skip_refused: bool = False,
    currency: str = "",
    progress: Progress | None = None,
) -> Report:
    """The feed into the shop, in one transaction.

    Records of an id that is there are replaced, others stay; with `replace` each kind of record that the feed holds
    is emptied first. The demo shop always makes room. A refused row stops the whole import unless `skip_refused`.
    Raises UnreadableFeed, ShopUnavailable: then nothing changed.
    """
    known = shop.meta()
    is_demo = known.get("origin") == "demo"
    keeps_products = not replace and not is_demo and shop.counts()["product"] > 0
    usual = "" if is_demo else known.get("currency", "")
    expected = usual if keeps_products else ""
    with open_feed(path, form) as feed:
        report = Report(path=path, format=feed.format)
        plans = {} if is_demo else {str(plan.store_id): plan for plan in shop.all_floor_plans()}
        consistency = Consistency(currency=currency or expected, plans=plans)
        rows = _checked(feed, report, consistency, currency or usual or "USD", progress)
        try:
            with shop.writing() as writer:
                if is_demo:
                    writer.clear_all()
                    known = {}
                pending = _Pending(writer, report, replace=replace, keeps_products=keeps_products)
                _write(rows, report, pending, skip_refused=skip_refused)
                _describe(writer, pending, consistency.currency, known)
                if report.accepted["order"]:
                    writer.set_meta("orders_from", feed.format)
        except _NothingToChange:
            return report
    report.changed, report.cleared_demo = True, is_demo
    return report


@dataclass(slots=True, kw_only=True)
class Consistency:
    """What rows of one file owe each other: one currency, and no id twice."""

    currency: str
    """The one to keep; empty until the first price names it."""
    plans: dict[str, FloorPlan] = field(default_factory=dict)
    """The shop's floor plans by store, on which places must be."""
    _lines: dict[tuple[str, str], int] = field(default_factory=dict)

    def problem(self, record: Record, line: int) -> str:
        """Why it cannot be taken beside those before it; empty when it can."""
        if isinstance(record, ShopInfo | OptionNames):
            return ""
        if isinstance(record, Product) and record.prices and self.currency not in ("", record.currency):
            return f"currency {record.currency}, but the shop's is {self.currency}: a shop has one currency"
        if isinstance(record, Placement) and (reason := not_on_plan(record, self.plans.get(record.store_id))):
            return reason
        for kind, one in _ids_of(record):
            before = self._lines.get((kind, one))
            if before is not None:
                return f"{kind} {one!r} is on line {before} already: give it its own id"
        self._lines.update(((kind, one), line) for kind, one in _ids_of(record))
        if isinstance(record, Product) and record.prices:
            self.currency = record.currency
        if isinstance(record, FloorPlan):
            self.plans[record.store_id] = record
        return ""


def _ids_of(record: Product | Store | FloorPlan | Placement | Customer | Order | Policy) -> Iterator[tuple[str, str]]:
    if isinstance(record, Policy):
        yield "policy", f"{record.id} ({record.locale})"
        return
    yield _RECORD_KINDS[type(record)], record.id
    if isinstance(record, Product):
        yield from (("variant", variant.id) for variant in record.variants)


def _checked(
    feed: Feed, report: Report, consistency: Consistency, currency: str, progress: Progress | None
) -> Iterator[Accepted]:
    for at, item in enumerate(feed.items(currency=currency)):
        if progress is not None and at % _BATCH == 0:
            progress(feed.bytes_read, feed.size)
        accepted = _sorted_out(item, report, consistency)
        if accepted is not None:
            report.accept(accepted.record)
            yield accepted
    if progress is not None:
        progress(feed.size, feed.size)
    if not report.refused_count and not report.accepted.total():
        raise UnreadableFeed(f"{str(report.path)!r} holds no records: it has no row after its header")


def _sorted_out(item: FeedItem, report: Report, consistency: Consistency) -> Accepted | None:
    if isinstance(item, Note):
        report.note(item)
        return None
    if isinstance(item, RefusedRow):
        report.refuse(item)
        return None
    problem = consistency.problem(item.record, item.line)
    if problem:
        report.refuse(RefusedRow(line=item.line, reason=problem))
        return None
    return item


class _Pending:
    """Records on their way to the writer, in batches of one kind."""

    def __init__(self, writer: ShopWriter, report: Report, *, replace: bool, keeps_products: bool) -> None:
        self.writer, self._report, self._replace, self._keeps_products = writer, report, replace, keeps_products
        self._batch: list[Accepted] = []
        self._cleared: set[RecordKind] = set()
        self.info: ShopInfo | None = None
        self.option_names: dict[str, Mapping[str, str]] = {}

    def add(self, accepted: Accepted) -> None:
        if isinstance(accepted.record, ShopInfo):
            self.info = accepted.record
        elif isinstance(accepted.record, OptionNames):
            self.option_names |= accepted.record.names
        else:
            if self._batch and (type(accepted.record) is not type(self._batch[0].record) or len(self._batch) >= _BATCH):
                self.flush()
            self._batch.append(accepted)

    def flush(self) -> None:
        batch, self._batch = self._batch, []
        if not batch:
            return
        if self._replace:
            self._make_room(_RECORD_KINDS[type(batch[0].record)])
        if self._keeps_products:
            batch = self._without_taken(batch)
        _hand_over(self.writer, [accepted.record for accepted in batch])

    def _make_room(self, kind: RecordKind) -> None:
        if kind not in self._cleared:
            self.writer.clear(kind)
            self._cleared.add(kind)

    def _without_taken(self, batch: list[Accepted]) -> list[Accepted]:
        """Without products that bring a variant which another product of the shop has already."""
        products = {accepted.record.id: accepted.record for accepted in batch if isinstance(accepted.record, Product)}
        taken = {refused.product: refused for refused in self.writer.taken_variants(products.values())}
        kept = []
        for accepted in batch:
            refused = taken.get(accepted.record.id) if isinstance(accepted.record, Product) else None
            if refused is None:
                kept.append(accepted)
            else:
                self._report.withdraw(accepted.record)
                reason = f"{refused}, or import with --replace"
                self._report.refuse(RefusedRow(line=accepted.line, reason=reason))
        return kept


def _write(rows: Iterator[Accepted], report: Report, pending: _Pending, *, skip_refused: bool) -> None:
    """Once a row is refused and none may be skipped, the rest is only checked, so that the report is whole."""
    for accepted in rows:
        if skip_refused or not report.refused_count:
            pending.add(accepted)
    pending.flush()
    for text in pending.writer.dangling():
        report.note(Note(line=1, text=text))
    if (report.refused_count and not skip_refused) or not report.accepted.total():
        raise _NothingToChange


def _describe(writer: ShopWriter, pending: _Pending, currency: str, known: Mapping[str, str]) -> None:
    """What is known of the shop as a whole, after the import."""
    if pending.info is not None:
        writer.set_info(pending.info)
    elif currency:
        writer.set_meta("currency", currency)
    writer.set_meta("origin", "")
    names = msgspec.json.decode(known.get("option_names", "{}")) | pending.option_names
    writer.set_meta("option_names", msgspec.json.encode(names).decode())


def _hand_over(writer: ShopWriter, records: list[Record]) -> None:
    match records[0] if records else None:
        case Product():
            writer.upsert_products(each for each in records if isinstance(each, Product))
        case Store():
            writer.upsert_stores(each for each in records if isinstance(each, Store))
        case Customer():
            writer.upsert_customers(each for each in records if isinstance(each, Customer))
        case Order():
            writer.upsert_orders(each for each in records if isinstance(each, Order))
        case Policy():
            writer.upsert_policies(each for each in records if isinstance(each, Policy))
        case FloorPlan():
            writer.upsert_floor_plans(each for each in records if isinstance(each, FloorPlan))
        case Placement():
            writer.upsert_placements(each for each in records if isinstance(each, Placement))
