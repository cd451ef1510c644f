/**
 * The microphone: permission, echo cancellation, and frames of 16 kHz pcm16 from the worklet. Below: capture_worklet.js.
 * Above: voice.js.
 *
 * @typedef {{pcm: ArrayBuffer, level: number}} MicrophoneFrame
 * @typedef {{close: () => void}} Microphone
 */

export const RATE = 16_000;
const WANTED = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** Why there can be none, before anybody is asked. @returns {import("./failures.js").Failure|null} */
export function microphoneHindrance() {
  if (!window.isSecureContext) return "insecure";
  return navigator.mediaDevices && "audioWorklet" in AudioContext.prototype ? null : "unsupported";
}

/**
 * Rejects with what the browser says (failures.js reads it).
 * @param {AudioContext} context
 * @param {(frame: MicrophoneFrame) => void} onFrame
 * @param {() => void} onEnded it was unplugged, or the permission was taken back
 * @returns {Promise<Microphone>}
 */
export async function openMicrophone(context, onFrame, onEnded) {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: WANTED });
  const [track] = stream.getAudioTracks();
  const close = () => stream.getTracks().forEach((one) => one.stop());
  try {
    await context.audioWorklet.addModule(new URL("capture_worklet.js", import.meta.url).href);
  } catch (error) {
    close();
    throw error;
  }
  const source = context.createMediaStreamSource(stream);
  const capture = new AudioWorkletNode(context, "aisle-capture", { numberOfOutputs: 1, channelCount: 1, channelCountMode: "explicit" });
  const unheard = new GainNode(context, { gain: 0 });
  capture.port.onmessage = ({ data }) => onFrame(data);
  source.connect(capture).connect(unheard).connect(context.destination); // a node that leads nowhere may not be run
  track.addEventListener("ended", onEnded);
  return {
    close() {
      track.removeEventListener("ended", onEnded);
      capture.port.onmessage = null;
      capture.port.postMessage("over");
      for (const node of [source, capture, unheard]) node.disconnect();
      close();
    },
  };
}
