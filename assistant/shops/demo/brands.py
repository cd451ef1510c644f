"""The brands of the demo shop, all invented. Each has a level (1 budget, 2 middle, 3 premium) and what it makes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    name: str
    level: int
    makes: tuple[str, ...]
    """Any part of a category's path: a department, a family or the category itself."""

    @property
    def code(self) -> str:
        """Three letters for model numbers: the first, then consonants."""
        rest = [letter for letter in self.name[1:].upper() if letter.isalpha() and letter not in "AEIOUY"]
        return (self.name[0] + "".join(rest))[:3].upper().ljust(3, "X")


def _brand(name: str, level: int, *makes: str) -> Brand:
    return Brand(name=name, level=level, makes=makes)


BRANDS: tuple[Brand, ...] = (
    _brand("Skarvik", 3, "Camping", "Hiking", "Clothing"),
    _brand("Tarnholt", 2, "Camping", "Hiking", "Clothing", "Accessories"),
    _brand("Kestrelby", 1, "Camping", "Hiking", "Clothing", "Accessories"),
    _brand("Cairnloft", 3, "Tents", "Sleeping Bags", "Sleeping Mats", "Backpacks"),
    _brand("Brackmoor", 2, "Clothing", "Accessories", "Hiking Boots"),
    _brand("Driftlark", 1, "Camping", "Water Bottles", "Paddle Boards"),
    _brand("Stonemarten", 2, "Hiking", "Headlamps & Lanterns", "Camping Stoves", "Camp Furniture"),
    _brand("Ullvara", 3, "Base Layers", "Fleece & Midlayers", "Hats & Beanies", "Gloves", "Hiking Socks"),
    _brand(
        "Pinehollow", 1, "Camp Furniture", "Sleeping Bags", "Sleeping Mats", "Fleece & Midlayers", "Throws & Blankets"
    ),
    _brand("Solbekk", 2, "Clothing", "Running Tops", "Running Shorts & Tights", "Gloves", "Hiking Socks"),
    _brand("Halvorn", 3, "Clothing", "Gloves", "Ski Goggles", "Skis"),
    _brand("Varghult", 2, "Backpacks", "Trekking Poles", "Sleeping Bags", "Tents"),
    _brand("Lopara", 2, "Running"),
    _brand("Velkoa", 3, "Running", "Hiking Boots"),
    _brand("Quickmoss", 1, "Running", "Hiking Boots", "Hiking Socks"),
    _brand("Aerlund", 3, "Running Shoes", "Bike Helmets", "Running Tops"),
    _brand("Spokefield", 2, "Cycling"),
    _brand("Rullenby", 1, "Cycling"),
    _brand("Velotern", 3, "Cycling"),
    _brand("Ironfern", 2, "Fitness"),
    _brand("Balansia", 1, "Fitness", "Rackets", "Balls"),
    _brand("Kettrahall", 3, "Fitness"),
    _brand("Sledvik", 2, "Winter Sports", "Gloves", "Hats & Beanies"),
    _brand("Frostmarch", 3, "Winter Sports", "Insulated Jackets"),
    _brand("Powdrift", 1, "Winter Sports", "Gloves", "Hats & Beanies"),
    _brand("Tidewren", 2, "Paddle Boards", "Water Bottles", "Towels"),
    _brand("Brimlake", 3, "Paddle Boards", "Balls", "Rackets"),
    _brand("Courtlind", 2, "Rackets", "Balls"),
    _brand("Hearthby", 2, "Kitchen", "Dining"),
    _brand("Kopparo", 3, "Kitchen", "Dining"),
    _brand("Plainoak", 1, "Kitchen", "Dining", "Bedroom", "Living", "Bath"),
    _brand("Linnmark", 2, "Bedroom", "Bath", "Throws & Blankets"),
    _brand("Dunlark", 3, "Bedroom", "Throws & Blankets"),
    _brand("Havnhus", 3, "Living", "Bath", "Dining"),
    _brand("Brewmoth", 2, "Coffee Makers", "Kettles", "Mugs"),
    _brand("Glodvik", 2, "Grills", "Camping Stoves", "Cookware"),
    _brand("Smokelund", 3, "Grills"),
    _brand("Patioberg", 1, "Grills", "Camp Furniture"),
    _brand("Lumalund", 2, "Lamps", "Headlamps & Lanterns"),
    _brand("Dustfox", 2, "Vacuum Cleaners"),
    _brand("Whirrel", 1, "Vacuum Cleaners", "Kettles", "Toasters"),
    _brand("Cyclarn", 3, "Vacuum Cleaners"),
    _brand("Auralind", 3, "Audio"),
    _brand("Tonefjord", 2, "Audio"),
    _brand("Bleepwell", 1, "Audio", "Wearables", "Mobile", "Cameras"),
    _brand("Nimbrel", 3, "Computing", "Tablets"),
    _brand("Keyhaven", 2, "Keyboards", "Mice", "Monitors"),
    _brand("Datafern", 1, "Computing", "Tablets"),
    _brand("Chronolark", 3, "Wearables"),
    _brand("Pulsefjell", 2, "Wearables", "Bike Lights"),
    _brand("Amperoak", 2, "Power Banks", "Tablets", "Laptops"),
    _brand("Glasswren", 3, "Cameras", "Power Banks", "Monitors"),
    _brand("Sightvik", 2, "Cameras", "Monitors"),
)


def makers(path: tuple[str, ...]) -> tuple[Brand, ...]:
    return tuple(brand for brand in BRANDS if not set(brand.makes).isdisjoint(path))
