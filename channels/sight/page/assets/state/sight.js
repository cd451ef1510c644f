/** What the operator's page shows, as figures and shapes. Pure. Above: the views, admin_element.js. */

/** The order in which a turn passes its stages; what stands inside another is set in. */
export const INSIDE = Object.freeze(["retrieval", "tool", "model"]);

/** @param {number|null|undefined} seconds @param {string} language */
export function lasting(seconds, language) {
  if (seconds === null || seconds === undefined) return "–";
  if (seconds < 0.9995) return `${number(seconds * 1000, language, seconds < 0.00995 ? 1 : 0)} ms`;
  return `${number(seconds, language, seconds < 10 ? 1 : 0)} s`;
}

/** @param {number} value @param {string} language @param {number} [digits] */
export function number(value, language, digits = 0) {
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits }).format(value);
}

/** Nothing out of nothing is no share. @param {number} part @param {number} whole @param {string} language */
export function share(part, whole, language) {
  if (!whole) return "–";
  return new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: part && part / whole < 0.1 ? 1 : 0 }).format(part / whole);
}

/** What a conversation cost; null where nothing is priced. @param {any} hour */
export function costEach(hour) {
  const cost = hour.model_cost + hour.cpu_cost;
  return cost > 0 && hour.conversations ? cost / hour.conversations : null;
}

/** @param {number} value @param {string} currency @param {string} language */
export function money(value, currency, language) {
  const digits = value < 0.01 ? 5 : value < 1 ? 3 : 2;
  try {
    return new Intl.NumberFormat(language, { style: "currency", currency: currency || "USD", maximumFractionDigits: digits, minimumFractionDigits: Math.min(2, digits) }).format(value);
  } catch {
    return `${number(value, language, digits)} ${currency}`;
  }
}

/** @param {number} seconds @param {string} language */
export function running(seconds, language) {
  const unit = (/** @type {number} */ value, /** @type {string} */ name) => new Intl.NumberFormat(language, { style: "unit", unit: name, unitDisplay: "short", maximumFractionDigits: 0 }).format(value);
  if (seconds < 3600) return unit(Math.floor(seconds / 60), "minute");
  if (seconds < 86_400 * 2) return unit(Math.floor(seconds / 3600), "hour");
  return unit(Math.floor(seconds / 86_400), "day");
}

/** @param {number} bytes @param {string} language */
export function size(bytes, language) {
  return bytes < 1e9 ? `${number(bytes / 1e6, language)} MB` : `${number(bytes / 1e9, language, 1)} GB`;
}

/**
 * The last sixty minutes one by one, those without turns too, so that a gap is seen as a gap.
 * @param {any[]} minutes @param {number} now milliseconds
 */
export function hourly(minutes, now) {
  const at = new Map(minutes.map((minute, n) => [Math.floor(Date.parse(minute.at) / 60_000), n]));
  const last = Math.floor(now / 60_000);
  return Array.from({ length: 60 }, (_, n) => at.get(last - 59 + n) ?? -1);
}

/**
 * A line through what was measured, in a box of `width` by `height`; it breaks where nothing was, and a lone value is a dot.
 * @param {(number|null)[]} values @param {number} width @param {number} height
 */
export function curve(values, width, height) {
  const known = values.filter((value) => value !== null);
  const top = Math.max(...known, 0) || 1;
  const step = width / Math.max(1, values.length - 1);
  let pen = false;
  return values.map((value, n) => {
    if (value === null) { pen = false; return ""; }
    const place = `${(n * step).toFixed(1)} ${(height - (value / top) * (height - 3) - 1.5).toFixed(1)}`;
    const alone = !pen && (values[n + 1] ?? null) === null;
    const word = pen ? `L${place}` : alone ? `M${place}h0.1` : `M${place}`;
    pen = true;
    return word;
  }).join("");
}

/** Worst first: what an operator looks at. @param {any[]} dependencies */
export function byTrouble(dependencies) {
  const rank = (/** @type {any} */ one) => (!one.good ? 0 : ["ready", "ok", "off"].includes(one.state) ? 2 : 1);
  return [...dependencies].sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name));
}

/** @param {any} replica */
export function replicaKind(replica) {
  if (replica.state === "not_ready" || replica.state === "silent") return "bad";
  if (replica.state === "ready") return replica.differs.length ? "watch" : "good";
  return replica.state === "degraded" ? "watch" : "off";
}

/** good, watch or bad, for a share of turns. @param {number} part @param {number} whole @param {number} watch @param {number} bad */
export function level(part, whole, watch, bad) {
  if (!whole || part / whole < watch) return "good";
  return part / whole < bad ? "watch" : "bad";
}

/** Two errors of one kind at one stage are one row with a count; the newest stands for it. @param {any[]} errors @param {number} [most] */
export function grouped(errors, most = 20) {
  /** @type {Map<string, any>} */
  const rows = new Map();
  for (const error of errors) {
    const key = `${error.what} ${error.stage}`;
    const row = rows.get(key);
    if (row) row.count += 1;
    else rows.set(key, { ...error, key, count: 1 });
  }
  return [...rows.values()].slice(0, most);
}
