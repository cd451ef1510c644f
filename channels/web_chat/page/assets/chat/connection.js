/**
 * Keeps one conversation connected: obeys reconnect.js, watches for silence, and hands frames up.
 *
 * A thin shell: every decision on when and how to try again is reconnect.js's.
 * Below: reconnect.js and the transports. Above: session.js.
 */

import { newLine, reconnecting } from "./reconnect.js";
import { openSocket } from "./socket_transport.js";
import { openStream } from "./stream_transport.js";

const WATCH_EVERY = 2_000;
const PING_AFTER = 20_000;
const ANSWER_WITHIN = 8_000;

/**
 * @typedef {Object} Listener
 * @property {() => number} after the last seq that is known
 * @property {(frame: import("./wire.js").Frame) => void} onFrame
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

  dial() {
    this.drop();
    this.step({ kind: "dial" });
    this.heardAt = Date.now();
    const open = this.line.transport === "socket" ? openSocket : openStream;
    const line = {
      ...this.target,
      device: this.device,
      after: this.listener.after(),
      onAlive: () => { this.heardAt = Date.now(); this.askedAt = null; },
      onFrame: (/** @type {import("./wire.js").Frame} */ frame) => this.hear(frame),
      onLost: (/** @type {number} */ code) => this.lose(code),
    };
    try {
      this.transport = open(line);
    } catch {
      this.timer = setTimeout(() => this.lose(0), 0); // sockets are forbidden here, by a browser's setting or a site's policy
    }
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
    if (frame.type !== "typing") this.askedAt ??= Date.now();
    this.transport?.send(frame);
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
