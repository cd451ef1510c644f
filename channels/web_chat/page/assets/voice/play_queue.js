/**
 * The jitter buffer: what was received and not yet played, and exactly how much of each reply has been.
 *
 * Pure: no clock, no sound card; a worklet pulls from it one quantum at a time. Playing begins once a little has come or
 * all has, and after a gap likewise, so that one late frame is one short silence and not many.
 * Below: nothing. Above: player_worklet.js.
 *
 * @typedef {{turnId: string, chunks: Float32Array[], waiting: number, played: number, whole: boolean}} Part
 * @typedef {{kind: "done"|"cleared", turnId: string, played: number}} Note
 */

export class PlayQueue {
  /**
   * @param {number} cushion samples to have before playing begins
   * @param {number} most samples to hold at most
   */
  constructor(cushion, most) {
    this.cushion = cushion;
    this.most = most;
    /** @type {Part[]} the first one is being played */
    this.parts = [];
    this.offset = 0;
    this.running = false;
    this.gaps = 0;
    /** Samples that found no room. */
    this.lost = 0;
  }

  /** @param {string} turnId */
  begin(turnId) {
    this.end();
    this.parts.push({ turnId, chunks: [], waiting: 0, played: 0, whole: false });
  }

  /** Sound that belongs to no reply is dropped: it came after a stop. @param {Float32Array} samples */
  push(samples) {
    const part = this.parts.at(-1);
    if (!part || part.whole || !samples.length) return;
    const held = this.parts.reduce((sum, one) => sum + one.waiting, 0);
    if (held + samples.length > this.most) this.lost += samples.length;
    else {
      part.chunks.push(samples);
      part.waiting += samples.length;
    }
  }

  /** All of the newest reply has come. */
  end() {
    const part = this.parts.at(-1);
    if (part) part.whole = true;
  }

  /** Drops everything at once. @returns {Note[]} how much of each had been played */
  clear() {
    const notes = this.parts.map(({ turnId, played }) => ({ kind: /** @type {const} */ ("cleared"), turnId, played }));
    this.parts = [];
    this.offset = 0;
    this.running = false;
    return notes;
  }

  /**
   * Fills `out`, with silence where there is nothing to play.
   * @param {Float32Array} out
   * @returns {Note[]} replies that have been played to their end
   */
  pull(out) {
    /** @type {Note[]} */
    const notes = [];
    let at = 0;
    while (at < out.length) {
      const part = this.parts[0];
      if (!part || !this.ready(part)) break;
      at += this.take(part, out, at);
      if (part.waiting === 0) this.finish(part, notes);
    }
    out.fill(0, at);
    return notes;
  }

  /** @param {Part} part */
  ready(part) {
    if (!this.running) this.running = part.whole || part.waiting >= Math.max(1, this.cushion);
    return this.running;
  }

  /** @param {Part} part @param {Float32Array} out @param {number} at @returns {number} samples taken */
  take(part, out, at) {
    const chunk = part.chunks[0];
    if (!chunk) return 0;
    const taken = Math.min(chunk.length - this.offset, out.length - at);
    out.set(chunk.subarray(this.offset, this.offset + taken), at);
    this.offset += taken;
    part.waiting -= taken;
    part.played += taken;
    if (this.offset === chunk.length) {
      part.chunks.shift();
      this.offset = 0;
    }
    return taken;
  }

  /** @param {Part} part @param {Note[]} notes */
  finish(part, notes) {
    this.running = false;
    if (part.whole) {
      this.parts.shift();
      notes.push({ kind: "done", turnId: part.turnId, played: part.played });
    } else this.gaps += 1;
  }
}
