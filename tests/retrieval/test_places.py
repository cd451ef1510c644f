"""Stores: how far, and whether open, by their own clocks."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.catalogue import StoreId
from retrieval.places import Place, distance_km, evidence_of_place, hours_on, is_open, named, nearest, opens_next

WEEK = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat"), "10:00-20:00") | {"sun": "closed"}
OSLO = Place(
    id=StoreId("oslo"), name="Aker Oslo", city="Oslo", latitude=59.913, longitude=10.739, hours=WEEK,
    time_zone="Europe/Oslo", aliases=("Grünerløkka",),
)  # fmt: skip
BERGEN = Place(
    id=StoreId("bergen"), name="Aker Bergen", city="Bergen", latitude=60.393, longitude=5.324,
    hours={"fri": "18:00-02:00", "sat": "10:00-13:00, 15:00-18:00"}, time_zone="Europe/Oslo",
)  # fmt: skip
NEW_YORK = Place(
    id=StoreId("nyc"), name="Aker SoHo", city="New York", latitude=40.723, longitude=-74.0, hours=WEEK,
    time_zone="America/New_York",
)  # fmt: skip
ALL = (NEW_YORK, BERGEN, OSLO)
MONDAY_NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_the_nearest_comes_first_with_its_distance() -> None:
    found = nearest(ALL, 59.95, 10.7)
    assert [near.place.id for near in found] == ["oslo", "bergen", "nyc"]
    assert found[1].km == pytest.approx(305, abs=5)
    assert nearest(ALL, 59.95, 10.7, within_km=50) == found[:1]


def test_the_date_line_is_no_wall() -> None:
    fiji = Place(id=StoreId("f"), name="Fiji", latitude=-17.8, longitude=179.9)
    assert distance_km(-17.8, -179.9, fiji) < 30


@pytest.mark.parametrize(("latitude", "longitude"), [(91, 0), (0, 181), (-90.1, 0), (math.nan, 0), (0, math.inf)])
def test_what_lies_off_the_globe_is_refused(latitude: float, longitude: float) -> None:
    with pytest.raises(ValueError, match="off the globe"):
        nearest(ALL, latitude, longitude)


def test_each_store_opens_by_its_own_clock() -> None:
    assert is_open(OSLO, MONDAY_NOON), "13:00 in Oslo"
    assert not is_open(NEW_YORK, MONDAY_NOON), "07:00 in New York"
    assert [near.place.id for near in nearest(ALL, 40.7, -74, open_at=MONDAY_NOON)] == ["oslo"]


def test_night_hours_reach_into_the_next_day() -> None:
    at = datetime(2026, 11, 28, 0, 30, tzinfo=UTC)
    assert is_open(BERGEN, at), "01:30 on Saturday belongs to Friday's evening"
    assert not is_open(BERGEN, at + timedelta(hours=1))


def test_a_break_at_noon_is_closed() -> None:
    assert [is_open(BERGEN, datetime(2026, 11, 28, hour, 30, tzinfo=UTC)) for hour in (11, 12, 13, 14)] == [
        True, False, False, True,
    ]  # fmt: skip


def test_the_next_opening_skips_closed_days() -> None:
    saturday_night = datetime(2026, 11, 28, 21, 0, tzinfo=UTC)
    assert opens_next(OSLO, saturday_night) == datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    assert opens_next(OSLO, MONDAY_NOON) == MONDAY_NOON
    assert opens_next(Place(id=StoreId("x"), name="x", latitude=0, longitude=0), MONDAY_NOON) is None


def test_summer_time_does_not_shift_the_door() -> None:
    saturday_before = datetime(2026, 10, 24, 20, 0, tzinfo=UTC)
    opening = opens_next(OSLO, saturday_before)
    assert opening is not None
    assert (opening.weekday(), opening.hour) == (0, 10)


def test_a_moment_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="aware"):
        is_open(OSLO, datetime(2026, 11, 23, 12, 0))


def test_a_place_is_found_by_any_of_its_names() -> None:
    assert named(ALL, "is the one in Grünerløkka open?") == [OSLO]
    assert named(ALL, "new york or bergen") == [NEW_YORK, BERGEN]
    assert named(ALL, "berken shop") == [BERGEN], "one typing error in a long name"
    assert named(ALL, "osla") == []
    assert named(ALL, "") == []


def test_evidence_says_hours_and_distance() -> None:
    shown = evidence_of_place(OSLO, MONDAY_NOON, km=3.14159)
    assert (shown.kind, shown.fields["distance"], shown.fields["open now"]) == ("store", "3.1 km", "yes")
    assert hours_on(OSLO, datetime(2026, 11, 29, 12, tzinfo=UTC)) == "closed"


degrees = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(degrees, degrees)
def test_distances_are_mutual_and_never_past_half_the_globe(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    def at(point: tuple[float, float]) -> Place:
        return Place(id=StoreId("p"), name="p", latitude=point[0], longitude=point[1])

    there, back = distance_km(*one, at(other)), distance_km(*other, at(one))
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= 20_100


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)))
def test_it_is_open_when_it_opens_next(moment: datetime) -> None:
    at = moment.replace(tzinfo=UTC)
    for place in ALL:
        opening = opens_next(place, at)
        assert opening is not None
        assert opening >= at
        assert is_open(place, opening)
