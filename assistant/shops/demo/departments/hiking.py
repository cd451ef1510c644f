"""Outdoor > Hiking and Outdoor > Accessories: packs, boots, poles, bottles, hats, gloves, socks."""

# A table is read by its rows.
# fmt: off
from __future__ import annotations

from assistant.shops.demo.blueprint import SHOES, Category, attributes, colours, kind, only_if, options, span

BACKPACKS = Category(
    path=("Outdoor", "Hiking", "Backpacks"),
    kinds=(
        kind("Daypack", 85, capacity="18 l|22 l|25 l|28 l", weight=span(780, 480, "g", 10), use="day hikes", hip_belt="webbing", rain_cover="included|not included"),
        kind("Hiking Backpack", 140, capacity="30 l|35 l|38 l", weight=span(1350, 880, "g", 10), use="weekend tours", hip_belt="padded", rain_cover="included"),
        kind("Trekking Backpack", 220, capacity="50 l|60 l|65 l|75 l", weight=span(2300, 1400, "g", 10), use="long treks", hip_belt="padded", rain_cover="included"),
        kind("Laptop Backpack", 95, capacity="20 l|24 l|26 l", weight=span(1100, 750, "g", 10), use="commuting", hip_belt="none", rain_cover="not included", laptop_size="15.6 inch|16 inch"),
        kind("Kids' Backpack", 45, audience="kids", capacity="8 l|12 l|14 l", weight=span(420, 300, "g", 10), use="school and day trips", hip_belt="none", rain_cover="not included|included"),
    ),
    attributes=attributes(
        material=("polyester", "recycled polyester|nylon", "ripstop nylon|480D nylon"),
        water_resistant="yes",
        waterproof="no",
        back_system="ventilated mesh|padded foam",
        hydration_compatible="yes|no",
        warranty=("1 year", "2 years", "5 years"),
    ),
    axes=(colours("black navy green grey orange teal red", 2, 4),),
    highlights=("{capacity}", "{weight}", "{back system} Back"),
    openers=(
        "A {capacity} pack for {use}.",
        "{capacity} of room in {weight} of {material}.",
        "The {model} carries {capacity} on a back of {back system}.",
    ),
    details=(
        only_if("rain cover", "included", "A rain cover is included."),
        only_if("hip belt", "padded", "The padded hip belt takes the load off your shoulders."),
        only_if("hydration compatible", "yes", "There is a sleeve for a hydration bladder."),
        "Made of {material}; it weighs {weight}.",
        "The sleeve takes laptops up to {laptop size}.",
    ),
    voice="pack",
    names="outdoor",
)

BOOTS = Category(
    path=("Outdoor", "Hiking", "Hiking Boots"),
    kinds=(
        kind("Waterproof Hiking Boots", 170, cut="mid", waterproof="yes", membrane="waterproof and breathable", weight=span(1250, 900, "g", 10)),
        kind("Hiking Shoes", 125, cut="low", waterproof="no", membrane="none", weight=span(900, 640, "g", 10)),
        kind("Waterproof Hiking Shoes", 145, cut="low", waterproof="yes", membrane="waterproof and breathable", weight=span(960, 700, "g", 10)),
        kind("Trekking Boots", 230, cut="high", waterproof="yes", membrane="waterproof and breathable", weight=span(1650, 1250, "g", 10)),
    ),
    attributes=attributes(
        upper=("synthetic", "suede|suede and mesh", "nubuck leather|full-grain leather"),
        sole=("rubber", "grippy rubber, 4 mm lugs", "grippy rubber, 5 mm lugs"),
        terrain="forest paths|rocky trails|mixed terrain",
        closure="laces|quick laces",
        vegan=("yes", "no", "no"),
        care="brush clean, treat with waterproofing spray",
        warranty=("1 year", "2 years", "2 years"),
    ),
    axes=(colours("brown grey black olive navy", 1, 2), SHOES),
    highlights=("{cut} Cut", "{weight} per Pair", "{upper}"),
    openers=(
        "{cut}-cut and made for {terrain}.",
        "A pair weighs {weight} and feels at home on {terrain}.",
        "The {model} has an upper of {upper} and a sole of {sole}.",
    ),
    details=(
        only_if("waterproof", "yes", "The lining is {membrane}."),
        only_if("waterproof", "no", "They are not waterproof, and dry quickly instead."),
        "The upper is {upper}.",
        "Closure: {closure}.",
        only_if("vegan", "yes", "No animal products are used."),
        "Care: {care}.",
    ),
    voice="footwear",
    names="outdoor",
    audiences=("women", "men", "women", "men", "kids"),
)

