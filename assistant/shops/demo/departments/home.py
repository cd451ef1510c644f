"""Home: bedroom, living, bath, cleaning and garden."""

# A table is read by its rows.
# fmt: off
from __future__ import annotations

from assistant.shops.demo.blueprint import Category, attributes, colours, kind, only_if, options, span

BEDDING = Category(
    path=("Home", "Bedroom", "Bedding"),
    kinds=(
        kind("Linen Duvet Cover Set", 165, material="100 % linen", weave="linen", weight_class="breathable", pieces="3"),
        kind("Cotton Percale Duvet Cover Set", 95, material="100 % cotton|100 % organic cotton", weave="percale", weight_class="cool and crisp", pieces="3"),
        kind("Flannel Sheet Set", 80, material="100 % cotton", weave="flannel", weight_class="warm", pieces="4"),
        kind("Down Duvet", 260, material="cotton shell, duck down fill|cotton shell, goose down fill", weave="percale", weight_class="light|medium|warm", pieces="1"),
    ),
    attributes=attributes(
        thread_count=("180", "200|220", "300"),
        certified="tested for harmful substances|not certified",
        closure="buttons|zip|none",
        season="all seasons|summer|winter",
        care="machine wash 40 °C, tumble dry low",
        warranty=("1 year", "2 years", "3 years"),
    ),
    axes=(
        colours("white grey sand blue green", 1, 3),
        options("size", {"twin": 0.8, "full": 0.92, "queen": 1.0, "king": 1.15}, 3),
    ),
    highlights=("{material}", "{weave} Weave", "{pieces} Pieces"),
    openers=(
        "{material} in a {weave} weave: {weight class}.",
        "Made of {material}; care: {care}.",
        "{weave} bedding, {weight class}, made of {material}.",
    ),
    details=(
        "Thread count: {thread count}.",
        "Pieces in the pack: {pieces}.",
        "Best for: {season}.",
        "Care: {care}.",
    ),
    voice="textile",
    names="home",
)

PILLOWS = Category(
    path=("Home", "Bedroom", "Pillows"),
    kinds=(
        kind("Memory Foam Pillow", 68, fill="memory foam", firmness="medium|firm", care="cover machine wash 40 °C"),
        kind("Down Pillow", 95, fill="duck down and feather|goose down", firmness="soft|medium", care="wash with down detergent"),
        kind("Fibre Pillow", 32, fill="recycled polyester fibre", firmness="soft|medium|firm", care="machine wash 60 °C"),
        kind("Latex Side-Sleeper Pillow", 85, fill="natural latex", firmness="medium|firm", care="cover machine wash 40 °C"),
    ),
    attributes=attributes(
        cover=("polyester", "cotton", "organic cotton|lyocell"),
        sleeping_position="side|back|side and back|stomach",
        height="10 cm|12 cm|14 cm",
        hypoallergenic="yes|no",
        weight=span(0.8, 1.5, "kg", 0.1),
        warranty=("1 year", "2 years", "3 years"),
    ),
    axes=(options("size", {"standard 51 x 66 cm": 1.0, "queen 51 x 76 cm": 1.1, "king 51 x 91 cm": 1.22}),),
    highlights=("{firmness}", "{height} High", "{cover} Cover"),
    openers=(
        "A {firmness} pillow filled with {fill}.",
        "{height} high and {firmness}: made for sleeping on your {sleeping position}.",
    ),
    details=(
        "The cover is {cover}.",
        only_if("hypoallergenic", "yes", "It suits people with allergies."),
        "Care: {care}.",
        "The {model} is filled with {fill}.",
    ),
    voice="textile",
    names="home",
)

