/**
 * Samples as numbers, as bytes and as a level. Pure. Below: nothing. Above: the worklets and the jitter buffer.
 *
 * On the wire sound is 16-bit little-endian mono (protocol.md's "pcm16"); inside a browser it is floats in [-1, 1].
 */

const FULL = 32_767;
const QUIETEST_DB = -55;
const LOUDEST_DB = -12;

/**
 * @param {Float32Array} samples
 * @returns {ArrayBuffer} two bytes a sample
 */
export function toPcm16(samples) {
  const view = new DataView(new ArrayBuffer(samples.length * 2));
  samples.forEach((sample, n) => view.setInt16(n * 2, Math.round(Math.max(-1, Math.min(1, sample)) * FULL), true));
  return view.buffer;
}

/**
 * @param {ArrayBuffer} bytes an odd last byte is no sample and is left out
 * @returns {Float32Array}
 */
export function fromPcm16(bytes) {
  const view = new DataView(bytes);
  return Float32Array.from({ length: bytes.byteLength >> 1 }, (_, n) => view.getInt16(n * 2, true) / FULL);
}

/**
 * How loud it is, as the eye takes it: 0 for what a quiet room gives, 1 for a voice close by.
 * @param {Float32Array} samples
 */
export function levelOf(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  const db = 10 * Math.log10(sum / (samples.length || 1) + 1e-10);
  return Math.max(0, Math.min(1, (db - QUIETEST_DB) / (LOUDEST_DB - QUIETEST_DB)));
}

/** Cuts a stream into frames of one size; what is left waits for more. */
export class Framer {
  /** @param {number} size samples a frame */
  constructor(size) {
    this.frame = new Float32Array(size);
    this.filled = 0;
  }

  /** @param {Float32Array} samples @returns {Float32Array[]} */
  push(samples) {
    const frames = [];
    for (let at = 0; at < samples.length;) {
      const taken = Math.min(samples.length - at, this.frame.length - this.filled);
      this.frame.set(samples.subarray(at, at + taken), this.filled);
      at += taken;
      this.filled += taken;
      if (this.filled === this.frame.length) {
        frames.push(this.frame.slice());
        this.filled = 0;
      }
    }
    return frames;
  }
}
