"""Sport > Running and Sport > Cycling."""

# A table is read by its rows.
# fmt: off
from __future__ import annotations

from assistant.shops.demo.blueprint import APPAREL, SHOES, Category, attributes, colours, kind, only_if, options, span

RUNNING_SHOES = Category(
    path=("Sport", "Running", "Running Shoes"),
    kinds=(
        kind("Road Running Shoes", 125, surface="road", waterproof="no", lugs="none", support="neutral"),
        kind("Stability Running Shoes", 135, surface="road", waterproof="no", lugs="none", support="stability"),
        kind("Trail Running Shoes", 130, surface="trail", waterproof="no", lugs="4 mm|5 mm", support="neutral"),
        kind("Waterproof Trail Running Shoes", 145, surface="trail", waterproof="yes", lugs="5 mm|6 mm", support="neutral"),
    ),
    attributes=attributes(
        weight=span(640, 440, "g per pair", 10),
        drop="4 mm|6 mm|8 mm|10 mm",
        cushioning=("medium", "medium|high", "high|maximum"),
        upper=("mesh", "recycled mesh", "engineered mesh"),
        width="standard|wide",
        vegan="yes",
        care="brush clean, do not machine wash",
        warranty=("1 year", "2 years", "2 years"),
    ),
    axes=(colours("black white blue red yellow teal pink", 1, 2), SHOES),
    highlights=("{drop} Drop", "{cushioning} Cushioning", "{support} Support"),
    openers=(
        "A {support} shoe for the {surface}, with a drop of {drop}.",
        "{cushioning} cushioning for the {surface}.",
        "The {model} weighs {weight}.",
    ),
    details=(
        only_if("waterproof", "yes", "The membrane keeps puddles out."),
        only_if("surface", "trail", "Lugs of {lugs} grip mud and rock."),
        "The upper is {upper}.",
        only_if("width", "wide", "The last is wide."),
        "Drop: {drop}. Support: {support}.",
        "Care: {care}.",
    ),
    voice="footwear",
    names="sport",
    audiences=("women", "men", "women", "men", "kids"),
)

RUNNING_TOPS = Category(
    path=("Sport", "Running", "Running Tops"),
    kinds=(
        kind("Running T-Shirt", 38, sleeve="short", weight=span(150, 95, "g", 5), season="spring to autumn", reflective="yes|no"),
        kind("Long-Sleeve Running Top", 52, sleeve="long", weight=span(210, 140, "g", 5), season="autumn and winter", reflective="yes|no"),
        kind("Running Singlet", 34, sleeve="sleeveless", weight=span(110, 70, "g", 5), season="summer", reflective="no"),
        kind("Running Jacket", 98, sleeve="long", weight=span(260, 140, "g", 10), season="all seasons", reflective="yes"),
    ),
    attributes=attributes(
        material=("polyester", "recycled polyester", "recycled polyester and elastane|merino blend"),
        fit="regular|slim",
        quick_drying="yes",
        waterproof="no",
        care="machine wash 30 °C, no softener",
        warranty="1 year",
    ),
    axes=(colours("black white blue yellow pink teal red", 2, 4), APPAREL),
    highlights=("{weight}", "{material}", "Quick-Drying"),
    openers=(
        "{weight} of {material}.",
        "Quick-drying and cut in a {fit} fit.",
        "The {model} is made for {season}.",
    ),
    details=(
        only_if("reflective", "yes", "Reflective details make you visible at night."),
        only_if("sleeve", "long", "The sleeves are long."),
        only_if("sleeve", "sleeveless", "It has no sleeves, for the hottest days."),
        "Care: {care}.",
        "It dries quickly after a hard session.",
    ),
    voice="apparel",
    names="sport",
    audiences=("women", "men", "women", "men", "kids"),
)

RUNNING_BOTTOMS = Category(
    path=("Sport", "Running", "Running Shorts & Tights"),
    kinds=(
        kind("Running Shorts", 42, length="5 inch|7 inch", pockets="1|2", season="summer", compression="no"),
        kind("2-in-1 Running Shorts", 52, length="5 inch|7 inch", pockets="2|3", season="summer", compression="inner layer"),
        kind("Running Tights", 68, length="full", pockets="1|2", season="all seasons", compression="yes|no"),
        kind("Winter Running Tights", 84, length="full", pockets="2", season="winter", compression="no"),
    ),
    attributes=attributes(
        material=("polyester", "recycled polyester and elastane", "nylon and elastane"),
        weight=span(240, 110, "g", 10),
        fit="close|regular",
        reflective="yes|no",
        quick_drying="yes",
        care="machine wash 30 °C, no softener",
        warranty="1 year",
    ),
    axes=(colours("black navy grey blue purple", 1, 3), APPAREL),
    highlights=("{length} Length", "{pockets} Zip Pockets", "{weight}"),
    openers=(
        "{weight} in {material}.",
        "The {model} stays put and dries quickly.",
    ),
    details=(
        "Pockets: {pockets}.",
        "Length: {length}; compression: {compression}.",
        only_if("reflective", "yes", "Reflective prints catch the headlights."),
        "Care: {care}.",
    ),
    voice="apparel",
    names="sport",
    audiences=("women", "men"),
)

