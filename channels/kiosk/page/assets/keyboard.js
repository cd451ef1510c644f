/**
 * The keyboard on the screen: layouts and what a key does to the text, pure; and its view.
 *
 * A touch screen in a store has no other. Above: kiosk_element.js.
 *
 * @typedef {{text: string, shifted: boolean, figures: boolean}} Typed
 */

import { h, icon, put } from "/assets/dom.js";

/** @type {Readonly<Record<string, readonly string[]>>} rows of letters as people know them */
const LETTERS = {
  en: ["qwertyuiop", "asdfghjkl", "zxcvbnm"],
  es: ["qwertyuiop", "asdfghjklñ", "zxcvbnmáéíóú"],
  fr: ["azertyuiop", "qsdfghjklm", "wxcvbnéèàç"],
  de: ["qwertzuiopü", "asdfghjklöä", "yxcvbnmß"],
};
const FIGURES = ["1234567890", "-/:;()€$&@", ".,?!'\"#%+*"];
const MOST = 300;

/** @param {string} language @param {boolean} figures @returns {readonly string[][]} */
export function rowsOf(language, figures) {
  return (figures ? FIGURES : LETTERS[language] ?? LETTERS.en).map((row) => Array.from(row));
}

/** @returns {Typed} */
export function nothingTyped() {
  return { text: "", shifted: true, figures: false };
}

/**
 * @param {Typed} typed
 * @param {string} key a character, or "shift", "back", "figures"
 * @returns {Typed}
 */
export function typing(typed, key) {
  switch (key) {
    case "shift": return { ...typed, shifted: !typed.shifted };
    case "figures": return { ...typed, figures: !typed.figures };
    case "back": return { ...typed, text: Array.from(typed.text).slice(0, -1).join("") };
    default: {
      if (Array.from(typed.text).length >= MOST) return typed;
      const letter = typed.shifted && key !== "ß" ? key.toUpperCase() : key;
      return { ...typed, text: typed.text + letter, shifted: key === " " ? typed.shifted && !typed.text : false };
    }
  }
}

export class KeyboardView {
  /**
   * @param {import("./words.js").Translate} t
   * @param {string} language
   * @param {(text: string) => void} send
   * @param {() => void} close
   */
  constructor(t, language, send, close) {
    this.language = language;
    this.t = t;
    this.send = send;
    this.typed = nothingTyped();
    this.field = h("input", { type: "text", inputmode: "none", "aria-label": t("type_here"), placeholder: t("type_here"), maxlength: MOST, autocomplete: "off", dir: "auto",
      oninput: () => { this.typed = { ...this.typed, text: this.field.value }; },
      onkeydown: (event) => { if (/** @type {KeyboardEvent} */ (event).key === "Enter") this.submit(); } });
    this.keys = h("div", { class: "keys" });
    this.node = h("section", { class: "keyboard", "aria-label": t("keyboard"), hidden: true },
      h("div", { class: "typed" }, this.field,
        h("button", { type: "button", class: "key go", onclick: () => this.submit() }, icon("send"), t("ask")),
        h("button", { type: "button", class: "key", "aria-label": t("close_keyboard"), onclick: close }, icon("down"))),
      this.keys);
    this.draw();
  }

  draw() {
    const { figures, shifted } = this.typed;
    const letter = (/** @type {string} */ one) => h("button", { type: "button", class: "key", onclick: () => this.press(one) }, shifted && !figures && one !== "ß" ? one.toUpperCase() : one);
    const rows = rowsOf(this.language, figures).map((row) => h("div", { class: "row" }, row.map(letter)));
    rows[2].prepend(h("button", { type: "button", class: "key wide", "aria-label": this.t("shift"), "aria-pressed": String(shifted), onclick: () => this.press("shift") }, icon("shift")));
    rows[2].append(h("button", { type: "button", class: "key wide", "aria-label": this.t("delete"), onclick: () => this.press("back") }, icon("erase")));
    put(this.keys, rows, h("div", { class: "row" },
      h("button", { type: "button", class: "key wide", onclick: () => this.press("figures") }, figures ? "abc" : "123"),
      h("button", { type: "button", class: "key space", "aria-label": this.t("space"), onclick: () => this.press(" ") }, " "),
      h("button", { type: "button", class: "key", onclick: () => this.press("?") }, "?"),
      h("button", { type: "button", class: "key", onclick: () => this.press(".") }, ".")));
  }

  /** @param {string} key */
  press(key) {
    const before = this.typed;
    this.typed = typing(before, key);
    this.field.value = this.typed.text;
    if (before.shifted !== this.typed.shifted || before.figures !== this.typed.figures) this.draw();
  }

  submit() {
    const text = this.typed.text.trim();
    if (!text) return;
    this.clear();
    this.send(text);
  }

  clear() {
    this.typed = nothingTyped();
    this.field.value = "";
    this.draw();
  }
}
