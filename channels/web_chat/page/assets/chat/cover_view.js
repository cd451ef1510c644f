/** Where a sheet lies over the conversation for a moment. Sheets are loaded when the first is wanted. Above: chat_element.js. */

import { h, put } from "../dom.js";

export class CoverView {
  /** @param {() => HTMLElement|undefined} below what cannot be reached meanwhile @param {() => void} done the focus goes back */
  constructor(below, done) {
    this.below = below;
    this.done = done;
    this.node = h("div", { class: "sheet-place", hidden: true });
  }

  /** @param {(sheets: typeof import("./sheets.js"), done: () => void) => HTMLElement} make */
  async show(make) {
    const sheet = make(await import("./sheets.js"), () => this.hide());
    put(this.node, sheet);
    this.node.hidden = false;
    this.below()?.toggleAttribute("inert", true);
    sheet.focus();
  }

  hide() {
    this.node.hidden = true;
    put(this.node);
    this.below()?.toggleAttribute("inert", false);
    this.done();
  }
}
