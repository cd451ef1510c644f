/**
 * Whether conversations have drifted, as it is drawn: bars on a scale to half, with the two bounds. Pure.
 *
 * Above: views/drift.js. Below: nothing.
 *
 * @typedef {{of: string, psi: number|null, verdict: string, before: number, now: number, moved: [string, number, number][]}} Drift
 * @typedef {{at: string, days: number, rows: Drift[]}} DriftFound
 */

export const SHIFTED = 0.1;
export const DRIFTED = 0.25;
const TOP = 0.5;

/** Where a value stands on a scale of 100. @param {number} psi */
export function along(psi) {
  return Math.min(100, (Math.max(0, psi) / TOP) * 100);
}

/** "de 10 % → 40 %": what moved most. @param {Drift} drift @param {string} language @param {(name: string) => string} told @param {number} [most] */
export function movedWords({ moved }, language, told, most = 2) {
  const percent = (/** @type {number} */ share) => share.toLocaleString(language, { style: "percent", maximumFractionDigits: 0 });
  return moved.slice(0, most).map(([name, before, now]) => `${told(name)} ${percent(before)} → ${percent(now)}`).join(", ");
}

/** @param {DriftFound|null} found */
export function measured(found) {
  return (found?.rows ?? []).some(({ psi }) => psi !== null);
}
