"""The need: what a customer is looking for, as data. "under 50 euros, in stock, in Oslo" -> filters (pure)."""

from __future__ import annotations

from retrieval.needs import Field as Field
from retrieval.needs import Filter as Filter
from retrieval.needs import Need as Need
from retrieval.needs import Operator as Operator
from retrieval.needs import Sort as Sort
