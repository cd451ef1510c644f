/** Where the keyboard goes when something was done. Above: desk_element.js. */

import { gap } from "./state/replies.js";

/** Whether it could go there. @param {HTMLElement} root @param {string} what composer, composer-end, composer-gap, ask or log @returns {boolean} */
export function bring(root, what) {
  const [place, how] = what.split("-");
  const node = /** @type {HTMLElement|null} */ (root.querySelector({ composer: ".composer .field", ask: ".ask", log: ".transcript" }[place] ?? ".transcript"));
  if (!node || /** @type {any} */ (node).disabled) { /** @type {HTMLElement|null} */ (root.querySelector(".transcript"))?.focus(); return false; }
  node.focus();
  if (!(node instanceof HTMLTextAreaElement)) return document.activeElement === node;
  const hole = how === "gap" ? gap(node.value) : null;
  if (hole) node.setSelectionRange(...hole);
  else if (how === "end") node.setSelectionRange(node.value.length, node.value.length);
  node.scrollTop = node.scrollHeight;
  return document.activeElement === node;
}
