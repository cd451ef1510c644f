// The pure parts of the kiosk: the visit, its address and the keyboard.
import assert from "node:assert/strict";
import { test } from "node:test";
import { WARNING_SECONDS, nobody, readAddress, visiting } from "../../../channels/kiosk/page/assets/visit.js";
import de from "../../../channels/kiosk/page/assets/languages/de.js";
import en from "../../../channels/kiosk/page/assets/languages/en.js";
import es from "../../../channels/kiosk/page/assets/languages/es.js";
import fr from "../../../channels/kiosk/page/assets/languages/fr.js";
import { chooseLanguage, speaking } from "../../../channels/kiosk/page/assets/words.js";

const tick = (now, busy = false) => ({ kind: "tick", now: now * 1000, busy, idle: 45 });
const begun = visiting(nobody(), { kind: "begin", language: "de", now: 0 });

test("a visitor who does nothing is asked, counted down, and forgotten", () => {
  let visit = begun;
  const seen = [];
  for (let now = 1; visit.screen === "talk"; now += 1) {
    visit = visiting(visit, tick(now));
    if (visit.left !== null) seen.push(visit.left);
  }
  assert.deepEqual(seen, Array.from({ length: WARNING_SECONDS }, (_, n) => WARNING_SECONDS - n));
  assert.deepEqual(visit, nobody());
});

test("a touch, or somebody talking or being served, keeps the visit", () => {
  const asked = visiting(begun, tick(50));
  assert.equal(asked.left, 10);
  assert.equal(visiting(asked, { kind: "touched", now: 50_000 }).left, null);
  let visit = begun;
  for (let now = 1; now < 500; now += 1) visit = visiting(visit, tick(now, true));
  assert.deepEqual([visit.screen, visit.left], ["talk", null]);
});

test("the first screen waits for ever, and nothing but a choice begins", () => {
  assert.deepEqual(visiting(nobody(), tick(1e6)), nobody());
  assert.deepEqual(visiting(nobody(), { kind: "touched", now: 5 }), nobody());
  assert.deepEqual(visiting(begun, { kind: "leave" }), nobody());
});

test("the address says which store, language and patience; nonsense is the default", () => {
  assert.deepEqual(readAddress(new URL("http://x/kiosk?store=st-1&name=front&lang=de&idle=90&theme=dark")), { store: "st-1", name: "front", language: "de", idle: 90, theme: "dark" });
  for (const name of ["", "a b", "-x", "x".repeat(65)]) assert.equal(readAddress(new URL(`http://x/kiosk?name=${name}`)).name, "kiosk");
  for (const idle of ["", "0", "-4", "abc", "1e9", "NaN"]) assert.equal(readAddress(new URL(`http://x/kiosk?idle=${idle}`)).idle, 45);
});

test("every language says everything, with the same blanks", () => {
  const blanks = (text) => (text.match(/\{\w+\}/g) ?? []).sort();
  for (const words of [de, es, fr]) {
    assert.deepEqual(Object.keys(words).sort(), Object.keys(en).sort());
    for (const key of Object.keys(en)) assert.deepEqual(blanks(words[key]), blanks(en[key]), key);
  }
  assert.equal(chooseLanguage(["pt-BR", "de-AT", "en"]), "de");
  assert.equal(chooseLanguage([]), "en");
  assert.equal(speaking("de")("here_few", { n: 2 }), "Nur noch 2 hier");
});

// -- the floor plan, the way to a phone, the watchdog, what to say next
import { boxOf, besideYou, isTarget, minutes, nameOf, pathOf, zoneOfTarget } from "../../../channels/kiosk/page/assets/floor_plan_state.js";
import { RENEW_SECONDS, clock, handing, notHanding } from "../../../channels/kiosk/page/assets/handover_state.js";
import { NUDGE_AFTER, RELOAD_AFTER, allWell, healthOf, reloadsIn, watching } from "../../../channels/kiosk/page/assets/watch_state.js";
import { chipsFor } from "../../../channels/kiosk/page/assets/chips.js";

const bay = (id, x) => ({ id, x, y: 3, width: 3, height: 1, facing: "down" });
const plan = {
  store_id: "s", name: "S", width: 20, height: 10, outline: [], spots: [], you: { kind: "kiosk", id: "", x: 10, y: 9 },
  zones: [{ id: "z", name: "Snow, Water & Ball", outline: [[1, 1], [9, 1], [9, 8], [1, 8]] }],
  aisles: [{ id: "7", zone: "z", bays: [bay("A", 1), bay("B", 5)] }],
  target: { product_id: "p", title: "T", spot: "", aisle: "7", bay: "B", shelf: "2", zone: "Z", x: 6, y: 5, way: [[10, 9], [4, 9], [4, 5], [6, 5]], metres: 12 },
};

test("a way has round corners, and starts and ends where it should", () => {
  const path = pathOf(plan.target.way);
  assert.match(path, /^M10 9L/);
  assert.match(path, /L6 5$/);
  assert.equal(path.match(/Q/g).length, 2);
  assert.equal(pathOf([]), "");
  assert.equal(pathOf([[0, 0], [3, 0]]), "M0 0L3 0");
});

test("a name fits its department: in one line, in two, or smaller", () => {
  for (const name of ["Home", "Snow, Water & Ball", "Informatique et téléphones", "Donaudampfschifffahrtsgesellschaft"]) {
    const label = nameOf({ ...plan.zones[0], name });
    const widest = Math.max(...label.lines.map((line) => line.length)) * label.size * 0.56;
    assert.ok(widest <= 8 - 1.6 + 0.1 || label.size === 0.85, `${name}: ${widest}`);
    assert.equal(label.lines.join(" "), name);
  }
  assert.deepEqual(boxOf(plan.zones[0].outline), { x: 1, y: 1, width: 8, height: 7 });
});

