"""What of a product is embedded and indexed as words. Below: the catalogue's types."""

from __future__ import annotations

from retrieval.catalogue import Product

_DESCRIPTION = 600
"""Characters of a description that reach the encoder: it reads 64 tokens."""


def title_of(product: Product) -> str:
    """What names it: brand once, title, the narrowest category where the title does not say it."""
    title = product.title
    if product.brand and product.brand.lower() not in title.lower():
        title = f"{product.brand} {title}"
    return title


def dense_text(product: Product) -> str:
    """Title, category, attributes and description, most telling first: the encoder cuts the tail."""
    parts = [
        title_of(product),
        " ".join(product.category[-1:]),
        product.description[:_DESCRIPTION],
        attributes_of(product),
    ]
    return ". ".join(part for part in parts if part)


def attributes_of(product: Product) -> str:
    return "; ".join(f"{name}: {value}" for name, value in product.attributes.items())


def options_of(product: Product) -> str:
    """Every value that some variant offers, once: "blue red s m l"."""
    seen = {value: None for variant in product.variants for value in variant.options.values()}
    return " ".join(seen)


def body_text(product: Product) -> str:
    """All other words by which it can be found; reviews are left out, they speak of other things too."""
    parts = [
        " ".join(product.category),
        product.description,
        attributes_of(product),
        options_of(product),
        product.audience,
    ]
    return " ".join(part for part in parts if part)
