"""The shop's rules as documents, cut into passages that can be found and quoted."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One document: returns, shipping, warranty… `text` is plain text; a line that starts with "## " opens a section."""

    id: str
    title: str
    text: str
    locale: str = "en"
