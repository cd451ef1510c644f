/** A reply's emphasis and lists as descriptions; words are only ever text. Below: the chat's markup.js, paint.js. */

import { readMarkup } from "/assets/chat/markup.js";
import { v } from "../paint.js";

/** @param {string} text */
export function markup(text) {
  return readMarkup(text).map((block) => {
    if (block.kind === "paragraph") return v("p", {}, block.lines.map((line, n) => [n ? v("br") : null, line.map(span)]));
    return v(block.ordered ? "ol" : "ul", block.ordered ? { start: block.start } : {}, block.items.map((item) => v("li", {}, item.map(span))));
  });
}

/** @param {import("/assets/chat/markup.js").Span} one */
function span(one) {
  return one.kind === "strong" || one.kind === "em" ? v(one.kind, {}, one.text) : one.text;
}
