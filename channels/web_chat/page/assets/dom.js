/**
 * Nodes without markup: everything the pages show is built here, text only ever as text.
 *
 * Below: nothing. Above: every view.
 *
 * @typedef {Node|string|number|null|undefined|false} Child
 * @typedef {Record<string, string|number|boolean|null|undefined|EventListener>} Attributes
 */

/**
 * `h("button", {class: "go", onclick: f, "aria-label": "Go"}, "Go")`; false and null leave an attribute or child out.
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Attributes} [attributes]
 * @param {...(Child|Child[])} children
 * @returns {HTMLElementTagNameMap[T]}
 */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") element.addEventListener(name.slice(2), value);
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, value === true ? "" : String(value));
  }
  put(element, ...children);
  return element;
}

/**
 * @param {Element} parent
 * @param {...(Child|Child[])} children
 */
export function put(parent, ...children) {
  const nodes = children.flat().filter((child) => child !== null && child !== undefined && child !== false);
  parent.replaceChildren(...nodes.map((child) => (child instanceof Node ? child : String(child))));
}

/** Stroke paths on a 24 × 24 grid, drawn for Aisle. */
const ICONS = {
  chat: "M4 5.5h16v11H11l-4.5 3.5v-3.5H4zM8 9.5h8M8 12.5h5",
  close: "M6 6l12 12M18 6 6 18",
  down: "M6 9.5l6 6 6-6",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  send: "M12 19V5M6 11l6-6 6 6",
  stop: "M8 8h8v8H8z",
  grow: "M9 4H4v5M15 20h5v-5M4 4l6 6M20 20l-6-6",
  shrink: "M10 5v5H5M14 19v-5h5M10 10 4 4M14 14l6 6",
  up: "M7.5 20V10.5L11 4c1.5 0 2.3 1 2 2.6L12.5 10H18a1.8 1.8 0 0 1 1.8 2.2l-1.4 6A2.3 2.3 0 0 1 16.2 20zM4 10.5h3.5V20H4z",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c.8-3.6 3.8-5.5 7.5-5.5s6.7 1.9 7.5 5.5",
  plus: "M12 5v14M5 12h14",
  minus: "M5 12h14",
  back: "M14.5 5.5 8 12l6.5 6.5",
  list: "M4 7h16M4 12h16M4 17h10",
  phone: "M7.5 3.5h9v17h-9zM11 18h2",
  moon: "M19.5 14.5A8 8 0 0 1 9.5 4.5a8 8 0 1 0 10 10z",
  globe: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM3.5 12h17M12 3.5c3 3 3 14 0 17M12 3.5c-3 3-3 14 0 17",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20",
  bag: "M5.5 8.5h13l1 12h-15zM8.5 8.5V7a3.5 3.5 0 0 1 7 0v1.5",
  star: "M12 3.8l2.5 5.3 5.7.7-4.2 4 1.1 5.7-5.1-2.8-5.1 2.8 1.1-5.7-4.2-4 5.7-.7z",
  check: "M5 12.5l4.5 4.5L19 7.5",
  bin: "M5 7h14M9.5 7V4.5h5V7M7 7l.8 13h8.4L17 7",
  retry: "M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4",
  pin: "M12 21c4-4.5 6.5-7.8 6.5-11a6.5 6.5 0 0 0-13 0c0 3.2 2.5 6.5 6.5 11zM12 12.3a2.3 2.3 0 1 0 0-4.6 2.3 2.3 0 0 0 0 4.6z",
  parcel: "M4 8l8-4 8 4v8.5l-8 4-8-4zM4 8l8 4 8-4M12 12v8.5",
  mic: "M12 14.5a3 3 0 0 0 3-3v-5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3zM6 11.5a6 6 0 0 0 12 0M12 17.5V21M9 21h6",
  mic_off: "M15 8V6.5a3 3 0 0 0-5.7-1.3M9 9v2.5a3 3 0 0 0 4.5 2.6M6 11.5a6 6 0 0 0 9.5 4.9M18 11.5c0 .9-.2 1.7-.5 2.4M12 17.5V21M9 21h6M4 4l16 16",
  alert: "M12 4 3 19.5h18zM12 10v4.5M12 17h.01",
  keys: "M3 6.5h18v11H3zM6.5 10h.01M10 10h.01M14 10h.01M17.5 10h.01M6.5 14h.01M17.5 14h.01M9.5 14h5",
  shift: "M12 4.5 4.5 12.5h4v6h7v-6h4z",
  erase: "M8.5 5.5H20v13H8.5L3 12zM11 9.5l5 5M16 9.5l-5 5",
  key: "M8.5 19a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM12 11.5 19.5 4M16 7.5l3 3",
  screen: "M3.5 5h17v11.5h-17zM9 20h6M12 16.5V20",
  clock: "M12 3.5a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM12 7.5V12l3 2",
  call: "M6 4h3.5l1.5 4-2 1.5c1 2.3 2.7 4 5 5l1.5-2 4 1.5V17.5c0 1.4-1.1 2.5-2.5 2.5C10 20 4 14 4 6.5 4 5.1 4.6 4 6 4z",
  bell: "M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4",
  menu: "M4 7h16M4 12h16M4 17h16",
};

const SVG = "http://www.w3.org/2000/svg";

/**
 * A picture beside words, hidden from readers; a button with only an icon has an aria-label.
 * @param {keyof typeof ICONS} name
 * @returns {SVGElement}
 */
export function icon(name) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon icon-${name}`);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}
