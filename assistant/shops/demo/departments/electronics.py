"""Electronics: audio, wearables, computing, mobile and cameras."""

# A table is read by its rows.
# fmt: off
from __future__ import annotations

from assistant.shops.demo.blueprint import Category, attributes, colours, kind, only_if, options, span

SWITCHES = options("switch type", {"linear": 1.0, "tactile": 1.0, "clicky": 1.0, "silent": 1.08})

HEADPHONES = Category(
    path=("Electronics", "Audio", "Headphones"),
    kinds=(
        kind("Wireless Noise-Cancelling Headphones", 190, type="over-ear", wireless="yes", noise_cancelling="yes", battery_life=span(24, 60, "h", 2)),
        kind("Wireless Headphones", 95, type="over-ear|on-ear", wireless="yes", noise_cancelling="no", battery_life=span(20, 50, "h", 5)),
        kind("Wired Studio Headphones", 130, type="over-ear", wireless="no", noise_cancelling="no", cable_length="1.5 m|3 m"),
        kind("Kids' Headphones", 38, audience="kids", type="on-ear", wireless="yes|no", noise_cancelling="no", volume_limit="85 dB", battery_life="20 h|24 h"),
    ),
    attributes=attributes(
        weight=span(290, 210, "g", 5),
        driver="32 mm|40 mm|45 mm",
        bluetooth=("5.0", "5.2", "5.3"),
        microphone="yes",
        foldable="yes|no",
        charging="USB-C",
        compatible_with="iOS, Android, Windows, macOS",
        warranty=("1 year", "2 years", "2 years"),
    ),
    axes=(colours("black white navy sand silver green", 2, 4),),
    highlights=("{battery life} Battery", "{driver} Drivers", "{weight}"),
    openers=(
        "{type} headphones of {weight} with {driver} drivers.",
        "The {model} brings {driver} drivers to your ears at {weight}.",
    ),
    details=(
        only_if("noise cancelling", "yes", "Active noise cancelling quiets trains and offices."),
        only_if("wireless", "yes", "One charge lasts for up to {battery life}."),
        only_if("wireless", "no", "They are wired, so no battery to charge."),
        only_if("foldable", "yes", "They fold flat for the bag."),
        "The volume is limited to {volume limit}.",
    ),
    voice="audio",
    names="electronics",
)

EARBUDS = Category(
    path=("Electronics", "Audio", "Earbuds"),
    kinds=(
        kind("True Wireless Earbuds", 85, type="in-ear", noise_cancelling="no", battery_life=span(5, 9, "h"), with_case=span(20, 36, "h", 2), ip_rating="IPX4"),
        kind("Noise-Cancelling Earbuds", 150, type="in-ear", noise_cancelling="yes", battery_life=span(5, 8, "h"), with_case=span(22, 38, "h", 2), ip_rating="IPX4|IP54"),
        kind("Sport Earbuds", 98, type="in-ear with ear hook", noise_cancelling="no", battery_life=span(6, 11, "h"), with_case=span(24, 44, "h", 2), ip_rating="IPX5|IP67"),
    ),
    attributes=attributes(
        weight=span(11, 8, "g"),
        bluetooth=("5.0", "5.2", "5.3"),
        wireless="yes",
        wireless_charging=("no", "no|yes", "yes"),
        microphone="yes",
        water_resistant="yes",
        charging="USB-C",
        compatible_with="iOS, Android, Windows, macOS",
        warranty=("1 year", "2 years", "2 years"),
    ),
    axes=(colours("black white blue pink sand", 1, 4),),
    highlights=("{battery life} Battery", "{ip rating}", "Bluetooth {bluetooth}"),
    openers=(
        "{battery life} of music on one charge, {with case} with the case.",
        "{type} buds of {weight} with Bluetooth {bluetooth}.",
    ),
    details=(
        only_if("noise cancelling", "yes", "Active noise cancelling is built in."),
        only_if("wireless charging", "yes", "The case charges without a cable."),
        "Sweat and rain are fine: {ip rating}.",
        "The {model} works with {compatible with}.",
    ),
    voice="audio",
    names="electronics",
)

