"""When people are at the desk: hours by weekday, in the shop's time zone, with holidays. Data; without a file, always.

`opening_hours.yaml` in AISLE_HOME:

    time_zone: Europe/Berlin
    week: {monday: ["09:00-12:00", "13:00-18:00"], saturday: ["10:00-14:00"]}
    holidays: {2026-12-24: ["09:00-13:00"], 2026-12-25: closed}

A day that `week` leaves out is closed. Above: the office. Below: the standard library's time zones.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from assistant.answering.tables import read_table
from assistant.errors import AssistantError

FILE = "opening_hours.yaml"
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
LOOKED_AHEAD = 30
"""Days in which the next opening is looked for."""
Span = tuple[time, time]


class InvalidOpeningHours(AssistantError):
    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{str(path)!r} cannot be used as opening hours: {reason}")
        self.path, self.reason = path, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHours:
    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    week: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    """By weekday, Monday 0."""
    holidays: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)
    always: bool = True

    def is_open(self, now: datetime) -> bool:
        return self.always or any(opens <= now < closes for opens, closes in self._spans(now, days=1))

    def opens_at(self, now: datetime) -> datetime | None:
        """When it opens next; None: it is open, or not within a month."""
        if self.is_open(now):
            return None
        return next((opens for opens, _ in self._spans(now, days=LOOKED_AHEAD) if opens > now), None)

    def closes_at(self, now: datetime) -> datetime | None:
        """None: it is closed, or never closes."""
        if self.always:
            return None
        return next((closes for opens, closes in self._spans(now, days=1) if opens <= now < closes), None)

    def midnight(self, now: datetime) -> datetime:
        """Where the shop's day began."""
        return datetime.combine(now.astimezone(self.zone).date(), time(), self.zone).astimezone(UTC)

    def _spans(self, now: datetime, *, days: int) -> Iterator[tuple[datetime, datetime]]:
        today = now.astimezone(self.zone).date()
        for day in (today + timedelta(days=count) for count in range(days + 1)):
            for opens, closes in self.holidays.get(day, self.week.get(day.weekday(), ())):
                ends = day + timedelta(days=1) if closes == time() else day
                yield (
                    datetime.combine(day, opens, self.zone).astimezone(UTC),
                    datetime.combine(ends, closes, self.zone).astimezone(UTC),
                )


def load_hours(home: Path) -> OpeningHours:
    """Those of this house; always open where it has no such file. Blocking. Raises InvalidOpeningHours."""
    path = home / FILE
    if not path.exists():
        return OpeningHours()
    try:
        raw = read_table(path)
    except (OSError, yaml.YAMLError) as error:
        raise InvalidOpeningHours(path, f"it is not YAML ({error})") from error
    if not isinstance(raw, dict):
        raise InvalidOpeningHours(path, "it is a table with time_zone, week and holidays")
    if unknown := set(raw) - {"time_zone", "week", "holidays"}:
        raise InvalidOpeningHours(path, f"{sorted(map(str, unknown))} are not known: time_zone, week, holidays are")
    return OpeningHours(zone=_zone(path, raw), week=_week(path, raw), holidays=_holidays(path, raw), always=False)


def _zone(path: Path, raw: Mapping[str, Any]) -> ZoneInfo:
    name = raw.get("time_zone")
    try:
        return ZoneInfo(str(name))
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise InvalidOpeningHours(path, f'{name!r} is no time zone: write one like "Europe/Berlin"') from error


def _week(path: Path, raw: Mapping[str, Any]) -> dict[int, tuple[Span, ...]]:
    table = raw.get("week")
    if not isinstance(table, dict):
        raise InvalidOpeningHours(path, f"week names days ({', '.join(DAYS)}) with their hours")
    if unknown := [day for day in table if day not in DAYS]:
        raise InvalidOpeningHours(path, f"{unknown[0]!r} is no day of the week: {', '.join(DAYS)}")
    return {DAYS.index(day): _hours(path, day, spans) for day, spans in table.items()}


def _holidays(path: Path, raw: Mapping[str, Any]) -> dict[date, tuple[Span, ...]]:
    table = raw.get("holidays") or {}
    if not isinstance(table, dict):
        raise InvalidOpeningHours(path, 'holidays names days like 2026-12-25 with "closed" or their hours')
    return {_day(path, day): _hours(path, str(day), spans) for day, spans in table.items()}


def _day(path: Path, day: object) -> date:
    try:
        return day if isinstance(day, date) else date.fromisoformat(str(day))
    except ValueError as error:
        raise InvalidOpeningHours(path, f"{day!r} is no day: write it like 2026-12-25") from error


def _hours(path: Path, day: str, spans: object) -> tuple[Span, ...]:
    if spans in ("closed", None) or spans is False:
        return ()
    return tuple(_span(path, day, span) for span in (spans if isinstance(spans, list) else [spans]))


def _span(path: Path, day: str, span: object) -> Span:
    opens, _, closes = str(span).partition("-")
    try:
        found = (_clock(opens), _clock(closes))
    except ValueError as error:
        raise InvalidOpeningHours(path, f'{day}: {span!r} are no hours: write them like "09:00-18:00"') from error
    if found[1] != time() and found[0] >= found[1]:
        raise InvalidOpeningHours(path, f"{day}: {span!r} ends before it begins: split it at midnight, 24:00")
    return found


def _clock(text: str) -> time:
    return time() if text.strip() == "24:00" else time.fromisoformat(text.strip())
