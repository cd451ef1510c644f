/** Two soft notes, made here: no file is loaded. Only who switched sounds on hears them. */

/** @type {AudioContext|null} */
let audio = null;

const NOTES = { waiting: [523, 784], message: [659] };

/** @param {"waiting"|"message"} kind */
export function chime(kind) {
  audio ??= new AudioContext();
  const from = audio.currentTime;
  NOTES[kind].forEach((pitch, n) => {
    const at = from + n * 0.14;
    const tone = new OscillatorNode(/** @type {AudioContext} */ (audio), { frequency: pitch, type: "sine" });
    const loud = new GainNode(/** @type {AudioContext} */ (audio), { gain: 0 });
    loud.gain.setValueAtTime(0, at);
    loud.gain.linearRampToValueAtTime(0.08, at + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0001, at + 0.5);
    tone.connect(loud).connect(/** @type {AudioContext} */ (audio).destination);
    tone.start(at);
    tone.stop(at + 0.55);
  });
}
