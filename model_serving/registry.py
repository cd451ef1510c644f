"""Which version of each part is in use, which was before, and what every version is: one table, for people and machines.

Models, adapters, prompts, encoders, transcribers, voices, indexes. `stage` follows it while the service runs, `aisle
models` shows and changes it. Words and weights lie elsewhere: here are their names, digests, licences and scores.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from model_serving.versions import BY_ITSELF as BY_ITSELF
from model_serving.versions import KINDS as KINDS
from model_serving.versions import Act as Act
from model_serving.versions import Done as Done
from model_serving.versions import Kind as Kind
from model_serving.versions import Refused as Refused
from model_serving.versions import RegistryError as RegistryError
from model_serving.versions import RegistryUnavailable as RegistryUnavailable
from model_serving.versions import Running as Running
from model_serving.versions import Standing as Standing
from model_serving.versions import UnknownVersion as UnknownVersion
from model_serving.versions import Version as Version

_metadata = sa.MetaData()
_versions = sa.Table(
    "versions",
    _metadata,
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("name", sa.String, primary_key=True),
    sa.Column("version", sa.String, primary_key=True),
    sa.Column("digest", sa.String, nullable=False),
    sa.Column("source", sa.String, nullable=False),
    sa.Column("licence", sa.String, nullable=False),
    sa.Column("score", sa.Float),
    sa.Column("measure", sa.String, nullable=False),
    sa.Column("registered_at", sa.DateTime(timezone=True), nullable=False),
)
_standing = sa.Table(
    "standing",
    _metadata,
    sa.Column("kind", sa.String, primary_key=True),
    sa.Column("current", sa.String, nullable=False, default=""),
    sa.Column("previous", sa.String, nullable=False, default=""),
    sa.Column("canary", sa.String, nullable=False, default=""),
    sa.Column("share", sa.Float, nullable=False, default=0.0),
    sa.Column("pinned", sa.Boolean, nullable=False, default=False),
)
_acts = sa.Table(
    "acts",
    _metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("at", sa.DateTime(timezone=True), nullable=False),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("act", sa.String, nullable=False),
    sa.Column("version", sa.String, nullable=False),
    sa.Column("by", sa.String, nullable=False),
    sa.Column("reason", sa.String, nullable=False),
)

_running = sa.Table(
    "running",
    _metadata,
    sa.Column("part", sa.String, primary_key=True),
    sa.Column("kind", sa.String, nullable=False),
    sa.Column("label", sa.String, nullable=False),
    sa.Column("since", sa.DateTime(timezone=True), nullable=False),
)
MOST_INDEXES = 5_000
"""Versions of the index that are kept: a shop whose stock changes all day makes one every few seconds."""


class Registry:
    """Over one SQLite file. Every call is blocking and one transaction; several processes may share the file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._engine = sa.create_engine(f"sqlite:///{path}", connect_args={"timeout": 5.0})
        try:
            _metadata.create_all(self._engine)
        except sa.exc.DatabaseError as error:
            raise RegistryError(f"{str(path)!r} is no registry: move it away, and a new one is made") from error

    def close(self) -> None:
        self._engine.dispose()

    def register(self, version: Version) -> None:
        """Again with the same digest changes nothing but the score, and a licence that was not known. Raises RegistryError
        for another digest."""
        with self._writing() as connection:
            known = self._found(connection, version.kind, version.label)
            if known is None:
                connection.execute(_versions.insert().values(**_row(version)))
                return
            if known.digest != version.digest:
                raise RegistryError(
                    f"{version.kind} {version.label} is registered with another content: give this one a new version"
                )
            changed: dict[str, Any] = {}
            if version.score is not None:
                changed = {"score": version.score, "measure": version.measure}
            if version.licence and not known.licence:
                changed["licence"] = version.licence
            if changed:
                connection.execute(_versions.update().where(*_is(version.kind, version.label)).values(**changed))

    def promote(self, kind: Kind, label: str, *, by: str, reason: str = "") -> None:
        """In use from now on; what was in use can be rolled back to. Raises RegistryError."""
        with self._changing(kind) as (connection, standing):
            self._needs(connection, kind, label)
            self._free(standing, kind)
            if standing.current == label:
                return
            canary = {"canary": "", "share": 0.0} if standing.canary == label else {}
            self._stand(connection, kind, current=label, previous=standing.current, **canary)
            self._note(connection, kind, "promoted", label, by, reason)

    def roll_back(self, kind: Kind, *, by: str, reason: str = "") -> str:
        """Back to what was in use before; gives its label. Raises RegistryError."""
        with self._changing(kind) as (connection, standing):
            self._free(standing, kind)
            if not standing.previous:
                raise Refused(f"there is no {kind} before {standing.current or 'the default'} to go back to")
            self._stand(connection, kind, current=standing.previous, previous=standing.current)
            self._note(connection, kind, "rolled_back", standing.previous, by, reason)
            return standing.previous

    def pin(self, kind: Kind, pinned: bool, *, by: str, reason: str = "") -> None:
        """A pinned kind is neither promoted nor rolled back nor tried beside until it is let go."""
        with self._changing(kind) as (connection, standing):
            if standing.pinned != pinned:
                self._stand(connection, kind, pinned=pinned)
                self._note(connection, kind, "pinned" if pinned else "unpinned", standing.current, by, reason)

    def begin_canary(self, kind: Kind, label: str, *, share: float, by: str, reason: str = "") -> None:
        """share: of the conversations, above 0 and at most 1. Raises RegistryError."""
        if not 0 < share <= 1:
            raise RegistryError(f"a canary's share is above 0 and at most 1, not {share}")
        with self._changing(kind) as (connection, standing):
            self._needs(connection, kind, label)
            self._free(standing, kind)
            if label == standing.current:
                raise Refused(f"{kind} {label} is in use already: it cannot stand beside itself")
            self._stand(connection, kind, canary=label, share=share)
            self._note(connection, kind, "canary_begun", label, by, reason or f"share {share:g}")

    def end_canary(self, kind: Kind, *, by: str, reason: str = "", failed: bool = False) -> None:
        """Nothing happens where no canary runs."""
        with self._changing(kind) as (connection, standing):
            if standing.canary:
                self._stand(connection, kind, canary="", share=0.0)
                act: Act = "canary_rolled_back" if failed else "canary_ended"
                self._note(connection, kind, act, standing.canary, by, reason)

    def standing(self, kind: Kind) -> Standing:
        with self._engine.connect() as connection:
            return _standing_of(connection, kind)

    def standings(self) -> dict[Kind, Standing]:
        with self._engine.connect() as connection:
            return {kind: _standing_of(connection, kind) for kind in KINDS}

    def version(self, kind: Kind, label: str) -> Version | None:
        with self._engine.connect() as connection:
            return self._found(connection, kind, label)

    def versions(self, kind: Kind | None = None) -> tuple[Version, ...]:
        """The oldest first."""
        query = sa.select(_versions).order_by(_versions.c.kind, _versions.c.registered_at)
        if kind is not None:
            query = query.where(_versions.c.kind == kind)
        with self._engine.connect() as connection:
            return tuple(_version(row) for row in connection.execute(query).mappings())

    def acts(self, *, last: int = 50, after: int = 0) -> tuple[Done, ...]:
        """What was done, the newest first. after: the number of an act that is known already."""
        query = sa.select(_acts).where(_acts.c.number > after).order_by(_acts.c.number.desc()).limit(last)
        with self._engine.connect() as connection:
            return tuple(_done(row) for row in connection.execute(query).mappings())

    def marks(self) -> tuple[int, int]:
        """Another pair when something was done, scored or registered, generations of the index apart."""
        with self._engine.connect() as connection:
            done = connection.scalar(sa.select(sa.func.max(_acts.c.number))) or 0
            kept = sa.select(sa.func.count()).select_from(_versions).where(_versions.c.kind != "index")
            scored = sa.select(sa.func.total(_versions.c.score))
            return done, hash((connection.scalar(kept), connection.scalar(scored)))

    def note(self, kind: Kind, act: Act, version: str, *, by: str, reason: str) -> None:
        """Something that happened by itself, for the history."""
        with self._writing() as connection:
            self._note(connection, kind, act, version, by, reason)

    def runs(self, part: str, version: Version) -> None:
        """The service uses this version for that part of a reply; it is registered where it is new."""
        self.register(version)
        told = {"kind": version.kind, "label": version.label}
        with self._writing() as connection:
            known = connection.execute(sa.select(_running.c.label).where(_running.c.part == part)).scalar()
            if known == version.label:
                return
            connection.execute(_running.delete().where(_running.c.part == part))
            connection.execute(_running.insert().values(part=part, since=datetime.now(UTC), **told))
            if version.kind == "index":
                self._thin_out(connection)

    def runs_no_more(self, part: str = "") -> None:
        """Of one part, or of all: a service that begins knows nothing of the one before."""
        with self._writing() as connection:
            connection.execute(_running.delete().where(_running.c.part == part) if part else _running.delete())

    def running(self) -> tuple[Running, ...]:
        """By part. What a service that ended last said stays."""
        with self._engine.connect() as connection:
            rows = connection.execute(sa.select(_running).order_by(_running.c.part)).mappings()
            return tuple(Running(**{**row, "since": row["since"].replace(tzinfo=UTC)}) for row in rows)

    @staticmethod
    def _thin_out(connection: sa.Connection) -> None:
        kept = (
            sa.select(_versions.c.registered_at)
            .where(_versions.c.kind == "index")
            .order_by(_versions.c.registered_at.desc())
            .offset(MOST_INDEXES)
            .limit(1)
        )
        oldest = connection.execute(kept).scalar()
        if oldest is not None:
            old = (_versions.c.kind == "index") & (_versions.c.registered_at <= oldest)
            connection.execute(_versions.delete().where(old))

    @contextmanager
    def _changing(self, kind: Kind) -> Iterator[tuple[sa.Connection, Standing]]:
        with self._writing() as connection:
            yield connection, _standing_of(connection, kind)

    @contextmanager
    def _writing(self) -> Iterator[sa.Connection]:
        """One transaction that nobody else's comes between: SQLite's write lock is taken before the first read."""
        with self._engine.connect() as connection:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            yield connection
            connection.commit()

    def _needs(self, connection: sa.Connection, kind: Kind, label: str) -> None:
        if self._found(connection, kind, label) is None:
            known = ", ".join(connection.execute(_labels(kind)).scalars()) or "none"
            raise UnknownVersion(f"no {kind} {label!r} is registered (known: {known})")

    @staticmethod
    def _free(standing: Standing, kind: Kind) -> None:
        if standing.pinned:
            raise Refused(f"the {kind} is pinned to {standing.current or 'the default'}: unpin it first")

    @staticmethod
    def _found(connection: sa.Connection, kind: Kind, label: str) -> Version | None:
        row = connection.execute(sa.select(_versions).where(*_is(kind, label))).mappings().first()
        return _version(row) if row is not None else None

    @staticmethod
    def _stand(connection: sa.Connection, kind: Kind, **changes: Any) -> None:
        if connection.execute(_standing.update().where(_standing.c.kind == kind).values(**changes)).rowcount == 0:
            connection.execute(_standing.insert().values(kind=kind, **changes))

    @staticmethod
    def _note(connection: sa.Connection, kind: Kind, act: Act, version: str, by: str, reason: str) -> None:
        told = {"kind": kind, "act": act, "version": version, "by": by, "reason": reason}
        connection.execute(_acts.insert().values(at=datetime.now(UTC), **told))


