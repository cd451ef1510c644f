/**
 * The voice of one session: microphone, loudspeaker and socket, obeying voice_state.js. No page, no words.
 *
 * Events: "change" after each change of state, "level" when `level` (heard) or `loudness` (spoken) moved. Both in [0, 1].
 * Below: voice_state.js, microphone.js, player.js. Above: voice_view.js and the kiosk.
 *
 * @typedef {import("./voice_state.js").VoiceState} VoiceState
 */

import { microphoneFailure } from "./failures.js";
import { RATE, microphoneHindrance, openMicrophone } from "./microphone.js";
import { heardOf, saidUpTo } from "./playhead.js";
import { Player } from "./player.js";
import { playTone } from "./tones.js";
import { hearingOf, isSending, newVoice } from "./voice_state.js";

/** Two seconds of sound on their way: beyond that the line is too slow, and what is said now would come too late. */
const MOST_WAITING = 2 * RATE * 2;
const FLOWING_AGAIN = MOST_WAITING / 8;
const TONE_SECONDS = 0.7;
const CALL_BACK_AFTER = 2_000;

export class Voice extends EventTarget {
  /** @param {import("../chat/session.js").Session} session */
  constructor(session) {
    super();
    this.session = session;
    this.state = newVoice();
    this.level = 0;
    this.loudness = 0;
    /** @type {AudioContext|null} */
    this.context = null;
    /** @type {import("./microphone.js").Microphone|null} */
    this.microphone = null;
    /** @type {Player|null} */
    this.player = null;
    this.streaming = false;
    this.dropping = false;
    this.received = { bytes: 0, rate: RATE };
    /** The server has hung up by itself: a new call is begun after a while, and until then nothing is sent. */
    this.calledBack = 0;
    /** @type {string|null} the reply that the customer stopped, until the player tells how much was heard */
    this.cutting = null;
    session.voice = this;
    this.followLine();
  }

  /** Asks for the microphone; from a press, or the browser keeps its sound to itself. */
  async start() {
    if (this.state.mic === "asking" || this.state.mic === "on") return;
    this.step({ kind: "ask" });
    this.closeDevices();
    const context = new AudioContext({ latencyHint: "interactive" });
    this.context = context;
    const hindrance = microphoneHindrance();
    if (hindrance) return this.step({ kind: "failed", failure: hindrance });
    try {
      await context.resume();
      this.player = new Player(context, (report) => this.reported(report));
      await this.player.open();
      const microphone = await openMicrophone(context, (frame) => this.captured(frame), () => this.step({ kind: "failed", failure: "unplugged" }));
      if (this.context !== context) return microphone.close();
      this.microphone = microphone;
    } catch (error) {
      if (this.context === context) this.step({ kind: "failed", failure: microphoneFailure(error) });
      return;
    }
    playTone(context, "ready");
    this.step({ kind: "granted" });
    if (!this.session.connection) void this.session.start();
  }

  stop() {
    if (this.state.mic === "off") return;
    if (this.context && this.state.mic === "on") playTone(this.context, "closed");
    if (this.state.speech) this.cutIn();
    this.step({ kind: "off" });
    this.closeDevices();
  }

  /** @param {boolean} on */
  mute(on) {
    this.step({ kind: "mute", on });
  }

  /** The button is held down: whoever presses it wants to be heard, so the assistant falls silent. @param {boolean} on */
  hold(on) {
    if (on && this.state.speech) this.cutIn();
    this.step({ kind: "hold", on });
  }

  /** Stops the reply at once; the server learns how much was heard when the player has told. */
  cutIn() {
    const { speech } = this.state;
    if (!speech) return this.session.interrupt();
    this.cutting = speech.turnId;
    if (this.player?.node) this.player.clear();
    else this.tellCut(speech.turnId, speech.ms);
  }

  /** Which reply is being said, and up to where: for views that light up the words. */
  get saying() {
    const { speech } = this.state;
    return speech ? { turnId: speech.turnId, offset: saidUpTo(this.session.textOf(speech.turnId), speech) } : null;
  }

  // -- what the session hands over -----------------------------------------------------------------------------------

  /** @param {import("../chat/wire.js").Frame} frame */
  hear(frame) {
    if (frame.type === "event") {
      if (frame.event?.type === "customer_said") this.step({ kind: "said" });
      return;
    }
    if (frame.type === "error" && frame.code === "audio_not_started") return this.callBack();
    if (frame.type === "speech_start") this.beginSpeech(frame);
    else this.step({ kind: "frame", frame });
    if (frame.type === "speech_end" && this.state.speech?.turnId === frame.turn_id) this.endSpeech(frame.turn_id);
  }

  /** @param {ArrayBuffer} pcm */
  sound(pcm) {
    if (!this.state.speech || this.cutting) return;
    this.received.bytes += pcm.byteLength;
    this.player?.push(pcm);
  }

