/** The locked exit: what a browser offers besides this page is taken away. The device's own settings do the rest (docs/kiosk.md). */

const ZOOM = new Set(["+", "-", "=", "0"]);

/** @param {HTMLElement} element @returns {() => void} gives it all back */
export function lock(element) {
  const gone = new AbortController();
  const { signal } = gone;
  const refuse = (/** @type {Event} */ event) => event.preventDefault();
  for (const name of ["contextmenu", "dragstart", "selectstart", "drop", "dragover"]) {
    element.addEventListener(name, (event) => { if (!(event.target instanceof HTMLInputElement)) event.preventDefault(); }, { signal });
  }
  for (const name of ["gesturestart", "gesturechange"]) addEventListener(name, refuse, { signal, passive: false });
  addEventListener("wheel", (event) => { if (event.ctrlKey) event.preventDefault(); }, { signal, passive: false });
  addEventListener("touchmove", (event) => { if (event.touches.length > 1) event.preventDefault(); }, { signal, passive: false });
  addEventListener("keydown", (event) => { if ((event.ctrlKey || event.metaKey) && ZOOM.has(event.key)) event.preventDefault(); }, { signal });
  element.addEventListener("click", (event) => { if (event.target instanceof Element && event.target.closest("a[href]")) event.preventDefault(); }, { signal, capture: true });
  history.replaceState(null, "");
  history.pushState(null, "");
  addEventListener("popstate", () => history.pushState(null, ""), { signal });
  return () => gone.abort();
}