test("the one bay is marked, or all of the aisle where no bay is known", () => {
  const [aisle] = plan.aisles;
  assert.deepEqual(aisle.bays.map((one) => isTarget(plan, aisle, one)), [false, true]);
  const whole = { ...plan, target: { ...plan.target, bay: "" } };
  assert.deepEqual(aisle.bays.map((one) => isTarget(whole, aisle, one)), [true, true]);
  assert.deepEqual(aisle.bays.map((one) => isTarget({ ...plan, target: null }, aisle, one)), [false, false]);
  assert.equal(zoneOfTarget(plan), "z");
});

test("the words beside you stand within the walls, away from the way", () => {
  assert.ok(besideYou(plan, 6) > plan.you.x);
  const right = { ...plan, target: { ...plan.target, way: [[10, 9], [18, 9]] } };
  assert.ok(besideYou(right, 6) + 6 <= plan.you.x);
  assert.ok(besideYou({ ...plan, you: { ...plan.you, x: 18 } }, 6) + 6 <= 18);
  assert.equal(minutes(20), 1);
  assert.equal(minutes(150), 2);
});

const issued = { kind: "issued", code: "K", url: "u", picture: "<svg/>", until: 60_000, now: 0 };

test("a code is counted down and replaced while it is still good", () => {
  let state = handing(handing(notHanding(), { kind: "open" }), issued);
  assert.deepEqual([state.kind, state.left], ["shown", 60]);
  state = handing(state, { kind: "tick", now: 30_000 });
  assert.equal(state.left, 30);
  assert.equal(handing(state, { kind: "tick", now: 30_000 }), state);
  assert.deepEqual(handing(state, { kind: "tick", now: (60 - RENEW_SECONDS) * 1000 }), { kind: "asking" });
  assert.equal(clock(245), "4:05");
});

test("a phone that came is told, a refusal too, and a failure is tried again", () => {
  const asking = handing(notHanding(), { kind: "open" });
  assert.deepEqual(handing(handing(asking, issued), { kind: "joined" }), { kind: "joined" });
  assert.deepEqual(handing(notHanding(), { kind: "joined" }), { kind: "closed" });
  assert.deepEqual(handing(asking, { kind: "refused" }), { kind: "refused" });
  const failed = handing(asking, { kind: "failed", now: 0 });
  assert.equal(handing(failed, { kind: "tick", now: 4_000 }), failed);
  assert.deepEqual(handing(failed, { kind: "tick", now: 5_000 }), { kind: "asking" });
  assert.deepEqual(handing(failed, { kind: "close" }), { kind: "closed" });
  assert.deepEqual(handing({ kind: "closed" }, issued), { kind: "closed" });
});

test("a dead line is nudged, then the page begins anew: not before a server is there", () => {
  let watch = allWell();
  const acts = [];
  for (let now = 0; now <= RELOAD_AFTER + NUDGE_AFTER; now += 1_000) {
    watch = watching(watch, { now, alive: false, reachable: now > RELOAD_AFTER });
    if (watch.act) acts.push([now, watch.act]);
    if (watch.act === "reload") break;
  }
  assert.deepEqual(acts, [[15_000, "nudge"], [30_000, "nudge"], [45_000, "nudge"], [60_000, "nudge"], [61_000, "reload"]]);
  assert.equal(healthOf(watch, true), "silent");
  assert.equal(healthOf(watch, false), "offline");
  assert.deepEqual(watching(watch, { now: 1e9, alive: true, reachable: true }), allWell());
  const well = allWell();
  assert.equal(watching(well, { now: 5, alive: true, reachable: false }), well);
});

test("how often it began anew is read from the window's name alone", () => {
  assert.deepEqual(["", "aisle-kiosk:3", "aisle-kiosk:x", "other", "aisle-kiosk:9999999"].map(reloadsIn), [0, 3, 0, 0, 0]);
});

const said = (cards, quickReplies = []) => ({ entries: [{ kind: "assistant", cards, quickReplies }], turnId: null, pending: [], status: "assistant", confirmation: null });
const product = (id, actions = []) => ({ kind: "product", id, title: id, actions });

test("what is offered to say fits what is on the screen", () => {
  const keys = (state, hasPlan = true) => chipsFor(state, hasPlan).map((chip) => chip.key);
  assert.deepEqual(keys({ ...said([]), entries: [] }), []);
  assert.deepEqual(keys(said([product("a")])), ["ask_where", "ask_here", "ask_reviews"]);
  assert.deepEqual(keys(said([product("a")]), false), ["ask_here", "ask_reviews"]);
  assert.deepEqual(keys(said([product("a"), product("b")])), ["ask_first"]);
  assert.deepEqual(keys(said([product("a"), { kind: "store", id: "s", actions: [{ action: "show_on_map" }] }])), ["ask_reviews", "ask_fitting", "ask_tills"]);
  assert.deepEqual(keys({ ...said([]), question: { flow: "track_order", slot: "identity" }, identified: false }), ["take"]);
  assert.deepEqual(keys(said([{ kind: "order", id: "o" }])), []);
  assert.deepEqual(keys({ ...said([product("a")]), turnId: "t" }), []);
  assert.deepEqual(keys({ ...said([product("a")]), confirmation: { id: "c", summary: "" } }), []);
  assert.equal(keys(said([product("a")], [{}, {}, {}])).length, 1);
});