SPEAKERS = Category(
    path=("Electronics", "Audio", "Speakers"),
    kinds=(
        kind("Portable Bluetooth Speaker", 90, type="portable", power=span(10, 40, "W", 5), battery_life=span(10, 24, "h", 2), waterproof="yes", ip_rating="IP67", weight=span(520, 780, "g", 10), dimensions="18 x 8 x 8 cm"),
        kind("Mini Bluetooth Speaker", 42, type="portable", power=span(3, 8, "W"), battery_life=span(8, 14, "h"), waterproof="yes", ip_rating="IP67", weight=span(280, 210, "g", 10), dimensions="9 x 9 x 5 cm"),
        kind("Wi-Fi Speaker", 210, type="home", power=span(30, 100, "W", 10), waterproof="no", weight=span(1.6, 3.8, "kg", 0.1), dimensions="20 x 14 x 14 cm"),
        kind("Soundbar", 260, type="TV", stereo_pairing="no", power=span(80, 300, "W", 20), waterproof="no", weight=span(2.1, 4.8, "kg", 0.1), dimensions="90 x 10 x 6 cm"),
    ),
    attributes=attributes(
        bluetooth=("5.0", "5.2", "5.3"),
        charging="USB-C|mains",
        stereo_pairing="yes|no",
        microphone="yes|no",
        compatible_with="iOS, Android, Windows, macOS",
        warranty=("1 year", "2 years", "2 years"),
    ),
    axes=(colours("black grey blue red green sand", 1, 4),),
    highlights=("{power}", "{battery life} Battery", "Bluetooth {bluetooth}"),
    openers=(
        "A {type} speaker with {power} of power.",
        "{power} in {dimensions}.",
    ),
    details=(
        "It plays for up to {battery life} on one charge.",
        only_if("waterproof", "yes", "It is waterproof to {ip rating}."),
        only_if("stereo pairing", "yes", "Two of them make a stereo pair."),
        "The {model} weighs {weight}.",
    ),
    voice="audio",
    names="electronics",
)

WATCHES = Category(
    path=("Electronics", "Wearables", "Smartwatches"),
    kinds=(
        kind("GPS Sports Watch", 290, type="sports watch", battery_life=span(7, 24, "days"), gps="yes", weight=span(62, 42, "g"), screen_size="1.2 inch|1.3 inch|1.4 inch"),
        kind("Smartwatch", 220, type="smartwatch", battery_life=span(2, 7, "days"), gps="yes|no", weight=span(52, 36, "g"), screen_size="1.4 inch|1.6 inch|1.8 inch"),
        kind("Fitness Tracker", 75, type="fitness band", battery_life=span(7, 14, "days"), gps="no", weight=span(32, 22, "g"), screen_size="1.1 inch|1.5 inch"),
        kind("Kids' Smartwatch", 85, audience="kids", type="kids' watch", battery_life=span(2, 5, "days"), gps="yes", weight=span(48, 38, "g"), screen_size="1.3 inch|1.4 inch"),
    ),
    attributes=attributes(
        waterproof="yes",
        water_resistance="5 ATM",
        display=("LCD", "AMOLED|LCD", "AMOLED"),
        heart_rate="yes",
        payments=("no", "no|yes", "yes"),
        compatible_with="iOS and Android",
        charging="magnetic cable",
        warranty=("1 year", "2 years", "2 years"),
    ),
    axes=(colours("black silver sand green pink blue", 2, 4),),
    highlights=("{battery life} Battery", "{screen size} {display}", "{water resistance}"),
    openers=(
        "A {type} that runs for up to {battery life}.",
        "The {screen size} {display} display shows heart rate, steps and messages.",
        "The {model} weighs {weight} and swims along: {water resistance}.",
    ),
    details=(
        only_if("gps", "yes", "GPS records your route without a phone."),
        only_if("payments", "yes", "Pay from the wrist."),
        "It works with {compatible with}.",
        "Battery life: {battery life}.",
    ),
    voice="wearable",
    names="electronics",
)

