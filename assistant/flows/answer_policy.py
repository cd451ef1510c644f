"""Questions about the shop's rules: the sentences that answer, word for word, with their source."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.answering.say_acts import Apologise, Inform, Offer
from assistant.events import Citation
from assistant.flows.quoting import best_sentences, meaningful, sentences
from assistant.flows.work import Work
from assistant.understanding.commands import Ask
from retrieval.evidence import Evidence
from retrieval.policy_passages import Passage, passages_of

PASSAGE_FLOOR = 0.3
"""Below this a passage is about something else; `retrieval` calibrates its scores to [0, 1]."""
SURE_PASSAGE = 0.5


async def ask_policy(work: Work, command: Ask) -> None:
    work.stage("reading_policies")
    passages = await work.call(
        "find_policies",
        {"question": command.question},
        work.knowledge.passages(command.question, k=3),
        lambda found: [passage.id for passage in found],
    )
    good = [p for p in passages if p.score >= PASSAGE_FLOOR]
    if command.topic:
        good = await _on_topic(work, command) or [p for p in good if _speaks_of(p, command.topic)]
    if not good:
        work.offer("talk_to_human")
        work.acts.append(Apologise(about="policy_unknown", quick_replies=(work.phrases.reply("person"),)))
        return
    passage = _best(good, command.question)
    first = " ".join(sentences(passage.text)[:2])
    quote = first if command.topic else best_sentences(passage.text, command.question, count=2)
    if _said_lately(work, quote) and _goes_on(work, command):
        work.offer("talk_to_human")
        work.acts.append(Apologise(about="policy_unknown", quick_replies=(work.phrases.reply("person"),)))
        return
    _quote(work, passage, quote)
    work.know(topic="policy", question=command.question[-300:])
    if command.person:
        work.offer("talk_to_human")
        work.acts.append(Offer(about="offer_person", quick_replies=(work.phrases.reply("person"),)))


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
                "policy": passage.title.split(":")[0].lower(),
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
    return [
        Evidence(
            kind="policy",
            id=f"{passage.policy}#{passage.start}",
            title=passage.heading,
            text=" ".join(said[_start(said, said.index(sentence)) :]),
            score=max(score, SURE_PASSAGE),
        )
    ]
