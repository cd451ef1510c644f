/**
 * "Take it with you": the QR picture, how long it is good, and what to do once the phone has it.
 *
 * Below: handover_state.js, the session. Above: stay.js.
 */

import { h, icon, put } from "/assets/dom.js";
import { Problem } from "/assets/aisle_client.js";
import { clock, handing, notHanding } from "./handover_state.js";

/** How long a code is good, where the server does not say. */
const USUAL = 600_000;

export class HandoverView {
  /**
   * @param {import("./words.js").Translate} t
   * @param {import("/assets/chat/session.js").Session} session
   * @param {{close: () => void, end: () => void}} does
   */
  constructor(t, session, does) {
    this.t = t;
    this.session = session;
    this.does = does;
    this.state = notHanding();
    this.shown = "";
    this.body = h("div", { class: "take" });
    this.left = h("strong", { class: "left" });
    this.title = h("h2", { tabindex: -1 }, t("take_title"));
    this.node = h("section", { class: "handover panel", "aria-label": t("take_title"), hidden: true },
      h("header", {}, h("div", {}, this.title), h("button", { type: "button", class: "plain", onclick: does.close }, icon("close"), t("close_map"))),
      this.body);
  }

  /** @param {import("./handover_state.js").Input} input */
  step(input) {
    const before = this.state;
    this.state = handing(before, input);
    if (this.state === before) return;
    if (this.state.kind === "asking" && before.kind !== "asking") void this.ask();
    this.draw();
  }

  async ask() {
    try {
      if (!this.session.state.conversationId) await this.session.start();
      const made = await this.session.transferCode();
      this.step({ kind: "issued", code: made.code, url: made.url, picture: made.qr_svg, until: Date.parse(made.expires_at) || Date.now() + USUAL, now: Date.now() });
    } catch (error) {
      this.step(error instanceof Problem && error.status === 409 ? { kind: "refused" } : { kind: "failed", now: Date.now() });
    }
  }

  draw() {
    const { t, state } = this;
    if (state.kind === "shown") put(this.left, clock(state.left));
    const key = state.kind === "shown" ? state.code : state.kind;
    if (key === this.shown || (state.kind === "asking" && this.shown)) return;
    this.shown = state.kind === "closed" ? "" : key;
    this.node.classList.toggle("done", state.kind === "joined");
    this.title.textContent = t(state.kind === "joined" ? "taken_title" : "take_title");
    put(this.body, ...this.parts());
  }

  /** @returns {import("/assets/dom.js").Child[]} */
  parts() {
    const { t, state } = this;
    switch (state.kind) {
      case "shown": return [h("p", {}, t("take_more")),
        h("img", { class: "qr", src: `data:image/svg+xml,${encodeURIComponent(state.picture)}`, alt: t("take_picture"), width: 400, height: 400 }),
        h("p", { class: "code" }, h("span", {}, t("take_code")), h("strong", {}, state.code)),
        h("p", { class: "when" }, icon("clock"), h("span", {}, t("take_until"), " ", this.left))];
      case "joined": return [h("span", { class: "tick" }, icon("check")), h("p", {}, t("taken_more")),
        h("div", { class: "buttons" }, h("button", { type: "button", class: "solid", onclick: this.does.end }, t("end_here")), h("button", { type: "button", class: "plain", onclick: this.does.close }, t("go_on_here")))];
      case "refused": return [h("span", { class: "tick" }, icon("phone")), h("p", {}, t("take_refused"))];
      case "failed": return [h("p", { role: "alert" }, t("take_failed"))];
      default: return [h("p", { class: "dots" }, h("i"), h("i"), h("i"))];
    }
  }
}
