"""A call as the session's machine sees it: a world that carries out its commands at once, on a clock that tests move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from channels.voice.commands import (
    Abandon,
    Begin,
    Clear,
    Command,
    Discard,
    End,
    HangUp,
    Interrupt,
    Play,
    Progress,
    Synthesise,
    Take,
    Tell,
    Transcribe,
)
from channels.voice.cues import (
    Asked,
    Cue,
    HandedOver,
    Heard,
    NotTranscribed,
    ReplyWhole,
    Synthesised,
    Tick,
    Transcribed,
    Written,
)
from channels.voice.endpointing import FRAME
from channels.voice.expecting import Expecting
from channels.voice.hearing import Frame
from channels.voice.line import Played
from channels.voice.news import News
from channels.voice.session import VoiceSession

SAID = Frame(speech=0.95, level=0.1)
QUIET = Frame(speech=0.01, level=0.001)
SECONDS_A_PIECE = 2.0


@dataclass
class World:
    """answers: what the ears make of the next final transcripts, in order; then "hello"."""

    session: VoiceSession = field(default_factory=VoiceSession)
    answers: list[str] = field(default_factory=list)
    partial: str = ""
    now: float = 100.0
    done: list[Command] = field(default_factory=list)
    transcribing: dict[int, Transcribe] = field(default_factory=dict)
    synthesising: list[Synthesise] = field(default_factory=list)
    on_line: list[Play] = field(default_factory=list)
    cleared: list[Play] = field(default_factory=list)
    begun: bool = False
    quick_ears: bool = True
    quick_mouth: bool = True
    answering: list[Callable[[], object]] = field(default_factory=list)

    def give(self, cue: Cue) -> list[Command]:
        """The cue, and after it what engines that answer at once have to say."""
        commands = self.session.receive(cue, self.now)
        for command in commands:
            self._carry_out(command)
        while self.answering:
            self.answering.pop(0)()
        return commands

    def _carry_out(self, command: Command) -> None:
        self.done.append(command)
        match command:
            case Transcribe(job=job):
                self.transcribing[job] = command
                if self.quick_ears:
                    self.answering.append(lambda: self.hear(job))
            case Abandon(job=job):
                self.transcribing.pop(job, None)
            case Synthesise():
                self.synthesising.append(command)
                if self.quick_mouth:
                    self.answering.append(self.voice)
            case Begin():
                self.begun = True
            case Play(mark=mark):
                assert self.begun, "sound without a beginning"
                self.on_line.append(command)
                self.answering.append(lambda: self.give(HandedOver(mark=mark)))
            case Clear():
                self.cleared += self.on_line
                self.on_line, self.begun = [], False

    # -- the engines -----------------------------------------------------------------------------------------------

    def hear(self, job: int | None = None, *, fails: bool = False) -> None:
        """The ears answer a job."""
        if not self.transcribing or (job is not None and job not in self.transcribing):
            return
        command = self.transcribing.pop(next(iter(self.transcribing)) if job is None else job)
        if fails:
            self.give(NotTranscribed(job=command.job))
        elif command.final:
            self.give(Transcribed(job=command.job, text=self.answers.pop(0) if self.answers else "hello"))
        else:
            self.give(Transcribed(job=command.job, text=self.partial))

    def voice(self) -> None:
        if self.synthesising:
            piece = self.synthesising.pop(0).piece
            self.give(Synthesised(piece=piece, seconds=SECONDS_A_PIECE, peak=0.3))

    def play(self) -> None:
        """The line says that its next sound was played."""
        if self.on_line:
            self.give(Played(mark=self.on_line.pop(0).mark))

    # -- time ------------------------------------------------------------------------------------------------------

    def speak(self, seconds: float, frame: Frame = SAID) -> None:
        """Sound in real time."""
        for _ in range(round(seconds / FRAME)):
            self.now += FRAME
            self.give(Heard(frames=(frame,)))

    def quiet(self, seconds: float) -> None:
        self.speak(seconds, QUIET)

    def wait(self, seconds: float) -> None:
        """Time without sound."""
        until = self.now + seconds
        while self.now < until:
            self.now += 0.2
            self.give(Tick())

    # -- the assistant ---------------------------------------------------------------------------------------------

    def reply(self, text: str, turn_id: str = "t_1", *, language: str = "en") -> None:
        self.give(Written(turn_id=turn_id, offset=0, text=text))
        self.give(ReplyWhole(turn_id=turn_id, text=text, language=language))

    def ask(self, kind: str, *, least: int = 0, most: int = 0, language: str = "en") -> None:
        self.give(Asked(expecting=Expecting(kind=kind, least=least, most=most), language=language))  # type: ignore[arg-type]

    # -- what came of it -------------------------------------------------------------------------------------------

    def of(self, *kinds: type) -> list[Command]:
        return [command for command in self.done if isinstance(command, kinds)]

    @property
    def taken(self) -> list[str]:
        return [command.text for command in self.done if isinstance(command, Take)]

    @property
    def discarded(self) -> list[str]:
        return [command.why for command in self.done if isinstance(command, Discard)]

    @property
    def spoken(self) -> list[str]:
        return [command.text for command in self.done if isinstance(command, Synthesise)]

    @property
    def interrupted(self) -> list[str | None]:
        return [command.heard for command in self.done if isinstance(command, Interrupt)]

    def news(self, kind: type) -> list[News]:
        return [command.news for command in self.done if isinstance(command, Tell) and isinstance(command.news, kind)]


def check_history(commands: Sequence[Command]) -> None:
    """What holds of every call, whatever happens on it."""
    ends: Counter[int] = Counter()
    marks: set[str] = set()
    begun: str | None = None
    told: dict[str, int] = {}
    for command in commands:
        match command:
            case Take(utterance=utterance, audio=True) | Discard(utterance=utterance):
                ends[utterance] += 1
                assert ends[utterance] == 1, f"utterance {utterance} ended twice"
            case Begin(turn_id=turn_id):
                begun = turn_id
            case Play(mark=mark):
                assert begun is not None, "sound after clear, without a new beginning"
                assert mark.startswith(f"{begun}."), "sound of another reply than the one that was begun"
                assert mark not in marks
                marks.add(mark)
            case End(turn_id=turn_id):
                assert begun == turn_id
            case Clear(turn_id=turn_id):
                assert begun == turn_id
                begun = None
            case Progress(turn_id=turn_id, so_far=so_far) if so_far is not None:
                assert len(so_far) > told.get(turn_id, 0)
                told[turn_id] = len(so_far)
            case HangUp():
                begun = None
            case _:
                pass
