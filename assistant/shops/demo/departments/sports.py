"""Sport > Fitness, Winter Sports, Water Sports, Ball Sports."""

# A table is read by its rows.
# fmt: off
from __future__ import annotations

from assistant.shops.demo.blueprint import Category, attributes, colours, kind, only_if, options, span

YOGA_MATS = Category(
    path=("Sport", "Fitness", "Yoga Mats"),
    kinds=(
        kind("Yoga Mat", 42, thickness="4 mm|5 mm|6 mm", weight=span(1.3, 1.9, "kg", 0.1), use="studio and home"),
        kind("Travel Yoga Mat", 38, thickness="1.5 mm|2 mm", weight=span(1.2, 0.8, "kg", 0.1), use="travel"),
        kind("Exercise Mat", 36, thickness="8 mm|10 mm|15 mm", weight=span(0.9, 1.4, "kg", 0.1), use="floor exercises"),
    ),
    attributes=attributes(
        material=("PVC-free foam", "TPE|natural rubber", "natural rubber|cork and natural rubber"),
        dimensions="183 x 61 cm|183 x 66 cm",
        grip="non-slip on both sides",
        strap="included|not included",
        care="wipe with a damp cloth",
        warranty="1 year",
    ),
    axes=(colours("purple teal black green pink blue", 2, 5),),
    highlights=("{thickness} Thick", "{material}", "Non-Slip"),
    openers=(
        "A {thickness} mat of {material} for {use}.",
        "The {model} measures {dimensions} and weighs {weight}.",
    ),
    details=(
        "The surface is {grip}.",
        only_if("strap", "included", "A carrying strap is included."),
        "Care: {care}.",
        "Size: {dimensions}, {thickness} thick.",
    ),
    voice="fitness",
    names="sport",
)

WEIGHTS = Category(
    path=("Sport", "Fitness", "Dumbbells & Kettlebells"),
    kinds=(
        kind("Kettlebell", 48, type="kettlebell", adjustable="no", dimensions="28 x 21 x 21 cm", sold_as="single", axes=(options("weight", {"8 kg": 0.6, "12 kg": 0.8, "16 kg": 1.0, "20 kg": 1.2, "24 kg": 1.4}, 3),)),
        kind("Hex Dumbbell Pair", 62, type="dumbbell", adjustable="no", dimensions="26 x 12 x 12 cm", sold_as="pair", axes=(options("weight", {"2 x 4 kg": 0.5, "2 x 6 kg": 0.75, "2 x 8 kg": 1.0, "2 x 10 kg": 1.25, "2 x 12 kg": 1.5}, 3),)),
        kind("Adjustable Dumbbell", 190, type="dumbbell", adjustable="yes", dimensions="43 x 20 x 23 cm", sold_as="single", axes=(options("weight", {"2-16 kg": 0.8, "2-24 kg": 1.0, "4-32 kg": 1.4}),)),
        kind("Neoprene Dumbbell Pair", 26, type="dumbbell", adjustable="no", dimensions="19 x 8 x 8 cm", sold_as="pair", axes=(colours("purple teal pink blue", 1, 2), options("weight", {"2 x 1 kg": 0.6, "2 x 2 kg": 1.0, "2 x 3 kg": 1.4}))),
    ),
    attributes=attributes(
        material=("cast iron, vinyl coated", "cast iron, rubber coated", "steel, urethane coated"),
        handle=("smooth", "textured", "knurled chrome|powder coated"),
        floor_friendly="yes",
        use="home|home and gym",
        care="wipe dry",
        warranty=("1 year", "2 years", "5 years"),
    ),
    axes=(),
    highlights=("{handle} Handle", "{material}", "Floor-Friendly"),
    openers=(
        "Made of {material}; the handle is {handle}.",
        "The {model} is made for {use} training.",
    ),
    details=(
        only_if("adjustable", "yes", "One turn of the dial changes the load."),
        "It measures about {dimensions}.",
        "Sold as: {sold as}.",
        "The coating is kind to floors.",
    ),
    voice="fitness",
    names="sport",
)

