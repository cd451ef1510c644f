/**
 * The voice's dock above the composer: the orb, what happens in words, live captions, and the few buttons that it needs.
 *
 * Below: voice.js, orb.js. Above: chat_element.js, which loads it when the microphone is first wanted, and the kiosk.
 *
 * @typedef {{idle?: string, failed?: (failure: import("./failures.js").Failure) => string}} Place how it differs where it stands:
 *   idle: what it says while the voice is off, without it nothing is shown then; failed: other advice, "" for the usual
 */

import "./orb.js";
import { h, icon, put } from "../dom.js";
import { holdable } from "./hold.js";
import { isSending, shownOf } from "./voice_state.js";
import { loadVoiceWords } from "./voice_words.js";
import { Voice } from "./voice.js";

/**
 * @param {import("../chat/card_view.js").Context} context
 * @param {Voice|null} known the session's, when the widget is built anew in another language
 * @param {Place} [place]
 */
export async function openVoice(context, known, place = {}) {
  const t = await loadVoiceWords(context.locale);
  return new VoiceView(context, t, known ?? new Voice(context.session), place);
}

export class VoiceView {
  /**
   * @param {import("../chat/card_view.js").Context} context
   * @param {import("./voice_words.js").Translate} t
   * @param {Voice} voice
   * @param {Place} place
   */
  constructor(context, t, voice, { idle = "", failed = () => "" }) {
    this.idle = idle;
    this.failed = failed;
    this.context = context;
    this.t = t;
    this.voice = voice;
    this.orb = /** @type {import("./orb.js").OrbElement} */ (document.createElement("aisle-orb"));
    this.talk = h("button", { type: "button", class: "orb" }, this.orb);
    this.title = h("p", { class: "doing" });
    this.caption = h("p", { class: "caption", dir: "auto" });
    this.status = h("p", { class: "quiet", role: "status" });
    this.cut = this.button("stop", "stop", () => voice.cutIn());
    this.again = h("button", { type: "button", class: "plain", onclick: () => void voice.start() }, t("try_again"));
    this.end = this.button("close", "end", () => voice.stop());
    this.node = h("section", { class: "voice", "aria-label": t("voice"), hidden: true },
      h("link", { rel: "stylesheet", href: new URL("voice.css", import.meta.url).href }),
      this.talk, h("div", { class: "words" }, this.title, this.caption), this.again, this.cut, this.end, this.status);
    holdable(this.talk, { tap: () => this.tapped(), hold: (on) => voice.hold(on) });
    this.key = "";
    voice.addEventListener("change", () => this.update());
    voice.addEventListener("level", () => { this.orb.level = voice.state.speech ? voice.loudness : voice.level; });
    this.update();
  }

  /** @param {Parameters<typeof icon>[0]} picture @param {import("./voice_words.js").Key} words @param {() => void} run */
  button(picture, words, run) {
    return h("button", { type: "button", class: `round ghost ${words}`, "aria-label": this.t(words), title: this.t(words), onclick: run }, icon(picture));
  }

  /** Replies are said aloud then: a screen reader need not read them out on top. */
  get isOn() {
    return this.voice.state.mic === "on";
  }

  /** What one tap on the orb does follows from what is going on. */
  tapped() {
    const { voice, shown } = this;
    if (shown === "failed" || shown === "off") void voice.start();
    else if (shown === "speaking" || shown === "thinking") voice.cutIn();
    else voice.mute(!voice.state.muted);
  }

  /** What was typed or touched is thought about as well. */
  get shown() {
    const shown = shownOf(this.voice.state);
    return shown === "listening" && this.context.session.state.turnId !== null ? "thinking" : shown;
  }

  update() {
    const { shown } = this;
    const { state } = this.voice;
    const stage = shown === "thinking" ? this.context.session.state.stage?.label ?? "" : "";
    const key = JSON.stringify([shown, stage, state.notice, state.failure, state.caption, state.prompt, isSending(state)]);
    if (key === this.key) return;
    this.key = key;
    this.node.hidden = shown === "off" && !this.idle;
    this.end.hidden = shown === "off";
    this.node.dataset.state = shown;
    this.orb.setAttribute("state", shown);
    this.talk.setAttribute("aria-label", this.t(tapWords(shown)));
    this.talk.title = this.t(tapWords(shown));
    this.talk.setAttribute("aria-pressed", String(isSending(state)));
    this.cut.hidden = shown !== "speaking";
    this.again.hidden = shown !== "failed";
    const said = state.failure ? this.failed(state.failure) || this.t(`failed_${state.failure}`) : state.notice ? this.t(`notice_${state.notice}`) : "";
    const doing = shown === "failed" ? this.t("failed") : shown === "off" ? this.idle : this.t(shown);
    put(this.title, doing);
    this.showCaption(said, shown, stage);
    // A reader is told of states and troubles, and of what it was understood to have said; never of words in the making.
    const told = [doing, said, state.caption?.final && this.t("understood", { text: state.caption.text })].filter(Boolean).join(". ");
    if (this.status.textContent !== told) put(this.status, told);
  }

  /** @param {string} said @param {import("./voice_state.js").Shown} shown @param {string} stage what the assistant is about */
  showCaption(said, shown, stage) {
    const { prompt } = this.voice.state;
    const caption = shown === "speaking" && prompt ? { text: prompt, final: true } : this.voice.state.caption;
    const hint = shown === "listening" ? this.t("hint_listening") : shown === "muted" ? this.t("hint_muted") : shown === "speaking" ? this.t("hint_speaking") : shown === "asking" ? this.t("hint_asking") : shown === "preparing" ? this.t("hint_preparing") : stage;
    this.caption.className = `caption ${said ? "trouble" : caption ? (caption.final ? "firm" : "partial") : "hint"}`;
    put(this.caption, said || (caption ? caption.text : hint));
  }
}

/** @param {import("./voice_state.js").Shown} shown @returns {import("./voice_words.js").Key} */
function tapWords(shown) {
  if (shown === "speaking" || shown === "thinking") return "stop";
  if (shown === "muted") return "unmute";
  return shown === "failed" || shown === "off" ? "try_again" : "mute";
}
