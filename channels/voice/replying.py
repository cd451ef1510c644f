"""Replying: the session's mouth: which turns are waited for, spoken, or to be heard no more; stock phrases; timing (pure).

Above: `session`. Below: `playout`, `timing`, `stock_phrases`.
"""

from __future__ import annotations

import itertools
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import assert_never

from channels.voice.choices import choices_aloud
from channels.voice.commands import Command, Interrupt, Tell
from channels.voice.cues import HandedOver, NotSynthesised, ReplyWhole, Synthesised, Taken, TurnOver, Written
from channels.voice.line import Played
from channels.voice.news import Prompted, Trouble
from channels.voice.playout import Kind, Playout, Reply
from channels.voice.stock_phrases import Phrase, phrase, speaks
from channels.voice.timing import Timing

PATIENCE = 45.0
"""Seconds after which a turn that never answers is no longer waited for."""
CUT_KEPT = 16

ForMouth = Written | ReplyWhole | TurnOver | Synthesised | NotSynthesised | HandedOver | Played | Taken


@dataclass(slots=True)
class Replying:
    mouth: Playout
    language: str = "en"
    timing: Timing = field(default_factory=Timing)
    waits_since: float | None = None
    """When the last utterance was taken whose turn has not said a word."""
    _turn: str = ""
    """The turn that is being waited for."""
    _cut: OrderedDict[str, str] = field(default_factory=OrderedDict)
    """Turns of which nothing more is to be heard, and what of them was."""
    _prompts: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def working(self) -> bool:
        """Something was asked, and no word of the answer is there."""
        return self.waits_since is not None

    def receive(self, cue: ForMouth, now: float) -> list[Command]:
        match cue:
            case Written(turn_id=turn_id) if turn_id in self._cut:
                return []
            case ReplyWhole(turn_id=turn_id) if turn_id in self._cut:
                # it was finished in the moment in which it was cut, and waits to be told
                return [Interrupt(turn_id=turn_id, heard=self._cut[turn_id])] if cue.acknowledged else []
            case Written(turn_id=turn_id, offset=offset, text=text):
                self.timing.word(turn_id, now)
                return self._timed(turn_id, self.mouth.write(turn_id, offset, text, self.language, now), now)
            case ReplyWhole(turn_id=turn_id, text=text, language=language, acknowledged=acknowledged):
                self.timing.word(turn_id, now)
                kind: Kind = "reply" if acknowledged else "plain"
                spoken = language or self.language
                then = "" if self.mouth.screen else choices_aloud(cue.choices, spoken)
                whole = self.mouth.whole(turn_id, text, spoken, kind, now, then=then)
                return self._timed(turn_id, whole, now)
            case TurnOver(turn_id=turn_id):
                return self._turn_over(turn_id, now)
            case Synthesised(piece=piece, seconds=seconds, peak=peak, took=took):
                self.timing.sound(self.mouth.turn_of(piece), now, took=took)
                return self.mouth.synthesised(piece, seconds, peak, now)
            case NotSynthesised(piece=piece):
                trouble = Trouble(code="not_spoken", detail="the reply cannot be spoken now: it stands on the screen")
                return [Tell(news=trouble), *self.mouth.unsynthesised(piece, now)]
            case HandedOver(mark=mark, took=took):
                times = self.timing.handed(mark.rpartition(".")[0], now, took=took)
                return [Tell(news=times)] if times is not None else []
            case Played(mark=mark):
                return self.mouth.played(mark, now)
            case Taken():
                return self._taken(cue, now)
            case _:
                assert_never(cue)

    def asked(self, now: float) -> None:
        """The conversation has something to answer."""
        self.timing.forget()
        self.waits_since, self._turn = now, ""

    def cut(self, now: float, *, turn_id: str = "") -> tuple[list[Command], Reply | None]:
        """Falls silent, and says no more of what was cut. The reply that was, if any: how much of it was heard."""
        commands, cut = self.mouth.cut(now, turn_id=turn_id)
        if cut is not None:
            self._cut[cut.turn_id] = cut.heard
            while len(self._cut) > CUT_KEPT:
                self._cut.popitem(last=False)
        return commands, cut

    def stopped(self, now: float, *, turn_id: str = "", heard: str | None = None) -> list[Command]:
        """Silence was wished for, by another way than words. heard: as the line tells it."""
        commands, cut = self.cut(now, turn_id=turn_id)
        if cut is not None:
            told = cut.heard if heard is None else heard
            return [*commands, Interrupt(turn_id=cut.turn_id, heard=told)]
        return [*commands, Interrupt(turn_id=turn_id, heard=heard)] if turn_id else commands

    def say(self, name: Phrase, now: float) -> list[Command]:
        """A stock phrase, after what is being said."""
        language = speaks(self.language)
        return self.tell(phrase(name, language), language, now)

    def tell(self, text: str, language: str, now: float) -> list[Command]:
        """What is no reply of a turn, after what is being said."""
        said = self.mouth.whole(f"stock_{next(self._prompts)}", text, language, "stock", now)
        return [Tell(news=Prompted(text=text)), *said]

    def tick(self, now: float) -> list[Command]:
        if self.waits_since is not None and now - self.waits_since > PATIENCE:
            self.waits_since = None
        return self.mouth.tick(now)

    def _timed(self, turn_id: str, commands: list[Command], now: float) -> list[Command]:
        if self.mouth.known(turn_id):
            self.waits_since = None
            if self.mouth.has_words(turn_id):
                self.timing.clause(turn_id, now)
        return commands

    def _taken(self, taken: Taken, now: float) -> list[Command]:
        if not taken.refused:
            self._turn = taken.turn_id or self._turn
            self.waits_since = self.waits_since if taken.served else None
            return []
        self.waits_since = None
        return [Tell(news=Trouble(code="not_taken", detail=taken.refused)), *self.say("not_taken", now)]

    def _turn_over(self, turn_id: str, now: float) -> list[Command]:
        """The assistant waits no more for what is heard of it, or has nothing to say."""
        if turn_id == self._turn:
            self.waits_since = None
        if not self.mouth.known(turn_id):
            return []
        commands, _ = self.mouth.cut(now, turn_id=turn_id)
        return [*commands, *self.mouth.advance(now)]