SKIS = Category(
    path=("Sport", "Winter Sports", "Skis"),
    kinds=(
        kind("All-Mountain Skis", 480, type="all-mountain", waist="82 mm|86 mm|90 mm", bindings="included", level="intermediate to expert", axes=(colours("black blue red", 1, 1), options("length", {"156 cm": 1, "163 cm": 1, "170 cm": 1, "177 cm": 1}, 3))),
        kind("Touring Skis", 560, type="touring", waist="84 mm|88 mm|95 mm", bindings="not included", level="intermediate to expert", axes=(colours("black orange teal", 1, 1), options("length", {"158 cm": 1, "165 cm": 1, "172 cm": 1, "179 cm": 1}, 3))),
        kind("Cross-Country Skis", 240, type="cross-country", waist="44 mm|48 mm", bindings="included", level="beginner to intermediate", axes=(colours("white red blue", 1, 1), options("length", {"184 cm": 1, "191 cm": 1, "198 cm": 1, "205 cm": 1}, 3))),
        kind("Kids' Skis", 170, audience="kids", type="all-mountain", waist="66 mm|68 mm", bindings="included", level="beginner", axes=(colours("blue pink green", 1, 2), options("length", {"90 cm": 1, "100 cm": 1.05, "110 cm": 1.1, "120 cm": 1.15}, 3))),
    ),
    attributes=attributes(
        weight=span(5.6, 2.6, "kg per pair", 0.1),
        core=("composite", "poplar", "paulownia and poplar|poplar and carbon"),
        base=("extruded", "sintered", "sintered"),
        season="winter",
        rocker="tip|tip and tail|none",
        warranty=("1 year", "2 years", "2 years"),
    ),
    axes=(),
    highlights=("{waist} Waist", "{core} Core", "{weight}"),
    openers=(
        "{type} skis with a waist of {waist} for {level} skiers.",
        "A {core} core keeps them at {weight}.",
        "The {model} is a ski for {level} skiers.",
    ),
    details=(
        only_if("bindings", "included", "Bindings are included."),
        only_if("bindings", "not included", "Bindings are not included."),
        "The base is {base}, the rocker: {rocker}.",
        "They weigh {weight}.",
    ),
    voice="sport",
    names="sport",
)

GOGGLES = Category(
    path=("Sport", "Winter Sports", "Ski Goggles"),
    kinds=(
        kind("Ski Goggles", 85, lens="cylindrical", lens_change="no", fits_glasses="no|yes"),
        kind("Magnetic-Lens Ski Goggles", 135, lens="toric|spherical", lens_change="magnetic", fits_glasses="no|yes"),
        kind("OTG Ski Goggles", 95, lens="cylindrical|spherical", lens_change="no", fits_glasses="yes"),
        kind("Kids' Ski Goggles", 40, audience="kids", lens="cylindrical", lens_change="no", fits_glasses="no|yes"),
    ),
    attributes=attributes(
        lens_category="S1|S2|S3",
        uv_protection="100 %",
        anti_fog="yes",
        helmet_compatible="yes",
        weight=span(160, 105, "g", 5),
        frame="flexible TPU",
        foam=("double layer", "double layer", "triple layer"),
        season="winter",
        warranty=("1 year", "2 years", "2 years"),
    ),
    axes=(colours("black white blue pink orange", 2, 4),),
    highlights=("Lens {lens category}", "{lens} Lens", "Anti-Fog"),
    openers=(
        "A {lens} lens of category {lens category} with full UV protection.",
        "The {model} sits on {foam} foam and weighs {weight}.",
    ),
    details=(
        only_if("fits glasses", "yes", "There is room for prescription glasses."),
        only_if("lens change", "magnetic", "Magnets hold the lens, so it changes in seconds."),
        "It is treated against fog and fits helmets.",
        "UV protection: {uv protection}.",
    ),
    voice="sport",
    names="sport",
)

PADDLE_BOARDS = Category(
    path=("Sport", "Water Sports", "Paddle Boards"),
    kinds=(
        kind("Inflatable Paddle Board Set", 480, type="inflatable board", length="320 cm|335 cm|350 cm", load=span(110, 160, "kg", 5), weight=span(11.5, 7.9, "kg", 0.1), persons="1", volume="290 l|310 l|330 l"),
        kind("Inflatable Kayak", 420, type="inflatable kayak", length="380 cm|410 cm", load=span(150, 210, "kg", 10), weight=span(17, 12, "kg", 0.1), persons="2", volume="340 l|390 l"),
        kind("Kids' Paddle Board", 290, audience="kids", type="inflatable board", length="240 cm|260 cm", load=span(50, 70, "kg", 5), weight=span(7.5, 5.4, "kg", 0.1), persons="1", volume="150 l|170 l"),
    ),
    attributes=attributes(
        material=("PVC drop-stitch", "PVC double-layer drop-stitch", "woven drop-stitch"),
        pressure="12 psi|15 psi",
        paddle="included",
        pump="included",
        bag="included",
        warranty=("1 year", "2 years", "3 years"),
    ),
    axes=(colours("teal blue orange yellow white", 1, 3),),
    highlights=("{length}", "Holds {load}", "{weight}"),
    openers=(
        "An {type} of {length} that carries up to {load}.",
        "Paddle, pump and bag are included with this {type}.",
        "The {model} has a volume of {volume}.",
    ),
    details=(
        "It is built from {material} and pumped to {pressure}.",
        "Without accessories it weighs {weight}.",
        "Load: up to {load}.",
        only_if("persons", "2", "It seats two, one behind the other."),
    ),
    voice="sport",
    names="sport",
)

