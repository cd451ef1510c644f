"""The twelve stores of the demo shop, in real cities at invented addresses. Phone numbers are of the 555-01xx kind."""

# A table is read by its rows.
# fmt: off
from __future__ import annotations

from assistant.shops.records import WEEKDAYS, Address, Store, Weekday
from retrieval.catalogue import StoreId


def _hours(text: str) -> dict[Weekday, str]:
    return dict(zip(WEEKDAYS, text.split(), strict=True))


CITY_HOURS = _hours("10:00-20:00 10:00-20:00 10:00-20:00 10:00-20:00 10:00-21:00 09:00-21:00 11:00-18:00")
TOWN_HOURS = _hours("10:00-18:00 10:00-18:00 10:00-18:00 10:00-19:00 10:00-19:00 09:00-19:00 11:00-17:00")
QUIET_HOURS = _hours("closed 10:00-18:00 10:00-18:00 10:00-19:00 10:00-19:00 09:00-18:00 11:00-16:00")


def _store(
    id: str,
    name: str,
    street: str,
    city: str,
    state: str,
    zip: str,
    at: tuple[float, float],
    phone: str,
    hours: dict[Weekday, str],
    zone: str,
    aliases: str,
) -> Store:
    return Store(
        id=StoreId(id),
        name=f"Fjord & Field {name}",
        address=Address(address1=street, city=city, state=state, zip=zip, country="USA"),
        latitude=at[0],
        longitude=at[1],
        phone=phone,
        opening_hours=hours,
        time_zone=zone,
        aliases=tuple(aliases.split("|")),
    )


STORES: tuple[Store, ...] = (
    _store("portland", "Portland", "1140 NW Tarn Street", "Portland", "OR", "97209", (45.5268, -122.6838), "+1 503 555 0112", CITY_HOURS, "America/Los_Angeles", "Pearl District|Downtown Portland|PDX|Beaverton|Lake Oswego|Gresham|Vancouver WA|Hillsboro"),
    _store("seattle", "Seattle", "415 Heron Avenue N", "Seattle", "WA", "98109", (47.6231, -122.3366), "+1 206 555 0134", CITY_HOURS, "America/Los_Angeles", "South Lake Union|Capitol Hill|Ballard|SEA|Bellevue|Redmond|Tacoma|Sea-Tac"),
    _store("san-francisco", "San Francisco", "2260 Cypress Row", "San Francisco", "CA", "94114", (37.7649, -122.4316), "+1 415 555 0171", CITY_HOURS, "America/Los_Angeles", "SF|Mission District|Castro|SFO|Oakland|Berkeley|Bay Area|Daly City"),
    _store("salt-lake-city", "Salt Lake City", "87 E Granite Street", "Salt Lake City", "UT", "84111", (40.7632, -111.8882), "+1 801 555 0126", TOWN_HOURS, "America/Denver", "SLC|Sugar House|Park City|Sandy|Provo|Ogden"),
    _store("denver", "Denver", "1622 Larkspur Street", "Denver", "CO", "80202", (39.7519, -104.9983), "+1 303 555 0148", CITY_HOURS, "America/Denver", "LoDo|RiNo|Highlands|DEN|Aurora|Lakewood|Golden|Littleton"),
    _store("boulder", "Boulder", "930 Aspen Mall", "Boulder", "CO", "80302", (40.0176, -105.2797), "+1 720 555 0119", TOWN_HOURS, "America/Denver", "Pearl Street|North Boulder|Longmont|Louisville CO|Nederland"),
    _store("minneapolis", "Minneapolis", "708 Birchbark Avenue N", "Minneapolis", "MN", "55401", (44.9856, -93.2735), "+1 612 555 0155", CITY_HOURS, "America/Chicago", "North Loop|Uptown|MSP|St. Paul|Saint Paul|Bloomington|Twin Cities"),
    _store("chicago", "Chicago", "1815 N Prairie Row", "Chicago", "IL", "60614", (41.9145, -87.6527), "+1 312 555 0163", CITY_HOURS, "America/Chicago", "Lincoln Park|Wicker Park|The Loop|ORD|O'Hare|MDW|Evanston|Oak Park"),
    _store("austin", "Austin", "1209 Pecan Bend", "Austin", "TX", "78704", (30.2508, -97.7517), "+1 512 555 0187", CITY_HOURS, "America/Chicago", "South Congress|SoCo|Zilker|AUS|Round Rock|San Marcos|Cedar Park"),
    _store("boston", "Boston", "344 Harborlight Street", "Boston", "MA", "02116", (42.3503, -71.0810), "+1 617 555 0142", CITY_HOURS, "America/New_York", "Back Bay|South End|BOS|Logan|Cambridge|Somerville|Brookline"),
    _store("burlington", "Burlington", "61 Maple Wharf", "Burlington", "VT", "05401", (44.4780, -73.2132), "+1 802 555 0108", QUIET_HOURS, "America/New_York", "Church Street|BTV|South Burlington|Winooski|Stowe|Essex"),
    _store("asheville", "Asheville", "29 Laurel Gap Avenue", "Asheville", "NC", "28801", (35.5946, -82.5540), "+1 828 555 0177", QUIET_HOURS, "America/New_York", "Downtown Asheville|River Arts District|AVL|Black Mountain|Hendersonville|Weaverville"),
)
