"""Reads the commands out of README and the documents: shell blocks, indented blocks, and commands named within sentences."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
SHELL = ("", "sh", "bash", "shell", "console")
PROGRAMS = ("aisle", "make", "python", "pip", "pipx", "curl", "docker", "kubectl", "export", "git", "sudo", "apt-get")
FOLDERS = ("scripts", "eval", "deploy")
PROGRAM = re.compile(
    rf"^(?:[A-Z_]+=\S* )*(?:\S*/bin/)?(?:(?:{'|'.join(PROGRAMS)})(?=\s|$)|(?:{'|'.join(FOLDERS)})/\S+\.(?:sh|py)\b)"
)
FENCE = re.compile(r"^\s*(```+|~~~+)\s*([\w-]*)")
INLINE = re.compile(r"`((?:\.venv/bin/)?aisle [a-z][^`]*|make [a-z][^`]*|scripts/[^`]*\.(?:sh|py)[^`]*)`")


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A command as a page tells it."""

    page: str
    line: int
    text: str
    within_a_sentence: bool = False

    @property
    def words(self) -> list[str]:
        """Without settings before it, what comes after a pipe or a redirection, and a folder before the program."""
        words = shlex.split(re.sub(r"\$\([^)]*\)", "X", self.text), comments=True)
        while words and re.fullmatch(r"[A-Z_]+=.*", words[0], re.DOTALL):
            words.pop(0)
        cut = next(
            (at for at, word in enumerate(words) if word in ("|", ">", "<", "&&", "&", "2>/dev/null")), len(words)
        )
        words = words[:cut]
        if words and "/bin/" in words[0]:
            words[0] = words[0].rpartition("/")[2]
        return words


def pages() -> list[Path]:
    own = [ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "channels/web_chat/README.md")]
    return [*own, *sorted((ROOT / "docs").rglob("*.md")), *sorted((ROOT / "deploy").rglob("*.md"))]


def told_commands() -> list[Told]:
    return [told for page in pages() for told in commands_of(page)]


def commands_of(page: Path) -> Iterator[Told]:
    name = page.relative_to(ROOT).as_posix()
    for line, text, in_block in _lines(page.read_text(encoding="utf-8")):
        if in_block:
            for part in re.split(r"\s;\s|\s&&\s", text):
                if PROGRAM.match(part.strip()):
                    yield Told(page=name, line=line, text=part.strip())
        else:
            for found in INLINE.findall(text):
                yield Told(page=name, line=line, text=found, within_a_sentence=True)


def _lines(text: str) -> Iterator[tuple[int, str, bool]]:
    """Line number, text, and whether it stands in a block of shell. Lines that end in a backslash are joined."""
    language, fence, after_blank, indented, held = None, "", True, False, ""
    for number, line in enumerate(text.splitlines(), start=1):
        mark = FENCE.match(line)
        if mark and not fence:
            fence, language = mark.group(1), mark.group(2)
            continue
        if fence and line.strip().startswith(fence):
            fence, language = "", None
            continue
        indented = not fence and line.startswith("    ") and (after_blank or indented)
        after_blank = not line.strip()
        in_block = (bool(fence) and language in SHELL) or indented
        if in_block and line.rstrip().endswith("\\"):
            held += line.strip()[:-1]
            continue
        if not fence or in_block:
            yield number, held + line.strip() if in_block else line, in_block
        held = ""
