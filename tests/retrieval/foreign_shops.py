# ruff: noqa: E501
"""One small catalogue as shops of three languages would describe it, and what English customers ask of it. Our own words."""

from __future__ import annotations

from decimal import Decimal

from retrieval.catalogue import Product, ProductId, Variant, VariantId

_ROWS: dict[str, dict[str, tuple[str, str, str, str]]] = {
    "de": {
        "tent": ("Fjell Zelt für zwei Personen", "Ein leichtes Zelt mit Boden, für die Tour zu zweit und im Regen.", "Zelte", "grün"),
        "kettle": ("Hearth Wasserkocher 1,7 Liter", "Der Wasserkocher für die Küche, aus Edelstahl und mit Anzeige.", "Wasserkocher", "silber"),
        "running shoes": ("Stride Laufschuhe", "Die Schuhe für das Laufen auf der Straße und im Wald.", "Laufschuhe", "rot"),
        "rain jacket": ("Skjold Regenjacke", "Eine Jacke, die bei Wind und Regen trocken hält.", "Regenjacken", "blau"),
        "headphones": ("Klang kabelloser Kopfhörer", "Ein Kopfhörer mit Geräuschunterdrückung für die Bahn.", "Kopfhörer", "schwarz"),
        "backpack": ("Fjell Wanderrucksack", "Der Rucksack für die Tour, mit Platz für das Zelt und den Schlafsack.", "Rucksäcke", "grau"),
        "pillow": ("Daun Kopfkissen", "Ein weiches Kissen für das Bett, mit Daunen gefüllt.", "Kissen", "weiß"),
    },
    "es": {
        "tent": ("Fjell tienda de campaña para dos personas", "Una tienda ligera con suelo, para dos y para la lluvia.", "Tiendas de campaña", "verde"),
        "kettle": ("Hearth hervidor de agua", "El hervidor para la cocina, de acero inoxidable.", "Hervidores", "plata"),
        "running shoes": ("Stride zapatillas de correr", "Las zapatillas para correr por la calle y por el bosque.", "Zapatillas", "rojo"),
        "rain jacket": ("Skjold chubasquero", "Una chaqueta que protege de la lluvia y del viento.", "Chubasqueros", "azul"),
        "headphones": ("Klang auriculares inalámbricos", "Los auriculares con cancelación de ruido para el tren.", "Auriculares", "negro"),
        "backpack": ("Fjell mochila de senderismo", "La mochila para la ruta, con espacio para el saco.", "Mochilas", "gris"),
        "pillow": ("Daun almohada", "Una almohada blanda para la cama, de plumas.", "Almohadas", "blanco"),
    },
    "fr": {
        "tent": ("Fjell tente pour deux personnes", "Une tente légère avec un sol, pour la pluie et pour deux.", "Tentes", "vert"),
        "kettle": ("Hearth bouilloire", "La bouilloire pour la cuisine, en inox.", "Bouilloires", "argent"),
        "running shoes": ("Stride chaussures de course", "Les chaussures pour courir sur la route et dans les bois.", "Chaussures", "rouge"),
        "rain jacket": ("Skjold veste de pluie", "Une veste qui protège de la pluie et du vent.", "Vestes", "bleu"),
        "headphones": ("Klang casque sans fil", "Le casque à réduction de bruit pour le train.", "Casques", "noir"),
        "backpack": ("Fjell sac à dos de randonnée", "Le sac pour la randonnée, avec de la place pour le duvet.", "Sacs à dos", "gris"),
        "pillow": ("Daun oreiller", "Un oreiller moelleux pour le lit, en plumes.", "Oreillers", "blanc"),
    },
}  # fmt: skip
LANGUAGES = tuple(_ROWS)
ASKED = tuple(_ROWS["de"])
"""In English; each is the id of the product that answers."""


def catalogue(language: str) -> list[Product]:
    return [
        Product(
            id=ProductId(name),
            title=title,
            description=text,
            category=(category,),
            variants=(Variant(id=VariantId(f"{name}-1"), options={"colour": colour}, price=Decimal(20 * place)),),
        )
        for place, (name, (title, text, category, colour)) in enumerate(_ROWS[language].items(), start=1)
    ]
