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
  assert.deepEqual(readAddress(new URL("http://x/kiosk?store=st-1&lang=de&idle=90&theme=dark")), { store: "st-1", language: "de", idle: 90, theme: "dark" });
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
