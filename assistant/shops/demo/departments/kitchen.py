"""Home > Kitchen and Home > Dining."""

# A table is read by its rows.
# fmt: off
from __future__ import annotations

from assistant.shops.demo.blueprint import Category, attributes, colours, kind, materials, only_if, options, span

KETTLES = Category(
    path=("Home", "Kitchen", "Kettles"),
    kinds=(
        kind("Electric Kettle", 52, type="electric", capacity="1.5 l|1.7 l", power=span(1500, 2400, "W", 100), temperature_control="no", dimensions="22 x 16 x 24 cm"),
        kind("Variable-Temperature Kettle", 88, type="electric", capacity="1.2 l|1.5 l|1.7 l", power=span(1500, 2400, "W", 100), temperature_control="yes", dimensions="23 x 17 x 24 cm"),
        kind("Gooseneck Kettle", 92, type="electric", capacity="0.8 l|0.9 l|1 l", power=span(1000, 1200, "W", 100), temperature_control="yes", dimensions="29 x 17 x 20 cm"),
        kind("Stovetop Kettle", 48, type="stovetop", capacity="1.8 l|2 l|2.5 l", hob="gas, ceramic, induction", temperature_control="no", dimensions="22 x 20 x 23 cm"),
    ),
    attributes=attributes(
        material=(
            "plastic|stainless steel",
            "stainless steel|glass and stainless steel",
            "stainless steel|copper-plated steel",
        ),
        weight=span(0.9, 1.5, "kg", 0.1),
        auto_shut_off="yes",
        bpa_free="yes",
        noise=span(78, 66, "dB"),
        care="descale monthly",
        warranty=("1 year", "2 years", "3 years"),
    ),
    axes=(colours("black white silver red sand green", 2, 4),),
    highlights=("{capacity}", "{capacity}, {power}", "{material}"),
    openers=(
        "Boils up to {capacity} in a body of {material}.",
        "A {type} kettle for {capacity}.",
        "The {model} holds {capacity} and weighs {weight}.",
    ),
    details=(
        only_if("type", "electric", "It draws {power}."),
        only_if("temperature control", "yes", "The temperature can be set for tea, coffee or baby food."),
        only_if("type", "stovetop", "It works on {hob} and whistles when ready."),
        "At full boil it reaches {noise}.",
        "Care: {care}.",
        "Size: {dimensions}.",
    ),
    voice="kitchen appliance",
    names="home",
)

COFFEE_MAKERS = Category(
    path=("Home", "Kitchen", "Coffee Makers"),
    kinds=(
        kind("Drip Coffee Maker", 95, type="drip", capacity="1.2 l|1.25 l|1.5 l", power=span(900, 1500, "W", 50), milk_frother="no", grinder="no", pressure="none", weight=span(2.1, 3.4, "kg", 0.1), dimensions="32 x 18 x 36 cm"),
        kind("Espresso Machine", 290, type="espresso", capacity="1.4 l|1.8 l|2 l", power=span(1250, 1700, "W", 50), milk_frother="steam wand", grinder="no|yes", pressure="15 bar", weight=span(4.2, 9.5, "kg", 0.1), dimensions="30 x 28 x 34 cm"),
        kind("Bean-to-Cup Coffee Machine", 620, type="fully automatic", capacity="1.7 l|1.8 l|2.2 l", power=span(1350, 1550, "W", 50), milk_frother="automatic|steam wand", grinder="yes", pressure="15 bar", weight=span(8.4, 11.2, "kg", 0.1), dimensions="44 x 26 x 37 cm"),
        kind("French Press", 38, type="press", capacity="0.35 l|0.6 l|1 l", milk_frother="no", grinder="no", pressure="none", weight=span(0.5, 0.9, "kg", 0.1), dimensions="17 x 11 x 22 cm"),
    ),
    attributes=attributes(
        material=("plastic and glass", "stainless steel and glass", "brushed stainless steel"),
        removable_tank="yes|no",
        dishwasher_safe="carafe only|no",
        care="descale every 2 months",
        warranty=("1 year", "2 years", "3 years"),
    ),
    axes=(colours("black silver white red", 1, 3),),
    highlights=("{capacity}", "{material}", "{power}"),
    openers=(
        "A {type} coffee maker for up to {capacity}.",
        "The {model} is built from {material} and holds {capacity}.",
    ),
    details=(
        "It is rated at {power}.",
        only_if("pressure", "15 bar", "The pump works at {pressure}."),
        only_if("grinder", "yes", "A grinder is built in."),
        only_if("milk frother", "steam wand", "The steam wand froths milk."),
        only_if("milk frother", "automatic", "Milk is frothed automatically."),
        "It takes {dimensions} of your counter.",
        "Care: {care}.",
    ),
    voice="kitchen appliance",
    names="home",
)

