"""Hooks of mkdocs: pages that are written from the code at build, and links that leave docs/.

Below: reference_*.py beside this file, one a page. Nothing is written into the tree.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path, PurePosixPath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(Path(__file__).resolve().parent)]

import reference_commands  # noqa: E402  (beside this file, found by the line above)
import reference_http  # noqa: E402
import reference_metrics  # noqa: E402
import reference_socket  # noqa: E402

SHOWN = {
    "CHANGELOG.md": "project/changelog.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "SECURITY.md": "project/security-policy.md",
    "deploy/README.md": "how-to/deploy.md",
    "deploy/gpu/README.md": "how-to/gpu.md",
    "channels/web_chat/README.md": "how-to/web-chat.md",
}
"""Pages that lie where people look for them in the tree, and what they are on the site."""
WRITTEN = {
    "reference/http.md": reference_http.page,
    "reference/socket.md": reference_socket.page,
    "reference/command-line.md": reference_commands.page,
    "reference/metrics.md": reference_metrics.page,
}
PAGES = ROOT / "channels" / "web_chat" / "page" / "assets"
COPIED = {"assets/mark.svg": PAGES / "art" / "mark.svg", "assets/tokens.css": PAGES / "tokens.css"}
DECISIONS = ROOT / "docs" / "decisions"
LINK = re.compile(r"(!?)\[([^\]]*)\]\(([^)\s]+)\)")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Decisions come into the navigation by their files, and so does a page of docs/ that mkdocs.yml does not place yet."""
    pages = [f"decisions/{file.name}" for file in sorted(DECISIONS.glob("[0-9]*.md"))]
    config.nav = [*(config.nav or ())]
    placed = str(config.nav)
    new = [file.name for file in sorted((ROOT / "docs").glob("*.md")) if f"'{file.name}'" not in placed]
    next(part["Explanation"] for part in config.nav if "Explanation" in part).extend(new)
    config.nav.insert(-1, {"Decisions": ["decisions/index.md", *pages]})
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    for uri, write in WRITTEN.items():
        files.append(File.generated(config, uri, content=write()))
    for source, uri in SHOWN.items():
        files.append(File.generated(config, uri, content=(ROOT / source).read_text(encoding="utf-8")))
    licence = f"# Licence\n\n```text\n{(ROOT / 'LICENSE').read_text(encoding='utf-8')}\n```\n"
    files.append(File.generated(config, "project/licence.md", content=licence))
    for uri, copied in COPIED.items():
        files.append(File.generated(config, uri, content=copied.read_bytes()))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """A page keeps its links as they hold in the tree; here they are turned to the site's, or to a file's bare name."""
    here = page.file.src_uri
    source = next((tree for tree, uri in SHOWN.items() if uri == here), f"docs/{here}")
    return LINK.sub(lambda link: _turned(link, source, here, files), markdown)


def _turned(link: re.Match[str], source: str, here: str, files: Files) -> str:
    mark, text, target = link.groups()
    path, hash_, anchor = target.partition("#")
    if not path or ":" in path or path.startswith("/"):
        return link.group(0)
    in_tree = _normal(PurePosixPath(source).parent / path)
    uri = SHOWN.get(in_tree, in_tree.removeprefix("docs/") if in_tree.startswith("docs/") else "")
    if uri and files.get_file_from_path(uri):
        return f"{mark}[{text}]({_relative(uri, here)}{hash_}{anchor})"
    if (ROOT / in_tree).exists() and not in_tree.startswith("docs/"):
        return f"{text} (`{in_tree}`)"
    return link.group(0)


def _normal(path: PurePosixPath) -> str:
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return "/".join(parts)


def _relative(uri: str, here: str) -> str:
    return "../" * (len(PurePosixPath(here).parts) - 1) + uri


def on_post_page(output: str, **_: Any) -> str:
    """What a page shows is its own: nothing is fetched from elsewhere, and no site learns who reads."""
    return output.replace("<head>", '<head><meta name="referrer" content="no-referrer">', 1)
