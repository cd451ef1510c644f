/** Builds nodes from markup.js's tree. Below: markup.js, dom.js. Above: message_view.js. */

import { h } from "../dom.js";
import { readMarkup } from "./markup.js";

/** @typedef {(path: string) => string|null} Address where a product's path leads, null for nowhere */

/**
 * @param {string} text
 * @param {Address} address
 * @param {boolean} [apart] each word a node of its own, which knows where in the text it begins: see markWords
 * @returns {HTMLElement[]}
 */
export function markupNodes(text, address, apart = false) {
  const show = (/** @type {import("./markup.js").Span[]} */ line) => line.map((span) => spanNode(span, address, apart));
  return readMarkup(text).map((block) => {
    if (block.kind === "paragraph") return h("p", {}, block.lines.flatMap((line, n) => (n ? [h("br"), ...show(line)] : show(line))));
    const items = block.items.map((item) => h("li", {}, show(item)));
    return block.ordered ? h("ol", { start: block.start }, items) : h("ul", {}, items);
  });
}

/**
 * @param {import("./markup.js").Span} span
 * @param {Address} address
 * @param {boolean} apart
 */
function spanNode(span, address, apart) {
  const words = apart ? wordNodes(span) : [span.text];
  if (span.kind === "strong" || span.kind === "em") return h(span.kind, {}, words);
  const href = span.kind === "link" ? address(span.href) : null;
  return href ? h("a", { href, "data-internal": true }, words) : apart ? h("span", {}, words) : span.text;
}

/** @param {import("./markup.js").Span} span */
function wordNodes(span) {
  return [...span.text.matchAll(/\s+|\S+/g)].map((part) => (part[0].trim() ? h("span", { "data-at": span.at + part.index }, part[0]) : part[0]));
}

/**
 * Tells the words that were said from the one that is being said and from the rest. Only colours change: nothing moves.
 * @param {Element} node
 * @param {number|null} upTo how far it has been said; null: nothing is being said
 * @param {number|null} unsaidFrom where the words begin that never were
 */
export function markWords(node, upTo, unsaidFrom) {
  const words = /** @type {NodeListOf<HTMLElement>} */ (node.querySelectorAll("[data-at]"));
  words.forEach((word, n) => {
    const at = Number(word.dataset.at);
    const last = upTo !== null && at < upTo && Number(words[n + 1]?.dataset.at ?? Infinity) >= upTo;
    word.classList.toggle("ahead", upTo !== null && at >= upTo);
    word.classList.toggle("now", last);
    word.classList.toggle("unsaid", unsaidFrom !== null && at >= unsaidFrom);
  });
}