KEYBOARDS = Category(
    path=("Electronics", "Computing", "Keyboards"),
    kinds=(
        kind("Mechanical Keyboard", 120, type="mechanical", layout="full size|tenkeyless|75 %", wireless="no|yes", weight=span(780, 1250, "g", 10), axes=(colours("black white grey blue", 1, 2), SWITCHES)),
        kind("Compact Mechanical Keyboard", 105, type="mechanical", layout="60 %|65 %", wireless="yes|no", weight=span(560, 850, "g", 10), axes=(colours("black white pink", 1, 2), SWITCHES)),
        kind("Wireless Keyboard", 58, type="scissor switch", hot_swappable="no", layout="full size|compact", wireless="yes", weight=span(520, 410, "g", 10), axes=(colours("black white silver", 1, 3),)),
    ),
    attributes=attributes(
        connection="USB-C and Bluetooth",
        backlight=("none", "white", "RGB|white"),
        keycaps=("ABS", "PBT|ABS", "PBT"),
        hot_swappable=("no", "no|yes", "yes"),
        language="US English",
        compatible_with="Windows, macOS",
        warranty=("1 year", "2 years", "3 years"),
    ),
    axes=(),
    highlights=("{layout} Layout", "{keycaps} Keycaps", "{weight}"),
    openers=(
        "A {type} keyboard in {layout} layout with {keycaps} keycaps.",
        "The {model} connects by {connection}.",
    ),
    details=(
        only_if("hot swappable", "yes", "Switches can be swapped without soldering."),
        only_if("backlight", "RGB", "Every key is lit in RGB."),
        only_if("backlight", "white", "The keys are lit in white."),
        "Works with {compatible with}; key legends: {language}.",
        "It weighs {weight}.",
    ),
    voice="computing",
    names="electronics",
)

MICE = Category(
    path=("Electronics", "Computing", "Mice"),
    kinds=(
        kind("Wireless Mouse", 42, type="standard", wireless="yes", battery_life=span(3, 18, "months"), weight=span(110, 85, "g", 5), resolution=span(1600, 6000, "dpi", 200)),
        kind("Ergonomic Vertical Mouse", 62, type="vertical", hand="right|left", wireless="yes", battery_life=span(2, 6, "months"), weight=span(145, 115, "g", 5), resolution=span(1600, 4000, "dpi", 200)),
        kind("Gaming Mouse", 78, type="gaming", wireless="yes|no", battery_life=span(50, 110, "h", 5), weight=span(98, 58, "g", 2), resolution=span(8000, 30000, "dpi", 1000)),
    ),
    attributes=attributes(
        buttons="3|5|6|8",
        hand="right|both",
        connection="USB-C and Bluetooth|2.4 GHz receiver",
        silent_clicks="yes|no",
        compatible_with="Windows, macOS",
        warranty=("1 year", "2 years", "3 years"),
    ),
    axes=(colours("black white grey pink blue", 2, 3),),
    highlights=("{resolution}", "{weight}", "{buttons} Buttons"),
    openers=(
        "A {type} mouse of {weight} with {buttons} buttons.",
        "The {model} tracks at up to {resolution}.",
    ),
    details=(
        only_if("wireless", "yes", "The battery lasts for up to {battery life}."),
        only_if("silent clicks", "yes", "Its clicks are silent."),
        only_if("hand", "left", "It is made for the left hand."),
        only_if("hand", "both", "It suits left and right hands."),
        "Works with {compatible with}.",
    ),
    voice="computing",
    names="electronics",
)

LAPTOPS = Category(
    path=("Electronics", "Computing", "Laptops"),
    kinds=(
        kind("13-Inch Laptop", 980, screen_size="13.3 inch|13.6 inch", weight=span(1.4, 1.1, "kg", 0.05), battery_life=span(9, 18, "h"), graphics="integrated"),
        kind("14-Inch Laptop", 920, screen_size="14 inch", weight=span(1.6, 1.2, "kg", 0.05), battery_life=span(8, 16, "h"), graphics="integrated"),
        kind("15-Inch Laptop", 860, screen_size="15.6 inch", weight=span(1.9, 1.5, "kg", 0.05), battery_life=span(7, 13, "h"), graphics="integrated"),
        kind("16-Inch Creator Laptop", 1650, screen_size="16 inch", weight=span(2.4, 1.9, "kg", 0.05), battery_life=span(6, 11, "h"), graphics="dedicated, 8 GB"),
    ),
    attributes=attributes(
        processor=("6 cores", "8 cores|10 cores", "12 cores|16 cores"),
        memory=("8 GB", "16 GB", "16 GB|32 GB"),
        resolution=("1920 x 1080", "1920 x 1200|2560 x 1600", "2880 x 1800"),
        display=("LCD", "LCD", "OLED|LCD"),
        keyboard="backlit, US English",
        ports="2 x USB-C, 1 x USB-A, HDMI",
        charging="USB-C, 65 W|USB-C, 100 W",
        warranty=("1 year", "2 years", "3 years"),
    ),
    axes=(colours("silver grey black", 1, 2), options("storage", {"256 GB": 0.92, "512 GB": 1.0, "1 TB": 1.14})),
    highlights=("{memory} Memory", "{weight}", "{battery life} Battery"),
    openers=(
        "A {screen size} laptop of {weight} with {memory} of memory.",
        "{battery life} of battery and a display of {resolution} pixels.",
        "The {model} works with {processor} and {memory} of memory.",
    ),
    details=(
        only_if("display", "OLED", "The OLED display shows true black."),
        "Graphics: {graphics}.",
        "Ports: {ports}.",
        "It charges by {charging}.",
    ),
    voice="computing",
    names="electronics",
)