HELMETS = Category(
    path=("Sport", "Cycling", "Bike Helmets"),
    kinds=(
        kind("Road Bike Helmet", 110, use="road", vents="18|20|22", visor="no", light="no"),
        kind("Mountain Bike Helmet", 105, use="trail", vents="14|16|18", visor="yes", light="no"),
        kind("City Bike Helmet", 75, use="city", vents="8|10|12", visor="no|yes", light="yes|no"),
        kind("Kids' Bike Helmet", 45, audience="kids", use="city", vents="8|10", visor="yes", light="no|yes", axes=(colours("blue pink green red", 2, 4), options("size", {"48-52 cm": 1, "52-56 cm": 1}))),
    ),
    attributes=attributes(
        weight=span(380, 240, "g", 10),
        material="polycarbonate shell, EPS foam",
        rotational_protection=("no", "yes|no", "yes"),
        adjustment="dial",
        certified="CPSC",
        warranty=("1 year", "2 years", "3 years"),
    ),
    axes=(
        colours("black white red yellow blue", 2, 4),
        options("size", {"S (51-55 cm)": 1, "M (55-59 cm)": 1, "L (59-63 cm)": 1}),
    ),
    highlights=("{weight}", "{vents} Vents", "{certified} Certified"),
    openers=(
        "A {use} helmet of {weight} with {vents} vents.",
        "Certified to {certified} and adjusted by {adjustment}.",
        "The {model} is built for {use} riding.",
    ),
    details=(
        only_if("rotational protection", "yes", "An inner layer protects against rotational forces."),
        only_if("light", "yes", "A rear light is built in."),
        only_if("visor", "yes", "The visor keeps sun and rain off your face."),
        "Construction: {material}.",
        "{vents} vents keep the air moving.",
    ),
    voice="ride",
    names="sport",
)

BIKE_LIGHTS = Category(
    path=("Sport", "Cycling", "Bike Lights"),
    kinds=(
        kind("Front Bike Light", 50, position="front", brightness=span(200, 1100, "lm", 50), battery_life=span(6, 14, "h")),
        kind("Rear Bike Light", 34, position="rear", brightness=span(25, 120, "lm", 5), battery_life=span(8, 22, "h")),
        kind("Bike Light Set", 68, position="front and rear", brightness=span(200, 800, "lm", 50), battery_life=span(6, 16, "h")),
    ),
    attributes=attributes(
        battery="USB-C rechargeable",
        waterproof="yes",
        ip_rating=("IPX4", "IPX5", "IPX6|IP67"),
        weight=span(140, 60, "g", 5),
        mount="silicone strap|clamp",
        modes="4|5|6|7",
        warranty=("1 year", "2 years", "3 years"),
    ),
    axes=(colours("black silver", 1, 2),),
    highlights=("{brightness}", "{battery life} Runtime", "{ip rating}"),
    openers=(
        "Up to {brightness} for the {position} of your bike.",
        "The {model} runs for up to {battery life} on one charge.",
    ),
    details=(
        "It has {modes} modes and weighs {weight}.",
        "Rain is fine: {ip rating}.",
        "It charges by USB-C and mounts with a {mount}.",
        "Battery life is up to {battery life}.",
    ),
    voice="light",
    names="sport",
)

BIKES = Category(
    path=("Sport", "Cycling", "Bikes"),
    kinds=(
        kind("City Bike", 620, type="city", wheel_size="28 inch", gears="7|8", brakes="hydraulic disc|rim", weight=span(17.5, 14, "kg", 0.1), suspension="none"),
        kind("Gravel Bike", 1350, type="gravel", wheel_size="28 inch", gears="11|12|20", brakes="hydraulic disc", weight=span(11.8, 8.9, "kg", 0.1), suspension="none"),
        kind("Hardtail Mountain Bike", 980, type="mountain", wheel_size="29 inch", gears="10|12", brakes="hydraulic disc", weight=span(14.9, 11.2, "kg", 0.1), suspension="front, 120 mm"),
        kind("Electric City Bike", 2100, type="electric", wheel_size="28 inch", gears="7|8|9", brakes="hydraulic disc", weight=span(25, 19.5, "kg", 0.1), suspension="none|front, 63 mm", battery_capacity="400 Wh|500 Wh|625 Wh", electric_range=span(60, 130, "km", 5)),
        kind("Kids' Bike", 310, audience="kids", rider_weight="up to 50 kg", type="kids", wheel_size="20 inch|24 inch", gears="1|7", brakes="rim", weight=span(11.5, 8.2, "kg", 0.1), suspension="none", axes=(colours("red blue green pink", 1, 3),)),
    ),
    attributes=attributes(
        frame=("steel", "aluminium", "aluminium|carbon"),
        lights="included|not included",
        rider_weight="up to 120 kg",
        delivery="assembled in store or boxed",
        warranty=("2 years", "3 years", "5 years"),
    ),
    axes=(colours("black blue green grey red sand", 1, 2), options("size", {"S": 1, "M": 1, "L": 1, "XL": 1}, 3)),
    highlights=("{gears}-Speed", "{wheel size} Wheels", "{weight}"),
    openers=(
        "A {type} bike on {wheel size} wheels with {brakes} brakes.",
        "{weight} in all; the frame is {frame}.",
        "The {model} shifts through {gears} and stops with {brakes} brakes.",
    ),
    details=(
        "The battery holds {battery capacity}, enough for up to {electric range}.",
        only_if("lights", "included", "Lights are included."),
        "Suspension: {suspension}.",
        "Frame: {frame}; weight: {weight}.",
        "Delivery: {delivery}.",
    ),
    voice="ride",
    names="sport",
)

CATEGORIES = (RUNNING_SHOES, RUNNING_TOPS, RUNNING_BOTTOMS, HELMETS, BIKE_LIGHTS, BIKES)
