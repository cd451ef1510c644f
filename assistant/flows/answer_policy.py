"""Questions about the shop's rules: the sentences that answer, word for word, with their source."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answering.say_acts import Apologise, Inform, Offer
from assistant.events import Citation
from assistant.flows.quoting import best_sentences, meaningful, sentences
from assistant.flows.work import Work
from assistant.understanding.commands import Ask
from assistant.understanding.questions import BARE_QUESTION
from retrieval.evidence import Evidence
from retrieval.policies import Policy
from retrieval.policy_passages import Passage, passages_of

PASSAGE_FLOOR = 0.3
"""Below this a passage is about something else; `retrieval` calibrates its scores to [0, 1]."""
SURE_PASSAGE = 0.5
_OF_THE_SAME = 0.2
"""Where the rules are known that are talked about, less tells which of their sentences is meant."""
_QUOTED = 3
"""Sentences of one quote at most."""


async def ask_policy(work: Work, command: Ask) -> None:
    work.stage("reading_policies")
    passages = await work.call(
        "find_policies",
        {"question": command.question},
        work.knowledge.passages(command.question, k=3),
        lambda found: [passage.id for passage in found],
    )
    good = [p for p in passages if p.score >= PASSAGE_FLOOR]
    if command.topic.startswith(_SIZING):
        command = replace(command, topic=await _sizing_of(work, command))
    if command.topic:
        good = await _on_topic(work, command) or [p for p in good if _speaks_of(p, command.topic)]
    if _goes_on(work, command) and (further := await _further(work, command)) is not None:
        _quote(work, further, further.text)
        work.know(topic="policy", question=work.context.question)
        return
    if not good:
        _not_in_policies(work)
        return
    passage = _best(good, command.question)
    first = " ".join(sentences(passage.text)[:_QUOTED])
    quote = first if command.topic else best_sentences(passage.text, command.question, count=2)
    if _said_lately(work, quote) and _goes_on(work, command):
        _not_in_policies(work)
        return
    _quote(work, passage, quote)
    work.know(topic="policy", question=command.question[-300:])
    if command.person:
        work.offer("talk_to_human")
        work.acts.append(Offer(about="offer_person_sorry", quick_replies=(work.phrases.reply("person"),)))


_SIZING = "sizing help | clothing"


async def _sizing_of(work: Work, command: Ask) -> str:
    """How sizes run, of the kind of thing that is talked about."""
    shown, focus = await work.table()
    kinds = " ".join(" ".join((*p.category, p.title)) for p in (focus or shown)).lower()
    words = f"{command.question.lower()} {kinds}"
    if re.search(r"\b(?:shoes?|boots?|sandals?|sneakers?|trainers?)\b", words):
        return "sizing help | shoes: european, us size"
    return "sizing help | helmets: measure around your head" if "helmet" in words else command.topic


_SAME_THING = (frozenset({"wheelchair", "access", "elev", "lift", "stair", "step"}),)
_OF_A_STORE = meaningful("store stores shop shops bring take possible allowed welcome")


async def tells_of_stores(work: Work, question: str, *, where: str) -> bool:
    """Quotes what the shop's rules say of its stores ("dogs are welcome"), where they speak of just that.

    where: the place, which is no topic.
    """
    asked = meaningful(question) - _OF_A_STORE - meaningful(where)
    asked |= {word for group in _SAME_THING if group & asked for word in group}
    for passage in await work.knowledge.passages(question, k=3):
        for said in sentences(passage.text):
            if asked & meaningful(said) and re.search(r"\bstores?\b", f"{passage.title} {passage.text}"):
                _quote(work, passage, said)
                return True
    return False


def _not_in_policies(work: Work) -> None:
    work.offer("talk_to_human")
    work.acts.append(Apologise(about="policy_unknown", quick_replies=(work.phrases.reply("person"),)))


async def _further(work: Work, command: Ask) -> Evidence | None:
    """What the rules that were just quoted say beyond that: "what does it cost?", of repairs."""
    asked = command.question.removeprefix(work.context.question).strip()
    told = [p for p in await work.shop.policies() if any(_said_lately(work, said) for said in sentences(p.text))]
    rest = [(passage, said) for p in told for passage in passages_of(p) for said in sentences(passage.text)]
    rest = [(passage, said) for passage, said in rest if not _said_lately(work, said)]
    kind = next((one for one in _KINDS if one.asked.search(asked.lower())), None)
    if kind is not None and BARE_QUESTION.match(asked.lower()):
        return _quoted_last(work, told, kind) or _first_of(kind, rest)
    if not rest or not asked:
        return None
    if kind is not None:
        rest = [one for one in rest if kind.answers.search(one[1].lower())] or rest
    best, score = await work.knowledge.closest(asked, [f"{passage.heading}. {said}" for passage, said in rest])
    passage, said = rest[best]
    if score < _OF_THE_SAME and not (kind is not None and kind.answers.search(said.lower())):
        return None
    return _from(passage, said, score)


def _from(passage: Passage, said: str, score: float) -> Evidence:
    """Two sentences from there on, or those that end with it."""
    whole = sentences(passage.text)
    start = _start(whole, whole.index(said))
    place = f"{passage.policy}#{passage.start}"
    return Evidence(kind="policy", id=place, title=passage.heading, text=" ".join(whole[start:][:2]), score=score)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is asked by a question's form alone, and what an answer looks like, in its words or in what it is headed by."""

    asked: re.Pattern[str]
    answers: re.Pattern[str]
    headed: re.Pattern[str]