LAMPS = Category(
    path=("Home", "Living", "Lamps"),
    kinds=(
        kind("Table Lamp", 75, type="table", height="38 cm|42 cm|48 cm", weight=span(1.2, 3.1, "kg", 0.1), socket="E26", power="max 40 W"),
        kind("Floor Lamp", 140, type="floor", height="145 cm|152 cm|160 cm", weight=span(4.1, 7.9, "kg", 0.1), socket="E26", power="max 60 W"),
        kind("Desk Lamp", 68, type="desk", height="40 cm|45 cm", weight=span(0.9, 2.2, "kg", 0.1), socket="built-in LED", power="8 W|10 W"),
        kind("Pendant Lamp", 110, type="pendant", height="24 cm|28 cm|32 cm", weight=span(0.9, 2.4, "kg", 0.1), socket="E26", power="max 60 W"),
    ),
    attributes=attributes(
        material=("steel", "steel and linen|oak and steel", "oak and linen|brass|mouth-blown glass"),
        dimmable="yes|no",
        cable_length="1.5 m|1.8 m|2 m",
        colour_temperature="2700 K|3000 K",
        bulb="included|not included",
        warranty=("1 year", "2 years", "3 years"),
    ),
    axes=(colours("black white brass green sand", 1, 3),),
    highlights=("{height} High", "{material}", "{colour temperature}"),
    openers=(
        "A {type} lamp of {material}, {height} high.",
        "Warm light from a lamp in {material}.",
        "The {model} stands for quiet evenings: {material}, {height}.",
    ),
    details=(
        only_if("dimmable", "yes", "It can be dimmed."),
        "The light is {colour temperature}, the cable {cable length} long.",
        only_if("bulb", "included", "A bulb is included."),
        "Socket: {socket}, {power}.",
    ),
    voice="lamp",
    names="home",
)

THROWS = Category(
    path=("Home", "Living", "Throws & Blankets"),
    kinds=(
        kind("Wool Throw", 98, material="100 % wool|80 % wool, 20 % nylon", care="hand wash", weight=span(0.9, 1.4, "kg", 0.1), wool="yes"),
        kind("Cotton Blanket", 58, material="100 % cotton|100 % organic cotton", care="machine wash 40 °C", weight=span(0.8, 1.3, "kg", 0.1), wool="no"),
        kind("Fleece Blanket", 32, material="recycled polyester", care="machine wash 30 °C", weight=span(0.6, 0.9, "kg", 0.1), wool="no"),
        kind("Weighted Blanket", 110, material="cotton, glass beads", care="cover machine wash 40 °C", weight="6.8 kg|9 kg", wool="no"),
    ),
    attributes=attributes(
        dimensions="130 x 170 cm|130 x 200 cm|150 x 200 cm",
        pattern="plain|herringbone|checked|striped",
        edge="fringed|hemmed",
        season="all seasons|winter",
        use="sofa|sofa and bed",
        warranty=("1 year", "1 year", "2 years"),
    ),
    axes=(colours("grey sand green navy rust teal white", 2, 4),),
    highlights=("{dimensions}", "{material}", "{pattern}"),
    openers=(
        "{dimensions} of {material} for the {use}.",
        "A {pattern} blanket with {edge} edges.",
    ),
    details=(
        "It weighs {weight}.",
        only_if("wool", "yes", "Wool warms even when the window is open."),
        "Care: {care}.",
        "The {model} is {pattern} and {edge}.",
    ),
    voice="textile",
    names="home",
)

TOWELS = Category(
    path=("Home", "Bath", "Towels"),
    kinds=(
        kind("Bath Towel", 28, dimensions="70 x 140 cm", pieces="1", material="100 % cotton|100 % organic cotton", use="bath"),
        kind("Towel Set", 62, dimensions="50 x 100 cm and 70 x 140 cm", pieces="4|6", material="100 % cotton|100 % organic cotton", use="bath"),
        kind("Waffle Towel", 30, dimensions="70 x 140 cm", pieces="1", material="100 % cotton|50 % linen, 50 % cotton", use="bath and sauna"),
        kind("Travel Towel", 22, dimensions="60 x 120 cm", pieces="1", material="recycled polyester", use="travel and sport"),
    ),
    attributes=attributes(
        fabric_weight=("400 g/m²", "500 g/m²|550 g/m²", "600 g/m²|700 g/m²"),
        quick_drying="yes|no",
        loop="yes",
        softness="soft|very soft",
        care="machine wash 60 °C",
        warranty="1 year",
    ),
    axes=(colours("white grey navy green sand blue pink", 2, 5),),
    highlights=("{fabric weight}", "{material}", "{dimensions}"),
    openers=(
        "{softness} at {fabric weight}, in {material}.",
        "A {use} towel of {material}, {dimensions}.",
    ),
    details=(
        only_if("quick drying", "yes", "It dries quickly on the line."),
        "A loop lets it hang.",
        "Pieces in the pack: {pieces}.",
        "Care: {care}.",
    ),
    voice="textile",
    names="home",
)

