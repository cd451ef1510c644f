"""What a telephone keeps of the mobile app to open it without a network: a list of files and one name for their contents.

The service worker is sent with both written into it, so that any changed file is another worker, which a browser then takes
in beside the old one. Nothing of a conversation is ever in the list. Below: the pages' files. Above: `mobile_app`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

PAGE = Path(__file__).parent / "page"
SHARED = Path(__file__).parents[1] / "web_chat" / "page" / "assets"
FOLDERS = ("chat", "languages", "voice", "voice/words")
FILES = ("aisle_client.js", "dom.js", "format.js", "own_script.js", "tokens.css", "widget.css", "art/mark.svg")
SLOT = "/* what is kept */ null"
DIGITS = 16


def shell_files() -> dict[str, Path]:
    """By address, every file that the app is made of, in order."""
    files = {"/m/": PAGE / "index.html"}
    own = [path for path in (PAGE / "assets").rglob("*") if path.is_file()]
    files |= {f"/m/assets/{path.relative_to(PAGE / 'assets').as_posix()}": path for path in own}
    shared = [path for folder in FOLDERS for path in (SHARED / folder).iterdir() if path.is_file()]
    shared += [SHARED / name for name in FILES]
    files |= {f"/assets/{path.relative_to(SHARED).as_posix()}": path for path in shared}
    return dict(sorted(files.items()))


def worker_script(files: Mapping[str, Path]) -> str:
    """Of `shell_files()`. Blocking (it reads some ninety small files): run it in a thread."""
    digest = hashlib.sha256()
    for address, path in files.items():
        digest.update(address.encode() + b"\0" + path.read_bytes())
    kept = json.dumps({"version": digest.hexdigest()[:DIGITS], "files": list(files)})
    return (PAGE / "worker.js").read_text(encoding="utf-8").replace(SLOT, kept)


def manifest(name: str) -> dict[str, object]:
    """https://www.w3.org/TR/appmanifest/"""
    return {
        "id": "/m/",
        "name": name,
        "short_name": name[:12].strip(),
        "description": "The shop's assistant: ask, order, return, and go on where you left off.",
        "start_url": "/m/?source=app",
        "scope": "/m/",
        "display": "standalone",
        "orientation": "any",
        "background_color": "#faf8f3",
        "theme_color": "#1d4a40",
        "categories": ["shopping"],
        "icons": [
            {"src": "/m/icons/icon.svg", "sizes": "any", "type": "image/svg+xml", "purpose": "any"},
            {"src": "/m/icons/icon-192.png", "sizes": "192x192", "type": "image/png", "purpose": "any"},
            {"src": "/m/icons/icon-512.png", "sizes": "512x512", "type": "image/png", "purpose": "any"},
            {"src": "/m/icons/maskable-512.png", "sizes": "512x512", "type": "image/png", "purpose": "maskable"},
        ],
        "shortcuts": [
            {"name": "Where is my order?", "url": "/m/?ask=order", "icons": [_shortcut("parcel")]},
            {"name": "Talk to a person", "url": "/m/?ask=person", "icons": [_shortcut("person")]},
        ],
        "share_target": {
            "action": "/m/share",
            "method": "GET",
            "enctype": "application/x-www-form-urlencoded",
            "params": {"title": "title", "text": "text", "url": "url"},
        },
    }


def _shortcut(name: str) -> dict[str, str]:
    return {"src": f"/m/icons/{name}.svg", "sizes": "any", "type": "image/svg+xml"}
