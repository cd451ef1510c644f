/**
 * A few signs of emphasis, lists and product links, as a tree: what a view builds nodes from, never HTML.
 *
 * @typedef {{kind: "text"|"strong"|"em", text: string, at: number} | {kind: "link", text: string, at: number, href: string}} Span
 *   at: where its words begin in the text that was read
 * @typedef {{kind: "paragraph", lines: Span[][]} | {kind: "list", ordered: boolean, start: number, items: Span[][]}} Block
 */

const BULLET = /^\s{0,3}[-*•]\s+(.*)$/;
const NUMBER = /^\s{0,3}(\d{1,3})[.)]\s+(.*)$/;
const SPAN = /\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*|(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])|\[([^\]\n]{1,200})\]\(([^()\s]{1,400})\)/g;

/**
 * @param {string} text
 * @returns {Block[]}
 */
export function readMarkup(text) {
  /** @type {Block[]} */
  const blocks = [];
  let open = false;
  let at = 0;
  for (const line of text.split("\n")) {
    open = readLine(blocks, line, open, at);
    at += line.length + 1;
  }
  return blocks;
}

/**
 * Adds one line, and says whether the next may go on in the same block.
 * @param {Block[]} blocks
 * @param {string} line
 * @param {boolean} open
 * @param {number} at where the line begins
 */
function readLine(blocks, line, open, at) {
  if (!line.trim()) return false;
  const last = open ? blocks.at(-1) : undefined;
  const bullet = BULLET.exec(line);
  const number = bullet ? null : NUMBER.exec(line);
  if (bullet || number) {
    const words = bullet ? bullet[1] : /** @type {RegExpExecArray} */ (number)[2];
    const item = readSpans(words, at + line.length - words.length);
    if (last?.kind === "list" && last.ordered === Boolean(number)) last.items.push(item);
    else blocks.push({ kind: "list", ordered: Boolean(number), start: number ? Number(number[1]) : 1, items: [item] });
  } else if (last?.kind === "paragraph") last.lines.push(readSpans(line, at));
  else blocks.push({ kind: "paragraph", lines: [readSpans(line, at)] });
  return true;
}

/**
 * @param {string} line
 * @param {number} start
 * @returns {Span[]}
 */
function readSpans(line, start) {
  /** @type {Span[]} */
  const spans = [];
  let at = 0;
  for (const match of line.matchAll(SPAN)) {
    if (match.index > at) spans.push({ kind: "text", text: line.slice(at, match.index), at: start + at });
    spans.push(readSpan(match, start + match.index));
    at = match.index + match[0].length;
  }
  if (at < line.length) spans.push({ kind: "text", text: line.slice(at), at: start + at });
  return spans;
}

/**
 * @param {RegExpExecArray|RegExpMatchArray} match
 * @param {number} at
 * @returns {Span}
 */
function readSpan(match, at) {
  if (match[1]) return { kind: "strong", text: match[1], at: at + 2 };
  if (match[2]) return { kind: "em", text: match[2], at: at + 1 };
  return isProductPath(match[4]) ? { kind: "link", text: match[3], at: at + 1, href: match[4] } : { kind: "text", text: match[0], at };
}

/**
 * Only this shop's own product pages become links: whatever else a text holds stays words.
 * @param {string} href
 */
export function isProductPath(href) {
  return /^\/p\/[A-Za-z0-9._~-]{1,120}$/.test(href);
}
