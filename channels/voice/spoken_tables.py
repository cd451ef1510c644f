"""The words of amounts, units, days and signs in the languages that we speak: tables, as data.

Above: `spoken_numbers`, `aloud`. Below: nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

Forms = tuple[str, str]
"""Of one, of several."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coin:
    """A currency: its unit, and the hundredth of it (empty where there is none)."""

    unit: Forms
    hundredth: Forms = ("", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tongue:
    """One language's words."""

    coins: Mapping[str, Coin]
    units: Mapping[str, Forms]
    point: str
    minus: str
    to: str
    by: str
    percent: str
    degrees: str
    per: str
    and_: str
    times: str
    halves: Mapping[str, str]
    months: tuple[str, ...]
    days: Mapping[str, str]
    """Short names as they are written on doors."""
    short: Mapping[str, str]
    """Abbreviations in lower case, and what is said for them."""
    marks: Mapping[str, str]
    """Signs of addresses."""


def _forms(table: str) -> Mapping[str, Forms]:
    """ "kg kilogram kilograms, …"; "W Watt": the same for several."""
    rows = [row.split() for row in table.replace("\n", " ").split(",") if row.strip()]
    return {row[0]: (row[1].replace("_", " "), row[-1].replace("_", " ")) for row in rows}


_ENGLISH = Tongue(
    coins={
        "USD": Coin(unit=("dollar", "dollars"), hundredth=("cent", "cents")),
        "EUR": Coin(unit=("euro", "euros"), hundredth=("cent", "cents")),
        "GBP": Coin(unit=("pound", "pounds"), hundredth=("penny", "pence")),
        "CHF": Coin(unit=("franc", "francs"), hundredth=("centime", "centimes")),
        "CAD": Coin(unit=("Canadian dollar", "Canadian dollars"), hundredth=("cent", "cents")),
        "AUD": Coin(unit=("Australian dollar", "Australian dollars"), hundredth=("cent", "cents")),
        "JPY": Coin(unit=("yen", "yen")),
    },
    units=_forms(
        "kg kilogram kilograms, g gram grams, mg milligram milligrams, mm millimetre millimetres, cm centimetre centimetres,"
        "m metre metres, km kilometre kilometres, l litre litres, L litre litres, ml millilitre millilitres,"
        "cl centilitre centilitres, W watt watts, kW kilowatt kilowatts, Wh watt_hour watt_hours,"
        "kWh kilowatt_hour kilowatt_hours, mAh milliamp_hour milliamp_hours, Ah amp_hour amp_hours, V volt volts,"
        "Hz hertz, kHz kilohertz, MHz megahertz, GHz gigahertz, GB gigabyte gigabytes, MB megabyte megabytes,"
        "TB terabyte terabytes, lb pound pounds, lbs pound pounds, oz ounce ounces, ft foot feet, mi mile miles, dB decibel decibels,"
        "lm lumen lumens, px pixel pixels, MP megapixel megapixels, h hour hours, min minute minutes, bar bar, mph miles_an_hour,"
        'km/h kilometre_an_hour kilometres_an_hour, " inch inches, ″ inch inches, ” inch inches'
    ),
    point="point", minus="minus", to="to", by="by", percent="percent", degrees="degrees", per="per", and_="and", times="times",
    halves={"½": "a half", "¼": "a quarter", "¾": "three quarters", "⅓": "a third", "⅔": "two thirds"},
    months=("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    days={
        "Mon": "Monday", "Tue": "Tuesday", "Wed": "Wednesday", "Thu": "Thursday", "Fri": "Friday", "Sat": "Saturday", "Sun": "Sunday",
    },
    short={
        "e.g.": "for example", "i.e.": "that is", "approx.": "about", "incl.": "including", "excl.": "without", "vs.": "versus",
        "no.": "number", "max.": "at most", "min.": "at least", "etc.": "and so on", "st.": "Street", "ave.": "Avenue", "w/o": "without",
        "xs": "extra small", "xl": "extra large", "xxl": "double extra large", "xxs": "double extra small",
    },
    marks={"@": "at", ".": "dot", "_": "underscore", "-": "dash", "+": "plus", "/": "slash"},
)  # fmt: skip

_SPANISH = Tongue(
    coins={
        "USD": Coin(unit=("dólar", "dólares"), hundredth=("centavo", "centavos")),
        "EUR": Coin(unit=("euro", "euros"), hundredth=("céntimo", "céntimos")),
        "GBP": Coin(unit=("libra", "libras"), hundredth=("penique", "peniques")),
        "CHF": Coin(unit=("franco", "francos"), hundredth=("céntimo", "céntimos")),
        "CAD": Coin(unit=("dólar canadiense", "dólares canadienses"), hundredth=("centavo", "centavos")),
        "AUD": Coin(unit=("dólar australiano", "dólares australianos"), hundredth=("centavo", "centavos")),
        "JPY": Coin(unit=("yen", "yenes")),
    },
    units=_forms(
        "kg kilogramo kilogramos, g gramo gramos, mg miligramo miligramos, mm milímetro milímetros, cm centímetro centímetros,"
        "m metro metros, km kilómetro kilómetros, l litro litros, L litro litros, ml mililitro mililitros,"
        "cl centilitro centilitros, W vatio vatios, kW kilovatio kilovatios, Wh vatio_hora vatios_hora,"
        "kWh kilovatio_hora kilovatios_hora, mAh miliamperio_hora miliamperios_hora, Ah amperio_hora amperios_hora,"
        "V voltio voltios, Hz hercio hercios, kHz kilohercio kilohercios, MHz megahercio megahercios, GHz gigahercio gigahercios,"
        "GB gigabyte gigabytes, MB megabyte megabytes, TB terabyte terabytes, lb libra libras, lbs libra libras, oz onza onzas,"
        "ft pie pies, mi milla millas, dB decibelio decibelios, lm lumen lúmenes, px píxel píxeles, MP megapíxel megapíxeles,"
        "h hora horas, min minuto minutos, bar bar bares, mph millas_por_hora, km/h kilómetro_por_hora kilómetros_por_hora,"
        '" pulgada pulgadas, ″ pulgada pulgadas, ” pulgada pulgadas'
    ),
    point="coma", minus="menos", to="a", by="por", percent="por ciento", degrees="grados", per="por", and_="y", times="veces",
    halves={"½": "medio", "¼": "un cuarto", "¾": "tres cuartos", "⅓": "un tercio", "⅔": "dos tercios"},
    months=("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    days={"lun": "lunes", "mar": "martes", "mié": "miércoles", "jue": "jueves", "vie": "viernes", "sáb": "sábado", "dom": "domingo"},
    short={
        "p. ej.": "por ejemplo", "p.ej.": "por ejemplo", "aprox.": "aproximadamente", "máx.": "como máximo", "mín.": "como mínimo",
        "sr.": "señor", "sra.": "señora", "núm.": "número", "n.º": "número", "etc.": "etcétera", "av.": "avenida", "ud.": "usted",
        "uds.": "ustedes", "incl.": "incluido",
    },
    marks={"@": "arroba", ".": "punto", "_": "guion bajo", "-": "guion", "+": "más", "/": "barra"},
)  # fmt: skip

_FRENCH = Tongue(
    coins={
        "USD": Coin(unit=("dollar", "dollars"), hundredth=("cent", "cents")),
        "EUR": Coin(unit=("euro", "euros"), hundredth=("centime", "centimes")),
        "GBP": Coin(unit=("livre", "livres"), hundredth=("penny", "pence")),
        "CHF": Coin(unit=("franc", "francs"), hundredth=("centime", "centimes")),
        "CAD": Coin(unit=("dollar canadien", "dollars canadiens"), hundredth=("cent", "cents")),
        "AUD": Coin(unit=("dollar australien", "dollars australiens"), hundredth=("cent", "cents")),
        "JPY": Coin(unit=("yen", "yens")),
    },
    units=_forms(
        "kg kilogramme kilogrammes, g gramme grammes, mg milligramme milligrammes, mm millimètre millimètres,"
        "cm centimètre centimètres, m mètre mètres, km kilomètre kilomètres, l litre litres, L litre litres,"
        "ml millilitre millilitres, cl centilitre centilitres, W watt watts, kW kilowatt kilowatts, Wh watt_heure watts_heure,"
        "kWh kilowatt_heure kilowatts_heure, mAh milliampère_heure milliampères_heure, Ah ampère_heure ampères_heure,"
        "V volt volts, Hz hertz, kHz kilohertz, MHz mégahertz, GHz gigahertz, GB gigaoctet gigaoctets, Go gigaoctet gigaoctets,"
        "MB mégaoctet mégaoctets, Mo mégaoctet mégaoctets, TB téraoctet téraoctets, To téraoctet téraoctets, lb livre livres,"
        "lbs livre livres, oz once onces, ft pied pieds, mi mile miles, dB décibel décibels, lm lumen lumens, px pixel pixels,"
        "MP mégapixel mégapixels, h heure heures, min minute minutes, bar bar bars, mph miles_par_heure,"
        'km/h kilomètre_par_heure kilomètres_par_heure, " pouce pouces, ″ pouce pouces, ” pouce pouces'
    ),
    point="virgule", minus="moins", to="à", by="sur", percent="pour cent", degrees="degrés", per="par", and_="et", times="fois",
    halves={"½": "un demi", "¼": "un quart", "¾": "trois quarts", "⅓": "un tiers", "⅔": "deux tiers"},
    months=("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"),
    days={
        "lun.": "lundi", "mar.": "mardi", "mer.": "mercredi", "jeu.": "jeudi", "ven.": "vendredi", "sam.": "samedi", "dim.": "dimanche",
    },
    short={
        "p. ex.": "par exemple", "env.": "environ", "max.": "au maximum", "min.": "au minimum", "etc.": "et cetera", "n°": "numéro",
        "mme": "madame", "mlle": "mademoiselle", "m.": "monsieur", "incl.": "inclus", "tél.": "téléphone",
    },
    marks={"@": "arobase", ".": "point", "_": "tiret bas", "-": "tiret", "+": "plus", "/": "barre oblique"},
)  # fmt: skip

_GERMAN = Tongue(
    coins={
        "USD": Coin(unit=("Dollar", "Dollar"), hundredth=("Cent", "Cent")),
        "EUR": Coin(unit=("Euro", "Euro"), hundredth=("Cent", "Cent")),
        "GBP": Coin(unit=("Pfund", "Pfund"), hundredth=("Penny", "Pence")),
        "CHF": Coin(unit=("Franken", "Franken"), hundredth=("Rappen", "Rappen")),
        "CAD": Coin(unit=("kanadischer Dollar", "kanadische Dollar"), hundredth=("Cent", "Cent")),
        "AUD": Coin(unit=("australischer Dollar", "australische Dollar"), hundredth=("Cent", "Cent")),
        "JPY": Coin(unit=("Yen", "Yen")),
    },
    units=_forms(
        "kg Kilogramm, g Gramm, mg Milligramm, mm Millimeter, cm Zentimeter, m Meter, km Kilometer, l Liter, L Liter,"
        "ml Milliliter, cl Zentiliter, W Watt, kW Kilowatt, Wh Wattstunde Wattstunden, kWh Kilowattstunde Kilowattstunden,"
        "mAh Milliamperestunde Milliamperestunden, Ah Amperestunde Amperestunden, V Volt, Hz Hertz, kHz Kilohertz,"
        "MHz Megahertz, GHz Gigahertz, GB Gigabyte, MB Megabyte, TB Terabyte, lb Pfund, lbs Pfund, oz Unze Unzen, ft Fuß,"
        "mi Meile Meilen, dB Dezibel, lm Lumen, px Pixel, MP Megapixel, h Stunde Stunden, min Minute Minuten, Std. Stunde Stunden,"
        'Min. Minute Minuten, bar Bar, mph Meilen_pro_Stunde, km/h Kilometer_pro_Stunde, " Zoll, ″ Zoll, ” Zoll'
    ),
    point="Komma", minus="minus", to="bis", by="mal", percent="Prozent", degrees="Grad", per="pro", and_="und", times="mal",
    halves={"½": "ein halb", "¼": "ein Viertel", "¾": "drei Viertel", "⅓": "ein Drittel", "⅔": "zwei Drittel"},
    months=("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"),
    days={"Mo": "Montag", "Di": "Dienstag", "Mi": "Mittwoch", "Do": "Donnerstag", "Fr": "Freitag", "Sa": "Samstag", "So": "Sonntag"},
    short={
        "z. b.": "zum Beispiel", "z.b.": "zum Beispiel", "d. h.": "das heißt", "d.h.": "das heißt", "ca.": "etwa", "bzw.": "beziehungsweise",
        "max.": "höchstens", "min.": "mindestens", "nr.": "Nummer", "inkl.": "inklusive", "exkl.": "exklusive", "zzgl.": "zuzüglich",
        "usw.": "und so weiter", "u. a.": "unter anderem", "vgl.": "vergleiche", "str.": "Straße", "evtl.": "eventuell", "ggf.": "gegebenenfalls",
    },
    marks={"@": "ät", ".": "Punkt", "_": "Unterstrich", "-": "Bindestrich", "+": "plus", "/": "Schrägstrich"},
)  # fmt: skip

_TONGUES: Mapping[str, Tongue] = {"en": _ENGLISH, "es": _SPANISH, "fr": _FRENCH, "de": _GERMAN}
SYMBOLS: Mapping[str, str] = {
    "US$": "USD", "$US": "USD", "CA$": "CAD", "$CA": "CAD", "A$": "AUD", "AU$": "AUD", "$AU": "AUD", "$": "USD", "€": "EUR",
    "£GB": "GBP", "£": "GBP", "¥": "JPY", "Fr.": "CHF", "SFr.": "CHF",
}  # fmt: skip
CODES = [
    "USD",
    "EUR",
    "GBP",
    "CHF",
    "CAD",
    "AUD",
    "JPY",
    "SEK",
    "NOK",
    "DKK",
    "PLN",
    "CZK",
    "HUF",
    "MXN",
    "BRL",
    "NZD",
    "INR",
    "CNY",
    "TRY",
    "ZAR",
    "SGD",
    "HKD",
    "KRW",
]


def tongue(language: str) -> Tongue:
    """English for what we have no words in: its text is English, too."""
    return _TONGUES.get(language, _ENGLISH)