def _is(kind: Kind, label: str) -> tuple[sa.ColumnElement[bool], ...]:
    name, _, version = label.rpartition("@")
    return _versions.c.kind == kind, _versions.c.name == name, _versions.c.version == version


def _labels(kind: Kind) -> sa.Select[Any]:
    label = _versions.c.name + sa.literal("@") + _versions.c.version
    return sa.select(label).where(_versions.c.kind == kind).order_by(_versions.c.registered_at)


def _standing_of(connection: sa.Connection, kind: Kind) -> Standing:
    row = connection.execute(sa.select(_standing).where(_standing.c.kind == kind)).mappings().first()
    if row is None:
        return Standing()
    decided = (_acts.c.kind == kind) & _acts.c.act.not_in(("failed_to_open", "fell_back"))
    revision = connection.scalar(sa.select(sa.func.max(_acts.c.number)).where(decided)) or 0
    return Standing(**{name: value for name, value in row.items() if name != "kind"}, revision=revision)


def _row(version: Version) -> dict[str, Any]:
    return {column.name: getattr(version, column.name) for column in _versions.columns}


def _version(row: sa.RowMapping) -> Version:
    return Version(**{**row, "registered_at": row["registered_at"].replace(tzinfo=UTC)})


def _done(row: sa.RowMapping) -> Done:
    return Done(**{**row, "at": row["at"].replace(tzinfo=UTC)})
