"""Outdoor > Camping: tents, sleeping bags, mats, stoves, lights and furniture."""

# A table is read by its rows.
# fmt: off
from __future__ import annotations

from assistant.shops.demo.blueprint import Category, attributes, colours, kind, only_if, options, span

TENTS = Category(
    path=("Outdoor", "Camping", "Tents"),
    kinds=(
        kind("1-Person Tent", 190, persons="1", weight=span(1.9, 0.9, "kg", 0.1), packed_size="40 x 12 cm", floor="215 x 85 cm", shape="dome|tunnel|trekking pole"),
        kind("2-Person Tent", 240, persons="2", weight=span(3.2, 1.4, "kg", 0.1), packed_size="45 x 15 cm", floor="215 x 130 cm", shape="dome|tunnel|geodesic"),
        kind("3-Person Tent", 310, persons="3", weight=span(4.2, 2.1, "kg", 0.1), packed_size="50 x 18 cm", floor="220 x 180 cm", shape="dome|tunnel|geodesic"),
        kind("4-Person Tent", 360, persons="4", weight=span(6.4, 3.6, "kg", 0.1), packed_size="55 x 22 cm", floor="230 x 230 cm", shape="dome|tunnel"),
        kind("6-Person Family Tent", 480, persons="6", weight=span(14.5, 10.5, "kg", 0.1), packed_size="70 x 32 cm", floor="460 x 300 cm", shape="tunnel|cabin"),
    ),
    attributes=attributes(
        season=("3-season", "3-season", "3-season|4-season"),
        waterproof="yes",
        hydrostatic_head=span(1500, 5000, "mm", 500),
        material=("polyester", "ripstop polyester|ripstop nylon", "silicone-coated ripstop nylon"),
        poles=("fibreglass", "aluminium", "aluminium"),
        doors="1|2",
        setup_time=span(12, 5, "min"),
        warranty=("1 year", "2 years", "5 years"),
    ),
    axes=(colours("green orange sand grey blue red", 1, 3),),
    highlights=("{weight}", "{season}", "{hydrostatic head} Waterproof"),
    openers=(
        "A {shape} tent for {persons} with a {floor} floor.",
        "The {model} sleeps {persons} on a floor of {floor}.",
        "Room for {persons}, {weight} on the scale: a {season} tent in {material}.",
    ),
    details=(
        "The fly withstands a water column of {hydrostatic head}.",
        "The {poles} poles go up in about {setup time}.",
        "Packed, it measures {packed size}.",
        only_if("doors", "2", "Two doors mean that nobody climbs over anybody at night."),
        only_if("season", "4-season", "Rated for all four seasons, snow included."),
        "It weighs {weight} with {poles} poles.",
    ),
    voice="camping",
    names="outdoor",
)

SLEEPING_BAGS = Category(
    path=("Outdoor", "Camping", "Sleeping Bags"),
    kinds=(
        kind("Down Sleeping Bag", 260, fill="duck down|goose down", comfort_temperature="-8 °C|-4 °C|0 °C", weight=span(1300, 780, "g", 10), season="3-season|winter", care="wash with down detergent, tumble dry low"),
        kind("Synthetic Sleeping Bag", 110, fill="hollow-fibre polyester", comfort_temperature="0 °C|3 °C|7 °C", weight=span(1900, 1200, "g", 10), season="3-season", care="machine wash 30 °C"),
        kind("Summer Sleeping Bag", 75, fill="hollow-fibre polyester", comfort_temperature="10 °C|12 °C", weight=span(1100, 650, "g", 10), season="summer", care="machine wash 30 °C"),
        kind("Kids' Sleeping Bag", 60, audience="kids", fill="hollow-fibre polyester", comfort_temperature="5 °C|8 °C", weight=span(1200, 850, "g", 10), season="3-season", care="machine wash 30 °C", axes=(colours("blue pink green purple", 1, 3),)),
    ),
    attributes=attributes(
        shell=("polyester", "recycled polyester", "ripstop nylon"),
        shape="mummy|rectangular|semi-mummy",
        packed_volume=span(14, 6, "l"),
        zip="left|right|two-way",
        waterproof="no",
        warranty=("1 year", "2 years", "5 years"),
    ),
    axes=(colours("blue navy red green orange", 1, 2), options("size", {"regular": 1.0, "long": 1.08})),
    highlights=("Comfort {comfort temperature}", "{weight}", "{season}"),
    openers=(
        "A {shape} bag filled with {fill}, comfortable down to {comfort temperature}.",
        "Warm to {comfort temperature} and {weight} light.",
        "The {model} keeps you comfortable at {comfort temperature}.",
    ),
    details=(
        "The shell is {shell}.",
        "It packs into {packed volume}.",
        "Care: {care}.",
        only_if("zip", "two-way", "The two-way zip lets you cool your feet."),
        "Filled with {fill}; the whole bag weighs {weight}.",
    ),
    voice="camping",
    names="outdoor",
    audiences=("unisex",),
)

