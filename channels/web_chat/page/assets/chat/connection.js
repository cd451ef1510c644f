/**
 * Keeps one conversation connected: obeys reconnect.js, watches for silence, and hands frames up.
 *
 * A thin shell: every decision on when and how to try again is reconnect.js's.
 * Below: reconnect.js and the transports. Above: session.js.
 */

import { newLine, reconnecting } from "./reconnect.js";
import { openSocket } from "./socket_transport.js";

/** Frames that are answered: one that is not means a dead line. */
const ANSWERED = new Set(["message", "action", "ping"]);
const WATCH_EVERY = 2_000;
const PING_AFTER = 20_000;
const ANSWER_WITHIN = 8_000;

/**
 * @typedef {Object} Listener
 * @property {() => number} after the last seq that is known
 * @property {(frame: import("./wire.js").Frame) => void} onFrame
 * @property {(pcm: ArrayBuffer) => void} onSound
 * @property {(line: import("./reconnect.js").Line) => void} onLine
 */

export class Connection {
  /**
   * @param {string} base
   * @param {string} conversationId
   * @param {string} token
   * @param {Listener} listener
   */
  constructor(base, conversationId, token, listener) {
    this.target = { base, conversationId, token };
    this.listener = listener;
    /** Names this tab, so that the server lets go of its half-dead socket when a new one comes. */
    this.device = Math.random().toString(36).slice(2);
    this.line = newLine();
    /** @type {import("./socket_transport.js").Transport|null} */
    this.transport = null;
    /** @type {ReturnType<typeof setTimeout>|undefined} */
    this.timer = undefined;
    this.watch = setInterval(() => this.look(), WATCH_EVERY);
    this.heardAt = Date.now();
    /** @type {number|null} when an answer was last asked for and is still owed */
    this.askedAt = null;
  }

  get isLive() {
    return this.line.phase === "live";
  }

  get carriesSound() {
    return this.line.transport === "socket";
  }

  /** Bytes on their way out that the network has not taken. */
  get waiting() {
    return this.transport?.waiting?.() ?? 0;
  }

  dial() {
    this.drop();
    this.step({ kind: "dial" });
    this.heardAt = Date.now();
    const line = {
      ...this.target,
      device: this.device,
      after: this.listener.after(),
      onAlive: () => { this.heardAt = Date.now(); this.askedAt = null; },
      onFrame: (/** @type {import("./wire.js").Frame} */ frame) => this.hear(frame),
      onSound: (/** @type {ArrayBuffer} */ pcm) => this.listener.onSound(pcm),
      onLost: (/** @type {number} */ code) => this.lose(code),
    };
    if (this.line.transport === "stream") return void this.dialStream(line);
    try {
      this.transport = openSocket(line);
    } catch {
      this.timer = setTimeout(() => this.lose(0), 0); // sockets are forbidden here, by a browser's setting or a site's policy
    }
  }

  /** Few networks need it: loaded only there. @param {import("./socket_transport.js").Line} line */
  async dialStream(line) {
    const wanted = this.line;
    const found = await import("./stream_transport.js").catch(() => null);
    if (this.line !== wanted) return;
    if (found) this.transport = found.openStream(line);
    else this.lose(0);
  }

  hangup() {
    clearInterval(this.watch);
    this.drop();
    this.line = reconnecting(this.line, { kind: "hangup" });
  }

  /** An event is missing: ask again from the last one known. */
  gap() {
    this.drop();
    this.step({ kind: "gap" });
    this.timer = setTimeout(() => this.dial(), 0);
  }

  /** @param {import("./wire.js").Frame} frame */
  send(frame) {
    if (ANSWERED.has(frame.type)) this.askedAt ??= Date.now();
    this.transport?.send(frame);
  }

  /** Lost when there is no line: sound that comes late is none. @param {ArrayBuffer} pcm */
  sendSound(pcm) {
    if (this.isLive) this.transport?.sendSound?.(pcm);
  }

  /** The network came back, or the page was looked at again: do not wait for the timer. */
  nudge() {
    const { phase, transport } = this.line;
    if (phase === "live" && transport === "socket") this.send({ type: "ping" });
    else if (phase === "live" || phase === "waiting" || phase === "replaced") {
      if (transport === "stream") this.step({ kind: "upgrade" });
      this.dial();
    }
  }

  /** @param {import("./wire.js").Frame} frame */
  hear(frame) {
    if (this.line.phase === "connecting") this.step({ kind: "welcomed" });
    this.listener.onFrame(frame);
    if (frame.type === "live") this.step({ kind: "live" });
  }

  /** @param {number} code */
  lose(code) {
    this.drop();
    this.step({ kind: "lost", code, random: Math.random() });
    if (this.line.phase === "waiting") this.timer = setTimeout(() => this.dial(), this.line.delay);
  }

  look() {
    if (this.line.phase !== "live") return;
    const now = Date.now();
    if (this.askedAt !== null && now - this.askedAt > ANSWER_WITHIN) this.lose(0);
    else if (now - this.heardAt > PING_AFTER && this.askedAt === null && this.line.transport === "socket") this.send({ type: "ping" });
  }

  drop() {
    clearTimeout(this.timer);
    this.askedAt = null;
    this.transport?.close();
    this.transport = null;
  }

  /** @param {import("./reconnect.js").Signal} signal */
  step(signal) {
    this.line = reconnecting(this.line, signal);
    this.listener.onLine(this.line);
  }
}
