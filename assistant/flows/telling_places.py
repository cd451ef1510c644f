"""Places in words: a department's name, an aisle, a bay, a shelf, in the customer's language. Above: the flows about stores."""

from __future__ import annotations

from assistant.flows.work import Work
from assistant.shops.floor_plan import Place, Zone


def told_place(work: Work, place: Place) -> str:
    """ "Camping, aisle 7, bay A, shelf 2": what is known of it."""
    parts = [work.phrases.say("places.aisle", aisle=place.aisle)]
    parts += [work.phrases.say("places.bay", bay=place.bay)] if place.bay else []
    parts += [work.phrases.say("places.shelf", shelf=place.shelf)] if place.shelf else []
    told = ", ".join(parts)
    return work.phrases.say("places.in_zone", zone=zone_name(work, place.zone), place=told) if place.zone else told


def zone_name(work: Work, zone: Zone) -> str:
    return zone.names.get(work.phrases.language, zone.name)
