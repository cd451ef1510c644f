"""Playout: replies in pieces, on their way to the ear, and how far they came (pure).

A piece is written, synthesised, handed to the line and, once the line says so, played; only then does its text count as
heard. Standing still drops what the line has not played, and going on takes it up a little before where it stood.
Above: `session`. Below: `clauses`.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from channels.voice.clauses import Clause, Clauses
from channels.voice.commands import Begin, Clear, Command, Drop, End, Interrupt, Play, Progress, Synthesise, Tell
from channels.voice.news import ClauseSounds

AHEAD = 6.0
"""Seconds of sound that lie ready before the loudspeaker: more is work that an interruption throws away."""
REWIND = 0.4
"""Seconds that are said again after standing still, so that no half word is lost."""
LATE = 4.0
"""Seconds after its end at which a mark that never came is given up."""
RECENT = 60
"""Words of ours that an echo may bring back."""

Kind = Literal["reply", "plain", "stock"]


@dataclass(slots=True, eq=False)
class Piece:
    id: int
    clause: Clause
    state: Literal["waiting", "asked", "ready", "handed", "played", "lost"] = "waiting"
    seconds: float = 0.0
    peak: float = 0.0
    mark: str = ""
    start: float = 0.0
    """Where in the piece its sound was taken up."""
    begins: float = 0.0
    """When it is heard, as far as can be told from when it was handed over."""
    sounded: bool = False
    """Some of it left the loudspeaker before it was stopped."""

    @property
    def ends(self) -> float:
        return self.begins + self.seconds - self.start

    @property
    def done(self) -> bool:
        return self.state in ("played", "lost") or not self.clause.spoken


@dataclass(slots=True, eq=False)
class Reply:
    turn_id: str
    kind: Kind
    language: str
    clauses: Clauses
    pieces: list[Piece] = field(default_factory=list)
    whole: bool = False
    begun: bool = False
    started: bool = False
    """Some of it was handed to the line at some time."""
    ended: bool = False
    sent: float = 0.0
    """Seconds of sound handed over since it was begun."""
    told: int = 0
    """Characters that the assistant knows were heard."""

    @property
    def heard(self) -> str:
        """The shown text up to the end of what was played without a gap."""
        end = 0
        for piece in self.pieces:
            if piece.state != "played" and piece.clause.spoken:
                break
            end = piece.clause.end
        return self.clauses.text[:end] if any(piece.state == "played" for piece in self.pieces) else ""

    @property
    def over(self) -> bool:
        return self.whole and all(piece.done for piece in self.pieces)

    @property
    def lost(self) -> bool:
        return any(piece.state == "lost" for piece in self.pieces)


@dataclass(slots=True)
class Playout:
    """One line's mouth. Methods give commands, in order."""

    screen: bool = True
    pace: float = 1.0
    standing: bool = False
    """Nothing may sound: somebody is speaking, or may be."""
    queue: list[Reply] = field(default_factory=list)
    said: str = ""
    """What was spoken last, as spoken."""
    last: Reply | None = None
    """The reply that was begun last: for "say that again"."""
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _quiet_at: float = float("-inf")

    # -- what is asked of it ---------------------------------------------------------------------------------------

    @property
    def head(self) -> Reply | None:
        return self.queue[0] if self.queue else None

    @property
    def silent(self) -> bool:
        """Nothing sounds, and nothing is to."""
        return not self.queue

    def sounding(self, now: float) -> bool:
        """Whether something leaves the loudspeaker, as far as can be told."""
        return any(piece.state == "handed" and now < piece.ends + LATE for piece in self._head_pieces())

    def lately(self, now: float) -> bool:
        """Whether something left it just now: an echo is late."""
        return self.sounding(now) or now - self._quiet_at < 0.6

    def peak(self) -> float:
        """Of what sounds, RMS of its loudest frame."""
        return max((piece.peak for piece in self._head_pieces() if piece.state in ("handed", "played")), default=0.0)

    def asking(self, now: float) -> bool:
        """Whether a question has begun to sound, so that a "yes" may be its answer."""
        head = self.head
        if head is None:
            return False
        begun = [piece for piece in head.pieces if piece.state == "played" or piece.sounded or _sounds(piece, now)]
        return any("?" in head.clauses.text[piece.clause.start : piece.clause.end] for piece in begun)

    # -- what is to be said ----------------------------------------------------------------------------------------

    def write(self, turn_id: str, offset: int, text: str, language: str, now: float) -> list[Command]:
        reply = self._reply(turn_id, "reply", language)
        withdrawn, new = reply.clauses.put(offset, text)
        return [*self._changed(reply, withdrawn, new, now), *self.advance(now)]

    def whole(self, turn_id: str, text: str, language: str, kind: Kind, now: float, *, then: str = "") -> list[Command]:
        """The reply's final text; begins it where no word of it came before. then: said after it."""
        reply = self._reply(turn_id, kind, language)
        if reply.language != language and not reply.begun:
            dropped = [Drop(piece=piece.id) for piece in reply.pieces]
            reply.language, reply.pieces = language, []
            reply.clauses = Clauses(language=language, screen=self.screen)
            withdrawn, new = reply.clauses.finish(text, then=then)
            commands: list[Command] = [*dropped, *self._changed(reply, (), new, now)]
        else:
            withdrawn, new = reply.clauses.finish(text, then=then)
            commands = self._changed(reply, withdrawn, new, now)
        reply.whole = True
        return [*commands, *self.advance(now)]

    def known(self, turn_id: str) -> bool:
        return any(reply.turn_id == turn_id for reply in self.queue)

    def has_words(self, turn_id: str) -> bool:
        """Whether a piece of it can be spoken."""
        return any(piece.clause.spoken for reply in self.queue if reply.turn_id == turn_id for piece in reply.pieces)

    def turn_of(self, number: int) -> str:
        """Whose piece it is; "" for nobody's."""
        return next((reply.turn_id for reply in self.queue if any(piece.id == number for piece in reply.pieces)), "")

    # -- what becomes of it ----------------------------------------------------------------------------------------

    def synthesised(self, number: int, seconds: float, peak: float, now: float) -> list[Command]:
        piece = self._piece(number)
        if piece is None or piece.state != "asked":
            return [Drop(piece=number)]
        piece.state, piece.seconds, piece.peak = "ready", seconds, peak
        return self.advance(now)

    def unsynthesised(self, number: int, now: float) -> list[Command]:
        """The mouth is broken: what it could not say counts as not heard, and the rest is not tried."""
        reply = next((reply for reply in self.queue if any(piece.id == number for piece in reply.pieces)), None)
        if reply is None:
            return []
        for piece in reply.pieces:
            if piece.state in ("waiting", "asked", "ready"):
                piece.state = "lost"
        reply.whole = True
        return self.advance(now)

    def played(self, mark: str, now: float) -> list[Command]:
        """The mark's piece and all before it. Marks of what was cleared are nobody's."""
        head = self.head
        at = next((i for i, piece in enumerate(self._head_pieces()) if piece.mark == mark), None)
        if head is None or at is None or head.pieces[at].state != "handed":
            return []
        for piece in head.pieces[: at + 1]:
            if piece.state == "handed":
                piece.state = "played"
                self._quiet_at = now
        later = head.pieces[at + 1 :]
        if later and later[0].state == "handed":
            later[0].begins = min(later[0].begins, now)
        return [*self._progress(head), *self.advance(now)]

    def tick(self, now: float) -> list[Command]:
        """Gives up on marks that never came."""
        late = [piece for piece in self._head_pieces() if piece.state == "handed" and now > piece.ends + LATE]
        for piece in late:
            piece.state = "lost"
        return self.advance(now) if late else []

    def stand(self, now: float) -> list[Command]:
        """Falls silent for now; nothing is lost."""
        self.standing = True
        return self._unhand(now)

    def go_on(self, now: float) -> list[Command]:
        self.standing = False
        return self.advance(now)

    def cut(self, now: float, *, turn_id: str = "") -> tuple[list[Command], Reply | None]:
        """Drops replies and stock phrases (all, or the one of that turn); what people said stays and is said later.
        Gives the reply that was cut while it was spoken, if one was."""
        gone = [reply for reply in self.queue if reply.kind != "plain" and (not turn_id or reply.turn_id == turn_id)]
        head = self.head
        commands = self._unhand(now) if head in gone else []
        for reply in gone:
            commands += [Drop(piece=piece.id) for piece in reply.pieces if piece.state in ("asked", "ready")]
        self.queue = [reply for reply in self.queue if reply not in gone]
        cut = next((reply for reply in gone if reply.kind == "reply"), None)
        return commands, cut

    def advance(self, now: float) -> list[Command]:
        """Asks for the next sound, hands over what is ready, ends what is over."""
        commands: list[Command] = []
        while (head := self.head) is not None:
            commands += self._ask(head, now)
            if not self.standing:
                commands += self._hand(head, now)
            if not head.over:
                break
            commands += self._finish(head)
        return commands

    # -- inside ----------------------------------------------------------------------------------------------------

    def _head_pieces(self) -> list[Piece]:
        return self.queue[0].pieces if self.queue else []

    def _reply(self, turn_id: str, kind: Kind, language: str) -> Reply:
        for reply in self.queue:
            if reply.turn_id == turn_id:
                return reply
        made = Reply(turn_id, kind, language, Clauses(language=language, screen=self.screen))
        self.queue.append(made)
        return made

    def _piece(self, number: int) -> Piece | None:
        return next((piece for reply in self.queue for piece in reply.pieces if piece.id == number), None)

    def _changed(
        self, reply: Reply, withdrawn: tuple[Clause, ...], new: tuple[Clause, ...], now: float
    ) -> list[Command]:
        commands: list[Command] = []
        gone = [piece for piece in reply.pieces if piece.clause in withdrawn]
        if any(piece.state == "handed" for piece in gone):
            commands += self._unhand(now)
        commands += [Drop(piece=piece.id) for piece in gone if piece.state in ("asked", "ready", "handed")]
        reply.pieces = [piece for piece in reply.pieces if piece not in gone]
        reply.pieces += [Piece(next(self._numbers), clause) for clause in new]
        return commands

    def _ask(self, reply: Reply, now: float) -> list[Command]:
        """One piece at a time, while less than AHEAD lies before the loudspeaker."""
        if any(piece.state == "asked" for piece in reply.pieces):
            return []
        ahead = sum(piece.seconds for piece in reply.pieces if piece.state == "ready")
        ahead += sum(max(0.0, piece.ends - max(now, piece.begins)) for piece in reply.pieces if piece.state == "handed")
        following = next((piece for piece in reply.pieces if piece.state == "waiting" and piece.clause.spoken), None)
        if following is None or ahead >= AHEAD:
            return []
        following.state = "asked"
        stock = reply.kind == "stock"
        return [
            Synthesise(
                piece=following.id, text=following.clause.spoken, language=reply.language, pace=self.pace, stock=stock
            )
        ]

    def _hand(self, reply: Reply, now: float) -> list[Command]:
        commands: list[Command] = []
        for piece in reply.pieces:
            if piece.done or piece.state == "handed":
                continue
            if piece.state != "ready":
                break
            if not reply.begun:
                commands.append(self._begin(reply))
            commands += self._play(reply, piece, now)
        unsaid = any(piece.state in ("waiting", "asked", "ready") and piece.clause.spoken for piece in reply.pieces)
        if reply.begun and reply.whole and not reply.ended and not unsaid:
            reply.ended = True
            commands.append(End(turn_id=reply.turn_id))
        return commands

    def _begin(self, reply: Reply) -> Command:
        reply.begun = reply.started = True
        reply.sent = 0.0
        if reply.kind != "stock":
            self.last = reply
        return Begin(turn_id=reply.turn_id)

    def _play(self, reply: Reply, piece: Piece, now: float) -> list[Command]:
        before = max((other.ends for other in reply.pieces if other.state == "handed"), default=now)
        piece.state, piece.begins = "handed", max(now, before)
        piece.mark = f"{reply.turn_id}.{next(self._numbers)}"
        self.said = " ".join(f"{self.said} {piece.clause.spoken}".split()[-RECENT:])
        news = ClauseSounds(
            turn_id=reply.turn_id,
            spoken=piece.clause.spoken,
            start=piece.clause.start,
            end=piece.clause.end,
            seconds=reply.sent - piece.start,
            mark=piece.mark,
        )
        reply.sent += piece.seconds - piece.start
        return [Tell(news=news), Play(piece=piece.id, mark=piece.mark, start=piece.start)]

    def _unhand(self, now: float) -> list[Command]:
        """Takes back from the line what it has not played."""
        head = self.head
        if head is None or not head.begun:
            return []
        handed = [piece for piece in head.pieces if piece.state == "handed"]
        if not handed and head.ended:
            return []
        for piece in handed:
            gone = min(max(0.0, now - piece.begins), piece.seconds - piece.start)
            piece.start = max(0.0, piece.start + gone - REWIND) if gone > 0 else piece.start
            piece.state, piece.mark, piece.sounded = "ready", "", piece.sounded or gone > 0
        head.begun = head.ended = False
        self._quiet_at = now
        return [Clear(turn_id=head.turn_id)]

    def _progress(self, reply: Reply) -> list[Command]:
        heard = reply.heard
        if reply.kind != "reply" or len(heard) <= reply.told or reply.over:
            return []
        reply.told = len(heard)
        return [Progress(turn_id=reply.turn_id, so_far=heard)]

    def _finish(self, reply: Reply) -> list[Command]:
        self.queue.remove(reply)
        commands: list[Command] = [Drop(piece=piece.id) for piece in reply.pieces if piece.clause.spoken]
        if reply.kind != "reply":
            return commands
        if reply.lost:
            return [*commands, Interrupt(turn_id=reply.turn_id, heard=reply.heard)]
        return [*commands, Progress(turn_id=reply.turn_id, so_far=None)]


def _sounds(piece: Piece, now: float) -> bool:
    return piece.state == "handed" and piece.begins <= now
