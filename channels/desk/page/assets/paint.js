/**
 * Keeps a part of the page as a description says: nodes that stay are kept, with their focus, scroll and half-typed words.
 * Text is only ever text. A description is cheap and made anew at every change; `later` leaves out what cannot have changed.
 *
 * Above: every view. Below: nothing.
 *
 * @typedef {{tag: string, props: Record<string, any>, children: (Described|string)[], key: string|null,
 *   memo?: string, make?: () => Described}} Described
 * @typedef {Described|string|number|null|undefined|false} Child
 */

const SVG = "http://www.w3.org/2000/svg";
const DRAWN = new Set(["svg", "path", "g", "rect", "circle", "line", "text", "title", "polyline", "polygon", "desc"]);
/** Set as properties: as attributes they would only say how it began. */
const LIVE = new Set(["value", "checked", "selected", "disabled"]);

/** @type {WeakMap<Node, {props: Record<string, any>, key: string|null, memo: string|undefined, on: Record<string, (event: any) => void>}>} */
const known = new WeakMap();

/**
 * `v("button", {class: "go", onclick: f}, "Go")`; null and false leave an attribute or child out. `key` says which of several
 * alike this is, `made` is called once with the new node, when it is in its place.
 * @param {string} tag
 * @param {Record<string, any>} [props]
 * @param {...any} children
 * @returns {Described}
 */
export function v(tag, props = {}, ...children) {
  const flat = children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false && child !== "");
  return { tag, props, key: props.key ?? null, children: flat.map((child) => (typeof child === "object" ? child : String(child))) };
}

/**
 * Described only when `memo` has changed.
 * @param {string} tag of what `make` describes
 * @param {string} key
 * @param {string} memo
 * @param {() => Described} make
 * @returns {Described}
 */
export function later(tag, key, memo, make) {
  return { tag, props: {}, children: [], key, memo, make };
}

/**
 * @param {Element} parent
 * @param {...any} children
 */
export function paint(parent, ...children) {
  const focused = /** @type {HTMLElement|null} */ (document.activeElement);
  patchChildren(parent, v("x", {}, ...children).children);
  if (focused && focused !== document.activeElement && focused.isConnected) focused.focus({ preventScroll: true });
}

/**
 * @param {Element} parent
 * @param {(Described|string)[]} wanted
 */
function patchChildren(parent, wanted) {
  const before = [...parent.childNodes];
  const keyed = new Map(before.flatMap((node) => { const key = known.get(node)?.key; return key == null ? [] : [[key, node]]; }));
  const loose = before.filter((node) => known.get(node)?.key == null);
  /** @type {Node|null} */
  let place = parent.firstChild;
  for (const child of wanted) {
    const old = typeof child === "object" && child.key !== null ? keyed.get(child.key) : loose.find((node) => fits(node, child));
    if (old) {
      if (typeof child === "object" && child.key !== null) keyed.delete(child.key);
      else loose.splice(loose.indexOf(old), 1);
    }
    const node = old && fits(old, child) ? patched(old, child) : built(child);
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
    if (old && old !== node) { if (old === place) place = old.nextSibling; old.parentNode?.removeChild(old); }
  }
  for (const node of [...keyed.values(), ...loose]) if (node.parentNode === parent) parent.removeChild(node);
}

/**
 * @param {Node} node
 * @param {Described|string} child
 */
function fits(node, child) {
  if (typeof child === "string") return node.nodeType === Node.TEXT_NODE;
  return node.nodeType === Node.ELEMENT_NODE && /** @type {Element} */ (node).localName === child.tag && known.has(node);
}

/**
 * @param {Node} node
 * @param {Described|string} child
 */
function patched(node, child) {
  if (typeof child === "string") {
    if (node.nodeValue !== child) node.nodeValue = child;
    return node;
  }
  if (child.make) {
    const record = known.get(node);
    if (record && record.memo === child.memo) return node;
    const made = child.make();
    apply(/** @type {Element} */ (node), made);
    remember(node, child);
    return node;
  }
  apply(/** @type {Element} */ (node), child);
  return node;
}

/** @param {Described|string} child @returns {Node} */
function built(child) {
  if (typeof child === "string") return document.createTextNode(child);
  const real = child.make ? child.make() : child;
  const node = DRAWN.has(real.tag) ? document.createElementNS(SVG, real.tag) : document.createElement(real.tag);
  known.set(node, { props: {}, key: child.key, memo: undefined, on: {} });
  apply(node, real);
  remember(node, child);
  if (real.props.made) queueMicrotask(() => real.props.made(node));
  return node;
}

/** @param {Node} node @param {Described} child */
function remember(node, child) {
  const record = known.get(node);
  if (record) Object.assign(record, { key: child.key, memo: child.memo });
}

/** @param {Element} node @param {Described} wanted */
function apply(node, wanted) {
  const record = /** @type {{props: Record<string, any>, on: Record<string, any>}} */ (known.get(node));
  for (const name of Object.keys(record.props)) if (!(name in wanted.props)) set(node, record.on, name, null);
  patchChildren(node, wanted.children);
  for (const [name, value] of Object.entries(wanted.props)) {
    if (LIVE.has(name) || record.props[name] !== value) set(node, record.on, name, value);
  }
  record.props = wanted.props;
}

/** @param {any} node @param {Record<string, any>} on @param {string} name @param {any} value */
function set(node, on, name, value) {
  if (name === "key" || name === "made") return;
  if (name.startsWith("on")) return listen(node, on, name.slice(2), value);
  if (LIVE.has(name) && name in node) {
    const next = name === "value" ? String(value ?? "") : Boolean(value);
    if (node[name] !== next) node[name] = next;
    return;
  }
  if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else node.setAttribute(name, value === true ? "" : String(value));
}

/** One listener a kind, for ever; what it calls is the newest. @param {Element} node @param {Record<string, any>} on @param {string} kind @param {any} value */
function listen(node, on, kind, value) {
  if (!(kind in on)) node.addEventListener(kind, (event) => on[kind]?.(event));
  on[kind] = value;
}
