"""Every language says all that English says, with the same names in it, and nothing of it in English."""

from __future__ import annotations

import re
import string
from decimal import Decimal

import pytest

from assistant.answering.phrases import PhraseMissing
from assistant.answering.voices import LANGUAGES, load_voice, open_voices
from assistant.answering.wording import load_templates
from assistant.tools.refusals import REFUSALS, UNCONFIRMED
from retrieval.catalogue import Money
from tests.assistant.answering.english_left import english_left

OTHERS = tuple(language for language in LANGUAGES if language != "en")
ENGLISH = load_templates("en")
MORE = {"original"}
"""Names that only another language needs: what it says of a quote in English."""
BY_COUNT = re.compile(r"\.(?:one|other)$")


def names_in(wording: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(wording) if name is not None}


def entries(language: str) -> dict[str, str]:
    return dict(load_voice(language).phrases.entries)


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_words_every_say_act_and_no_other(language: str) -> None:
    assert set(load_templates(language)) == set(ENGLISH)


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("key", sorted(ENGLISH))
def test_every_wording_can_be_filled_with_what_english_needs(language: str, key: str) -> None:
    known = set().union(*(names_in(wording) for wording in ENGLISH[key]))
    needed = set.intersection(*(names_in(wording) for wording in ENGLISH[key]))
    for wording in load_templates(language)[key]:
        assert names_in(wording) <= known | MORE, wording
        assert needed <= names_in(wording) or key in ("found_one", "store"), wording


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_varies_its_wordings_where_english_does(language: str) -> None:
    theirs = load_templates(language)
    assert [key for key in ENGLISH if min(len(ENGLISH[key]), 2) > len(set(theirs[key]))] == []


@pytest.mark.parametrize("language", OTHERS)
def test_no_wording_is_left_in_english(language: str) -> None:
    left = {
        key: wording for key, all_of in load_templates(language).items() for wording in all_of if english_left(wording)
    }
    assert left == {}
    assert {key: text for key, text in entries(language).items() if english_left(text)} == {}


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_every_phrase_with_the_same_names(language: str) -> None:
    ours, theirs = entries("en"), entries(language)
    assert {BY_COUNT.sub("", key) for key in ours} == {BY_COUNT.sub("", key) for key in theirs}
    for key, text in ours.items():
        plain = BY_COUNT.sub("", key)
        wordings = [theirs[name] for name in (plain, f"{plain}.one", f"{plain}.other") if name in theirs]
        assert all(names_in(wording) == names_in(text) for wording in wordings), (key, wordings)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_count_takes_its_number(language: str) -> None:
    phrases = load_voice(language).phrases
    assert phrases.say("price.pieces", count=1).startswith("1 ")
    assert phrases.say("stock.in_stores", count=2, store="x") != phrases.say("stock.in_stores", count=1, store="x")


def test_nothing_is_singular_in_french_and_plural_elsewhere() -> None:
    assert load_voice("fr").phrases.say("price.pieces", count=0) == "0 article"
    assert load_voice("es").phrases.say("price.pieces", count=0) == "0 artículos"


def test_a_phrase_that_is_missing_is_a_mistake_of_ours() -> None:
    with pytest.raises(PhraseMissing):
        load_voice("de").phrases.say("stock.no_such_key")
    with pytest.raises(PhraseMissing):
        load_voice("de").phrases.say("price.from")


def test_a_name_that_is_not_known_stays_as_the_shop_wrote_it() -> None:
    phrases = load_voice("de").phrases
    assert (phrases.term("battery life"), phrases.term("flux density")) == ("Akkulaufzeit", "flux density")
    assert (phrases.state("delivered"), phrases.state("pending (item modified)")) == (
        "zugestellt",
        "eingegangen (Artikel geändert)",
    )
    assert phrases.state("on the moon") == "on the moon"


def test_a_conversation_in_switzerland_reads_swiss_amounts() -> None:
    amount = Money(amount=Decimal("1234.50"), currency="CHF")
    voices = open_voices()
    assert voices.voice("de", "de-CH").phrases.money(amount) == "CHF\u00a01’234.50"
    assert voices.voice("de", "en-US").phrases.money(amount) == "1.234,50\u00a0CHF"


@pytest.mark.parametrize("language", OTHERS)
def test_a_button_is_understood_in_the_language_it_is_offered_in(language: str) -> None:
    voices = open_voices()
    ours, theirs = load_voice("en").phrases, load_voice(language).phrases
    for key in ("person", "cheaper", "show_cart", "yes", "no", "returns", "in_stores"):
        assert voices.in_english(theirs.reply(key).text, language) == ours.reply(key).text
    asked = theirs.reply("order", order="#W123").text
    assert voices.in_english(asked, language) == "Where is order #W123?"
    assert voices.in_english("Fjell Storm 2", language) == "Fjell Storm 2"


def test_a_language_that_is_not_offered_is_answered_in_the_shops_own_and_told_so() -> None:
    voices = open_voices(("de", "en"))
    assert voices.voice("fr").language == "de"
    assert voices.excuse("fr") == "Désolé, pour l'instant je ne peux répondre qu'en allemand."
    assert voices.excuse("it").endswith("in tedesco.")
    assert voices.excuse("xx") == ""


def test_a_language_without_templates_cannot_be_offered() -> None:
    with pytest.raises(ValueError, match="no templates for"):
        open_voices(("en", "tlh"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_of_the_tools_has_its_words(language: str) -> None:
    known = entries(language)
    assert [code for code in REFUSALS if f"refusals.{code}" not in known] == []
    assert UNCONFIRMED