MONITORS = Category(
    path=("Electronics", "Computing", "Monitors"),
    kinds=(
        kind("24-Inch Monitor", 190, screen_size="24 inch", resolution="1920 x 1080|1920 x 1200", refresh_rate="75 Hz|100 Hz", weight=span(4.8, 5.6, "kg", 0.1), dimensions="54 x 20 x 48 cm"),
        kind("27-Inch Monitor", 320, screen_size="27 inch", resolution="2560 x 1440|3840 x 2160", refresh_rate="75 Hz|100 Hz|144 Hz", weight=span(5.9, 7.2, "kg", 0.1), dimensions="61 x 22 x 52 cm"),
        kind("34-Inch Curved Monitor", 520, screen_size="34 inch", resolution="3440 x 1440", refresh_rate="100 Hz|144 Hz", weight=span(8.2, 9.9, "kg", 0.1), dimensions="81 x 25 x 53 cm"),
    ),
    attributes=attributes(
        panel=("VA", "IPS", "IPS|OLED"),
        ports=("HDMI", "HDMI, DisplayPort", "HDMI, DisplayPort, USB-C 90 W"),
        height_adjustable=("no", "yes", "yes"),
        speakers="yes|no",
        power=span(42, 26, "W", 2),
        brightness=span(250, 500, "cd/m²", 50),
        warranty=("2 years", "3 years", "3 years"),
    ),
    axes=(colours("black silver white", 1, 2),),
    highlights=("{resolution}", "{refresh rate}", "{panel} Panel"),
    openers=(
        "{screen size} at {resolution} pixels and {refresh rate}.",
        "The {model} has a panel of type {panel} with {brightness}.",
    ),
    details=(
        only_if("height adjustable", "yes", "The stand adjusts in height."),
        "Ports: {ports}.",
        "It draws {power} in use.",
        only_if("speakers", "yes", "Speakers are built in."),
    ),
    voice="computing",
    names="electronics",
)

TABLETS = Category(
    path=("Electronics", "Mobile", "Tablets"),
    kinds=(
        kind("10-Inch Tablet", 290, screen_size="10.1 inch|10.4 inch", weight=span(520, 440, "g", 10), battery_life=span(8, 13, "h")),
        kind("12-Inch Tablet", 520, screen_size="12 inch|12.4 inch", weight=span(650, 560, "g", 10), battery_life=span(9, 14, "h")),
        kind("E-Reader", 140, screen_size="6 inch|6.8 inch|7.8 inch", weight=span(220, 165, "g", 5), battery_life=span(3, 8, "weeks"), display="e-paper", cameras="none"),
        kind("Kids' Tablet", 130, audience="kids", screen_size="8 inch|10.1 inch", weight=span(560, 480, "g", 10), battery_life=span(7, 11, "h")),
    ),
    attributes=attributes(
        display=("LCD", "LCD", "OLED|LCD"),
        cameras="front and back",
        memory=("3 GB", "6 GB", "8 GB"),
        wi_fi="yes",
        charging="USB-C",
        stylus="supported|not supported",
        warranty=("1 year", "2 years", "2 years"),
    ),
    axes=(colours("black silver blue pink", 1, 2), options("storage", {"64 GB": 0.9, "128 GB": 1.0, "256 GB": 1.18})),
    highlights=("{screen size} {display}", "{battery life} Battery", "{weight}"),
    openers=(
        "A {screen size} {display} screen in {weight}.",
        "The {model} runs for up to {battery life}.",
    ),
    details=(
        only_if("stylus", "supported", "A stylus is supported and sold separately."),
        "Memory: {memory}; cameras: {cameras}.",
        "It charges by {charging}.",
        "One charge lasts for up to {battery life}.",
    ),
    voice="computing",
    names="electronics",
)

