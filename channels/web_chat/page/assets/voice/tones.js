/** Short tones for those who do not look: it listens, it stopped, it failed. Quiet, and never over speech. Above: voice.js. */

/** @type {Readonly<Record<"ready"|"closed"|"failed"|"notice", readonly [frequency: number, at: number, length: number][]>>} */
const TONES = {
  ready: [[523, 0, 0.09], [784, 0.09, 0.14]],
  closed: [[784, 0, 0.09], [523, 0.09, 0.14]],
  failed: [[311, 0, 0.16], [233, 0.18, 0.26]],
  notice: [[440, 0, 0.12]],
};
const VOLUME = 0.09;

/**
 * @param {AudioContext} context
 * @param {keyof typeof TONES} name
 */
export function playTone(context, name) {
  for (const [frequency, at, length] of TONES[name]) {
    const from = context.currentTime + at;
    const tone = new OscillatorNode(context, { frequency, type: "sine" });
    const volume = new GainNode(context, { gain: 0 });
    volume.gain.setTargetAtTime(VOLUME, from, 0.012);
    volume.gain.setTargetAtTime(0, from + length, 0.03);
    tone.connect(volume).connect(context.destination);
    tone.start(from);
    tone.stop(from + length + 0.2);
  }
}