  /** The socket came, or went; over plain HTTP no sound can go. */
  followLine() {
    const { connection } = this.session;
    const live = Boolean(connection?.isLive);
    if (live && !connection?.carriesSound && this.state.mic !== "off") this.step({ kind: "failed", failure: "no_socket" });
    else this.step({ kind: "line", live });
  }

  // -- inside --------------------------------------------------------------------------------------------------------

  /** @param {import("../chat/wire.js").Frame} frame */
  beginSpeech(frame) {
    if (frame.format && frame.format !== "pcm16") return this.step({ kind: "notice", notice: "not_spoken" });
    this.received = { bytes: 0, rate: Number(frame.rate) || RATE };
    this.cutting = null;
    this.step({ kind: "frame", frame });
    if (this.state.speech) this.player?.begin(frame.turn_id, this.received.rate);
  }

  /** @param {string} turnId */
  endSpeech(turnId) {
    this.player?.end();
    this.step({ kind: "received", turnId, total: Math.round((this.received.bytes / 2 / this.received.rate) * 1000) });
  }

  /** A busy server ended the call while the microphone was open. */
  callBack() {
    if (!this.streaming || this.calledBack) return;
    this.calledBack = window.setTimeout(() => {
      this.calledBack = 0;
      this.streaming = false;
      this.stream(isSending(this.state), this.state.linked);
    }, CALL_BACK_AFTER);
  }

  /** @param {import("./microphone.js").MicrophoneFrame} frame */
  captured({ pcm, level }) {
    this.level = isSending(this.state) ? level : 0;
    this.dispatchEvent(new Event("level"));
    if (isSending(this.state)) this.sendSound(pcm);
  }

  /** What would come too late is dropped, and said so: never a queue that grows. @param {ArrayBuffer} pcm */
  sendSound(pcm) {
    const waiting = this.session.connection?.waiting ?? 0;
    if (waiting > MOST_WAITING && !this.dropping) {
      this.dropping = true;
      this.step({ kind: "notice", notice: "slow_line" });
    } else if (waiting < FLOWING_AGAIN) this.dropping = false;
    if (!this.dropping && !this.calledBack) this.session.connection?.sendSound(pcm);
  }

  /** @param {import("./player.js").Report} report */
  reported({ kind, turnId, ms, level }) {
    this.loudness = kind === "progress" ? level : 0;
    this.dispatchEvent(new Event("level"));
    if (this.cutting === turnId && kind !== "progress") return this.tellCut(turnId, ms);
    if (kind === "cleared") return; // the server's own stop: what it counts anew must not be taken for played by a late word
    this.session.connection?.send({ type: "played", turn_id: turnId, ms });
    this.step({ kind: "played", turnId, ms });
    if (kind === "done") this.step({ kind: "silent", turnId });
  }

  /** @param {string} turnId @param {number} ms */
  tellCut(turnId, ms) {
    this.step({ kind: "played", turnId, ms });
    const { speech } = this.state;
    const heard = speech ? heardOf(this.session.textOf(turnId), speech) : null;
    this.session.connection?.send({ type: "played", turn_id: turnId, ms });
    this.session.connection?.send({ type: "interrupt", turn_id: turnId, ...(heard === null ? {} : { heard }) });
    this.cutting = null;
    this.step({ kind: "silent", turnId });
  }

  /** @param {import("./voice_state.js").Input} input */
  step(input) {
    const before = this.state;
    this.state = hearingOf(before, input);
    if (this.state === before) return;
    this.obey(before, this.state);
    this.dispatchEvent(new Event("change"));
  }

  /** @param {VoiceState} before @param {VoiceState} now */
  obey(before, now) {
    this.stream(isSending(now), now.linked);
    if (before.speech && !now.speech) this.player?.clear();
    // A cough is no trouble: that nothing was understood of it is shown, not sounded.
    if (now.notice && now.notice !== before.notice && now.notice !== "missed" && this.context) playTone(this.context, "notice");
    if (now.mic === "failed" && before.mic !== "failed") this.failed();
  }

  /** @param {boolean} wanted @param {boolean} linked */
  stream(wanted, linked) {
    if (wanted === this.streaming) return;
    this.streaming = wanted;
    if (!linked) return; // the call ended with its socket
    this.session.connection?.send(wanted ? { type: "audio_start", format: "pcm16", rate: RATE } : { type: "audio_end" });
  }

  failed() {
    const { context } = this;
    if (context) playTone(context, "failed");
    this.closeDevices();
  }

  closeDevices() {
    const { context } = this;
    this.microphone?.close();
    this.player?.close();
    this.microphone = this.player = this.context = null;
    this.level = this.loudness = 0;
    if (context) setTimeout(() => void context.close(), TONE_SECONDS * 1000);
  }
}
