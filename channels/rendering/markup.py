"""The assistant's few marks (bold, links, list signs) as a channel's own (pure). Above: `written`. Below: nothing."""

from __future__ import annotations

import re

from channels.channel import Markup

_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_LINK = re.compile(r"\[([^\]\n]+)\]\(([^)\s]*)\)")
_HEADING = re.compile(r"^#{1,6}[ \t]+(.+)$", re.MULTILINE)


def marked(text: str, markup: Markup) -> str:
    """ "speech" is left to the voice's own reading."""
    if markup in ("markdown", "speech"):
        return text
    bold = r"*\1*" if markup == "whatsapp" else r"\1"
    linked = _LINK.sub(_link, _HEADING.sub(bold, text))
    return _BOLD.sub(bold, linked)


def _link(found: re.Match[str]) -> str:
    """The address stands beside its words; one that leads nowhere outside a page is left out."""
    words, address = found.groups()
    return f"{words}: {address}" if address.startswith(("https://", "http://")) and address != words else words
