"""What is shown, read aloud."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from channels.voice.aloud import aloud
from channels.voice.spoken import spoken

SHOWN = """Here are good matches for tents:
- **Ridge Trail 2**: $154.95, in stock
- **Vale Dome 2**: $99.00, only 3 left
- **Tarn Lite 2**: $244.95, in stock
- **Jerv 2**: $1,299.00, in stock"""


def test_two_products_are_said_and_the_rest_is_on_the_screen() -> None:
    said = spoken(SHOWN)
    assert said == (
        "Here are good matches for tents: Ridge Trail 2: 154 dollars 95, in stock. "
        "Vale Dome 2: 99 dollars, only 3 left. There are 2 more on the screen."
    )
    assert "screen" not in spoken(SHOWN, screen=False)


ENGLISH = [
    ("It costs $1,234.50.", "It costs 1234 dollars 50."),
    ("It costs $1.01.", "It costs 1 dollar and 1 cent."),
    ("Only $0.50!", "Only 50 cents!"),
    ("That is €19.99 or £12.05.", "That is 19 euros 99 or 12 pounds and 5 pence."),
    ("CHF 45.50 in Bern", "45 francs 50 in Bern."),
    ("It is CA$20.00.", "It is 20 Canadian dollars."),
    ("It is 1,234.50 NOK.", "It is 1234 Norwegian kroner 50."),
    ("It is ¥1,500.", "It is 1500 yen."),
    ("A refund of -$5.00", "A refund of minus 5 dollars."),
    ("Between $20–$30, or $20-30.", "Between 20 to 30 dollars, or 20 to 30 dollars."),
    ("It is $5/month.", "It is 5 dollars per month."),
    ("Order #W5777276 is on its way", "Order W, 5 7 7, 7 2 7 6 is on its way."),
    ("Order #F1000001 and ORD-20451", "Order F, 1 0 0, 0 0 0 1 and O R D, 2 0 4, 5 1."),
    ("Tracking 123456789012", "Tracking 1 2 3, 4 5 6, 7 8 9, 0 1 2."),
    ("It weighs 2.2 kg and holds 2000 mm.", "It weighs 2 point 2 kilograms and holds 2000 millimetres."),
    ("Packed size: 45 x 15 cm", "Packed size: 45 by 15 centimetres."),
    ("A 27\" screen with 144 Hz", "A 27 inches screen with 144 hertz."),
    ("1 GB, 1 L and 500 ml", "1 gigabyte, 1 litre and 500 millilitres."),
    ("8 in stock, 3 m long", "8 in stock, 3 metres long."),
    ("“Within 30 days.” See https://shop.example/returns", "Within 30 days. See shop dot example."),
    ("See [our rules](https://shop.example/rules).", "See our rules."),
    ("10% off, or 12.5 % off, 20–30%", "10 percent off, or 12 point 5 percent off, 20 to 30 percent."),
    ("Until 5 p.m. Then we close.", "Until 5 P M. Then we close."),
    ("½ price; 1½ cups; 3/4 full", "a half price; 1 and a half cups; three quarters full."),
    ("3–5 business days", "3 to 5 business days."),
    ("It is 20–25 °C warm", "It is 20 to 25 degrees warm."),
    ("It comes on Tuesday, November 24.", "It comes on Tuesday, November 24th."),
    ("On November 1, 2026 or 2026-12-03", "On November 1st, 20 26 or December 3rd, 20 26."),
    ("On 11/24/2026", "On November 24th, 20 26."),
    ("Open Mon–Thu 10:00–20:00, Sun 11:30–18:00", "Open Monday to Thursday 10 A M to 8 P M, Sunday 11 30 A M to 6 P M."),
    ("At 9 am, 12:00 or 5:05 pm", "At 9 A M, noon or 5 oh 5 P M."),
    ("Call +1 503-555-0142 or (503) 555-0142", "Call plus 1, 5 0 3, 5 5 5, 0 1 4 2 or 5 0 3, 5 5 5, 0 1 4 2."),
    ("Write to ada.b-99@shop.example", "Write to ada dot b dash 99 at shop dot example."),
    ("Rated 4.5 out of 5 by 512 customers", "Rated 4 point 5 out of 5 by 512 customers."),
    ("12 Main St., Portland, OR 97201", "12 Main Street, Portland, Oregon 9 7 2 0 1."),
    ("The zip code is 01234.", "The zip code is 0 1 2 3 4."),
    ("Visa ending in 4417", "Visa ending in 4 4 1 7."),
    ("In size XL or size M", "In size extra large or size medium."),
    ("1 × **Lamp**: $5.00 each", "1 Lamp: 5 dollars each."),
    ("2 × **Lamp**: $5.00 each", "2 times Lamp: 5 dollars each."),
    ("**Tent** – weight: 2 kg", "Tent, weight: 2 kilograms."),
    ("Headlamps & lanterns (blue), IPX6", "Headlamps and lanterns, blue, I P X 6."),
    ("A 2-Person tent, e.g. the Jerv", "A 2 Person tent, for example the Jerv."),
    ("Version 2.4.1", "Version 2 dot 4 dot 1."),
    ("# Title\n| A | B |\n|---|---|\n| 1 | 2 |", "Title. A, B. 1, 2."),
    ("`code` and *stress* and __this__ ★", "code and stress and this."),
    ("We are #1", "We are number 1."),
    ("It is no. 5. Is it yes or no.", "It is number 5. Is it yes or no."),
    ("max. 20 kg, or the max.", "at most 20 kilograms, or the max."),
    ("Open 24/7", "Open 24 7."),
    ("", ""),
    ("—", ""),
]  # fmt: skip
GERMAN = [
    ("Das kostet 1.234,50 €.", "Das kostet 1234 Euro 50."),
    ("Das kostet 1,01 €.", "Das kostet ein Euro und ein Cent."),
    ("Nur 0,50 €!", "Nur 50 Cent!"),
    ("CHF 45.50 oder 45,05 CHF", "45 Franken 50 oder 45 Franken und 5 Rappen."),
    ("154,95 $ oder £ 3", "154 Dollar 95 oder 3 Pfund."),
    ("Es wiegt 3.1 kg, also 3,1 kg.", "Es wiegt 3 Komma 1 Kilogramm, also 3 Komma 1 Kilogramm."),
    ("215 x 130 cm", "215 mal 130 Zentimeter."),
    ("Am Dienstag, 24. November 2026", "Am Dienstag, vierundzwanzigsten November 2026."),
    ("Heute ist der 1. März", "Heute ist der erster März."),
    ("bis 03.12.2026", "bis dritten Dezember 2026."),
    ("Mo–Fr 10:00–20:30 Uhr", "Montag bis Freitag 10 bis 20 Uhr 30."),
    ("von 10:00 bis 20:00 Uhr geöffnet", "von 10 Uhr bis 20 Uhr geöffnet."),
    ("So sei es, Sa 9:00", "So sei es, Samstag 9 Uhr."),
    ("Bewertung 4,5", "Bewertung 4 Komma 5."),
    ("20 % Rabatt, z. B. ca. 3 Std.", "20 Prozent Rabatt, zum Beispiel etwa 3 Stunden."),
    ("Bestellung #W5777276", "Bestellung W, 5 7 7, 7 2 7 6."),
    ("Visa mit Endziffern 4417", "Visa mit Endziffern 4 4 1 7."),
    ("Postleitzahl 01067", "Postleitzahl 0 1 0 6 7."),
    ("ada@shop.example", "ada ät shop Punkt example."),
    ("2 × **Lampe**: je 5,00 €", "2 mal Lampe: je 5 Euro."),
    ("3–5 Werktage & mehr", "3 bis 5 Werktage und mehr."),
    ("20–30 kg, 20 bis 30 kg", "20 bis 30 Kilogramm, 20 bis 30 Kilogramm."),
    ("1 Std., 2 Std.", "1 Stunde, 2 Stunden."),
]
FRENCH = [
    ("Cela coûte 1\u202f234,50\u00a0€.", "Cela coûte 1234 euros 50."),
    ("154,95\u00a0$US", "154 dollars 95."),
    ("0,50 €", "50 centimes."),
    ("1,05 €", "1 euro et 5 centimes."),
    ("Le total : 20 £GB !", "Le total: 20 livres!"),
    ("45,50 CHF", "45 francs 50."),
    ("Il pèse 1,5 kg.", "Il pèse 1 virgule 5 kilogramme."),
    ("215 x 130 cm", "215 sur 130 centimètres."),
    ("le mercredi 18 novembre 2026", "le mercredi 18 novembre 2026."),
    ("le 1 mai, le 1er juin", "le premier mai, le premier juin."),
    ("le 24/11/2026", "le 24 novembre 2026."),
    ("lun.–jeu. 10:00–20:30", "lundi à jeudi 10 heures à 20 heures 30."),
    ("à 18h30", "à 18 heures 30."),
    ("noté 4,5", "noté 4 virgule 5."),
    ("20 %", "20 pour cent."),
    ("« Rendez-le sous 30 jours »", "Rendez-le sous 30 jours."),
    ("Commande #W5777276", "Commande W, 5 7 7, 7 2 7 6."),
    ("Visa finissant par 4417", "Visa finissant par 4 4 1 7."),
    ("01 23 45 67 89", "0 1, 23, 45, 67, 89."),
    ("ada_b@shop.example", "ada tiret bas b arobase shop point example."),
    ("2 × **Lampe** : 5,00 €", "2 fois Lampe: 5 euros."),
    ("3–5 jours", "3 à 5 jours."),
    ("16 Go & 1 h", "16 gigaoctets et 1 heure."),
]
SPANISH = [
    ("Cuesta 1.234,50 €.", "Cuesta 1234 euros con 50."),
    ("154,95\u00a0US$", "154 dólares con 95."),
    ("0,50 €", "50 céntimos."),
    ("1,05 €", "1 euro con 5 céntimos."),
    ("20 £ o 45,50 CHF", "20 libras o 45 francos con 50."),
    ("Pesa 3,1 kg.", "Pesa 3 coma 1 kilogramos."),
    ("215 x 130 cm", "215 por 130 centímetros."),
    ("el miércoles, 18 de noviembre de 2026", "el miércoles, 18 de noviembre de 2026."),
    ("el 24/11/2026", "el 24 de noviembre de 2026."),
    ("lun–vie 10:00–20:30", "lunes a viernes 10 a 20 y 30."),
    ("valoración 4,5", "valoración 4 coma 5."),
    ("20 % de descuento, p. ej. aquí", "20 por ciento de descuento, por ejemplo aquí."),
    ("Pedido #W5777276", "Pedido W, 5 7 7, 7 2 7 6."),
    ("Visa terminada en 4417", "Visa terminada en 4 4 1 7."),
    ("ada@shop.example", "ada arroba shop punto example."),
    ("«Devuélvalo en 30 días»", "Devuélvalo en 30 días."),
    ("2 × **Lámpara**: 5,00 €", "2 veces Lámpara: 5 euros."),
    ("3–5 días", "3 a 5 días."),
    ("¿Algo más?", "¿Algo más?"),
]


@pytest.mark.parametrize(
    ("language", "shown", "said"),
    [
        (language, *case)
        for language, cases in (("en", ENGLISH), ("de", GERMAN), ("fr", FRENCH), ("es", SPANISH))
        for case in cases
    ],
)
def test_figures_signs_and_markup_are_said_as_people_say_them(language: str, shown: str, said: str) -> None:
    assert spoken(shown, language=language) == said


@pytest.mark.parametrize(
    ("language", "screen", "told"),
    [
        ("de", True, "2 weitere stehen auf dem Bildschirm."),
        ("fr", True, "Il y en a 2 de plus à l’écran."),
        ("es", True, "Hay 2 más en la pantalla."),
        ("de", False, "Es gibt 2 weitere. Soll ich weiterlesen?"),
        ("fr", False, "Il y en a 2 de plus. Je continue?"),
        ("es", False, "Hay 2 más. ¿Sigo leyendo?"),
    ],
)
def test_what_an_ear_cannot_hold_is_left_to_the_screen_or_offered(language: str, screen: bool, told: str) -> None:
    assert spoken(SHOWN, language=language, screen=screen).endswith(told)


def test_a_name_ends_where_its_figures_begin_unless_two_names_begin_alike() -> None:
    one, other = "**Varghult Jerv 2-Person Tent, 2.2 kg**", "**Varghult Jerv 2-Person Tent, 3.1 kg (blue)**"
    assert aloud(f"{one} is here.") == "Varghult Jerv 2 Person Tent is here."
    assert aloud(f"{other} is here.") == "Varghult Jerv 2 Person Tent, blue, is here."
    assert aloud(f"{other} too.", before=f"{one} is here.").startswith(
        "Varghult Jerv 2 Person Tent, 3 point 1 kilograms"
    )


def test_identifiers_are_spelled_where_that_is_asked_for() -> None:
    assert aloud("Order #W57772", spell=True) == "Order W. 5. 7. 7. 7. 2."


@settings(deadline=None)
@given(st.text(max_size=300), st.sampled_from(["en", "es", "fr", "de", "ja"]), st.booleans())
def test_nothing_shown_breaks_it_and_no_markup_is_said(text: str, language: str, screen: bool) -> None:
    said = spoken(text, language=language, screen=screen)
    assert "**" not in said
    assert "\n" not in said
    assert not re.search(r"[#`<>|{}“”«»]", said)


@settings(deadline=None)
@given(
    st.decimals(0, 100_000, places=2),
    st.sampled_from(["en", "es", "fr", "de"]),
    st.sampled_from(["USD", "EUR", "GBP", "CHF"]),
)
def test_every_amount_is_said_with_its_units_and_its_hundredths(amount: object, language: str, currency: str) -> None:
    from decimal import Decimal

    from assistant.answering.formats import price

    value = Decimal(str(amount))
    said = spoken(f"{price(value, currency, language)}", language=language)
    whole, hundredths = int(value), int(value * 100) % 100
    figures = [int(found) for found in re.findall(r"\d+", said)]
    expected = ([whole] if whole or not hundredths else []) + ([hundredths] if hundredths else [])
    if language == "de":
        figures, expected = [[n for n in ns if n != 1] for ns in (figures, expected)]
    assert figures == expected
