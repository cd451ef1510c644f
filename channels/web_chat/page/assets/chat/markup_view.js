/** Builds nodes from markup.js's tree. Below: markup.js, dom.js. Above: message_view.js. */

import { h } from "../dom.js";
import { readMarkup } from "./markup.js";

/**
 * @param {string} text
 * @param {(path: string) => string|null} address where a product's path leads, null for nowhere
 * @returns {HTMLElement[]}
 */
export function markupNodes(text, address) {
  return readMarkup(text).map((block) => {
    if (block.kind === "paragraph") return h("p", {}, block.lines.flatMap((line, n) => (n ? [h("br"), ...spans(line, address)] : spans(line, address))));
    const items = block.items.map((item) => h("li", {}, spans(item, address)));
    return block.ordered ? h("ol", { start: block.start }, items) : h("ul", {}, items);
  });
}

/**
 * @param {import("./markup.js").Span[]} line
 * @param {(path: string) => string|null} address
 */
function spans(line, address) {
  return line.map((span) => {
    if (span.kind === "text") return span.text;
    if (span.kind === "strong") return h("strong", {}, span.text);
    if (span.kind === "em") return h("em", {}, span.text);
    const href = address(span.href);
    return href ? h("a", { href, "data-internal": true }, span.text) : span.text;
  });
}
