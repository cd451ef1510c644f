/**
 * Offsets of the wire count characters (code points), JavaScript's strings count UTF-16 units: an emoji is one and two.
 *
 * @param {string} text
 * @param {number} offset in code points
 * @returns {number} the same place in UTF-16 units, or -1 past the end
 */
export function unitOffset(text, offset) {
  let units = 0;
  for (let points = 0; points < offset; points += 1) {
    if (units >= text.length) return -1;
    units += /** @type {number} */ (text.codePointAt(units)) > 0xffff ? 2 : 1;
  }
  return units;
}

/**
 * The reply so far with a delta put in its place; null when words before it are missing.
 * A lower offset than the end replaces what was there.
 * @param {string} text
 * @param {number} offset
 * @param {string} more
 * @returns {string|null}
 */
export function spliceDelta(text, offset, more) {
  const at = unitOffset(text, offset);
  return at < 0 ? null : text.slice(0, at) + more;
}

/** How many characters a person would say this is. @param {string} text */
export function countCharacters(text) {
  return Array.from(text).length;
}

/**
 * The end of the last whole sentence at or after `from`: what may be read aloud already.
 * A full stop inside a figure ("89.00") or a single-letter abbreviation does not end one.
 * @param {string} text
 * @param {number} from
 */
export function lastSentenceEnd(text, from) {
  const pattern = /(?:[.!?…]["'”’)\]]*(?=\s)|[。！？]|\n)/gu;
  pattern.lastIndex = from;
  let end = from;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    const before = text.slice(Math.max(0, match.index - 2), match.index);
    if (!/(?:^|[\s.])\p{L}$/u.test(before)) end = match.index + match[0].length;
  }
  return end;
}
