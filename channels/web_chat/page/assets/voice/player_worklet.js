/**
 * Runs beside the sound card: plays what the jitter buffer holds, and tells every tenth of a second how much was played.
 *
 * A stop empties the buffer before the next quantum (128 samples, under 3 ms). Below: play_queue.js. Above: player.js.
 *
 * @typedef {{kind: "begin", turnId: string, rate: number} | {kind: "sound", pcm: ArrayBuffer} | {kind: "end"} | {kind: "clear"}} Order
 * @typedef {{kind: "progress"|"done"|"cleared", turnId: string, ms: number, level: number}} Report
 */

import { fromPcm16, levelOf } from "./pcm.js";
import { PlayQueue } from "./play_queue.js";
import { Resampler } from "./resampler.js";

/** Set by the browser in every worklet. */
const here = /** @type {{sampleRate: number, registerProcessor: (name: string, processor: unknown) => void,
  AudioWorkletProcessor: {new (): {port: MessagePort}}}} */ (/** @type {unknown} */ (globalThis));

const CUSHION_SECONDS = 0.08;
const MOST_SECONDS = 240;
const REPORT_SECONDS = 0.1;

class Player extends here.AudioWorkletProcessor {
  constructor() {
    super();
    this.queue = new PlayQueue(CUSHION_SECONDS * here.sampleRate, MOST_SECONDS * here.sampleRate);
    this.resampler = new Resampler(here.sampleRate, here.sampleRate);
    this.unreported = 0;
    this.port.onmessage = ({ data }) => this.obey(/** @type {Order} */ (data));
  }

  /** @param {Order} order */
  obey(order) {
    switch (order.kind) {
      case "begin":
        this.queue.begin(order.turnId);
        this.resampler = new Resampler(order.rate, here.sampleRate);
        break;
      case "sound": this.queue.push(this.resampler.push(fromPcm16(order.pcm))); break;
      case "end":
        this.queue.push(this.resampler.flush());
        this.queue.end();
        break;
      case "clear": this.queue.clear().forEach((note) => this.report(note.kind, note, 0)); break;
    }
  }

  /** @param {Float32Array[][]} _inputs @param {Float32Array[][]} outputs */
  process(_inputs, outputs) {
    const out = outputs[0][0];
    const before = this.queue.parts[0]?.played ?? 0;
    for (const note of this.queue.pull(out)) this.report(note.kind, note, 0);
    const part = this.queue.parts[0];
    if (part && part.played !== before) this.count(part, out);
    return true;
  }

  /** @param {import("./play_queue.js").Part} part @param {Float32Array} out */
  count(part, out) {
    this.unreported += out.length;
    if (this.unreported >= REPORT_SECONDS * here.sampleRate) this.report("progress", part, levelOf(out));
  }

  /** @param {Report["kind"]} kind @param {{turnId: string, played: number}} part @param {number} level */
  report(kind, part, level) {
    this.unreported = 0;
    this.port.postMessage({ kind, turnId: part.turnId, ms: Math.round(part.played / here.sampleRate * 1000), level });
  }
}

here.registerProcessor("aisle-player", Player);
