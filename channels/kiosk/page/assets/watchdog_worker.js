/**
 * The watchdog's own thread: it keeps the time while the page hangs. Below: nothing. Above: watchdog.js.
 *
 * It tells the server every half minute how the kiosk is, and asks a page that comes back from hanging to begin anew.
 */

const TICK = 1_000;
const BEAT = 30_000;
const HUNG = 15_000;

/** @type {{url: string, store: string, reloads: number}|null} */
let kiosk = null;
let state = "ok";
let heardAt = Date.now();
let hung = false;
let beatAt = 0;

addEventListener("message", ({ data }) => {
  if (data.kind === "start") {
    kiosk = data;
    state = data.reloads ? "reloaded" : "ok";
    void beat(state);
    return;
  }
  heardAt = Date.now();
  state = data.state;
  if (hung) postMessage("reload");
});

setInterval(() => {
  const now = Date.now();
  hung ||= now - heardAt > HUNG;
  postMessage("tick");
  if (now - beatAt >= BEAT) void beat(hung ? "hung" : state);
}, TICK);

/** @param {string} told */
async function beat(told) {
  if (!kiosk) return;
  beatAt = Date.now();
  const body = JSON.stringify({ store_id: kiosk.store, state: told, reloads: kiosk.reloads });
  await fetch(kiosk.url, { method: "POST", headers: { "Content-Type": "application/json" }, body, signal: AbortSignal.timeout(10_000) }).catch(() => null);
}
