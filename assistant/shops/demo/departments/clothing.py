"""Outdoor > Clothing: what is worn in layers, from the skin to the rain."""

# A table is read by its rows.
# fmt: off
from __future__ import annotations

from assistant.shops.demo.blueprint import APPAREL, Category, attributes, colours, kind, only_if, span
from retrieval.catalogue import Audience

ADULTS_AND_KIDS: tuple[Audience, ...] = ("women", "men", "women", "men", "kids")

RAIN_JACKETS = Category(
    path=("Outdoor", "Clothing", "Rain Jackets"),
    kinds=(
        kind("2.5-Layer Rain Jacket", 110, layers="2.5", weight=span(380, 210, "g", 10), pit_zips="no", packable="yes"),
        kind("3-Layer Shell Jacket", 230, layers="3", weight=span(560, 360, "g", 10), pit_zips="yes", packable="no"),
        kind("Rain Jacket", 85, layers="2", weight=span(520, 380, "g", 10), pit_zips="no|yes", packable="no|yes"),
        kind("Raincoat", 120, layers="2", weight=span(760, 540, "g", 10), pit_zips="no", packable="no"),
    ),
    attributes=attributes(
        waterproof="yes",
        hydrostatic_head=span(5000, 20000, "mm", 1000),
        breathability=span(5000, 20000, "g/m² in 24 h", 1000),
        material=("polyester", "recycled polyester|nylon", "recycled nylon|ripstop nylon"),
        seams=("fully taped", "fully taped", "fully taped"),
        hood="adjustable|helmet-compatible",
        fit="regular|relaxed",
        season="all seasons",
        care="machine wash 30 °C, tumble dry low",
        warranty=("1 year", "2 years", "5 years"),
    ),
    axes=(colours("black navy red yellow green teal olive blue", 2, 4), APPAREL),
    highlights=("{hydrostatic head} Waterproof", "{weight}", "Fully Taped"),
    openers=(
        "A {layers}-layer jacket that stays tight to a water column of {hydrostatic head}.",
        "{weight} of {material} between you and the weather.",
        "The {model} keeps the rain out: {hydrostatic head}, seams {seams}.",
    ),
    details=(
        "Breathability is rated at {breathability}.",
        only_if("pit zips", "yes", "Pit zips let out the heat of a climb."),
        only_if("packable", "yes", "It packs into its own pocket."),
        "The hood is {hood}, the fit {fit}.",
        "Care: {care}.",
        "Made of {material}.",
    ),
    voice="apparel",
    names="outdoor",
    audiences=ADULTS_AND_KIDS,
)

INSULATED_JACKETS = Category(
    path=("Outdoor", "Clothing", "Insulated Jackets"),
    kinds=(
        kind("Down Jacket", 210, insulation="duck down|goose down", fill_power=span(550, 850, "cuin", 50), weight=span(520, 320, "g", 10), waterproof="no", care="wash with down detergent, tumble dry low"),
        kind("Synthetic Insulated Jacket", 140, insulation="recycled polyester", weight=span(560, 380, "g", 10), waterproof="no", care="machine wash 30 °C"),
        kind("Winter Parka", 260, insulation="recycled polyester|duck down", weight=span(1450, 1050, "g", 10), waterproof="yes", hydrostatic_head=span(5000, 15000, "mm", 1000), care="machine wash 30 °C"),
        kind("Insulated Vest", 95, insulation="recycled polyester|duck down", weight=span(330, 220, "g", 10), waterproof="no", care="machine wash 30 °C"),
    ),
    attributes=attributes(
        material=("polyester", "recycled polyester", "recycled nylon"),
        windproof="yes",
        hood="yes|no",
        season="winter|autumn and winter",
        fit="regular|slim",
        packable="yes|no",
        warranty=("1 year", "2 years", "5 years"),
    ),
    axes=(colours("black navy olive red grey orange blue", 2, 4), APPAREL),
    highlights=("{fill power} Down", "{weight}", "{insulation} Fill", "Windproof"),
    openers=(
        "{weight}, filled with {insulation}: warmth for {season}.",
        "A windproof layer for {season}.",
        "The {model} is filled with {insulation} under a shell of {material}.",
    ),
    details=(
        "The down lofts to {fill power}.",
        only_if("waterproof", "yes", "Waterproof to {hydrostatic head}, so sleet is no reason to stay in."),
        only_if("waterproof", "no", "It is windproof but not waterproof."),
        only_if("packable", "yes", "It stuffs into its own pocket."),
        only_if("hood", "yes", "The hood closes snugly."),
        "Care: {care}.",
    ),
    voice="apparel",
    names="outdoor",
    audiences=ADULTS_AND_KIDS,
)