POWER_BANKS = Category(
    path=("Electronics", "Mobile", "Power Banks"),
    kinds=(
        kind("Power Bank", 38, capacity="10000 mAh|15000 mAh|20000 mAh", weight=span(360, 210, "g", 10), output="20 W|30 W", solar="no", waterproof="no"),
        kind("Laptop Power Bank", 95, capacity="20000 mAh|25000 mAh", weight=span(620, 480, "g", 10), output="65 W|100 W", solar="no", waterproof="no"),
        kind("Rugged Solar Power Bank", 62, capacity="10000 mAh|20000 mAh", weight=span(480, 330, "g", 10), output="18 W|20 W", solar="yes", waterproof="yes", ip_rating="IP67"),
    ),
    attributes=attributes(
        ports="USB-C and USB-A|2 x USB-C",
        charging_time=span(6, 2, "h", 0.5),
        carry_on="allowed",
        display="LEDs|percentage",
        dimensions="14 x 7 x 2 cm|15 x 7 x 3 cm",
        compatible_with="phones, tablets, USB-C devices",
        warranty=("1 year", "2 years", "2 years"),
    ),
    axes=(colours("black white blue green", 1, 3),),
    highlights=("{capacity}", "{output}", "{weight}"),
    openers=(
        "{capacity} for the road, with up to {output}.",
        "The {model} stores {capacity} in {weight}.",
    ),
    details=(
        "It is full again in about {charging time}.",
        "Ports: {ports}.",
        only_if("solar", "yes", "A solar panel tops it up outdoors."),
        only_if("waterproof", "yes", "It is waterproof to {ip rating}."),
        "Allowed in carry-on luggage.",
    ),
    voice="computing",
    names="electronics",
)

CAMERAS = Category(
    path=("Electronics", "Cameras", "Action Cameras"),
    kinds=(
        kind("4K Action Camera", 240, resolution="4K", frame_rate="60 fps|120 fps", waterproof="yes", water_depth="5 m|10 m", weight=span(165, 120, "g", 5), battery_life=span(70, 140, "min", 10)),
        kind("5K Action Camera", 340, resolution="5K", frame_rate="30 fps|60 fps", waterproof="yes", water_depth="10 m", weight=span(175, 140, "g", 5), battery_life=span(80, 150, "min", 10)),
        kind("360° Camera", 420, resolution="5.7K|8K", frame_rate="30 fps", waterproof="yes", water_depth="5 m|10 m", weight=span(210, 170, "g", 5), battery_life=span(60, 110, "min", 10)),
        kind("Trail Camera", 130, resolution="2K|4K", frame_rate="30 fps", waterproof="yes", water_depth="rain only", weight=span(380, 270, "g", 10), battery_life=span(4, 9, "months")),
    ),
    attributes=attributes(
        stabilisation=("no", "yes", "yes"),
        screen="2 inch touch|2.3 inch touch",
        storage="microSD up to 512 GB",
        voice_control="yes|no",
        charging="USB-C",
        compatible_with="iOS and Android app",
        warranty=("1 year", "2 years", "2 years"),
    ),
    axes=(
        colours("black grey white", 1, 2),
        options("bundle", {"camera only": 1.0, "with mounts": 1.12, "with mounts and 2 batteries": 1.22}),
    ),
    highlights=("{frame rate}", "Waterproof to {water depth}", "{battery life} Battery"),
    openers=(
        "Films in {resolution} at up to {frame rate}.",
        "The {model} weighs {weight} and films in {resolution}.",
    ),
    details=(
        only_if("stabilisation", "yes", "Footage is stabilised."),
        only_if("voice control", "yes", "It listens to your voice."),
        "Waterproof without a case: {water depth}.",
        "One battery lasts for {battery life}.",
        "It records to {storage}.",
    ),
    voice="computing",
    names="electronics",
)

CATEGORIES = (HEADPHONES, EARBUDS, SPEAKERS, WATCHES, KEYBOARDS, MICE, LAPTOPS, MONITORS, TABLETS, POWER_BANKS, CAMERAS)