SLEEPING_MATS = Category(
    path=("Outdoor", "Camping", "Sleeping Mats"),
    kinds=(
        kind("Inflatable Sleeping Mat", 120, type="inflatable", thickness="7 cm|8 cm|9 cm", r_value=span(2.2, 5.5, "", 0.1), weight=span(690, 420, "g", 10), packed_size="23 x 10 cm"),
        kind("Self-Inflating Mat", 85, type="self-inflating", thickness="3.8 cm|5 cm|7.5 cm", r_value=span(2.8, 5.8, "", 0.1), weight=span(1450, 820, "g", 10), packed_size="28 x 17 cm"),
        kind("Folding Foam Mat", 38, type="closed-cell foam", thickness="1.5 cm|2 cm", r_value=span(1.4, 2.4, "", 0.1), weight=span(480, 360, "g", 10), packed_size="51 x 13 cm"),
    ),
    attributes=attributes(
        material=("polyester", "recycled polyester", "ripstop nylon"),
        season=("summer|3-season", "3-season", "3-season|4-season"),
        repair_kit="included|not included",
        waterproof="yes",
        warranty=("1 year", "2 years", "3 years"),
    ),
    axes=(
        colours("green orange blue grey", 1, 2),
        options("size", {"regular 183 cm": 1.0, "long 196 cm": 1.15, "wide 196 cm": 1.28}),
    ),
    highlights=("R-Value {r value}", "{thickness} Thick", "{weight}"),
    openers=(
        "A {type} mat, {thickness} thick, with an R-value of {r value}.",
        "{thickness} of comfort between you and the ground.",
        "The {model} weighs {weight} and insulates with an R-value of {r value}.",
    ),
    details=(
        "Rolled up, it measures {packed size}.",
        "The surface is {material}.",
        "Made for {season} use.",
        only_if("repair kit", "included", "A repair kit is included."),
    ),
    voice="camping",
    names="outdoor",
)

STOVES = Category(
    path=("Outdoor", "Camping", "Camping Stoves"),
    kinds=(
        kind("Canister Stove", 55, fuel="canister gas", burners="1", power=span(2600, 3400, "W", 100), weight=span(180, 75, "g", 5), pot_capacity="2 l", dimensions="10 x 10 x 8 cm"),
        kind("Integrated Cooking System", 130, fuel="canister gas", burners="1", power=span(1700, 2600, "W", 100), weight=span(520, 370, "g", 10), pot_capacity="0.8 l|1 l", dimensions="18 x 12 x 12 cm"),
        kind("Two-Burner Camp Stove", 120, fuel="propane|canister gas", burners="2", power=span(4400, 6400, "W", 200), weight=span(5.6, 3.9, "kg", 0.1), pot_capacity="6 l", dimensions="56 x 32 x 11 cm"),
        kind("Alcohol Stove Set", 48, fuel="denatured alcohol", burners="1", power=span(900, 1300, "W", 100), weight=span(780, 560, "g", 10), pot_capacity="1.5 l", dimensions="19 x 19 x 10 cm"),
    ),
    attributes=attributes(
        boil_time=span(5.5, 2.5, "min", 0.5),
        ignition=("match", "piezo", "piezo"),
        wind_protection="yes|no",
        material=("steel", "stainless steel|aluminium", "titanium|stainless steel"),
        warranty=("1 year", "2 years", "3 years"),
    ),
    axes=(colours("black silver red green", 1, 2),),
    highlights=("{power}", "{weight}", "Boils in {boil time}"),
    openers=(
        "A {fuel} stove that brings a litre to the boil in about {boil time}.",
        "{power} from a stove of {weight}.",
        "The {model} cooks with {fuel} and weighs {weight}.",
    ),
    details=(
        "It takes pots of up to {pot capacity}.",
        only_if("ignition", "piezo", "Piezo ignition lights it at the push of a button."),
        only_if("wind protection", "yes", "The wind shield keeps the flame steady."),
        "Made of {material}, {dimensions} overall.",
    ),
    voice="gear",
    names="outdoor",
)

