/**
 * What the kiosk says by itself, in the visitor's language.
 *
 * @typedef {keyof typeof import("./languages/en.js").default} Key
 * @typedef {(key: Key, values?: Record<string, string|number>) => string} Translate
 */

import de from "./languages/de.js";
import en from "./languages/en.js";
import es from "./languages/es.js";
import fr from "./languages/fr.js";

/** All of them stand on the first screen at once. @type {Readonly<Record<string, Readonly<Record<Key, string>>>>} */
export const LANGUAGES = Object.freeze({ en, es, fr, de });

/** @param {readonly string[]} wanted the first one that is spoken here */
export function chooseLanguage(wanted) {
  return wanted.map((locale) => locale.toLowerCase().split(/[-_]/)[0]).find((language) => Object.hasOwn(LANGUAGES, language)) ?? "en";
}

/** @param {string} language @returns {Translate} */
export function speaking(language) {
  const words = LANGUAGES[language] ?? en;
  return (key, values = {}) => words[key].replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}