BALLS = Category(
    path=("Sport", "Ball Sports", "Balls"),
    kinds=(
        kind("Soccer Ball", 34, sport="soccer", panels="12|20|32", axes=(colours("white yellow blue", 1, 2), options("size", {"3": 0.85, "4": 0.92, "5": 1.0}))),
        kind("Basketball", 38, sport="basketball", panels="8", axes=(colours("orange brown", 1, 1), options("size", {"5": 0.85, "6": 0.95, "7": 1.0}))),
        kind("Volleyball", 36, sport="volleyball", panels="18", axes=(colours("white yellow blue", 1, 2),)),
    ),
    attributes=attributes(
        material=("PVC", "PU", "microfibre PU"),
        construction=("machine stitched", "thermo-bonded|hand stitched", "thermo-bonded"),
        use="training|match and training|outdoor",
        surface="grass|hall|all surfaces",
        pressure="0.6-0.8 bar",
        bladder=("butyl", "butyl", "latex|butyl"),
        warranty="1 year",
    ),
    axes=(),
    highlights=("{construction}", "{material} Cover", "For {use}"),
    openers=(
        "A {sport} ball for {use}, {construction}.",
        "The {model} has {panels} panels of {material}.",
    ),
    details=(
        "Inflate it to {pressure}.",
        "Surface: {surface}.",
        "The {bladder} bladder holds its air.",
        "The cover is {material}.",
    ),
    voice="sport",
    names="sport",
)

RACKETS = Category(
    path=("Sport", "Ball Sports", "Rackets"),
    kinds=(
        kind("Tennis Racket", 130, sport="tennis", weight=span(310, 260, "g", 5), head_size="630 cm²|645 cm²|660 cm²", strung="yes", axes=(colours("black blue red white", 1, 2), options("grip size", {"L1": 1, "L2": 1, "L3": 1}))),
        kind("Badminton Racket", 75, sport="badminton", weight=span(95, 78, "g"), head_size="340 cm²|350 cm²", strung="yes", axes=(colours("black red yellow blue", 1, 3),)),
        kind("Pickleball Paddle", 85, sport="pickleball", weight=span(240, 215, "g", 5), head_size="480 cm²|500 cm²", strung="no", axes=(colours("black teal pink orange", 1, 3),)),
        kind("Kids' Tennis Racket", 38, audience="kids", sport="tennis", weight=span(240, 200, "g", 5), head_size="580 cm²|600 cm²", strung="yes", axes=(colours("blue pink green", 1, 2), options("length", {"21 inch": 0.9, "23 inch": 1.0, "25 inch": 1.1}))),
    ),
    attributes=attributes(
        material=("aluminium", "graphite composite", "carbon"),
        level=("beginner", "beginner to intermediate", "intermediate to expert"),
        balance="head light|even|head heavy",
        cover="included|not included",
        warranty=("1 year", "1 year", "2 years"),
    ),
    axes=(),
    highlights=("{weight}", "{material}", "{balance} Balance"),
    openers=(
        "A {sport} racket of {material}, {weight}.",
        "Made for {level} players, with a {balance} balance.",
        "The {model} has a head of {head size}.",
    ),
    details=(
        only_if("cover", "included", "A cover is included."),
        only_if("strung", "yes", "It comes strung."),
        "Balance: {balance}.",
        "The head measures {head size}.",
    ),
    voice="sport",
    names="sport",
)

CATEGORIES = (YOGA_MATS, WEIGHTS, SKIS, GOGGLES, PADDLE_BOARDS, BALLS, RACKETS)
