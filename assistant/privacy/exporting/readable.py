"""An export as a page to read: one file, in the customer's language, without scripts and without anything from elsewhere (pure).

Every value is text, escaped; nothing in it is a link out. Above: packing. Below: `words.yaml`, `page.css`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from html import escape
from importlib.resources import files
from typing import Any, Final

import yaml
from babel.dates import format_date, format_datetime

from assistant.privacy.exporting.gathering import Export

LANGUAGES: Final = ("en", "de", "es", "fr")
DATA_FILE: Final = "my-data.json"
_LISTS: Final = (
    "memories",
    "callbacks",
    "choices",
    "sign_ins",
    "devices",
    "changes",
    "erasures",
    "looks",
    "desk",
    "holds",
)
_SAYING: Final = {
    "customer_said": "text",
    "assistant_said": "text",
    "agent_said": "text",
    "message_left": "text",
    "note_added": "text",
}
Words = Mapping[str, Any]


@cache
def _words(language: str) -> Words:
    table: Mapping[str, Words] = yaml.safe_load((_here() / "words.yaml").read_text(encoding="utf-8"))
    return table[language]


def _here() -> Any:
    return files("assistant.privacy.exporting")


def language_for(locale: str) -> str:
    """One that the page has words for."""
    base = locale.replace("_", "-").partition("-")[0].lower()
    return base if base in LANGUAGES else "en"


def page_of(export: Export) -> str:
    language = language_for(str(export["language"]))
    words = _words(language)
    title = words["title"].format(shop=export["shop"])
    sections = list(_sections(export, words, language))
    listed = "".join(f'<li><a href="#{name}">{escape(words[name])}</a></li>' for name, _, _ in sections)
    body = "".join(_section(name, words[name], count, inner, words) for name, count, inner in sections)
    officer = f"<p><strong>{escape(words['officer'])}</strong></p>" if "holds" in export else ""
    lead = words["made"].format(day=_day(str(export["made_at"]), language), file=DATA_FILE)
    style = (_here() / "page.css").read_text(encoding="utf-8")
    return (
        f'<!doctype html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n"
        f"<title>{escape(title)}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n"
        f'<h1>{escape(title)}</h1>\n<p class="lead">{escape(lead)}</p>\n{officer}'
        f'<nav aria-label="{escape(words["contents"])}"><ul>{listed}</ul></nav>\n{body}'
        f"<footer><p>{escape(words['rights'])}</p></footer>\n</main>\n</body>\n</html>\n"
    )


def _section(name: str, title: str, count: int, inner: str, words: Words) -> str:
    told = inner or f'<p class="soft">{escape(words["none"])}</p>'
    number = f'<span class="count">{count}</span>' if count else ""
    return f'<details class="section" id="{name}" open><summary><h2>{escape(title)}</h2>{number}</summary>{told}</details>\n'


def _sections(export: Export, words: Words, language: str) -> Iterator[tuple[str, int, str]]:
    yield "profile", 0, _pairs(_named(_flat(export["profile"]), words))
    yield "consents", 0, _consents(export["consents"], words)
    yield "memories", len(export["memories"]), _memories(export["memories"], language)
    yield (
        "conversations",
        len(export["conversations"]),
        "".join(_talk(one, words, language) for one in export["conversations"]),
    )
    yield "orders", len(export["orders"]), "".join(_order(one, words) for one in export["orders"])
    for name in _LISTS[1:]:
        if name in export:
            yield name, len(export[name]), "".join(_pairs(_flat(row)) for row in export[name])
    yield "kept_for", 0, _kept_for(export["kept_for"], words)


def _consents(rows: Sequence[Mapping[str, Any]], words: Words) -> str:
    def line(row: Mapping[str, Any]) -> str:
        state, look = ("allowed", "on") if row["given"] else ("refused", "off")
        pill = f'<span class="pill {look}">{escape(words[state])}</span>'
        purpose, by = words["purposes"][row["purpose"]], words["by"][row["decided_by"]]
        return f'<tr><td>{escape(purpose)}</td><td>{pill}</td><td class="soft">{escape(by)}</td></tr>'

    return f"<table>{''.join(map(line, rows))}</table>"


def _memories(rows: Sequence[Mapping[str, Any]], language: str) -> str:
    lines = (
        f"<tr><td>{escape(row['trait'] if row['kind'] == 'preference' else row['kind'])}</td>"
        f"<td>{escape(row['value'] if row['kind'] == 'preference' else '')} <q>{escape(row['words'])}</q></td>"
        f'<td class="soft">{escape(_day(row["at"], language))}</td></tr>'
        for row in rows
    )
    return f"<table>{''.join(lines)}</table>" if rows else ""


def _talk(one: Mapping[str, Any], words: Words, language: str) -> str:
    said = [event for event in one["events"] if event["type"] in _SAYING and event["data"].get(_SAYING[event["type"]])]
    lines = "".join(_line(event, words, language) for event in said)
    rest = len(one["events"]) - len(said)
    other = f'<li class="other">{escape(words["other"].format(count=rest))}</li>' if rest else ""
    head = words["conversation"].format(day=_day(one["started_at"], language), channels=", ".join(one["channels"]))
    return f'<h3>{escape(head)}</h3><p class="soft">{escape(one["id"])}</p><ol class="talk">{lines}{other}</ol>'


def _line(event: Mapping[str, Any], words: Words, language: str) -> str:
    who = event["by"]
    name = {"customer": "you", "assistant": "assistant", "agent": "agent"}.get(who, "system")
    text = str(event["data"][_SAYING[event["type"]]])
    return (
        f'<li class="{escape(who)}"><small>{escape(words[name])} · {escape(_day(event["at"], language, time=True))}</small>'
        f"{escape(text)}</li>"
    )


def _order(order: Mapping[str, Any], words: Words) -> str:
    return f"<h3>{escape(words['order'].format(id=order['id']))}</h3>{_pairs(_flat({k: v for k, v in order.items() if k != 'id'}))}"


def _kept_for(kinds: Mapping[str, Mapping[str, str]], words: Words) -> str:
    def told(periods: Mapping[str, str]) -> str:
        return ", ".join(
            f"{words['forever'] if text == 'forever' else text}{'' if channel == 'any' else f' ({channel})'}"
            for channel, text in periods.items()
        )

    return _pairs([(str(words["kinds"][kind]), told(periods)) for kind, periods in kinds.items()])


def _pairs(pairs: Sequence[tuple[str, str]]) -> str:
    inner = "".join(f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in pairs)
    return f"<dl>{inner}</dl>" if inner else ""


def _flat(value: Any, above: str = "") -> list[tuple[str, str]]:
    """Names and values of whatever is nested, what is empty left out."""
    if isinstance(value, Mapping):
        return [
            pair for key, inner in value.items() for pair in _flat(inner, f"{above} › {key}" if above else str(key))
        ]
    if isinstance(value, list | tuple):
        plain = [str(one) for one in value if not isinstance(one, Mapping | list | tuple)]
        nested = [
            pair for at, one in enumerate(value, 1) if isinstance(one, Mapping) for pair in _flat(one, f"{above} {at}")
        ]
        return ([(above, ", ".join(plain))] if plain else []) + nested
    return [(above, str(value))] if value not in (None, "", False) else []


def _named(pairs: Sequence[tuple[str, str]], words: Words) -> list[tuple[str, str]]:
    """Fields that people know, in their language."""
    names: Mapping[str, str] = words["fields"]
    return [(names.get(name.rpartition(" › ")[2], name), value) for name, value in pairs]


def _day(text: str, language: str, *, time: bool = False) -> str:
    try:
        at = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return text
    return format_datetime(at, "medium", locale=language) if time else format_date(at.date(), "long", locale=language)
