/**
 * What the operator's page says; English is the measure of the others.
 *
 * @typedef {keyof typeof import("./languages/en.js").default} Key
 * @typedef {(key: Key, values?: Record<string, string|number>) => string} Translate
 */

import de from "./languages/de.js";
import en from "./languages/en.js";
import es from "./languages/es.js";
import fr from "./languages/fr.js";

/** @type {Readonly<Record<string, Readonly<Record<Key, string>>>>} */
export const LANGUAGES = Object.freeze({ en, de, es, fr });

/** @param {readonly string[]} wanted the first one that is spoken here */
export function chooseLanguage(wanted) {
  return wanted.map((locale) => locale.toLowerCase().split(/[-_]/)[0]).find((language) => Object.hasOwn(LANGUAGES, language)) ?? "en";
}

/** @param {string} language @returns {Translate} */
export function speaking(language) {
  const words = LANGUAGES[language] ?? en;
  return (key, values = {}) => (words[key] ?? en[key] ?? String(key)).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}

/** A word of the server's in this language where it is known here, else as it is. @param {Translate} t @param {string} family @param {string} word */
export function worded(t, family, word) {
  const key = `${family}_${word.replace(/\W+/g, "_")}`;
  return Object.hasOwn(en, key) ? t(/** @type {Key} */ (key)) : word.replaceAll("_", " ");
}
