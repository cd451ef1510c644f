/**
 * Runs beside the sound card: the microphone's samples as 16 kHz pcm16 frames of 32 ms, each with its level.
 *
 * 32 ms are the 512 samples that a speech detector takes at once. Below: pcm.js, resampler.js. Above: microphone.js.
 */

import { Framer, levelOf, toPcm16 } from "./pcm.js";
import { Resampler } from "./resampler.js";

/** Set by the browser in every worklet. */
const here = /** @type {{sampleRate: number, registerProcessor: (name: string, processor: unknown) => void,
  AudioWorkletProcessor: {new (): {port: MessagePort}}}} */ (/** @type {unknown} */ (globalThis));

const RATE = 16_000;
const FRAME = 512;

class Capture extends here.AudioWorkletProcessor {
  constructor() {
    super();
    this.resampler = new Resampler(here.sampleRate, RATE);
    this.framer = new Framer(FRAME);
    this.over = false;
    this.port.onmessage = () => { this.over = true; };
  }

  /** @param {Float32Array[][]} inputs */
  process(inputs) {
    const samples = inputs[0]?.[0];
    if (samples) for (const frame of this.framer.push(this.resampler.push(samples))) this.hand(frame);
    return !this.over;
  }

  /** @param {Float32Array} frame */
  hand(frame) {
    const pcm = toPcm16(frame);
    this.port.postMessage({ pcm, level: levelOf(frame) }, [pcm]);
  }
}

here.registerProcessor("aisle-capture", Capture);
