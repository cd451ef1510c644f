"""Names of models, by the mood of what they name, and of people. Invented or plain words; none is a real product's."""

from __future__ import annotations


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


MODEL_NAMES: dict[str, tuple[str, ...]] = {
    "outdoor": _words(
        "Skarn Tarnsel Fellwind Bjarka Hollin Ormsund Rimfrost Granby Sundal Varden Torvik Lyngen Heia Storfell "
        "Krag Ulvdal Myrna Brattli Fossen Isbre Kaldor Eikeli Vidde Raudfjell Sjodal Nordlis Tindhol Elvar "
        "Snoheim Bergan Havdis Furu Rondal Kvikne Dovrel Stranda Moskar Lauvik Glomma Aurdal Trolla Steinar "
        "Vassli Hogda Skogly Birkas Nattli Vinterbo Solhei Runde Fjordis Hestmo Breidal Gaula Tessen Orrfugl "
        "Lomvi Teist Jerv Gaupe"
    ),
    "sport": _words(
        "Surge Tempa Veloce Strida Kinet Pacer Lumo Rapida Arrowen Bolt Sprintar Corvo Flyt Zephra Momenta "
        "Ascenda Rally Quest Fluxo Impela Torq Vanta Kavo Nerve Orbita Pivot Rush Swiftar Tracer Upland Vigor "
        "Westa Xeno Yonder Zest Agila Breva Cadenza Dynamo Elevo Fleet Glide Helix Ignis Jettan Kick Lancet Metro "
        "Nova Onset Prima Rondo Stella Thrive Unison Verve Wander Aero Blaze Crest"
    ),
    "home": _words(
        "Alma Berit Clara Dagny Edda Freja Greta Hilde Inga Jorunn Karla Liv Maren Nanna Odile Petra Ronja Signe "
        "Thea Una Vilde Ylva Astrid Birk Cato Dorte Elin Frida Gunn Hedda Ivar Johan Kaia Lotte Mina Nora Oskar "
        "Pia Rune Sofie Tuva Ulrik Vera Wilma Agnes Bo Disa Ebba Folke Gerd Halla Iben Jette Kjell Lone Mette "
        "Niels Olga Poul Runa"
    ),
    "electronics": _words(
        "Nova Pulse Echoic Vector Orbit Quanta Prism Flux Zenith Arc Halo Cirrus Delta Ember Fathom Glint Horizon Ion "
        "Juno Kite Lumen Mira Nimbus Onyx Pixa Quartz Rift Sonar Tessel Umbra Vela Wave Xylo Yara Zephyr Atlas Beacon "
        "Comet Drift Elara Forge Grid Helios Iris Jolt Kepler Lyra Meteor Nexa Octave Polar Radian Signal Tempo Vertex "
        "Wisp Axon Bravo Cobalt Dyna"
    ),
}
SUFFIXES: dict[str, tuple[str, ...]] = {
    "outdoor": ("", "", "", " Pro", " Lite", " II", " Trail", " Alpine"),
    "sport": ("", "", " 2", " 3", " Pro", " Lite", " GT", " X"),
    "home": ("", "", "", " Duo", " Classic", " Studio", " Nord"),
    "electronics": ("", " 2", " 3", " Pro", " Mini", " X", " S", " Max"),
}

FIRST_NAMES = _words(
    "Ava Noah Emma Liam Olivia Ethan Sophia Mason Isabella Lucas Mia Logan Amelia James Harper Elijah Evelyn "
    "Oliver Abigail Jacob Ella Henry Grace Samuel Chloe Daniel Nora Matthew Lily Owen Zoe Isaac Hannah Caleb "
    "Aria Nathan Leah Julian Stella Aaron Priya Mateo Fatima Hiroshi Ingrid Kwame Yuki Omar Rosa Anders Leila "
    "Diego Mei Tariq Elena Jamal Sofia Ravi Camila Viktor"
)
LAST_NAMES = _words(
    "Anderson Brooks Carter Diaz Ellis Foster Garcia Hughes Iverson Jensen Kim Lopez Mitchell Nguyen Ortiz "
    "Patel Quinn Rivera Silva Turner Underwood Vasquez Walker Xiong Young Zimmerman Bennett Castillo Donovan "
    "Eriksen Flores Greene Hassan Ibrahim Johansson Kowalski Larsen Morgan Novak Okafor Peterson Reyes "
    "Schmidt Tanaka Ueda Vance Weber Yamada Abbott Becker Chen Dalton Espinoza Fischer Gupta Holloway Ito "
    "Jacobs Keller Lindholm"
)
