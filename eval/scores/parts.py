"""The parts of `aisle eval all`, as data: what each runs, for how long at most, what it shows and what it does not.

Above: `running`. Below: `reading`. Placeholders in a command: {home}, {work}, {suites}, {data}, {seed}.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from eval.scores import reading
from eval.scores.reading import Reader
from eval.scores.result import Origin

AISLE = ("-m", "eval.scores.aisle")
_SCRIPTED = "Scripted customers of our own. Real ones say things nobody wrote down: a rate here is an upper figure."


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    name: str
    title: str
    area: str
    about: str
    not_shown: str
    argv: tuple[str, ...]
    """After the interpreter."""
    quick: tuple[str, ...] | None = ()
    """What is added with --quick; None: it is left out then."""
    limit: float = 240.0
    """Seconds, on a quiet machine of two cores; a busy one is given more (`running`)."""
    read: Reader
    needs: str = ""
    """A path without which it is skipped; the reason is told."""
    origin: Origin = "open"
    headline: str = ""
    """The figure that stands for it; empty: its first rate."""

    @property
    def held_out(self) -> bool:
        return self.origin == "held out"


def _talks(
    name: str, title: str, suite: str, about: str, *, quick: tuple[str, ...] | None, origin: Origin = "open"
) -> Part:
    rates = ("--rates-only",) if origin == "held out" else ()
    return Part(
        name=name, title=title, area="Conversations", about=about, not_shown=_SCRIPTED, read=reading.dialogue,
        argv=(*AISLE, "eval", "dialogue", "--suite", f"{{suites}}/{suite}.yaml", "--writer", "template", "--json",
              "--seed", "{seed}", "--home", "{home}", *rates),
        quick=quick, needs=f"{{suites}}/{suite}.yaml", origin=origin, limit=180,
    )  # fmt: skip


def _aisle(*words: str) -> tuple[str, ...]:
    return (*AISLE, "eval", *words)


PARTS: Sequence[Part] = (
    _talks("sentinels", "Sentinels", "sentinels", "Short conversations that must never fail: prices, carts, orders, stores, "
           "policies, handing over, four languages.", quick=()),
    _talks("shopping", "Shopping", "shopping", "48 conversations of shoppers in the demo shop. It may be tuned on.", quick=None),
    _talks("shopping_heldout", "Shopping, held out", "shopping_heldout", "27 conversations that nobody tunes on: what to expect "
           "of new phrasings.", quick=None, origin="held out"),
    _talks("practice", "Practice", "practice", "71 longer conversations, shopping and servicing. It may be tuned on.", quick=None),
    _talks("following", "Following up", "practice_following", "Pointing, following up, changing one's mind.", quick=None),
    _talks("dialogue_languages", "Conversations in other languages", "practice_languages", "German, Spanish and French shoppers.",
           quick=()),
    _talks("abroad", "Abroad, as customers type", "abroad", "Figures in words, follow-ups: German, Spanish, French.", quick=None),
    Part(
        name="accepted", title="Accepted", area="Conversations", read=reading.dialogue, limit=180,
        about="What a person accepted of this shop's own conversations at the desk (Floor → Review), masked.",
        not_shown="What nobody has reviewed. Cases may be of things that are still wrong: what counts is that none is lost.",
        argv=(*AISLE, "eval", "dialogue", "--suite", "accepted", "--writer", "template", "--json", "--seed", "{seed}",
              "--home", "{home}"),
        needs="{home}/feedback/accepted.yaml",
    ),
    Part(
        name="integrity", title="Promises kept", area="Promises", read=reading.held, limit=120, origin="by rule",
        about="What must hold whatever is said: the log without gaps or doubles, a reconnect sees what a live screen saw, carts "
        "add up, prices are the shop's, nobody sees another's orders, a yes comes before each change, erased is gone.",
        not_shown="Small numbers on one process. Crashes, many replicas and load have their own commands (docs/operations.md).",
        argv=("-m", "eval.integrity", "--home", "{home}", "--seed", "{seed}"),
    ),
    Part(
        name="constrained", title="Requests with conditions", area="Search", read=reading.constrained, limit=120,
        about="Requests such as “rain jacket under 150 in black” to the demo shop, judged by its own records.",
        not_shown="Whether a customer likes what is found.",
        argv=_aisle("retrieval", "constrained", "--suite", "{suites}/constrained.yaml", "--work", "{work}", "--json"),
        needs="{suites}/constrained.yaml",
    ),
    Part(
        name="constrained_heldout", title="Requests with conditions, held out", area="Search", read=reading.constrained, limit=120,
        about="The same, of requests that nobody tuned on: how well conditions of other words are read.",
        not_shown="Which ones fail: rates alone.", origin="held out", quick=None,
        argv=_aisle("retrieval", "constrained", "--suite", "{suites}/constrained_heldout2.yaml", "--work", "{work}", "--json"),
        needs="{suites}/constrained_heldout2.yaml",
    ),
    Part(
        name="passages", title="Questions to policies", area="Search", read=reading.passages, limit=120,
        about="Questions to the shop's rules: is the passage found first the one that answers?",
        not_shown="How well the words of the answer read.",
        argv=_aisle("retrieval", "passages", "--suite", "{suites}/passages.yaml", "--work", "{work}", "--json"),
        needs="{suites}/passages.yaml",
    ),
    Part(
        name="model_numbers", title="Model numbers", area="Search", read=reading.model_numbers, limit=120, quick=None,
        origin="by rule", headline="found, one typing error",
        about="Model numbers as they are and with one typing error.", not_shown="Several errors at once.",
        argv=_aisle("retrieval", "model-numbers", "--work", "{work}", "--json"),
    ),
    Part(
        name="judged_search", title="Judged search sets", area="Search", read=reading.judged, limit=420, quick=None,
        about="Two public sets of queries and products with people's judgements. Search was built with both in sight.",
        origin="public", not_shown="Your own catalogue: measure it with `aisle eval retrieval --data`.",
        argv=_aisle("retrieval", "--data", "{data}/product_search/search_relevance", "--data", "{data}/product_search/electronics",
                    "--work", "{work}", "--json"),
        needs="{data}/product_search",
    ),
    Part(
        name="intents", title="Intents and entities", area="Understanding", read=reading.intents, limit=150,
        about="Single utterances in several languages: what is meant and what is named. It may be tuned on.",
        not_shown="Long messages with several wishes.",
        argv=_aisle("intents", "--suite", "{suites}/intents_dev.yaml", "--json", "--home", "{home}"),
        needs="{suites}/intents_dev.yaml",
    ),
    Part(
        name="intents_heldout", title="Intents and entities, held out", area="Understanding", read=reading.intents, limit=150,
        about="The same from writers who had not seen our rules; nobody tunes on it.", not_shown="Which ones fail: rates alone.",
        argv=_aisle("intents", "--suite", "{suites}/intents_third_heldout.yaml", "--rates-only", "--json", "--home", "{home}"),
        needs="{suites}/intents_third_heldout.yaml", quick=None, origin="held out",
    ),
    Part(
        name="grounding", title="Wrong drafts caught", area="Grounding", read=reading.grounding, limit=150,
        origin="by rule", headline="wrong caught, heldout",
        about="Drafts with a planted wrong claim, and good ones, in four languages. “Heldout” was never tuned on, “dev” was.",
        not_shown="A model's own ways of being wrong, beyond the kinds that are planted.",
        argv=_aisle("grounding", "--suites", "{suites}", "--seed", "{seed}", "--json"),
        needs="{suites}/grounding.yaml",
    ),
    Part(
        name="languages", title="Search in other languages", area="Languages", read=reading.languages, limit=240, quick=None,
        about="The same needs and questions in other languages, against English.", not_shown="Dialects and mixed languages.",
        argv=("-m", "eval.retrieval.language_quality", "--suite", "{suites}/retrieval_languages.yaml",
              "--passages", "{suites}/passages_languages.yaml", "--work", "{work}/languages"),
        needs="{suites}/retrieval_languages.yaml",
    ),
    Part(
        name="voice", title="Spoken words understood", area="Voice", read=reading.voice, limit=420, quick=None,
        about="Sentences of our own, spoken by synthetic voices, clean, over a telephone line and in noise.",
        not_shown="People's voices, accents and children: synthetic speech is easier.",
        argv=_aisle("voice", "--quick", "--json"),
    ),
    Part(
        name="security", title="Attacked on purpose", area="Security", read=reading.security, limit=300, origin="by rule",
        headline="unauthorised effects, obeying native",
        about="Attacks of our own making by sixteen ways in, without a model and with one that obeys every attacker.",
        not_shown="Attacks nobody here thought of. `aisle eval security` plays all of them, with 1,000 canaries.",
        argv=_aisle("security", "--modes", "rules,obeying_native", "--most", "60", "--no-canaries", "--seed", "{seed}", "--json"),
        quick=("--modes", "rules", "--most", "12"),
    ),
    Part(
        name="tau_actions", title="tau2: reference actions", area="Servicing", read=reading.tau_actions, limit=180, quick=None,
        origin="public",
        about="The public retail benchmark's reference actions through our tools: do exactly the expected records result?",
        not_shown="Understanding: the actions are given.",
        argv=_aisle("tau2-actions", "--data", "{data}/tau2_retail", "--json"), needs="{data}/tau2_retail/db.json",
    ),
    Part(
        name="tau_synthetic", title="tau2: synthetic tasks", area="Servicing", read=reading.tau_synthetic, limit=300, quick=None,
        about="Servicing tasks over the public benchmark's records, played by a scripted customer, first 120.",
        not_shown="The official score: there a language model plays the customer, which is harder.",
        argv=_aisle("tau2-synthetic", "--data", "{data}/tau2_retail", "--seeds", "1", "--tasks", "120", "--json"),
        needs="{data}/tau2_retail/db.json",
    ),
)  # fmt: skip