POLES = Category(
    path=("Outdoor", "Hiking", "Trekking Poles"),
    kinds=(
        kind("Telescopic Trekking Poles", 85, type="telescopic", length="100-135 cm|105-140 cm", packed_length=span(68, 60, "cm")),
        kind("Folding Trekking Poles", 130, type="folding", length="110-130 cm|120-140 cm", packed_length=span(42, 35, "cm")),
        kind("Nordic Walking Poles", 75, type="fixed", length="110 cm|115 cm|120 cm"),
        kind("Kids' Trekking Poles", 40, audience="kids", type="telescopic", length="70-105 cm", packed_length=span(55, 50, "cm")),
    ),
    attributes=attributes(
        material=("aluminium", "aluminium", "carbon"),
        weight=span(580, 340, "g", 10),
        grip=("foam", "cork|foam", "cork"),
        lock=("twist", "lever", "lever"),
        tip="tungsten carbide",
        sold_as="pair",
        warranty=("1 year", "2 years", "5 years"),
    ),
    axes=(colours("black blue orange red", 1, 2),),
    highlights=("{material}", "{weight} per Pair", "{grip} Grip"),
    openers=(
        "A pair of {type} poles in {material}, {length} long.",
        "{weight} for the pair, with {grip} grips.",
        "The {model} covers lengths of {length}.",
    ),
    details=(
        only_if("lock", "lever", "Lever locks hold the length even with gloves on."),
        "Tips of {tip} bite into rock and ice.",
        "Packed they are {packed length} long.",
        "The grips are {grip}.",
    ),
    voice="gear",
    names="outdoor",
)

BOTTLES = Category(
    path=("Outdoor", "Hiking", "Water Bottles"),
    kinds=(
        kind("Insulated Water Bottle", 36, lid="screw lid|flip lid", material="stainless steel", insulated="yes", keeps_cold="24 h", keeps_hot="12 h", axes=(colours("black white teal green pink navy yellow", 2, 5), options("capacity", {"0.5 l": 1.0, "0.75 l": 1.15, "1 l": 1.3}))),
        kind("Water Bottle", 16, material="BPA-free plastic", insulated="no", axes=(colours("grey teal blue pink green", 2, 4), options("capacity", {"0.5 l": 1.0, "0.75 l": 1.15, "1 l": 1.3}))),
        kind("Vacuum Flask", 44, lid="screw lid|cup lid", material="stainless steel", insulated="yes", keeps_cold="24 h|30 h", keeps_hot="18 h|24 h", axes=(colours("silver green black", 1, 3), options("capacity", {"0.75 l": 1.0, "1 l": 1.15, "1.2 l": 1.25}))),
        kind("Kids' Water Bottle", 20, audience="kids", material="stainless steel", insulated="no", axes=(colours("blue pink green purple yellow", 2, 4), options("capacity", {"0.35 l": 1.0, "0.5 l": 1.12}))),
    ),
    attributes=attributes(
        lid="screw lid|straw lid|flip lid",
        dishwasher_safe="yes|no",
        leakproof="yes",
        bpa_free="yes",
        mouth="wide|narrow",
        care="rinse after use, dry with the lid off",
        warranty=("1 year", "2 years", "5 years"),
    ),
    axes=(),
    highlights=("{material}", "{lid}", "Leakproof"),
    openers=(
        "A leakproof bottle of {material} with a {lid}.",
        "The {model} has a {mouth} mouth and a {lid}.",
    ),
    details=(
        only_if("insulated", "yes", "Keeps drinks cold for {keeps cold} and hot for {keeps hot}."),
        only_if("dishwasher safe", "yes", "All parts may go into the dishwasher."),
        only_if("dishwasher safe", "no", "Wash it by hand."),
        "Care: {care}.",
        only_if("mouth", "wide", "Ice cubes fit through the wide mouth."),
    ),
    voice="drinkware",
    names="outdoor",
)

