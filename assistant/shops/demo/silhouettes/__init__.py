"""Silhouettes: what a category looks like, as drawings in a small language. Above: `pictures`.

One shape a line, on a field of 240 by 240: `P fill path`, `L stroke width path`, `C fill x y r`, `E fill x y rx ry`,
`R fill x y width height radius`. A fill is a colour or a name of the palette: $m main, $d dark, $D darker, $l light,
$h highlight, $k ink, $g grey.
"""

from __future__ import annotations

from assistant.shops.demo.silhouettes import apparel, electronics, home, outdoor, sport

DRAWINGS: dict[str, str] = {
    **outdoor.DRAWINGS,
    **apparel.DRAWINGS,
    **sport.DRAWINGS,
    **home.DRAWINGS,
    **electronics.DRAWINGS,
}
