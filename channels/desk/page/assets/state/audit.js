/**
 * The audit log as a list with filters, and a reply's lineage as it is shown. Pure.
 *
 * Above: views/audit.js, views/why.js. Below: nothing.
 *
 * @typedef {{who: string, whose: string, act: string, from: string, to: string}} Filters
 * @typedef {{place: string, at: string, who_kind: string, who: string, act: string, what: string, whose: string, why: string, result: string, discloses: boolean, details: Record<string, any>}} Entry
 * @typedef {{filters: Filters, entries: Entry[], before: string, acts: string[]}} Audit
 */

/** @returns {Filters} */
export function noFilters() {
  return { who: "", whose: "", act: "", from: "", to: "" };
}

/** As the calls take them; a day is the agent's own. @param {Filters} filters @param {string} [before] @returns {string} */
export function query(filters, before = "") {
  const asked = new URLSearchParams();
  for (const name of /** @type {const} */ (["who", "whose", "act"])) if (filters[name]) asked.set(name, filters[name].trim());
  if (filters.from) asked.set("from", new Date(`${filters.from}T00:00:00`).toISOString());
  if (filters.to) asked.set("to", new Date(new Date(`${filters.to}T00:00:00`).getTime() + 86_400_000).toISOString());
  if (before) asked.set("before", before);
  const text = asked.toString();
  return text ? `?${text}` : "";
}

/** A further page behind those that are there. @param {Audit|null} now @param {Audit} more @returns {Audit} */
export function joined(now, more) {
  const known = new Set((now?.entries ?? []).map(({ place }) => place));
  return { ...more, entries: [...(now?.entries ?? []), ...more.entries.filter(({ place }) => !known.has(place))] };
}

/** "conversation:c_1" -> "c_1"; empty for what is none. @param {string} what */
export function conversationOf(what) {
  const [kind, id = ""] = what.split(":");
  return kind === "conversation" ? id : "";
}

/** Names and values for the eye. @param {Record<string, any>} details @returns {[string, string][]} */
export function listed(details) {
  return Object.entries(details).map(([name, value]) => [name.replaceAll("[]", "").replaceAll("_", " "), Array.isArray(value) ? value.join(", ") : String(value)]);
}

/**
 * A kept text: a policy as it was written, a product's record by its fields.
 * @param {string} text
 * @returns {[string, string][]} name (empty: plain text) and value
 */
export function readable(text) {
  if (!text.startsWith("{")) return text ? [["", text]] : [];
  try {
    return Object.entries(JSON.parse(text)).filter(([, value]) => value !== "" && value !== null && !(Array.isArray(value) && !value.length)).map(([name, value]) => [name, plain(value)]);
  } catch {
    return [["", text]];
  }
}

/** @param {any} value @returns {string} */
function plain(value) {
  if (Array.isArray(value)) return value.map(plain).join("; ");
  if (value && typeof value === "object") return Object.entries(value).filter(([, inner]) => inner !== "" && inner !== null && JSON.stringify(inner) !== "{}").map(([name, inner]) => `${name} ${plain(inner)}`).join(", ");
  return String(value);
}
