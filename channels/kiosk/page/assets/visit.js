/**
 * One visitor's stay at the kiosk: who is there, since when nobody touched it, and when it is wiped. Pure: time comes in.
 *
 * Below: nothing. Above: kiosk_element.js.
 *
 * @typedef {{screen: "attract"|"talk", language: string, touchedAt: number, left: number|null}} Visit
 *   left: seconds until it is wiped, while that is asked; null otherwise
 * @typedef {{kind: "begin", language: string, now: number} | {kind: "touched", now: number}
 *   | {kind: "tick", now: number, busy: boolean, idle: number} | {kind: "leave"}} Input idle in seconds; busy: talks or is served
 */

/** How long "Are you still there?" stands before the wipe. */
export const WARNING_SECONDS = 15;

/** @returns {Visit} */
export function nobody() {
  return { screen: "attract", language: "en", touchedAt: 0, left: null };
}

/**
 * @param {Visit} visit
 * @param {Input} input
 * @returns {Visit}
 */
export function visiting(visit, input) {
  switch (input.kind) {
    case "begin": return { screen: "talk", language: input.language, touchedAt: input.now, left: null };
    case "touched": return visit.screen === "talk" ? { ...visit, touchedAt: input.now, left: null } : visit;
    case "leave": return nobody();
    case "tick": return visit.screen === "attract" ? visit : tick(visit, input);
  }
}

/**
 * @param {Visit} visit
 * @param {Extract<Input, {kind: "tick"}>} input
 * @returns {Visit}
 */
function tick(visit, { now, busy, idle }) {
  if (busy) return { ...visit, touchedAt: now, left: null };
  const left = Math.ceil(idle + WARNING_SECONDS - (now - visit.touchedAt) / 1000);
  if (left <= 0) return nobody();
  const shown = left <= WARNING_SECONDS ? left : null;
  return shown === visit.left ? visit : { ...visit, left: shown };
}

/** A kiosk's name, as it stands on the floor plan and in the server's figures. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * What the address asks for: `?store=…&name=front&lang=de&idle=45&theme=dark`.
 * @param {URL} url
 * @returns {{store: string, name: string, language: string, idle: number, theme: string}}
 */
export function readAddress(url) {
  const asked = (/** @type {string} */ name) => url.searchParams.get(name) ?? "";
  const [idle, name] = [Number(asked("idle")), asked("name")];
  return { store: asked("store"), name: NAME.test(name) ? name : "kiosk", language: asked("lang"), theme: asked("theme"), idle: idle >= 5 && idle <= 600 ? idle : 45 };
}
