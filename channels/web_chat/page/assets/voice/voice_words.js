/**
 * What the voice says by itself on the screen; each language a module, loaded with the voice.
 *
 * @typedef {keyof typeof import("./words/en.js").default} Key
 * @typedef {(key: Key, values?: Record<string, string|number>) => string} Translate
 */

import english from "./words/en.js";

const SPOKEN = new Set(["de", "es", "fr", "nb", "ar"]);

/** @param {string} locale @returns {Promise<Translate>} */
export async function loadVoiceWords(locale) {
  const language = locale.toLowerCase().split(/[-_]/)[0];
  /** @type {Partial<typeof english>} */
  let words = {};
  if (SPOKEN.has(language)) words = (await import(new URL(`words/${language}.js`, import.meta.url).href).catch(() => ({ default: {} }))).default;
  return (key, values = {}) => String(words[key] ?? english[key]).replace(/\{(\w+)\}/g, (_, name) => String(values[name] ?? ""));
}