TOASTERS = Category(
    path=("Home", "Kitchen", "Toasters"),
    kinds=(
        kind("2-Slice Toaster", 45, slots="2", power=span(750, 1000, "W", 50), dimensions="30 x 18 x 20 cm", weight=span(1.2, 2.2, "kg", 0.1)),
        kind("4-Slice Toaster", 72, slots="4", power=span(1500, 1800, "W", 50), dimensions="36 x 29 x 20 cm", weight=span(2.2, 3.6, "kg", 0.1)),
        kind("Long-Slot Toaster", 62, slots="2 long", power=span(1300, 1600, "W", 50), dimensions="41 x 18 x 21 cm", weight=span(1.8, 2.9, "kg", 0.1)),
    ),
    attributes=attributes(
        material=("plastic", "stainless steel|coated steel", "brushed stainless steel|die-cast aluminium"),
        browning_levels="6|7|9",
        defrost="yes",
        bun_warmer="yes|no",
        crumb_tray="removable",
        warranty=("1 year", "2 years", "3 years"),
    ),
    axes=(colours("black white silver red green sand", 2, 4),),
    highlights=("{power}", "{browning levels} Browning Levels", "{material}"),
    openers=(
        "Toasts in {slots} slots with {browning levels} levels of browning.",
        "The {model} has a body of {material} and {power} of power.",
    ),
    details=(
        only_if("bun warmer", "yes", "A rack warms buns on top."),
        "It defrosts, and the crumb tray is removable.",
        "Size: {dimensions}; weight: {weight}.",
    ),
    voice="kitchen appliance",
    names="home",
)

COOKWARE = Category(
    path=("Home", "Kitchen", "Cookware"),
    kinds=(
        kind("Frying Pan", 55, type="frying pan", coating="ceramic non-stick|none", lid="no", oven_safe="180 °C|220 °C", axes=(options("size", {"20 cm": 0.85, "24 cm": 1.0, "28 cm": 1.15, "30 cm": 1.25}, 3),)),
        kind("Cast Iron Skillet", 62, type="skillet", coating="pre-seasoned", lid="no", oven_safe="260 °C", material="cast iron", dishwasher_safe="no", axes=(options("size", {"20 cm": 0.8, "25 cm": 1.0, "30 cm": 1.3}),)),
        kind("Dutch Oven", 145, type="dutch oven", coating="enamel", lid="yes", oven_safe="260 °C", material="enamelled cast iron", axes=(colours("red blue green sand", 2, 3), options("capacity", {"3 l": 0.8, "4.5 l": 1.0, "6 l": 1.2}))),
        kind("Saucepan", 58, type="saucepan", coating="none|ceramic non-stick", lid="yes", oven_safe="180 °C|220 °C", axes=(options("capacity", {"1.5 l": 0.85, "2 l": 1.0, "3 l": 1.2}),)),
    ),
    attributes=attributes(
        material=(
            "aluminium, induction base",
            "stainless steel|aluminium, induction base",
            "three-ply stainless steel|copper and stainless steel",
        ),
        induction="yes",
        dishwasher_safe="yes|no",
        handle="stay-cool steel|riveted steel",
        pfas_free="yes",
        care="let cool before washing",
        warranty=("2 years", "3 years", "5 years"),
    ),
    axes=(),
    highlights=("{material}", "Oven-Safe to {oven safe}", "Induction-Ready"),
    openers=(
        "A {type} of {material} for every hob, induction included.",
        "The {model} goes from the hob into the oven at up to {oven safe}.",
    ),
    details=(
        "Coating: {coating}.",
        only_if("lid", "yes", "The lid is included."),
        only_if("dishwasher safe", "yes", "It may go into the dishwasher."),
        only_if("dishwasher safe", "no", "Wash it by hand."),
        "Handle: {handle}. Care: {care}.",
    ),
    voice="kitchen",
    names="home",
)

