"""Brands that shoppers ask for by name, so that a shop without them can say so. Our own list, written by hand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from retrieval.words import word_set

_ONE_WORD = word_set("""
nike adidas puma reebok asics brooks hoka saucony salomon merrell keen columbia patagonia arcteryx mammut marmot osprey
deuter fjallraven haglofs norrona helly berghaus rab jack timberland converse vans skechers crocs birkenstock lululemon
gymshark speedo oakley garmin fitbit polar suunto gopro insta360 dji canon nikon sony panasonic samsung lg philips apple
iphone ipad macbook airpods google pixel xiaomi huawei oneplus nokia motorola lenovo thinkpad dell hp asus acer msi razer
logitech corsair steelseries hyperx anker jbl bose sennheiser beats sonos jabra marshall dyson shark roomba irobot miele
bosch siemens electrolux whirlpool kitchenaid smeg delonghi nespresso keurig breville tefal lecreuset staub zwilling
wusthof weber traeger coleman msr jetboil primus stanley yeti thermos nalgene camelbak hydroflask petzl ledlenser maglite
lego playmobil barbie nintendo playstation xbox ikea tempur trek giant specialized cannondale scott shimano giro smith
burton rossignol atomic wilson babolat yonex spalding decathlon quechua uniqlo zara levis gucci prada rolex casio seiko
""")
_PHRASES = frozenset(
    tuple(phrase.split())
    for phrase in (
        "under armour", "under armor", "new balance", "north face", "the north face", "black diamond", "mountain hardwear",
        "outdoor research", "big agnes", "sea to summit", "therm a rest", "jack wolfskin", "peak performance", "helly hansen",
        "dr martens", "hugo boss", "ralph lauren", "calvin klein", "tommy hilfiger", "ray ban", "le creuset", "de longhi",
        "hydro flask", "smith optics", "russell hobbs", "black decker",
    )
)  # fmt: skip


def brands_in(words: Sequence[str]) -> Iterator[str]:
    """The brands named, the longest first from the left."""
    at = 0
    while at < len(words):
        length = next((size for size in (3, 2) if tuple(words[at : at + size]) in _PHRASES), 0)
        length = length or int(words[at] in _ONE_WORD)
        if length:
            yield " ".join(words[at : at + length])
        at += length or 1


def is_brand(word: str) -> bool:
    return word in _ONE_WORD or any(word in phrase for phrase in _PHRASES)