HATS = Category(
    path=("Outdoor", "Accessories", "Hats & Beanies"),
    kinds=(
        kind("Merino Beanie", 38, material="100 % merino wool", season="winter", care="hand wash", sun_protection="no"),
        kind("Knitted Beanie", 26, material="acrylic|recycled polyester", season="winter", care="machine wash 30 °C", sun_protection="no"),
        kind("Sun Hat", 42, material="nylon|cotton", season="summer", care="machine wash 30 °C", sun_protection="UPF 50"),
        kind("Running Cap", 30, material="recycled polyester", season="summer", care="machine wash 30 °C", sun_protection="UPF 30|UPF 50"),
        kind("Kids' Beanie", 20, audience="kids", material="100 % merino wool|acrylic", season="winter", care="hand wash", sun_protection="no"),
    ),
    attributes=attributes(
        weight=span(90, 55, "g", 5),
        fit="close|relaxed",
        lining=("none", "none|fleece", "fleece|brushed merino"),
        windproof="no",
        warranty="1 year",
    ),
    axes=(colours("black grey navy red olive mustard teal pink", 2, 5), options("size", {"S/M": 1, "L/XL": 1})),
    highlights=("{material}", "{season}", "{weight}"),
    openers=(
        "A {season} favourite in {material}.",
        "The {model} weighs {weight} and has a {fit} fit.",
        "Made of {material} for {season} days.",
    ),
    details=(
        "Care: {care}.",
        only_if("sun protection", "UPF 50", "It blocks the sun to UPF 50."),
        only_if("lining", "fleece", "The fleece lining keeps ears warm."),
        "Fit: {fit}.",
    ),
    voice="apparel",
    names="outdoor",
)

GLOVES = Category(
    path=("Outdoor", "Accessories", "Gloves"),
    kinds=(
        kind("Liner Gloves", 30, type="liner", waterproof="no", insulation="none", touchscreen="yes", material="merino blend|recycled polyester"),
        kind("Waterproof Gloves", 75, type="shell", waterproof="yes", insulation="synthetic", touchscreen="no|yes", material="nylon and goat leather|softshell"),
        kind("Ski Gloves", 95, type="ski", waterproof="yes", insulation="synthetic|down", touchscreen="no", material="nylon and goat leather"),
        kind("Mittens", 70, type="mitten", waterproof="yes", insulation="synthetic|down", touchscreen="no", material="nylon|softshell"),
        kind("Kids' Mittens", 35, audience="kids", type="mitten", waterproof="yes", insulation="synthetic", touchscreen="no", material="nylon"),
    ),
    attributes=attributes(
        weight=span(220, 90, "g", 10),
        season="winter",
        cuff="short|long",
        care="hand wash, dry in the air",
        warranty=("1 year", "1 year", "2 years"),
    ),
    axes=(colours("black grey navy red blue", 1, 3), options("size", {"S": 1, "M": 1, "L": 1, "XL": 1}, 3)),
    highlights=("{insulation} Insulation", "{material}", "Touchscreen: {touchscreen}"),
    openers=(
        "Made of {material}, {weight} the pair.",
        "A {type} for winter days, in {material}.",
        "The {model} has a {cuff} cuff and weighs {weight}.",
    ),
    details=(
        only_if("waterproof", "yes", "They are waterproof."),
        only_if("touchscreen", "yes", "You can use your phone without taking them off."),
        "Insulation: {insulation}.",
        "Care: {care}.",
    ),
    voice="apparel",
    names="outdoor",
)

SOCKS = Category(
    path=("Outdoor", "Accessories", "Hiking Socks"),
    kinds=(
        kind("Merino Hiking Socks", 24, material="70 % merino, 28 % nylon, 2 % elastane", cushioning="medium|heavy", height="crew"),
        kind("Light Hiking Socks", 18, material="60 % recycled polyester, 38 % cotton, 2 % elastane", cushioning="light", height="quarter|crew"),
        kind("Ski Socks", 32, material="62 % merino, 36 % nylon, 2 % elastane", cushioning="medium", height="over the calf"),
        kind("Kids' Hiking Socks", 14, audience="kids", material="55 % merino, 43 % nylon, 2 % elastane", cushioning="medium", height="crew"),
    ),
    attributes=attributes(
        weight=span(95, 60, "g", 5),
        season="all seasons|winter",
        pairs="1|2|3",
        toe="seamless",
        care="machine wash 40 °C",
        warranty=("1 year", "1 year", "2 years"),
    ),
    axes=(
        colours("grey navy black green red", 1, 3),
        options("size", {"36-38": 1, "39-41": 1, "42-44": 1, "45-47": 1}, 3),
    ),
    highlights=("{cushioning} Cushioning", "{height} Height", "Seamless Toe"),
    openers=(
        "{cushioning} cushioning in {material}.",
        "The {model} is {height} high with a seamless toe.",
    ),
    details=(
        "Material: {material}.",
        "A seamless toe prevents blisters.",
        "Care: {care}.",
        only_if("pairs", "2", "The pack holds 2 pairs."),
        only_if("pairs", "3", "The pack holds 3 pairs."),
    ),
    voice="apparel",
    names="outdoor",
)

CATEGORIES = (BACKPACKS, BOOTS, POLES, BOTTLES, HATS, GLOVES, SOCKS)
