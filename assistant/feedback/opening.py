"""Opens the feedback loop over a running product. Above: bootstrap, `aisle feedback`. Below: this package's parts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from assistant.analytics.folding import Folding, Told
from assistant.erasing.ports import Subject
from assistant.events import Event
from assistant.feedback.candidates import Candidate, candidates_of
from assistant.feedback.following import FeedbackFollowing, write_files
from assistant.feedback.learned_sets import LearnedSets
from assistant.feedback.reviewing import Reviewing
from assistant.privacy.purposes import Permits
from assistant.running import Aisle
from assistant.sealing.ports import Sealer

InThread = Callable[[Callable[[], Any]], Awaitable[Any]]


def open_sets(tables: Engine, sealer: Sealer) -> LearnedSets:
    """Makes the tables where they are missing. Blocking. Raises StoreUnavailable."""
    sets = LearnedSets(Reviewing(tables, sealer))
    sets.reviewing.make_table()
    sets.make_tables()
    return sets


def candidates_kept(sets: LearnedSets, home: Path, in_thread: InThread) -> Told:
    """Who reads each conversation for what it could teach, where its customer lets it be used for training."""

    def keep(conversation: str, found: Sequence[Candidate], *, may: bool) -> None:
        gone = sets.reviewing.keep(conversation, found)
        if (not may and sets.forget(conversation)) or (gone and not found):
            write_files(sets, home)

    async def kept(events: Sequence[Event], permits: Permits) -> None:
        may = permits.may("training")
        found = candidates_of(events) if may else ()
        await in_thread(lambda: keep(events[0].conversation, found, may=may))

    return kept


async def begin_feedback(aisle: Aisle, folding: Folding | None) -> FeedbackFollowing:
    """The set in use is taken up before the first customer; the running is the caller's. Raises LearnedUnreadable."""

    async def in_thread(work: Callable[[], Any]) -> Any:
        return await aisle.in_thread(work)

    sets: LearnedSets = await in_thread(lambda: open_sets(aisle.tables, aisle.sealing))
    trial = aisle.settings.learned
    following = FeedbackFollowing(
        sets=sets,
        home=aisle.settings.home,
        in_thread=in_thread,
        learn=aisle.learn,
        trial=Path(trial) if trial else None,
    )
    await following.once()
    aisle.feedback = following
    if folding is not None:
        folding.told.append(candidates_kept(sets, aisle.settings.home, in_thread))

    async def erased(_: Subject, __: Sequence[str]) -> None:
        await in_thread(lambda: write_files(sets, aisle.settings.home))

    aisle.erasing.told.append(erased)
    return following
