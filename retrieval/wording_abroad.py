"""A need as a short phrase in Spanish, French or German: "zapatillas para correr de color rojo por menos de 50 €". Pure.

Colours, materials and kinds are told by the glossary; what it lacks stays as the shop writes it, and the customer's own words
as they were said. Nothing is inflected: what describes a thing stands where it need not agree with it. Above lies `wording`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from retrieval.glossary import glossary_of
from retrieval.needs import Need, Sort
from retrieval.size_reading import spells
from retrieval.spoken_conditions import wishes_of
from retrieval.words import listed, normal, words

_LONGEST_ECHO = 80
_UNITS = {"°c": "°C", "gb": "GB", "tb": "TB", "mah": "mAh", "w": "W", "wh": "Wh", "hz": "Hz", "v": "V"}
_NAMED = 3
"""Values of one field that are named one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tongue:
    products: str
    between: str
    under: str
    over: str
    colour: str
    not_colour: str
    having: str
    material: str
    size: str
    made_by: str
    without: str
    in_stock: str
    at_store: str
    rated: str
    people: str
    about: str
    inches: str
    least: str
    most: str
    span: str
    field: str
    either: str
    rather: str
    others: str
    sorts: Mapping[Sort, str]
    audiences: Mapping[str, str]
    fields: Mapping[str, str]


_FIELDS = listed("weight capacity volume length height width battery_life memory storage screen_size power brightness")


def _fields(told: str) -> dict[str, str]:
    return dict(zip((name.replace("_", " ") for name in _FIELDS), told.split(", "), strict=True))


_TONGUES = {
    "es": _Tongue(
        products="productos",
        between="entre {} y {}",
        under="por menos de {}",
        over="por más de {}",
        colour="de color {}",
        not_colour="que no sea de color {}",
        having="con {}",
        material="de {}",
        size="en la talla {}",
        made_by="de {}",
        without="sin {}",
        in_stock="en stock",
        at_store="en {}",
        rated="con una valoración de {} o más",
        people="para {} personas",
        about="unos {}",
        inches="pulgadas",
        least="al menos {}",
        most="como máximo {}",
        span="de {} a {}",
        field="con {} de {}",
        either="o",
        rather="a ser posible {}",
        others="{} y similares",
        sorts={
            "price_ascending": "primero lo más barato",
            "price_descending": "primero lo más caro",
            "rating": "primero lo mejor valorado",
            "weight": "primero lo más ligero",
            "ascending": "de menos a más {}",
            "descending": "de más a menos {}",
        },
        audiences={"men": "para hombre", "women": "para mujer", "kids": "para niños", "unisex": "unisex"},
        fields=_fields(
            "peso, capacidad, volumen, longitud, altura, anchura, autonomía, memoria, almacenamiento, tamaño de pantalla, "
            "potencia, brillo"
        ),
    ),
    "fr": _Tongue(
        products="produits",
        between="entre {} et {}",
        under="à moins de {}",
        over="à plus de {}",
        colour="en {}",
        not_colour="pas en {}",
        having="avec {}",
        material="en {}",
        size="en taille {}",
        made_by="de {}",
        without="sans {}",
        in_stock="en stock",
        at_store="à {}",
        rated="avec une note d’au moins {}",
        people="pour {} personnes",
        about="environ {}",
        inches="pouces",
        least="au moins {}",
        most="au plus {}",
        span="{} à {}",
        field="avec {} : {}",
        either="ou",
        rather="de préférence {}",
        others="{} et similaires",
        sorts={
            "price_ascending": "les moins chers d’abord",
            "price_descending": "les plus chers d’abord",
            "rating": "les mieux notés d’abord",
            "weight": "les plus légers d’abord",
            "ascending": "{} croissant",
            "descending": "{} décroissant",
        },
        audiences={"men": "pour homme", "women": "pour femme", "kids": "pour enfant", "unisex": "unisexe"},
        fields=_fields(
            "poids, capacité, volume, longueur, hauteur, largeur, autonomie, mémoire, stockage, taille d’écran, puissance, "
            "luminosité"
        ),
    ),
    "de": _Tongue(
        products="Produkte",
        between="zwischen {} und {}",
        under="unter {}",
        over="über {}",
        colour="in {}",
        not_colour="nicht in {}",
        having="mit {}",
        material="aus {}",
        size="in Größe {}",
        made_by="von {}",
        without="ohne {}",
        in_stock="auf Lager",
        at_store="in {}",
        rated="mit mindestens {} Sternen",
        people="für {} Personen",
        about="etwa {}",
        inches="Zoll",
        least="mindestens {}",
        most="höchstens {}",
        span="{} bis {}",
        field="mit {}: {}",
        either="oder",
        rather="möglichst {}",
        others="{} und Ähnliches",
        sorts={
            "price_ascending": "das Günstigste zuerst",
            "price_descending": "das Teuerste zuerst",
            "rating": "das Bestbewertete zuerst",
            "weight": "das Leichteste zuerst",
            "ascending": "nach {} aufsteigend",
            "descending": "nach {} absteigend",
        },
        audiences={"men": "für Herren", "women": "für Damen", "kids": "für Kinder", "unisex": "unisex"},
        fields=_fields(
            "Gewicht, Fassungsvermögen, Volumen, Länge, Höhe, Breite, Akkulaufzeit, Arbeitsspeicher, Speicher, "
            "Bildschirmgröße, Leistung, Helligkeit"
        ),
    ),
}