_KINDS = tuple(
    _Kind(*map(re.compile, patterns))
    for patterns in (
        (
            r"\bhow (?:long|soon|quick\w*|fast|many (?:days|weeks|months))\b|\bwhen\b|\bexpire|\bvalid\b",
            r"\b(?:days?|weeks?|months?|years?|hours?)\b|\bexpire",
            r"how long|times?\b|window|validity|expir",
        ),
        (
            r"\bhow much\b|\bcosts?\b|\bwho (?:pays|covers|bears)\b|\bfree\b|^\W*[$€£]? ?\d+ ?(?:dollars?|bucks|usd)?\W*$",
            r"[$€£] ?\d|\bfree\b|\bcosts?\b",
            r"prices?\b|costs?\b",
        ),
        (r"\bwhere\b", r"\bstores?\b|\bpoint\b|\bonline\b|\bin the chat\b|\baddress\b", r"\bwhere\b"),
    )
)


def _first_of(kind: _Kind, rest: Sequence[tuple[Passage, str]]) -> Evidence | None:
    """Where a passage is headed by what is asked, from there; else the first sentence that looks like an answer."""
    headed = [one for one in rest if kind.headed.search(one[0].heading.lower())]
    answers = [one for one in rest if kind.answers.search(one[1].lower())]
    best = [one for one in answers if one in headed] or answers or headed
    return _from(*best[0], SURE_PASSAGE) if best else None


def _quoted_last(work: Work, told: Sequence[Policy], kind: _Kind | None = None) -> Evidence | None:
    """ "How long do I have?", right after the sentence that says it."""
    last = next((line.text for line in reversed(work.conversation.transcript) if line.who == "assistant"), "")
    for passage in (passage for policy in told for passage in passages_of(policy)):
        said = [
            one for one in sentences(passage.text) if one in last and (not kind or kind.answers.search(one.lower()))
        ]
        if said:
            place = f"{passage.policy}#{passage.start}"
            return Evidence(kind="policy", id=place, title=passage.heading, text=" ".join(said), score=SURE_PASSAGE)
    return None


def _goes_on(work: Work, command: Ask) -> bool:
    """A question that was read together with the one before it."""
    before = work.context.question
    return bool(before) and command.question.startswith(before) and len(command.question) > len(before)


def _said_lately(work: Work, quote: str) -> bool:
    """What was just quoted does not answer what is asked beyond it."""
    return any(quote in line.text for line in work.conversation.transcript[-6:] if line.who == "assistant")


def _best(passages: Sequence[Evidence], question: str) -> Evidence:
    asked = meaningful(question)
    return max(passages, key=lambda p: p.score + (0.2 if asked & _title_words(p.id, "") else 0.0))


def _quote(work: Work, passage: Evidence, quote: str) -> None:
    work.acts.append(
        Inform(
            about="policy",
            values={
                "policy": work.phrases.term(passage.title.split(":")[0].lower()),
                "quote": quote,
                "original": work.original(quote),
            },
            citations=(Citation(kind="policy", id=passage.id, title=passage.title, quote=quote),),
        )
    )


def _title_words(policy: str, title: str) -> set[str]:
    return meaningful(f"{policy.split('#')[0].replace('-', ' ')} {title.split(':')[0]}")


def _speaks_of(passage: Evidence, topic: str) -> bool:
    return bool(meaningful(topic.split("|")[0]) & meaningful(f"{passage.title} {passage.text}"))


def _headed(owners: Sequence[tuple[Passage, str]], heading: str, question: str) -> list[tuple[Passage, str]]:
    """Those whose passage is headed by all the words that the topic's answer is headed by; none where another passage
    says more of what was asked ("earbuds")."""
    wanted, asked = meaningful(heading), meaningful(question)
    headed = [(passage, said) for passage, said in owners if wanted and wanted <= meaningful(passage.heading)]
    shares = {said: len(asked & meaningful(said)) for _, said in owners}
    most = max(shares.values())
    return headed if any(shares[said] == most for _, said in headed) else []


_POINTS_BACK = re.compile(r"(?:It|They|That|This|These|Those|Then)\b")


def _start(said: Sequence[str], place: int) -> int:
    """Where a quote begins: two sentences at least, and not with an "it" that nobody has named."""
    start = max(0, min(place, len(said) - 2))
    return start - 1 if start and _POINTS_BACK.match(said[start]) else start


_AS_NEAR = 0.12
"""How much nearer a later sentence must be: a passage is best read from its start."""


async def _on_topic(work: Work, command: Ask) -> list[Evidence]:
    """The passage of the topic's own policy that comes nearest to the question, whatever words it uses."""
    named, _, answers = command.topic.partition("|")
    wanted = meaningful(named)
    policies = [policy for policy in await work.shop.policies() if wanted & _title_words(policy.id, policy.title)]
    owners = [
        (passage, sentence)
        for policy in policies
        for passage in passages_of(policy)
        for sentence in sentences(passage.text)
    ]
    if not owners:
        return []
    owners = _headed(owners, answers.partition(":")[0].partition(",")[0], command.question) or owners
    texts = [f"{passage.heading}. {sentence}" for passage, sentence in owners]
    best, score = await work.knowledge.closest(f"{answers.strip()}. {command.question}", texts)
    passage, sentence = owners[best]
    said = sentences(passage.text)
    first = f"{passage.heading}. {said[0]}"
    place = said.index(sentence)
    start = _start(said, place)
    if 0 < place < _QUOTED:
        _, opens = await work.knowledge.closest(f"{answers.strip()}. {command.question}", [first])
        start = 0 if opens > score - _AS_NEAR else start
    return [
        Evidence(
            kind="policy",
            id=f"{passage.policy}#{passage.start}",
            title=passage.heading,
            text=" ".join(said[start : max(start + 2, place + 1)]),
            score=max(score, SURE_PASSAGE),
        )
    ]
