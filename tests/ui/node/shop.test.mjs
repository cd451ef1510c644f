// The storefront's pure parts, the colours, and that every language says all there is to say.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import english from "../../../channels/web_chat/page/assets/languages/en.js";
import { formatMoney, pictureAddress } from "../../../channels/web_chat/page/assets/format.js";
import { LANGUAGES } from "../../../channels/web_chat/page/assets/chat/words.js";
import { productAddress, readRoute, searchAddress } from "../../../channels/web_chat/page/assets/shop/route.js";
import { choosing, firstChoice, isOpen, variantOf } from "../../../channels/web_chat/page/assets/shop/variants.js";

const ASSETS = new URL("../../../channels/web_chat/page/assets/", import.meta.url);
const at = (path) => readRoute(new URL(path, "http://shop/"));

test("addresses are read back as they were written", () => {
  const category = ["Home & Garden", "Pots/Pans", "100 %"];
  const filters = { q: "a b&c", brand: ["Ærø", "B&B"], page: "2" };
  assert.deepEqual(at(searchAddress(category, filters)), { page: "search", category, filters });
  assert.deepEqual(at(productAddress("p/1 ?", "sky blue")), { page: "product", id: "p/1 ?", colour: "sky blue" });
});

test("unknown and broken addresses lead to a page that says so", () => {
  for (const path of ["/nowhere", "/p", "/p/a/b", "/c", "/cart/x"]) assert.equal(at(path).page, "missing", path);
  assert.equal(at("/p/%E0%A4%A").page, "product");
  assert.equal(at("/").page, "home");
});

const variant = (id, colour, size, availability = "in_stock") => ({ id, options: { colour, size }, price: null, availability, stock: {} });
const VARIANTS = [variant("1", "red", "S", "out_of_stock"), variant("2", "red", "M"), variant("3", "blue", "L"), variant("4", "blue", "S", "stores_only")];

test("the first choice can be bought, and keeps a wanted colour", () => {
  assert.deepEqual(firstChoice(VARIANTS, {}), { colour: "red", size: "M" });
  assert.deepEqual(firstChoice(VARIANTS, { colour: "blue" }), { colour: "blue", size: "L" });
  assert.deepEqual(firstChoice(VARIANTS, { colour: "pink" }), { colour: "red", size: "M" });
  assert.deepEqual(firstChoice([], {}), {});
});

test("a choice always leads to a variant that exists", () => {
  for (const start of VARIANTS) for (const name of ["colour", "size"]) for (const other of VARIANTS) {
    const choice = choosing(VARIANTS, start.options, name, other.options[name]);
    assert.ok(variantOf(VARIANTS, choice));
    assert.equal(choice[name], other.options[name]);
  }
});

test("what is sold out is shut", () => {
  assert.ok(!isOpen(VARIANTS, { colour: "red", size: "M" }, "size", "S"));
  assert.ok(isOpen(VARIANTS, { colour: "blue", size: "L" }, "size", "S"));
  assert.ok(!isOpen(VARIANTS, { colour: "blue", size: "L" }, "size", "M"));
});

test("money and pictures are shown only when they are what they say", () => {
  assert.equal(formatMoney({ amount: "1234.50", currency: "USD" }, "en"), "$1,234.50");
  assert.equal(formatMoney({ amount: "5.00", currency: "no money" }, "en"), "5.00 no money");
  assert.equal(formatMoney(null, "en"), "");
  assert.equal(pictureAddress("/v1/a.svg", "http://shop/"), "http://shop/v1/a.svg");
  for (const bad of ["javascript:alert(1)", "data:text/html,x", "", null, "http://["]) assert.equal(pictureAddress(bad, "http://shop/"), "");
});

for (const code of Object.keys(LANGUAGES)) {
  test(`the words of ${code} are all there, with the same places to fill in`, async () => {
    const { default: words } = await import(new URL(`languages/${code}.js`, ASSETS).href);
    assert.deepEqual(Object.keys(words), Object.keys(english));
    const places = (text) => (text.match(/\{\w+\}/g) ?? []).sort();
    for (const [key, text] of Object.entries(english)) assert.deepEqual(places(words[key]), places(text), key);
  });
}

/** Relative luminance and contrast: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrast(one, other) {
  const luminance = (hex) => {
    const [r, g, b] = [1, 3, 5].map((n) => parseInt(hex.slice(n, n + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

test("every text colour meets 4.5:1 on every ground it is put on, light and dark", () => {
  const tokens = readFileSync(new URL("tokens.css", ASSETS), "utf8");
  const colours = Object.fromEntries([...tokens.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, light, dark]) => [name, [light, dark]]));
  const grounds = ["paper", "surface", "raised", "sunken"];
  const pairs = [...["ink", "ink-soft", "brand", "good", "warn", "bad"].flatMap((text) => grounds.map((ground) => [text, ground])),
    ["on-brand", "brand"], ["on-brand", "brand-strong"], ["ink", "brand-wash"], ["ink-soft", "brand-wash"], ["brand", "brand-wash"], ["warn", "warn-wash"], ["bad", "bad-wash"], ["paper", "accent"], ["ink-soft", "line"]];
  for (const [text, ground] of pairs) for (const scheme of [0, 1]) {
    const ratio = contrast(colours[text][scheme], colours[ground][scheme]);
    assert.ok(ratio >= 4.5, `${text} on ${ground} is ${ratio.toFixed(2)}:1 in ${scheme ? "dark" : "light"}`);
  }
});