KNIVES = Category(
    path=("Home", "Kitchen", "Knives"),
    kinds=(
        kind("Chef's Knife", 75, blade_length="18 cm|20 cm|21 cm", weight=span(160, 230, "g", 5), pieces="1"),
        kind("Santoku Knife", 78, blade_length="16.5 cm|18 cm", weight=span(140, 200, "g", 5), pieces="1"),
        kind("Paring Knife", 28, blade_length="8 cm|9 cm", weight=span(50, 80, "g", 5), pieces="1"),
        kind("Bread Knife", 52, blade_length="20 cm|23 cm", weight=span(140, 210, "g", 5), pieces="1"),
        kind("Knife Block Set", 190, blade_length="8 to 20 cm", weight=span(2.4, 4.1, "kg", 0.1), pieces="5|6|7"),
    ),
    attributes=attributes(
        steel=("stainless steel", "X50CrMoV15 steel", "67-layer steel|powder steel"),
        hardness=("54 HRC", "56 HRC|57 HRC", "60 HRC|61 HRC"),
        edge="plain",
        dishwasher_safe="no",
        care="hand wash, hone regularly",
        warranty=("2 years", "3 years", "5 years"),
    ),
    axes=(materials({"walnut handle": 1.1, "oak handle": 1.1, "black polymer handle": 1.0}),),
    highlights=("{blade length} Blade", "{hardness}", "{steel}"),
    openers=(
        "A blade of {blade length} in {steel}, hardened to {hardness}.",
        "The {model} weighs {weight} and holds its edge at {hardness}.",
    ),
    details=(
        "Care: {care}.",
        "Not for the dishwasher.",
        "Blade steel: {steel}.",
        "Weight: {weight}.",
    ),
    voice="kitchen",
    names="home",
)

MUGS = Category(
    path=("Home", "Dining", "Mugs"),
    kinds=(
        kind("Stoneware Mug", 14, material="stoneware", capacity="0.3 l|0.35 l|0.4 l", insulated="no", pieces="1", dishwasher_safe="yes", microwave_safe="yes"),
        kind("Mug Set", 42, material="stoneware|porcelain", capacity="0.3 l|0.35 l", insulated="no", pieces="4|6", dishwasher_safe="yes", microwave_safe="yes"),
        kind("Travel Mug", 30, material="stainless steel", capacity="0.35 l|0.47 l", insulated="yes", pieces="1", dishwasher_safe="no|yes", microwave_safe="no", keeps_hot="5 h|6 h"),
        kind("Enamel Camping Mug", 12, material="enamelled steel", capacity="0.35 l|0.5 l", insulated="no", pieces="1", dishwasher_safe="yes", microwave_safe="no"),
    ),
    attributes=attributes(
        weight=span(220, 390, "g", 10),
        dimensions="9 x 9 x 10 cm|8 x 8 x 12 cm",
        finish="glossy|matt",
        handle="yes",
        warranty="1 year",
    ),
    axes=(colours("white black blue green sand red teal", 2, 5),),
    highlights=("{capacity}", "{material}", "{finish} Finish"),
    openers=(
        "{material} with a {finish} finish, {capacity} a cup.",
        "The {model} holds {capacity}.",
    ),
    details=(
        only_if("insulated", "yes", "Coffee stays hot for {keeps hot}."),
        only_if("microwave safe", "yes", "It may go into the microwave."),
        only_if("microwave safe", "no", "It is not for the microwave."),
        only_if("dishwasher safe", "yes", "The dishwasher is no problem."),
        "Size: {dimensions}.",
    ),
    voice="drinkware",
    names="home",
)

CATEGORIES = (KETTLES, COFFEE_MAKERS, TOASTERS, COOKWARE, KNIVES, MUGS)