VACUUMS = Category(
    path=("Home", "Cleaning", "Vacuum Cleaners"),
    kinds=(
        kind("Cordless Vacuum", 290, type="cordless stick", dimensions="26 x 25 x 112 cm", weight=span(3.1, 2.2, "kg", 0.1), battery_life=span(35, 70, "min", 5), capacity="0.5 l|0.6 l|0.76 l", power=span(350, 600, "W", 50)),
        kind("Robot Vacuum", 380, type="robot", dimensions="35 x 35 x 10 cm", weight=span(4.1, 3.2, "kg", 0.1), battery_life=span(90, 180, "min", 10), capacity="0.35 l|0.4 l|0.5 l", power=span(30, 70, "W", 5), mapping=("no", "laser", "laser and camera")),
        kind("Canister Vacuum", 190, type="canister", dimensions="42 x 30 x 28 cm", weight=span(6.2, 4.8, "kg", 0.1), cable_length="7 m|9 m", capacity="2 l|3 l|3.5 l", power=span(700, 900, "W", 50)),
    ),
    attributes=attributes(
        noise=span(80, 64, "dB"),
        filter=("standard", "HEPA", "HEPA"),
        bagless="yes",
        pet_brush="included|not included",
        suitable_for="hard floors and carpets",
        warranty=("2 years", "2 years", "5 years"),
    ),
    axes=(colours("grey white black red", 1, 2),),
    highlights=("{battery life} Runtime", "{noise}", "{filter} Filter"),
    openers=(
        "A {type} vacuum for {suitable for}, {weight} in weight.",
        "The {model} works at {noise} and {power}.",
    ),
    details=(
        "It runs for up to {battery life} on one charge.",
        "The cable is {cable length} long.",
        "The bin holds {capacity}; no bags needed.",
        only_if("filter", "HEPA", "The HEPA filter keeps fine dust in."),
        only_if("pet brush", "included", "A brush for pet hair is included."),
    ),
    voice="appliance",
    names="home",
)

GRILLS = Category(
    path=("Home", "Garden", "Grills"),
    kinds=(
        kind("Charcoal Kettle Grill", 160, fuel="charcoal", lid="yes", cooking_area="1700 cm²|2100 cm²", weight=span(9.5, 16.5, "kg", 0.1), dimensions="60 x 64 x 100 cm", burners="none"),
        kind("Gas Grill", 420, fuel="propane", lid="yes", cooking_area="2400 cm²|2900 cm²|3400 cm²", weight=span(29, 54, "kg"), dimensions="125 x 57 x 112 cm", burners="2|3|4", power=span(7.5, 13, "kW", 0.5)),
        kind("Portable Gas Grill", 190, fuel="canister gas|propane", lid="yes", cooking_area="900 cm²|1200 cm²", weight=span(8.5, 6.2, "kg", 0.1), dimensions="55 x 42 x 30 cm", burners="1", power=span(2.3, 3.5, "kW", 0.1)),
        kind("Fire Pit", 180, fuel="wood", lid="no", thermometer="no", cooking_area="1200 cm²|2000 cm²", weight=span(7.2, 15, "kg", 0.1), dimensions="55 x 55 x 38 cm", burners="none"),
    ),
    attributes=attributes(
        material=("painted steel", "enamelled steel", "stainless steel"),
        thermometer="yes|no",
        cover="included|not included",
        care="brush the grate while warm",
        warranty=("2 years", "3 years", "5 years"),
    ),
    axes=(colours("black green red silver", 1, 2),),
    highlights=("{cooking area} Cooking Area", "{weight}", "{material}"),
    openers=(
        "Cooks with {fuel} on {cooking area}.",
        "Made of {material}, with {cooking area} of space to cook.",
        "The {model} measures {dimensions} and weighs {weight}.",
    ),
    details=(
        "It delivers {power}.",
        only_if("thermometer", "yes", "A thermometer sits in the lid."),
        only_if("cover", "included", "A rain cover is included."),
        "Care: {care}.",
        "Made of {material}.",
    ),
    voice="grill",
    names="home",
)

CATEGORIES = (BEDDING, PILLOWS, LAMPS, THROWS, TOWELS, VACUUMS, GRILLS)
