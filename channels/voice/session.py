"""The voice session: one call as a machine (pure). Cues go in, commands come out; it has no clock, no task and no sound.

Listening's time is the line's own (`endpointing`), the rest is told by `now`, seconds of a monotonic clock. Above:
`talking`, the shell. Below: `listening`, `barge_in`, `playout`, `silence`, `keys`, `timing`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import assert_never

from channels.voice.barge_in import COMMIT_FRAMES, HUSH_FRAMES, WORDLESS_FRAMES, EchoGate, Verdict, only_hums, verdict
from channels.voice.commands import Abandon, CallPerson, Command, Discard, Forget, HangUp, Interrupt, Take, Tell
from channels.voice.cues import Asked, Cue, Heard, Judged, NotTranscribed, Tick, Transcribed, Typed
from channels.voice.endpointing import FRAME
from channels.voice.hearing import Frame
from channels.voice.keys import Entered, Keys, Result
from channels.voice.line import CutIn, Digit, HungUp, TurnEnded
from channels.voice.listening import Closed, Listening, Note, Opened, Sounded, Worded
from channels.voice.news import BargeIn, FalseAlarm, NotHeard, State, StateChanged, Transcript, Trouble
from channels.voice.playout import Playout
from channels.voice.replying import Replying
from channels.voice.silence import Prompt, Silence
from channels.voice.wishing import Fulfilled, fulfilled
from model_serving.partials import Agreement

FORGET_FRAMES = 32
STARVED = 1.5
"""Seconds without any sound, not even silence, after which an utterance is over: a page that was muted, a broken line."""
AFTER_THE_LINE = (Take, Discard, Abandon, Interrupt)
"""What is still done when it has hung up."""


@dataclass(slots=True)
class Overlap:
    """An open utterance, and what it has to do with the reply that sounded when it began."""

    contested: bool
    """It sounded, and whether it is to stop is not clear yet."""
    onset: float
    committed: bool = False
    """It was stopped for this utterance."""
    hushed: float | None = None
    """When it fell silent, to be on the safe side."""
    words: Agreement = field(default_factory=Agreement)

    @property
    def undecided(self) -> bool:
        return self.contested and not self.committed


@dataclass(slots=True, kw_only=True)
class VoiceSession:
    """`receive` every cue with the time it came; carry out its commands in their order."""

    language: str = "en"
    phone: bool = False
    screen: bool = True
    partials: bool = True
    pace: float = 1.0
    state: State = "listening"
    listening: Listening = field(init=False)
    replying: Replying = field(init=False)
    mouth: Playout = field(init=False)
    over: bool = False
    """The line has hung up."""
    silence: Silence = field(init=False)
    keys: Keys = field(default_factory=Keys)
    gate: EchoGate = field(default_factory=EchoGate)
    _microphone: bool = False
    """Sound comes, or keys may: somebody can answer."""
    _overlaps: dict[int, Overlap] = field(default_factory=dict)
    """By utterance, while they are open or wait for their words."""
    _sound_at: float = 0.0
    _forgot: int = 0
    _ending: bool = False

    def __post_init__(self) -> None:
        self.listening = Listening(language=self.language, partials=self.partials)
        self.mouth = Playout(screen=self.screen, pace=self.pace)
        self.replying = Replying(self.mouth, language=self.language)
        self.silence = Silence(phone=self.phone)
        self._microphone = self.phone

    @property
    def finished(self) -> bool:
        """Hung up, and nothing that was said before is still to become a message."""
        return self.over and not self.listening.closing

    @property
    def deciding(self) -> bool:
        """Sound that comes faster than time has to wait: what it means hangs on words that are being made out."""
        return self.listening.deciding

    def receive(self, cue: Cue, now: float) -> list[Command]:
        commands = self._on(cue, now)
        if self.over:
            return [command for command in commands if isinstance(command, AFTER_THE_LINE)]
        return [*commands, *self._told(now)]

    def greet(self, now: float) -> list[Command]:
        return self.replying.say("greeting", now)

    # -- cues ------------------------------------------------------------------------------------------------------

    def _on(self, cue: Cue, now: float) -> list[Command]:
        if self.over and not isinstance(cue, Transcribed | NotTranscribed):
            return []
        match cue:
            case Heard(frames=frames):
                return self._heard(frames, now)
            case Transcribed(job=job, text=text, confidence=confidence):
                return self._noted(self.listening.transcribed(job, text, confidence, now), now)
            case NotTranscribed(job=job, busy=busy):
                return self._noted(self.listening.untranscribed(job, now, busy=busy), now)
            case Judged(job=job, finished=finished):
                self.listening.judged(job, finished)
                return []
            case TurnEnded():
                return self._turn_ended(now)
            case Digit(digit=digit):
                return self._pressed(digit, now)
            case CutIn(turn_id=turn_id, heard=heard):
                return self.replying.stopped(now, turn_id=turn_id, heard=heard)
            case Typed():
                self.silence.heard_from()
                return self.replying.stopped(now)
            case HungUp():
                return self._hung_up(now)
            case Asked():
                self._asked(cue)
                return []
            case Tick():
                return self._tick(now)
            case _:
                return self._ended(self.replying.receive(cue, now))

    def _asked(self, asked: Asked) -> None:
        self.language = asked.language or self.language
        self.listening.expecting = asked.expecting
        self.listening.language = self.replying.language = self.language

    # -- hearing ---------------------------------------------------------------------------------------------------

    def _heard(self, frames: Sequence[Frame], now: float) -> list[Command]:
        self._microphone, self._sound_at = True, now
        commands: list[Command] = []
        for frame in frames:
            made, notes = self.listening.frame(self._speech(frame, now), now)
            commands += [*made, *self._noted(notes, now)]
        needed = self.listening.ends.needed
        if not self.listening.closing and needed - self._forgot >= FORGET_FRAMES:
            self._forgot = needed
            commands.append(Forget(before=needed))
        return commands

    def _speech(self, frame: Frame, now: float) -> float:
        """Our own voice from their loudspeaker is not theirs."""
        if not self.mouth.lately(now) or self.gate.passes(frame.level, self.mouth.peak()):
            return frame.speech
        return 0.0

    def _noted(self, notes: list[Note], now: float) -> list[Command]:
        commands: list[Command] = []
        for note in notes:
            match note:
                case Opened(utterance=utterance):
                    self._opened(utterance, now)
                case Sounded(voiced=voiced):
                    commands += self._sounded(voiced, now)
                case Worded(utterance=utterance, text=text):
                    commands += self._worded(utterance, text, now)
                case Closed():
                    commands += self._closed(note, now)
                case _:
                    assert_never(note)
        return commands

    def _opened(self, utterance: int, now: float) -> None:
        self.silence.heard_from()
        onset = now - self.listening.ends.voiced * FRAME
        self._overlaps[utterance] = Overlap(self.mouth.sounding(now), onset)
        self.listening.over_reply = self._overlaps[utterance].contested
        if not self.listening.over_reply:
            self.mouth.standing = True  # what is not being said yet waits until they have ended

    def _sounded(self, voiced: int, now: float) -> list[Command]:
        overlap = self._overlaps[self.listening.ends.utterance]
        if not overlap.undecided or voiced < HUSH_FRAMES:
            return []
        commands: list[Command] = []
        if not self.mouth.standing:
            overlap.hushed = now
            commands += self.mouth.stand(now)
        return [*commands, *self._commit(overlap, now)] if voiced >= WORDLESS_FRAMES else commands

    def _worded(self, utterance: int, text: str, now: float) -> list[Command]:
        overlap = self._overlaps[utterance]
        firm = overlap.words.told(text).committed
        told: list[Command] = [Tell(news=Transcript(utterance=utterance, text=firm, final=False))] if firm else []
        if not overlap.undecided or self.listening.ends.voiced < COMMIT_FRAMES:
            return told
        means = self._verdict(text, final=False, now=now) == "interrupts"
        return [*told, *self._commit(overlap, now)] if means else told

    def _verdict(self, text: str, *, final: bool, now: float) -> Verdict:
        return verdict(text, speaking=self.mouth.said, question=self.mouth.asking(now), final=final)

    def _commit(self, overlap: Overlap, now: float) -> list[Command]:
        """They have the floor: the reply ends with what was heard of it."""
        overlap.committed = True
        commands, cut = self.replying.cut(now)
        self.mouth.standing = True
        if cut is None:
            return commands
        seconds = (now if overlap.hushed is None else overlap.hushed) - overlap.onset
        told = BargeIn(turn_id=cut.turn_id, heard=cut.heard, seconds=seconds)
        return [*commands, Interrupt(turn_id=cut.turn_id, heard=cut.heard), Tell(news=told)]

    def _closed(self, closed: Closed, now: float) -> list[Command]:
        overlap = self._overlaps.pop(closed.utterance)
        why = self._why_not(closed, overlap, now)
        if why:
            return self._discarded(closed, why, overlap, now)
        commands = self._commit(overlap, now) if overlap.undecided else []
        wish = fulfilled(closed.text, self.mouth, self.language)
        if wish is not None and (wish.text or overlap.contested):  # "stop" in silence is about something else
            return [*commands, *self._fulfil(wish, closed, now)]
        commands += self._taking(closed.utterance, closed.text, closed.confidence, now)
        self.replying.timing.taken(spoke=closed.spoke_at, ended=closed.ended_at, now=now)
        return commands

    def _fulfil(self, wish: Fulfilled, closed: Closed, now: float) -> list[Command]:
        """Said to the voice, not to the assistant: no message comes of it."""
        self.mouth.pace = wish.pace
        again = wish.text if self.mouth.silent else ""  # another reply is on its way, in the new pace
        return [
            Tell(news=Transcript(utterance=closed.utterance, text=closed.text, final=True)),
            Discard(utterance=closed.utterance, why="wish"),
            *self._floor_free(now),
            *(self.replying.tell(again, wish.language, now) if again else []),
        ]

    def _why_not(self, closed: Closed, overlap: Overlap, now: float) -> str:
        if closed.why or not closed.text.strip():
            return closed.why or "nothing_heard"
        if overlap.undecided:
            found = self._verdict(closed.text, final=True, now=now)
            return "" if found == "interrupts" else "noise" if found == "nothing" else found
        hum = only_hums(closed.text) and not closed.forced and not self.listening.expecting.question_open
        return "backchannel" if hum else ""

    def _discarded(self, closed: Closed, why: str, overlap: Overlap, now: float) -> list[Command]:
        commands: list[Command] = [
            Discard(utterance=closed.utterance, why=why),
            Tell(news=NotHeard(utterance=closed.utterance, why=why)),
        ]
        if why == "echo":
            self.gate.was_echo()
        if overlap.undecided and self.mouth.standing and self.mouth.head is not None:
            commands.append(Tell(news=FalseAlarm(turn_id=self.mouth.head.turn_id, why=why)))
        commands += self._floor_free(now)
        if why in ("trouble", "busy"):
            busy = Trouble(code="overloaded", detail="the ears are busy: say it again in a moment")
            broken = Trouble(code="not_heard", detail="speech cannot be understood now: write instead")
            commands.append(Tell(news=busy if why == "busy" else broken))
            return [*commands, *self.replying.say("busy" if why == "busy" else "cannot_hear", now)]
        return [*commands, *self.replying.say("pardon", now)] if overlap.committed else commands

    def _floor_free(self, now: float) -> list[Command]:
        return [] if self.listening.open else self.mouth.go_on(now)

    def _taking(self, utterance: int, text: str, confidence: float, now: float, *, audio: bool = True) -> list[Command]:
        """What they said becomes a message. A reply that has not begun answers something older: the message ends it."""
        self.silence.heard_from()
        commands, cut = self.replying.cut(now)
        if cut is not None and cut.started:
            commands.append(Interrupt(turn_id=cut.turn_id, heard=cut.heard))
        self.replying.asked(now)
        if audio:
            commands.append(Tell(news=Transcript(utterance=utterance, text=text, final=True)))
        take = Take(utterance=utterance, text=text, confidence=confidence, audio=audio)
        return [*commands, *self._floor_free(now), take]

    def _turn_ended(self, now: float) -> list[Command]:
        self._microphone = self.phone
        if not self.listening.open:
            waiting = self.listening.closing or self.replying.working or not self.mouth.silent
            return [] if waiting else [Tell(news=NotHeard(utterance=0, why="nothing_heard"))]
        commands, notes = self.listening.end(now)
        return [*commands, *self._noted(notes, now)]

    # -- other hands -----------------------------------------------------------------------------------------------

    def _pressed(self, digit: str, now: float) -> list[Command]:
        self.silence.heard_from()
        commands = self.replying.stopped(now)
        return [*commands, *self._entered(self.keys.press(digit, self.listening.expecting, now), now)]

    def _entered(self, result: Result, now: float) -> list[Command]:
        if isinstance(result, Entered):
            return self._taking(0, result.text, 1.0, now, audio=False)
        if result == "person":
            self.replying.asked(now)
            return [CallPerson()]
        return []

    def _hung_up(self, now: float) -> list[Command]:
        commands, notes = self.listening.hung_up(now)
        commands += self._noted(notes, now)
        _, cut = self.mouth.cut(now)
        self.over = True
        return [*commands, *([Interrupt(turn_id=cut.turn_id, heard=cut.heard)] if cut is not None else [])]

    # -- time ------------------------------------------------------------------------------------------------------

    def _tick(self, now: float) -> list[Command]:
        commands = [*self.replying.tick(now), *self._entered(self.keys.tick(now), now)]
        if self.listening.open and now - self._sound_at > STARVED:
            ended, notes = self.listening.end(now, forced=False)
            commands += [*ended, *self._noted(notes, now)]
        working = self.replying.working and self.mouth.silent
        idle = self._microphone and self.state == "listening" and not self.keys.digits and not self._ending
        asked = self.listening.expecting.question_open
        return [*commands, *self._prompt(self.silence.tick(now, idle=idle, working=working, asked=asked), now)]

    def _prompt(self, prompt: Prompt, now: float) -> list[Command]:
        if not prompt:
            return []
        self._ending = prompt == "goodbye"
        return self.replying.say(prompt, now)

    def _ended(self, commands: list[Command]) -> list[Command]:
        """Goodbye was said: now the line may go, unless somebody spoke meanwhile."""
        if self._ending and self.mouth.silent:
            self._ending = False
            if self.state != "hearing":
                return [*commands, HangUp()]
        return commands

    def _told(self, now: float) -> list[Command]:
        state = self._state(now)
        if state == self.state:
            return []
        self.state = state
        return [Tell(news=StateChanged(state=state))]

    def _state(self, now: float) -> State:
        if self.listening.open:
            return "hearing"
        if self.mouth.head is not None and (self.mouth.head.begun or self.mouth.sounding(now)):
            return "speaking"
        if self.listening.closing or self.replying.working or not self.mouth.silent:
            return "thinking"
        return "listening"
