/**
 * Where the customer writes. Enter sends, Shift+Enter begins a line, and an input method's Enter is its own.
 *
 * Below: text.js. Above: chat_element.js.
 */

import { h, icon } from "../dom.js";
import { countCharacters } from "./text.js";
import { MESSAGE_LIMIT } from "./wire.js";

const COUNT_FROM = MESSAGE_LIMIT - 400;

export class ComposerView {
  /**
   * @param {import("./card_view.js").Context} context
   * @param {(text: string) => boolean} say
   */
  constructor(context, say) {
    const { t, session } = context;
    this.context = context;
    this.say = say;
    this.field = h("textarea", { rows: 1, "aria-label": t("message"), placeholder: t("placeholder"), enterkeyhint: "send", autocomplete: "off", dir: "auto", "aria-describedby": "count",
      onkeydown: (event) => this.key(/** @type {KeyboardEvent} */ (event)), oninput: () => { this.typed(); session.typing(); } });
    this.count = h("p", { id: "count", class: "count", hidden: true });
    this.send = h("button", { type: "submit", class: "round send", "aria-label": t("send"), title: t("send") }, icon("send"));
    this.stop = h("button", { type: "button", class: "round stop", "aria-label": t("stop"), title: t("stop"), hidden: true, onclick: () => { session.interrupt(); this.field.focus(); } }, icon("stop"));
    this.mic = h("button", { type: "button", class: "round mic", "aria-label": t("talk"), title: t("talk"), "aria-pressed": "false", onclick: () => context.talk() }, icon("mic"));
    this.human = h("button", { type: "button", class: "link human", onclick: () => session.act("talk_to_human", {}, t("talk_to_human")) }, icon("person"), t("talk_to_human"));
    this.node = h("form", { class: "composer", onsubmit: (event) => { event.preventDefault(); this.submit(); } },
      h("div", { class: "field" }, this.field, this.mic, this.stop, this.send), h("div", { class: "under" }, this.human, this.count));
    this.field.value = session.memory.read("draft") ?? "";
    this.running = false;
    this.typed();
  }

  /** @param {KeyboardEvent} event */
  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.altKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.submit();
  }

  submit() {
    if (!this.say(this.field.value)) return;
    this.field.value = "";
    this.typed();
    this.field.focus();
  }

  typed() {
    const { t, session } = this.context;
    const length = countCharacters(this.field.value.trim());
    this.count.hidden = length < COUNT_FROM;
    this.count.classList.toggle("over", length > MESSAGE_LIMIT);
    this.count.textContent = length > MESSAGE_LIMIT ? t("too_long", { n: length - MESSAGE_LIMIT }) : t("left", { n: MESSAGE_LIMIT - length });
    this.field.setAttribute("aria-invalid", String(length > MESSAGE_LIMIT));
    this.fit();
    session.memory.write("draft", this.field.value || null);
    this.buttons(length);
  }

  /** As high as what is written; a hidden field has no height to measure. */
  fit() {
    this.field.style.height = "auto";
    if (this.field.scrollHeight) this.field.style.height = `${this.field.scrollHeight}px`;
  }

  /** @param {number} length */
  buttons(length) {
    this.send.disabled = length === 0 || length > MESSAGE_LIMIT;
    this.stop.hidden = !(this.running && length === 0);
    this.send.hidden = !this.stop.hidden;
  }

  /** @param {import("./conversation.js").State} state @param {boolean} talking the voice has its own stop then */
  update(state, talking) {
    this.running = state.turnId !== null || (state.speaking !== null && !talking);
    this.mic.setAttribute("aria-pressed", String(talking));
    this.human.hidden = state.status === "agent" || state.status === "waiting_for_agent";
    this.buttons(countCharacters(this.field.value.trim()));
  }
}
