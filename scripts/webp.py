"""PNG to WebP in a blank page of the browser that took the picture: no imaging library is needed."""

from __future__ import annotations

import base64

from playwright.sync_api import Page

ENCODE = """async (png) => {
    const image = new Image();
    image.src = `data:image/png;base64,${png}`;
    await image.decode();
    const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.toDataURL("image/webp", 0.82);
}"""


def as_webp(page: Page, png: bytes) -> bytes:
    encoded: str = page.evaluate(ENCODE, base64.b64encode(png).decode())
    return base64.b64decode(encoded.split(",", 1)[1])
