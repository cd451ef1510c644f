/**
 * What can go wrong with a voice, in a few words that views translate. Pure. Above: voice_state.js, microphone.js.
 *
 * A failure ends the voice (the text goes on), a notice is about this once.
 *
 * @typedef {"insecure"|"unsupported"|"denied"|"no_microphone"|"in_use"|"unplugged"|"engine"|"no_socket"|"unknown"} Failure
 * @typedef {"slow_line"|"cut_off"|"not_heard"|"not_spoken"|"busy"|"missed"} Notice missed: speech or noise that brought no words
 */

/** @type {Readonly<Record<string, Failure>>} DOMException names of getUserMedia (W3C Media Capture, 10.3) */
const MICROPHONE = {
  NotAllowedError: "denied", SecurityError: "denied", PermissionDeniedError: "denied",
  NotFoundError: "no_microphone", OverconstrainedError: "no_microphone", DevicesNotFoundError: "no_microphone",
  NotReadableError: "in_use", AbortError: "in_use", TrackStartError: "in_use",
  TypeError: "unsupported", NotSupportedError: "unsupported",
};

/** @type {Readonly<Record<string, Failure>>} codes of error frames */
const SERVER = {
  speech_not_installed: "engine", model_unavailable: "engine", unsupported_audio: "engine", not_allowed: "engine",
  speech_unavailable: "engine",
};

/** @type {Readonly<Record<string, Notice>>} */
const PASSING = {
  overloaded: "busy", too_many: "busy", model_timeout: "busy", not_heard: "not_heard", nothing_heard: "not_heard",
  not_taken: "not_heard", not_spoken: "not_spoken",
};

/** @param {unknown} error what getUserMedia or the worklets rejected with @returns {Failure} */
export function microphoneFailure(error) {
  const name = error && typeof error === "object" && "name" in error ? String(error.name) : "";
  return MICROPHONE[name] ?? "unknown";
}

/** @param {string} code @returns {Failure|null} */
export function failureOf(code) {
  return SERVER[code] ?? null;
}

/** @param {string} code @returns {Notice|null} */
export function noticeOf(code) {
  return PASSING[code] ?? null;
}
