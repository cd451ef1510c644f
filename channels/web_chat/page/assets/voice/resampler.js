/**
 * From one sample rate to another: a windowed-sinc polyphase filter over a stream, exact however the stream is cut.
 *
 * Pure. The table of weights is made once: 48,000 to 16,000 needs one phase, 44,100 to 16,000 needs 160.
 * Source: J. O. Smith, "Digital Audio Resampling", https://ccrma.stanford.edu/~jos/resample/. Above: the worklets.
 */

const ZERO_CROSSINGS = 12;
const PASSED = 0.94;

export class Resampler {
  /** @param {number} from samples a second @param {number} to samples a second */
  constructor(from, to) {
    const shared = commonDivisor(from, to);
    this.step = from / shared;
    this.phases = to / shared;
    const narrow = Math.min(1, to / from);
    this.half = Math.ceil(ZERO_CROSSINGS / narrow);
    this.weights = from === to ? null : weightTable(this.phases, this.half, narrow * PASSED);
    this.kept = new Float32Array(this.half);
    /** Where the next output lies: whole input samples from the start of `kept`, and phases beyond. */
    this.at = this.half;
    this.phase = 0;
  }

  /** @param {Float32Array} samples @returns {Float32Array} */
  push(samples) {
    if (!this.weights) return samples;
    const input = new Float32Array(this.kept.length + samples.length);
    input.set(this.kept);
    input.set(samples, this.kept.length);
    const output = [];
    while (this.at + this.half < input.length) {
      output.push(weighed(input, this.at - this.half + 1, this.weights[this.phase]));
      this.phase += this.step;
      this.at += Math.floor(this.phase / this.phases);
      this.phase %= this.phases;
    }
    const used = Math.max(0, Math.min(input.length, this.at - this.half));
    this.kept = input.slice(used);
    this.at -= used;
    return Float32Array.from(output);
  }

  /** What the filter still holds back, at the end of a stream. */
  flush() {
    return this.push(new Float32Array(this.weights ? this.half : 0));
  }
}

/** @param {Float32Array} input @param {number} from @param {Float32Array} weights */
function weighed(input, from, weights) {
  let sum = 0;
  for (let n = 0; n < weights.length; n += 1) sum += input[from + n] * weights[n];
  return sum;
}

/**
 * @param {number} phases
 * @param {number} half taps on either side
 * @param {number} cutoff as a part of the input's half rate
 */
function weightTable(phases, half, cutoff) {
  return Array.from({ length: phases }, (_, phase) => {
    const weights = Float32Array.from({ length: half * 2 }, (__, tap) => {
      const x = tap - half + 1 - phase / phases;
      return cutoff * sinc(cutoff * x) * window(x / half);
    });
    const sum = weights.reduce((all, weight) => all + weight, 0);
    return weights.map((weight) => weight / sum);
  });
}

/** @param {number} x */
function sinc(x) {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

/** Blackman's, on [-1, 1]. @param {number} x */
function window(x) {
  return Math.abs(x) >= 1 ? 0 : 0.42 + 0.5 * Math.cos(Math.PI * x) + 0.08 * Math.cos(2 * Math.PI * x);
}

/** @param {number} one @param {number} other @returns {number} */
function commonDivisor(one, other) {
  return other ? commonDivisor(other, one % other) : one;
}