FLEECE = Category(
    path=("Outdoor", "Clothing", "Fleece & Midlayers"),
    kinds=(
        kind("Fleece Jacket", 80, type="fleece", material="polyester|recycled polyester", closure="full zip", wool="no"),
        kind("Half-Zip Fleece", 65, type="fleece", material="recycled polyester", closure="half zip", wool="no"),
        kind("Wool Sweater", 110, type="knit", material="100 % wool|80 % wool, 20 % nylon", closure="none", wool="yes"),
        kind("Hooded Midlayer", 105, type="grid fleece", material="recycled polyester and elastane", closure="full zip", wool="no"),
    ),
    attributes=attributes(
        weight=span(480, 290, "g", 10),
        hood="no",
        pockets="2|3",
        season="all seasons|autumn and winter",
        fit="regular|slim|relaxed",
        waterproof="no",
        care="machine wash 30 °C",
        warranty=("1 year", "2 years", "2 years"),
    ),
    axes=(colours("grey navy green black orange teal beige", 2, 4), APPAREL),
    highlights=("{material}", "{weight}", "{pockets} Pockets"),
    openers=(
        "A {type} layer in {material}, {weight} in weight.",
        "For {season}: a {fit}-fit midlayer of {material}.",
        "The {model} is the layer you leave on all day.",
    ),
    details=(
        "It has {pockets} pockets.",
        "Closure: {closure}.",
        only_if("wool", "yes", "Wool keeps warming when damp."),
        "Care: {care}.",
        "Cut in a {fit} fit.",
    ),
    voice="apparel",
    names="outdoor",
    audiences=ADULTS_AND_KIDS,
)

BASE_LAYERS = Category(
    path=("Outdoor", "Clothing", "Base Layers"),
    kinds=(
        kind("Merino Base Layer Top", 75, type="top", material="100 % merino wool|87 % merino wool, 13 % nylon", wool="yes", care="machine wash wool 30 °C"),
        kind("Merino Leggings", 75, type="bottom", material="100 % merino wool", wool="yes", care="machine wash wool 30 °C"),
        kind("Synthetic Base Layer Top", 42, type="top", material="recycled polyester and elastane", wool="no", care="machine wash 40 °C"),
        kind("Base Layer Set", 90, type="top and bottom", material="50 % merino wool, 50 % polyester|recycled polyester", wool="blend", care="machine wash 30 °C"),
    ),
    attributes=attributes(
        fabric_weight="150 g/m²|200 g/m²|250 g/m²",
        fit="close",
        season="all seasons|winter",
        seams="flat",
        odour_resistant=("no", "yes", "yes"),
        warranty=("1 year", "1 year", "2 years"),
    ),
    axes=(colours("black navy grey red blue purple", 2, 3), APPAREL),
    highlights=("{fabric weight}", "{material}", "Flat Seams"),
    openers=(
        "Next to the skin: {material} at {fabric weight}.",
        "A close-fitting first layer for {season}.",
        "The {model} is knitted from {material}.",
    ),
    details=(
        "Flat seams do not chafe under a pack.",
        only_if("odour resistant", "yes", "It resists odour on longer trips."),
        only_if("wool", "yes", "Merino warms without itching."),
        "Care: {care}.",
        "The fabric weighs {fabric weight}.",
    ),
    voice="apparel",
    names="outdoor",
    audiences=ADULTS_AND_KIDS,
)

HIKING_PANTS = Category(
    path=("Outdoor", "Clothing", "Hiking Pants"),
    kinds=(
        kind("Hiking Pants", 90, length="long", stretch="yes", waterproof="no", weight=span(420, 280, "g", 10)),
        kind("Zip-Off Pants", 85, length="long, zips to short", stretch="no|yes", waterproof="no", weight=span(430, 310, "g", 10)),
        kind("Rain Pants", 80, length="long", stretch="no", waterproof="yes", hydrostatic_head=span(5000, 20000, "mm", 1000), weight=span(360, 210, "g", 10)),
        kind("Hiking Shorts", 65, length="short", stretch="yes", waterproof="no", weight=span(290, 190, "g", 10)),
    ),
    attributes=attributes(
        material=("polyester", "recycled polyester and elastane|nylon", "nylon and elastane|recycled nylon"),
        pockets="3|4|5|6",
        waist="elastic|belt loops",
        sun_protection="UPF 30|UPF 50",
        fit="regular|slim|relaxed",
        season="spring to autumn|all seasons",
        care="machine wash 30 °C",
        warranty=("1 year", "2 years", "2 years"),
    ),
    axes=(colours("black grey olive sand navy brown", 2, 3), APPAREL),
    highlights=("{pockets} Pockets", "{weight}", "{sun protection}"),
    openers=(
        "{fit} fit, {pockets} pockets, {weight}.",
        "Made of {material} for {season}.",
        "The {model} moves with you in {material}.",
    ),
    details=(
        only_if("waterproof", "yes", "Waterproof to {hydrostatic head}."),
        only_if("stretch", "yes", "The fabric stretches on high steps."),
        "Sun protection: {sun protection}.",
        "Waist: {waist}; length: {length}.",
        "Care: {care}.",
    ),
    voice="apparel",
    names="outdoor",
    audiences=ADULTS_AND_KIDS,
)

CATEGORIES = (RAIN_JACKETS, INSULATED_JACKETS, FLEECE, BASE_LAYERS, HIKING_PANTS)