LIGHTS = Category(
    path=("Outdoor", "Camping", "Headlamps & Lanterns"),
    kinds=(
        kind("Headlamp", 45, type="headlamp", brightness=span(200, 900, "lm", 50), weight=span(110, 60, "g", 5), beam_distance=span(50, 150, "m", 10), battery="USB-C rechargeable|3 x AAA"),
        kind("Trail Running Headlamp", 80, type="headlamp", brightness=span(400, 1200, "lm", 100), weight=span(130, 75, "g", 5), beam_distance=span(80, 180, "m", 10), battery="USB-C rechargeable"),
        kind("Camping Lantern", 42, type="lantern", brightness=span(200, 1000, "lm", 50), weight=span(620, 290, "g", 10), beam_distance=span(10, 25, "m", 5), battery="USB-C rechargeable|3 x D"),
        kind("Kids' Headlamp", 22, audience="kids", type="headlamp", brightness=span(60, 120, "lm", 10), weight=span(75, 50, "g", 5), beam_distance=span(15, 30, "m", 5), battery="3 x AAA"),
    ),
    attributes=attributes(
        battery_life=span(20, 120, "h", 5),
        waterproof=("no", "yes", "yes"),
        ip_rating=("IPX4", "IPX6", "IPX7"),
        red_light="yes|no",
        warranty=("1 year", "2 years", "5 years"),
    ),
    axes=(colours("black grey orange yellow blue", 1, 3),),
    highlights=("{brightness}", "{battery}", "{ip rating}"),
    openers=(
        "A {type} with up to {brightness} and a beam of {beam distance}.",
        "{brightness} of light from {weight}.",
        "The {model} throws its light {beam distance} far.",
    ),
    details=(
        "On its lowest setting it runs for {battery life}.",
        "Power comes from {battery}.",
        only_if("red light", "yes", "The red light spares the eyes of your companions."),
        "Protected against water to {ip rating}.",
    ),
    voice="light",
    names="outdoor",
)

FURNITURE = Category(
    path=("Outdoor", "Camping", "Camp Furniture"),
    kinds=(
        kind("Folding Camp Chair", 55, load=span(100, 150, "kg", 10), weight=span(4.2, 2.8, "kg", 0.1), dimensions="55 x 60 x 85 cm", packed_size="95 x 18 cm"),
        kind("Packable Chair", 85, load=span(110, 145, "kg", 5), weight=span(1.3, 0.8, "kg", 0.1), dimensions="52 x 50 x 66 cm", packed_size="36 x 12 cm"),
        kind("Roll-Top Camp Table", 75, load=span(20, 40, "kg", 5), weight=span(4.6, 2.4, "kg", 0.1), dimensions="70 x 56 x 45 cm", packed_size="72 x 16 cm"),
        kind("Folding Camp Bed", 110, load=span(110, 150, "kg", 5), weight=span(6.4, 3.2, "kg", 0.1), dimensions="190 x 66 x 40 cm", packed_size="94 x 20 cm"),
    ),
    attributes=attributes(
        frame=("steel", "aluminium", "aluminium"),
        material=("polyester", "600D polyester", "ripstop nylon|recycled polyester"),
        setup_time=span(3, 1, "min"),
        bag="included",
        warranty=("1 year", "2 years", "3 years"),
    ),
    axes=(colours("green grey black blue sand", 1, 3),),
    highlights=("{weight}", "Holds {load}", "{frame} Frame"),
    openers=(
        "Folds to {packed size} and holds up to {load}.",
        "A comfortable piece of camp on a {frame} frame.",
        "The {model} opens to {dimensions} and weighs {weight}.",
    ),
    details=(
        "The {frame} frame carries up to {load}.",
        "The fabric is {material}.",
        "It is ready in about {setup time}, and a bag is included.",
        "Folded: {packed size}.",
    ),
    voice="gear",
    names="outdoor",
)

CATEGORIES = (TENTS, SLEEPING_BAGS, SLEEPING_MATS, STOVES, LIGHTS, FURNITURE)
