"""A supervisor's review of what conversations could teach: the queue, a decision, a numbered set of what was accepted.

Promoting a set is the operator's (`aisle feedback promote`), behind the gates. Above: `desk_app`. Below: assistant.feedback.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Query

from assistant.desk.people import InvalidWish
from assistant.desk.tables import stamp
from assistant.feedback.fitting import Unfit
from assistant.feedback.following import write_files
from assistant.feedback.learned_sets import LearnedRefused, LearnedSets
from assistant.feedback.opening import open_sets
from assistant.feedback.proposing import labels
from assistant.feedback.reviewing import CandidateMissing, Changes, Reviewed, State
from assistant.sealing.ports import Unsealed
from channels.desk.door import AsAgent, AtDesk, DeskDoor
from channels.desk.feedback_documents import (
    CandidateDocument,
    Decision,
    LearnedActDocument,
    LearnedSetDocument,
    MadeDocument,
    ReviewDocument,
)
from channels.errors import NotFound
from channels.rest import problems_of

feedback = APIRouter(prefix="/v1/desk/feedback", tags=["desk"])
_READ = problems_of(401, 403, 422, 503)
_CHANGE = problems_of(401, 403, 404, 409, 422, 503)
MOST = 100


@feedback.get("", responses=_READ)
async def review_feedback(
    agent: AsAgent,
    door: AtDesk,
    state: State = "open",
    kind: Annotated[str, Query(max_length=16)] = "",
    language: Annotated[str, Query(max_length=16)] = "",
) -> ReviewDocument:
    """What waits for a person, at most a hundred at a time; of customers alone who let their conversations be used."""

    def read() -> ReviewDocument:
        sets = _sets(door)
        standing = sets.standing()
        found = sets.reviewing.listed(state, kind=kind, language=language, most=MOST)
        return ReviewDocument(
            candidates=[_document(one) for one in found],
            counts=dict(sets.reviewing.counts()),
            kinds=dict(sets.reviewing.kinds()),
            labels=list(labels()),
            sets=[LearnedSetDocument(**asdict(one)) for one in sets.sets()[:20]],
            current=standing.current,
            previous=standing.previous,
            acts=[LearnedActDocument(**asdict(one)) for one in sets.acts(last=10)],
        )

    return await door.product.in_thread(read)


@feedback.post("/sets", responses=_CHANGE)
async def make_learned_set(agent: AsAgent, door: AtDesk) -> MadeDocument:
    """A numbered set of all that is accepted now; the newest again, where nothing has changed since. Nothing uses it yet."""

    def make() -> MadeDocument:
        sets = _sets(door)
        try:
            made = sets.make(by=agent.id, at=door.office.clock.now())
        except LearnedRefused as error:
            raise InvalidWish("nothing_accepted", str(error)) from error
        write_files(sets, door.product.settings.home)
        return MadeDocument(number=made.number, label=made.label, counts=dict(made.counts()))

    return await door.product.in_thread(make)


@feedback.post("/{candidate_id}", responses=_CHANGE)
async def decide_on_feedback(candidate_id: str, body: Decision, agent: AsAgent, door: AtDesk) -> CandidateDocument:
    """Accepted as it is or changed, rejected, or opened again. An accepted eval case is played from then on."""

    def decide() -> CandidateDocument:
        sets, changes = _sets(door), Changes(**body.model_dump(exclude={"state"}))
        at = stamp(door.office.clock.now())
        try:
            decided = sets.reviewing.decide(candidate_id, body.state, by=agent.id, at=at, changes=changes)
        except CandidateMissing as error:
            raise NotFound from error
        except Unfit as error:
            raise InvalidWish(f"unfit_{error.field}", str(error)) from error
        write_files(sets, door.product.settings.home)
        return _document(decided)

    return await door.product.in_thread(decide)


def _sets(door: DeskDoor) -> LearnedSets:
    following = getattr(door.product, "feedback", None)
    if following is not None:
        sets: LearnedSets = following.sets
        return sets
    return open_sets(door.product.tables, getattr(door.product, "sealing", None) or Unsealed())


def _document(one: Reviewed) -> CandidateDocument:
    told: dict[str, Any] = asdict(one.candidate) | {
        name: getattr(one, name) for name in ("candidate_id", "state", "decided_by", "decided_at")
    }
    return CandidateDocument(**told)
