/**
 * A few signs of emphasis, lists and product links, as a tree: what a view builds nodes from, never HTML.
 *
 * @typedef {{kind: "text", text: string} | {kind: "strong", text: string} | {kind: "em", text: string}
 *   | {kind: "link", text: string, href: string}} Span
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
  for (const line of text.split("\n")) {
    open = readLine(blocks, line, open);
  }
  return blocks;
}

/**
 * Adds one line, and says whether the next may go on in the same block.
 * @param {Block[]} blocks
 * @param {string} line
 * @param {boolean} open
 */
function readLine(blocks, line, open) {
  if (!line.trim()) return false;
  const last = open ? blocks.at(-1) : undefined;
  const bullet = BULLET.exec(line);
  const number = bullet ? null : NUMBER.exec(line);
  if (bullet || number) {
    const item = readSpans(bullet ? bullet[1] : /** @type {RegExpExecArray} */ (number)[2]);
    if (last?.kind === "list" && last.ordered === Boolean(number)) last.items.push(item);
    else blocks.push({ kind: "list", ordered: Boolean(number), start: number ? Number(number[1]) : 1, items: [item] });
  } else if (last?.kind === "paragraph") last.lines.push(readSpans(line));
  else blocks.push({ kind: "paragraph", lines: [readSpans(line)] });
  return true;
}

/**
 * @param {string} line
 * @returns {Span[]}
 */
function readSpans(line) {
  /** @type {Span[]} */
  const spans = [];
  let at = 0;
  for (const match of line.matchAll(SPAN)) {
    if (match.index > at) spans.push({ kind: "text", text: line.slice(at, match.index) });
    spans.push(readSpan(match));
    at = match.index + match[0].length;
  }
  if (at < line.length) spans.push({ kind: "text", text: line.slice(at) });
  return spans;
}

/**
 * @param {RegExpExecArray|RegExpMatchArray} match
 * @returns {Span}
 */
function readSpan(match) {
  if (match[1]) return { kind: "strong", text: match[1] };
  if (match[2]) return { kind: "em", text: match[2] };
  return isProductPath(match[4]) ? { kind: "link", text: match[3], href: match[4] } : { kind: "text", text: match[0] };
}

/**
 * Only this shop's own product pages become links: whatever else a text holds stays words.
 * @param {string} href
 */
export function isProductPath(href) {
  return /^\/p\/[A-Za-z0-9._~-]{1,120}$/.test(href);
}