def tells(language: str) -> bool:
    return language in _TONGUES


def described(need: Need, currency: str, stores: Mapping[str, str], language: str) -> str:
    """`language` is one that `tells` knows."""
    return _Description(need, currency, stores, language).text()


class _Description:
    def __init__(self, need: Need, currency: str, stores: Mapping[str, str], language: str) -> None:
        self._need = need
        self._currency = currency
        self._stores = stores
        self._language = language
        self._tongue = _TONGUES[language]

    def text(self) -> str:
        need, tongue = self._need, self._tongue
        head = " ".join(
            [self._noun(), *self._flags(), *self._options(), *self._prices(), *self._measures(), *self._rest()]
        )
        wishes = [tongue.rather.format(", ".join(map(self._told, need.wishes)))] if need.wishes else []
        order = tongue.sorts.get(need.sort, "").format(self._field(need.sort_by))
        return ", ".join([head, *wishes, *([order] if order else [])])

    def _noun(self) -> str:
        need = self._need
        if need.said and need.language == self._language:
            return _in_short(_german_nouns(need.said) if self._language == "de" else need.said)
        categories = self._values("category")
        named = need.text or (categories[0] if len(categories) == 1 else "")
        return _in_short(self._told(named)) if named else self._tongue.products

    def _flags(self) -> Iterator[str]:
        names = [
            one.field
            for one in self._need.filters
            if one.values == ("yes",) and one.operator == "=" and one.field != "in_stock"
        ]
        like = [self._told(name, like=True) for name in names if not self._is_thing(name)]
        if like:
            # Beside the noun it would have to agree with it.
            yield f"({', '.join(like)})"
        yield from (self._tongue.having.format(self._told(name)) for name in names if self._is_thing(name))

    def _options(self) -> Iterator[str]:
        tongue = self._tongue
        if brands := self._values("brand"):
            yield tongue.made_by.format(self._either([brand.title() for brand in brands]))
        if audience := next(iter(self._values("audience")), ""):
            yield tongue.audiences.get(audience, "")
        if colours := self._values("colour"):
            yield tongue.colour.format(self._either([self._noun_of(self._told(one, like=True)) for one in colours]))
        if materials := self._values("material"):
            named = [_shared(materials)] if _shared(materials) else materials
            yield tongue.material.format(self._either([self._noun_of(self._told(one, like=True)) for one in named]))
        if sizes := self._values("size"):
            told = [size for size in sizes if not any(other != size and spells(other, size) for other in sizes)]
            yield tongue.size.format(self._either([size.upper() if len(size) < 4 else size for size in told]))

    def _prices(self) -> Iterator[str]:
        least, most = self._bounds("price", "")
        if least is not None and most is not None:
            yield self._tongue.between.format(self._money(least), self._money(most))
        elif most is not None:
            yield self._tongue.under.format(self._money(most))
        elif least is not None:
            yield self._tongue.over.format(self._money(least))

    def _measures(self) -> Iterator[str]:
        for field, unit in dict.fromkeys((one.field, one.unit) for one in self._need.filters if one.unit):
            figure = self._figure(*self._bounds(field, unit))
            if unit == "person":
                yield self._tongue.people.format(figure)
            else:
                shown = self._tongue.inches if unit == "inch" else _UNITS.get(unit, unit)
                yield self._tongue.field.format(self._field(field), f"{figure} {shown}")

    def _figure(self, least: Decimal | None, most: Decimal | None) -> str:
        tongue = self._tongue
        if least is None or most is None:
            return (tongue.most if least is None else tongue.least).format(
                self._number(most if least is None else least)
            )
        if least == most:
            return self._number(least)
        middle = (least + most) / 2
        # Figures that were meant loosely were widened by these shares when they were read.
        if any(most - middle == middle * Decimal(share) for share in ("0.03", "0.1", "0.2")):
            return tongue.about.format(self._number(middle))
        return tongue.span.format(self._number(least), self._number(most))

    def _rest(self) -> Iterator[str]:
        tongue = self._tongue
        least, _ = self._bounds("rating", "")
        if least is not None:
            yield tongue.rated.format(self._number(least))
        for one in self._need.filters:
            if one.operator == "not in":
                out = [one.field] if one.values == ("yes",) else list(one.values)
                told = [out_.title() if one.field == "brand" else self._noun_of(self._told(out_)) for out_ in out]
                yield (tongue.not_colour if one.field == "colour" else tongue.without).format(self._either(told))
        places = self._values("store")
        if places or any(one.field == "in_stock" for one in self._need.filters):
            yield tongue.in_stock
        if places:
            yield tongue.at_store.format(self._either([self._stores.get(place, place) for place in places]))

    def _told(self, text: str, *, like: bool = False) -> str:
        """In this language where the glossary has it; `like` tells that it says what a thing is like."""
        if (wish := wishes_of(self._language).get(text)) is not None:
            return wish
        kind, found = glossary_of("en", self._language).told(words(text), describing=like)
        return text if not found else self._noun_of(found[0]) if kind == "thing" else found[0]

    def _is_thing(self, text: str) -> bool:
        return glossary_of("en", self._language).told(words(text), describing=True)[0] == "thing"

    def _noun_of(self, text: str) -> str:
        return " ".join(word[:1].upper() + word[1:] for word in text.split()) if self._language == "de" else text

    def _field(self, name: str) -> str:
        return self._tongue.fields.get(name, self._told(name))

    def _values(self, field: str) -> list[str]:
        found = (
            value for one in self._need.filters if (one.field, one.operator) == (field, "in") for value in one.values
        )
        return list(dict.fromkeys(found))

    def _bounds(self, field: str, unit: str) -> tuple[Decimal | None, Decimal | None]:
        mine = [one for one in self._need.filters if one.field == field and one.unit == unit]
        least = next((one.number for one in mine if one.operator == ">="), None)
        return least, next((one.number for one in mine if one.operator == "<="), None)

    def _either(self, values: Sequence[str]) -> str:
        named = list(dict.fromkeys(values))
        if len(named) > _NAMED:
            return self._tongue.others.format(", ".join(named[:_NAMED]))
        return f" {self._tongue.either} ".join([", ".join(named[:-1]), named[-1]] if len(named) > 1 else named)

    def _number(self, value: Decimal | None) -> str:
        return "" if value is None else f"{value.normalize():f}".replace(".", ",")

    def _money(self, amount: Decimal) -> str:
        from babel.numbers import format_currency

        whole = amount == amount.to_integral_value()
        pattern = "#,##0\u00a0¤" if whole else "#,##0.00\u00a0¤"
        return str(format_currency(amount, self._currency, pattern, locale=self._language, currency_digits=False))


def _german_nouns(said: str) -> str:
    """Things with the capital that German gives them, however they were typed: "Winterjacke", "Trekkingstöcke aus Carbon"."""
    glossary = glossary_of("de", "en")
    told = []
    for word in said.split():
        parts = glossary.parts(normal(word)) if word.islower() else ()
        thing = word.islower() and (parts or glossary.entry([normal(word)]) in glossary.things)
        told.append(word[:1].upper() + word[1:] if thing else word)
    return " ".join(told)


def _in_short(text: str) -> str:
    return text if len(text) <= _LONGEST_ECHO else text[:_LONGEST_ECHO].rsplit(" ", 1)[0] + " …"


def _shared(values: Sequence[str]) -> str:
    """ "cotton" for it and its blends: the value that the others hold, or the word that most of them do."""
    if len(values) < 2:
        return ""
    plain = min(values, key=len)
    counts = Counter(word for value in values for word in value.split())
    word, count = counts.most_common(1)[0]
    return plain if all(plain in value for value in values) else word if count * 3 >= len(values) * 2 else ""
