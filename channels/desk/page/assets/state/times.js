/** Times as people say them. Pure. Above: the views. */

/**
 * "12 s", "2 min", "1 h 05": how long somebody waits.
 * @param {string} since
 * @param {number} now milliseconds
 */
export function waited(since, now) {
  return lasting(Math.max(0, (now - Date.parse(since)) / 1000));
}

/** @param {number} seconds */
export function lasting(seconds) {
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${String(minutes % 60).padStart(2, "0")}` : `${Math.floor(hours / 24)} d`;
}

/** "31 s", "2:20 min", "1:05 h": a measured time. @param {number} seconds */
export function exactly(seconds) {
  const pair = (/** @type {number} */ small) => `${Math.floor(small / 60)}:${String(Math.round(small % 60)).padStart(2, "0")}`;
  const whole = Math.round(seconds);
  if (whole >= 60 && whole < 3600 && whole % 60 === 0) return `${whole / 60} min`;
  return whole < 60 ? `${whole} s` : whole < 3600 ? `${pair(whole)} min` : `${pair(whole / 60)} h`;
}

/** "4:09", ticking. @param {string} since @param {number} now */
export function ticking(since, now) {
  const seconds = Math.max(0, Math.floor((now - Date.parse(since)) / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h ? `${h}:${String(m).padStart(2, "0")}:${String(s).padStart(2, "0")}` : `${m}:${String(s).padStart(2, "0")}`;
}

/** @param {number} ms */
export function brief(ms) {
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;
}

/** How urgent a wait is: the same limits for every shop until the server names its own. @param {string} since @param {number} now @param {number} target seconds */
export function urgency(since, now, target) {
  const seconds = (now - Date.parse(since)) / 1000;
  return seconds >= 3 * target ? "late" : seconds >= target ? "due" : "calm";
}

/**
 * Times that a conversation may sleep until: soon, later today, tomorrow morning, next Monday.
 * @param {Date} now
 * @returns {{key: "snooze_15m"|"snooze_1h"|"snooze_3h"|"snooze_tomorrow"|"snooze_monday", until: Date}[]}
 */
export function snoozes(now) {
  const after = (/** @type {number} */ minutes) => new Date(now.getTime() + minutes * 60_000);
  const morning = (/** @type {number} */ days) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, 9, 0, 0);
  return [
    { key: "snooze_15m", until: after(15) },
    { key: "snooze_1h", until: after(60) },
    { key: "snooze_3h", until: after(180) },
    { key: "snooze_tomorrow", until: morning(1) },
    { key: "snooze_monday", until: morning(((8 - now.getDay()) % 7) || 7) },
  ];
}

/** @param {string|Date} at @param {string} language */
export function clock(at, language) {
  return new Date(at).toLocaleTimeString(language, { hour: "2-digit", minute: "2-digit" });
}

/** With the day when it is another one. @param {string|Date} at @param {string} language @param {number} now */
export function moment(at, language, now) {
  const date = new Date(at);
  const same = date.toDateString() === new Date(now).toDateString();
  return same ? clock(date, language) : date.toLocaleString(language, { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

/** @param {string} at @param {string} language */
export function day(at, language) {
  return new Date(at).toLocaleDateString(language, { day: "numeric", month: "short", year: "numeric" });
}
