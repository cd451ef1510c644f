/**
 * The watchdog's judgement, pure: what the page says of itself, and when it begins anew.
 *
 * A line that stays dead is nudged, and the page is loaded anew once the server can be reached without its help; a page that
 * hung does so as soon as it moves again. Below: nothing. Above: watchdog.js.
 *
 * @typedef {{since: number|null, nudgedAt: number, act: ""|"nudge"|"reload"}} Watch since: when the line was lost
 * @typedef {{now: number, alive: boolean, reachable: boolean}} Seen alive: nobody needs the line, or it works
 */

export const NUDGE_AFTER = 15_000;
export const RELOAD_AFTER = 60_000;
/** A page left alone is loaded anew so often, for what the server has newer. */
export const REFRESH_AFTER = 6 * 3_600_000;

/** @returns {Watch} */
export function allWell() {
  return { since: null, nudgedAt: 0, act: "" };
}

/** @param {Watch} watch @param {Seen} seen @returns {Watch} */
export function watching(watch, { now, alive, reachable }) {
  if (alive) return watch.since === null && !watch.act ? watch : allWell();
  const since = watch.since ?? now;
  if (now - since >= RELOAD_AFTER && reachable) return { since, nudgedAt: watch.nudgedAt, act: "reload" };
  if (now - Math.max(since, watch.nudgedAt) >= NUDGE_AFTER) return { since, nudgedAt: now, act: "nudge" };
  return { since, nudgedAt: watch.nudgedAt, act: "" };
}

/** @param {Watch} watch @param {boolean} online @returns {"ok"|"offline"|"silent"} */
export function healthOf(watch, online) {
  if (!online) return "offline";
  return watch.since === null ? "ok" : "silent";
}

/** How often this browser's tab has been loaded anew by itself; kept in the window's name, which is no storage. @param {string} name */
export function reloadsIn(name) {
  const found = /^aisle-kiosk:(\d{1,6})$/.exec(name);
  return found ? Number(found[1]) : 0;
}
