/**
 * One button for two habits: a short press is a tap, a long one talks while it is held, by finger, mouse or Space.
 * Above: voice_view.js and the kiosk.
 */

const LONG = 280;

/**
 * @param {HTMLElement} button
 * @param {{tap: () => void, hold: (on: boolean) => void}} does
 */
export function holdable(button, { tap, hold }) {
  let timer = 0;
  let held = false;
  let down = false;
  let released = -LONG;

  function press() {
    if (down) return;
    down = true;
    held = false;
    timer = window.setTimeout(() => { held = true; hold(true); }, LONG);
  }

  /** @param {boolean} taps */
  function release(taps) {
    if (!down) return;
    down = false;
    released = performance.now();
    clearTimeout(timer);
    if (held) hold(false);
    else if (taps) tap();
  }

  button.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    button.setPointerCapture(event.pointerId);
    press();
  });
  button.addEventListener("pointerup", () => release(true));
  button.addEventListener("pointercancel", () => release(false));
  button.addEventListener("contextmenu", (event) => event.preventDefault()); // a long press on a phone
  button.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    if (!event.repeat) press();
  });
  button.addEventListener("keyup", (event) => { if (event.key === " " || event.key === "Enter") release(true); });
  button.addEventListener("blur", () => release(false));
  // A screen reader's press is a click that neither pointer nor key went before.
  button.addEventListener("click", () => { if (performance.now() - released > LONG) tap(); });
}
