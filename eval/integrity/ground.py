"""What every promise is looked at with: the product, the shop's own records, the tally. Above: the themes. Below: `tally`."""

from __future__ import annotations

from dataclasses import dataclass

from assistant.running import Aisle
from eval.dialogue.shop_facts import ShopFacts
from eval.integrity.tally import Tally
from retrieval.catalogue import Variant


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    aisle: Aisle
    shop: ShopFacts
    tally: Tally

    def variants(self, product_id: str) -> tuple[Variant, ...]:
        product = self.shop.product(product_id)
        return tuple(product.variants) if product is not None else ()
