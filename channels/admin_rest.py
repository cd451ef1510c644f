"""The operator's calls: which versions there are and run, promotion, rollback, pins and canaries, over HTTP.

Above is `app`; below is model_serving's control. Every call takes the admin token; a switch is answered within a second,
with whether it has taken effect, since a version that was not loaded yet takes its time.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Query
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field
from starlette.requests import HTTPConnection

from assistant.audit.acts import Who
from assistant.audit.noting import by
from assistant.authority import Decision, Role, Thing, permit
from channels.acts import act_of
from channels.edge.admin_token import AdminKey, open_admin_key
from channels.errors import AdminRefused, NotFound
from channels.front_door import Door
from channels.ports import Product
from channels.rest import problems_of
from channels.routes import add_routes
from channels.settings import ChannelSettings
from model_serving.canary_watch import Fault
from model_serving.control import Followed, ModelControl, Switch
from model_serving.registry import Act, Kind, Standing, Version

admin = APIRouter(prefix="/v1/admin", tags=["admin"])
bearer = HTTPBearer(
    auto_error=False, scheme_name="admin_token", description="AISLE_ADMIN_TOKEN, or AISLE_HOME/admin.token"
)

Told = Annotated[str, Field(max_length=500, description="Why, for the history.")]
By = Annotated[str, Field(max_length=64, description="Who, for the history.")]


class VersionFound(BaseModel):
    kind: Kind
    version: str = Field(description="name@version")
    digest: str
    source: str
    licence: str
    score: float | None
    measure: str
    registered_at: datetime


class KindStanding(BaseModel):
    current: str = Field(description="What was promoted; empty: what the settings name.")
    previous: str
    canary: str
    share: float
    pinned: bool


class PartRunning(BaseModel):
    part: str
    kind: Kind
    version: str
    since: datetime


class Gate(BaseModel):
    fault: Fault
    bad: int = Field(description="Turns of the canary that had it.")
    seen: int
    bad_beside: int = Field(description="Of the version in use, meanwhile.")
    seen_beside: int


class CanaryTried(BaseModel):
    version: str
    gates: list[Gate]


class Models(BaseModel):
    versions: list[VersionFound]
    standing: dict[Kind, KindStanding]
    running: list[PartRunning]
    canary: CanaryTried | None = Field(description="What is tried now, and what was seen of it.")


class ActDone(BaseModel):
    number: int
    at: datetime
    kind: Kind
    act: Act
    version: str
    by: str
    reason: str


class History(BaseModel):
    acts: list[ActDone]


class Reason(BaseModel):
    reason: Told = ""
    by: By = ""


class Promotion(Reason):
    version: str = Field(min_length=3, max_length=256, description="name@version, as registered")


class Promoted(Promotion):
    force: bool = Field(
        default=False,
        description="Without a fresh report of this version that passed its gates; takes a reason, which is written down.",
    )


class Canary(Promotion):
    share: float = Field(gt=0, le=1, description="Of the conversations.")


class Switched(KindStanding):
    kind: Kind
    running: str = Field(description="What runs now; empty: what the settings name.")
    settled: bool = Field(
        description="Whether what runs is what was asked for; else it loads, or the history tells why not."
    )


def add_admin(app: FastAPI, product: Product, settings: ChannelSettings) -> None:
    """Reads the token; makes one where the server is reached from its own machine alone."""
    host = getattr(product.settings, "host", "127.0.0.1")
    app.state.admin_key = open_admin_key(settings, product.settings.home, host)
    add_routes(app, admin)


async def _control(
    connection: HTTPConnection,
    door: Door,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(bearer)],
) -> ModelControl:
    key: AdminKey | None = connection.app.state.admin_key
    if key is None or door.product.control is None:
        raise NotFound
    known = credentials is not None and key.opens(credentials.credentials)
    role = Role.OPERATOR if known else Role.ANONYMOUS
    if permit(role, act_of(connection), Thing.NOTHING) is not Decision.ALLOWED:
        raise AdminRefused
    by(Who(kind="operator", id="admin_token"))
    return door.product.control


Control = Annotated[ModelControl, Depends(_control)]
READ = problems_of(401, 404, 503)
CHANGE = problems_of(401, 404, 409, 422, 503)


@admin.get("/models", responses=READ)
async def models(control: Control) -> Models:
    """Every registered version, what was chosen of each kind, and what runs."""
    standings = await control.standings()
    return Models(
        versions=[_version(version) for version in await control.versions()],
        standing={kind: KindStanding(**_standing(standing)) for kind, standing in standings.items()},
        running=[
            PartRunning(part=one.part, kind=one.kind, version=one.label, since=one.since)
            for one in await control.running()
        ],
        canary=_canary(control.stage),
    )


@admin.get("/models/history", responses=READ)
async def history(control: Control, last: Annotated[int, Query(ge=1, le=1000)] = 50) -> History:
    """Who changed what and why, and what happened by itself; the newest first."""
    return History(
        acts=[
            ActDone(
                number=done.number,
                at=done.at,
                kind=done.kind,
                act=done.act,
                version=done.version,
                by=done.by,
                reason=done.reason,
            )
            for done in await control.history(last=last)
        ]
    )


@admin.post("/models/canary/start", responses=CHANGE)
async def start_canary(body: Canary, control: Control) -> Switched:
    """A share of the conversations tries a version; it is taken back when it is worse."""
    return _switched(await control.begin_canary(body.version, share=body.share, by=_by(body), reason=body.reason))


@admin.post("/models/canary/stop", responses=CHANGE)
async def stop_canary(body: Reason, control: Control) -> Switched:
    """Everybody has the version in use again. Nothing happens where no canary runs."""
    return _switched(await control.end_canary(by=_by(body), reason=body.reason))


@admin.post("/models/{kind}/promote", responses=CHANGE)
async def promote(kind: Kind, body: Promoted, control: Control) -> Switched:
    """Takes a registered version into use, where a fresh report of it passed its gates (`aisle models measure`)."""
    return _switched(await control.promote(kind, body.version, by=_by(body), reason=body.reason, force=body.force))


@admin.post("/models/{kind}/rollback", responses=CHANGE)
async def roll_back(kind: Kind, body: Reason, control: Control) -> Switched:
    """Goes back to the version in use before."""
    return _switched(await control.roll_back(kind, by=_by(body), reason=body.reason))


@admin.post("/models/{kind}/pin", responses=CHANGE)
async def pin(kind: Kind, body: Reason, control: Control) -> Switched:
    """Keeps what is in use: no promotion, no canary, no rollback until it is let go."""
    return _switched(await control.pin(kind, True, by=_by(body), reason=body.reason))


@admin.post("/models/{kind}/unpin", responses=CHANGE)
async def unpin(kind: Kind, body: Reason, control: Control) -> Switched:
    return _switched(await control.pin(kind, False, by=_by(body), reason=body.reason))


def _canary(stage: Followed | None) -> CanaryTried | None:
    if stage is None or not stage.trying:
        return None
    gates = [
        Gate(fault=fault, bad=canary.bad, seen=canary.seen, bad_beside=stable.bad, seen_beside=stable.seen)
        for fault, (canary, stable) in stage.seen().items()
    ]
    return CanaryTried(version=stage.trying, gates=gates)


def _by(body: Reason) -> str:
    return f"api: {body.by}" if body.by else "api"


def _version(version: Version) -> VersionFound:
    return VersionFound(
        kind=version.kind,
        version=version.label,
        digest=version.digest,
        source=version.source,
        licence=version.licence,
        score=version.score,
        measure=version.measure,
        registered_at=version.registered_at,
    )


def _standing(standing: Standing) -> dict[str, Any]:
    return {name: getattr(standing, name) for name in KindStanding.model_fields}


def _switched(switch: Switch) -> Switched:
    return Switched(kind=switch.kind, running=switch.running, settled=switch.settled, **_standing(switch.standing))
