/** Series as shapes: what the supervisor's plots are drawn from. Pure. Above: views/plots.js. */

/** A round number not below the largest, and where lines stand. @param {number} most @returns {{top: number, ticks: number[]}} */
export function scale(most) {
  if (!(most > 0)) return { top: 1, ticks: [0, 1] };
  const power = 10 ** Math.floor(Math.log10(most));
  const step = [0.25, 0.5, 1, 2.5].map((one) => one * power).find((one) => most / one <= 4.0001) ?? 2.5 * power;
  const clean = step < 1 && most >= 1 ? 1 : step;
  const count = Math.max(1, Math.ceil(most / clean - 1e-9));
  return { top: count * clean, ticks: Array.from({ length: count + 1 }, (_, n) => n * clean) };
}

const TIMES = [10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400];

/** As `scale`, for seconds: lines stand at minutes as people count them. @param {number} most @returns {{top: number, ticks: number[]}} */
export function timeScale(most) {
  const step = TIMES.find((one) => most / one <= 5) ?? Math.ceil(most / 5 / 3600) * 3600;
  const count = Math.max(1, Math.ceil(most / step));
  return { top: count * step, ticks: Array.from({ length: count + 1 }, (_, n) => n * step) };
}

/**
 * A line through what was measured; it breaks where nothing was.
 * @param {(number|null)[]} values
 * @param {(n: number) => number} x
 * @param {(value: number) => number} y
 */
export function line(values, x, y) {
  let pen = false;
  return values.map((value, n) => {
    if (value === null || value === undefined) { pen = false; return ""; }
    const word = `${pen ? "L" : "M"}${x(n).toFixed(1)} ${y(value).toFixed(1)}`;
    pen = true;
    return word;
  }).join("");
}

/** Every hour from the first to the last, those without anything too. @param {any[]} rows @returns {any[]} */
export function hourly(rows) {
  if (!rows.length) return [];
  const byHour = new Map(rows.map((row) => [Date.parse(row.hour), row]));
  const first = Math.min(...byHour.keys());
  const last = Math.max(...byHour.keys());
  const count = Math.min(24 * 8, Math.round((last - first) / 3_600_000) + 1);
  return Array.from({ length: count }, (_, n) => {
    const at = first + n * 3_600_000;
    return byHour.get(at) ?? { hour: new Date(at).toISOString(), asked: 0, claimed: 0, service_level: null, wait_p50: null, wait_p95: null };
  });
}

/** Counts as shares of the largest. @param {{name: string, count: number}[]} rows @param {number} most */
export function shares(rows, most = 8) {
  const sorted = [...rows].sort((a, b) => b.count - a.count).slice(0, most);
  const top = Math.max(1, ...sorted.map(({ count }) => count));
  const sum = Math.max(1, rows.reduce((all, { count }) => all + count, 0));
  return sorted.map((row) => ({ ...row, share: row.count / top, part: row.count / sum }));
}
