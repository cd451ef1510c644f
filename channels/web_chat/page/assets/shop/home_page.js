/** The shop's front: a landscape, the departments, what people like, and the assistant. Above: storefront.js. */

import { h, put } from "../dom.js";
import * as api from "./shop_api.js";
import { emptyGrid, productGrid } from "./product_tile.js";
import { searchAddress } from "./route.js";

const ART = new Set(["outdoor", "sport", "home", "electronics"]);
const QUESTIONS = ["Which tent stands up to storms?", "A warm jacket under $150", "Where is my order?"];

/** @param {import("./storefront.js").Shop} shop */
export function homePage(shop) {
  const departments = h("ul", { class: "departments", role: "list" }, Array.from({ length: 4 }, () => h("li", { class: "department waiting" })));
  const picks = h("div", {}, emptyGrid(8));
  void shop.ready.then(() => put(departments, departmentTiles(shop.categories)));
  void Promise.all([api.products([], { sort: "rating", limit: "8" }), shop.ready]).then(([found]) => put(picks, productGrid(found.products, shop.locale, 4)), () => put(picks, h("p", {}, "The shop cannot be reached just now.")));
  return [
    h("section", { class: "hero" },
      h("img", { src: "/assets/art/hero.svg", alt: "", width: 1440, height: 560, fetchpriority: "high" }),
      h("div", { class: "words" }, h("h1", {}, "Made for the long way round"), h("p", {}, "Tents, boots, kettles and lamps that you will still like in ten years."),
        h("p", {}, h("a", { class: "solid", href: searchAddress([], { sort: "rating" }) }, "See what people love")))),
    h("section", {}, h("h2", {}, "Departments"), departments),
    h("section", {}, h("div", { class: "heading" }, h("h2", {}, "Picked for this week"), h("a", { href: "/search" }, "All products")), picks),
    h("section", { class: "ask-band" },
      h("div", {}, h("h2", {}, "Not sure yet? Ask."), h("p", {}, "Our assistant knows every product, the stock of every store and all of our policies, and says where it knows it from.")),
      h("ul", { role: "list" }, QUESTIONS.map((question) => h("li", {}, h("button", { type: "button", onclick: () => shop.chat.ask(question) }, question))))),
  ];
}

/** @param {readonly import("./shop_api.js").Category[]} found */
export function departmentsOf(found) {
  /** @type {Map<string, {count: number, groups: Set<string>}>} */
  const departments = new Map();
  for (const { path, count } of found) {
    const department = departments.get(path[0]) ?? { count: 0, groups: new Set() };
    department.count += count;
    if (path[1]) department.groups.add(path[1]);
    departments.set(path[0], department);
  }
  return departments;
}

/** @param {readonly import("./shop_api.js").Category[]} found */
function departmentTiles(found) {
  return [...departmentsOf(found)].slice(0, 8).map(([name, { groups }]) => {
    const art = ART.has(name.toLowerCase()) ? name.toLowerCase() : "other";
    return h("li", { class: "department" }, h("img", { src: `/assets/art/${art}.svg`, alt: "", width: 400, height: 300 }),
      h("h3", {}, h("a", { href: searchAddress([name]), class: "cover" }, name)), h("p", {}, [...groups].slice(0, 4).join(", ")));
  });
}
