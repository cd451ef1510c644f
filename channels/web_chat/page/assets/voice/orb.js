/**
 * <aisle-orb state="listening">: one round thing that shows what the voice does, for eyes near and far.
 *
 * Attributes: `state` (voice_state.js's Shown), `still` (no own motion). `level` in [0, 1] moves it: what is heard or said.
 * Colours and sizes are orb.css's; the words beside it are the views'. Below: nothing. Above: voice_view.js and the kiosk.
 */

import { h, icon } from "../dom.js";

const ICONS = /** @type {const} */ ({ off: "mic", asking: "mic", listening: "mic", hearing: "mic", muted: "mic_off", failed: "alert", lost: "retry" });

export class OrbElement extends HTMLElement {
  static observedAttributes = ["state"];

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    this.picture = h("span", { class: "picture" });
    root.append(
      h("link", { rel: "stylesheet", href: new URL("orb.css", import.meta.url).href }),
      h("span", { class: "halo far" }), h("span", { class: "halo" }),
      h("span", { class: "core" }, this.picture,
        h("span", { class: "waves" }, h("i"), h("i"), h("i"), h("i"), h("i")),
        h("span", { class: "dots" }, h("i"), h("i"), h("i"))));
  }

  connectedCallback() {
    this.setAttribute("aria-hidden", "true");
  }

  /** @param {string} _name @param {string|null} before @param {string|null} now */
  attributeChangedCallback(_name, before, now) {
    if (before === now) return;
    const drawn = /** @type {Record<string, typeof ICONS[keyof typeof ICONS]>} */ (ICONS)[now ?? "off"];
    this.picture.replaceChildren(...(drawn ? [icon(drawn)] : []));
  }

  /** @param {number} level */
  set level(level) {
    this.style.setProperty("--level", level.toFixed(3));
  }
}

if (!customElements.get("aisle-orb")) customElements.define("aisle-orb", OrbElement);
