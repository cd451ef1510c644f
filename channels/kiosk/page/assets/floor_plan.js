/**
 * <aisle-floor-plan>: a store drawn from above, with where you are, what you look for and the way to it.
 *
 * `element.show(plan, t)` draws it; colours are floor_plan.css. Below: floor_plan_state.js. Above: map_view.js.
 */

import { besideYou, isTarget, labelsAbove, nameOf, numberAt, pathOf, zoneOfTarget } from "./floor_plan_state.js";

const SVG = "http://www.w3.org/2000/svg";
const AROUND = 1.4;
const TINTS = 9;

/** Strokes on a 24 × 24 grid, as dom.js has them. @type {Readonly<Record<string, string>>} */
const SIGNS = {
  entrance: "M6 3.5h12v17H6zM12 12h8M17 9l3 3-3 3",
  tills: "M4 20h16v-8H4zM7 12V6h7v6M16.5 8.5h2.5V12M8 16h3",
  fitting_room: "M12 8.5V7a2.2 2.2 0 1 0-2.2-2.2M12 8.5 3.5 15.5c-.8.7-.4 2 .7 2h15.6c1.1 0 1.5-1.3.7-2z",
  service_desk: "M3.5 20v-6h17v6M6 14v-1.5M12 9a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM7 14c.6-2.2 2.5-3.3 5-3.3s4.4 1.1 5 3.3",
  lift: "M5 3.5h14v17H5zM9 10.5l3-3.5 3 3.5M9 13.5l3 3.5 3-3.5",
  stairs: "M3.5 20h4v-4h4v-4h4V8h5",
  toilets: "M8 6.5a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6zM5.5 9h5v5.5h-1V21h-3v-6.5h-1zM16 6.5a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6zM16 9l-3 6.5h1.5V21h3v-5.5H19z",
  collection: "M4 8l8-4 8 4v8.5l-8 4-8-4zM4 8l8 4 8-4M12 12v8.5",
};

/**
 * @param {string} tag
 * @param {Record<string, string|number|null>} attributes
 * @param {...(Node|string)} children
 */
function s(tag, attributes, ...children) {
  const node = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) node.setAttribute(name, String(value));
  node.append(...children);
  return node;
}

/** @param {readonly (readonly [number, number])[]} points */
function corners(points) {
  return points.map(([x, y]) => `${x},${y}`).join(" ");
}

/** The aisles that have shelves, each with its department's tint. @param {import("./floor_plan_state.js").Plan} plan @returns {[import("./floor_plan_state.js").Aisle, string][]} */
function stocked(plan) {
  const tints = new Map(plan.zones.map((zone, at) => [zone.id, at % TINTS]));
  return plan.aisles.filter((aisle) => aisle.bays.length).map((aisle) => [aisle, `tint-${tints.get(aisle.zone) ?? 0}`]);
}

export class FloorPlanElement extends HTMLElement {
  /**
   * @param {import("./floor_plan_state.js").Plan} plan
   * @param {import("./words.js").Translate} t
   */
  show(plan, t) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const box = [-AROUND, -AROUND, plan.width + 2 * AROUND, plan.height + 2 * AROUND].join(" ");
    const label = plan.target ? t("map_to", { what: plan.target.title || t(/** @type {any} */ (`spot_${plan.target.spot}`)) }) : t("map_title");
    this.replaceChildren(s("svg", { viewBox: box, role: "img", "aria-label": label, class: plan.target ? "aimed" : null },
      s("polygon", { class: "floor", points: corners(plan.outline) }),
      s("g", {}, ...this.zones(plan)), s("g", {}, ...this.shelves(plan)), s("g", {}, ...this.way(plan, still)),
      s("g", {}, ...this.numbers(plan)), s("g", {}, ...this.spots(plan, t)), ...this.you(plan, t, still), ...this.pin(plan)));
  }

  /** @param {import("./floor_plan_state.js").Plan} plan */
  zones(plan) {
    const aimed = zoneOfTarget(plan);
    return plan.zones.map((zone, at) => {
      const name = nameOf(zone);
      const lines = name.lines.map((line, row) => s("tspan", { x: name.x, dy: row ? "1.08em" : 0 }, line));
      return s("g", { class: `zone tint-${at % TINTS}${zone.id === aimed ? " aimed" : ""}` },
        s("polygon", { points: corners(zone.outline) }), s("text", { class: "name", x: name.x, y: name.y, "font-size": name.size }, ...lines));
    });
  }

  /** @param {import("./floor_plan_state.js").Plan} plan */
  shelves(plan) {
    return stocked(plan).map(([aisle, tint]) => s("g", { class: tint }, ...aisle.bays.map((bay) => s("rect", {
      class: isTarget(plan, aisle, bay) ? "bay it" : "bay", x: bay.x, y: bay.y, width: bay.width, height: bay.height, rx: 0.2 }))));
  }

  /** @param {import("./floor_plan_state.js").Plan} plan */
  numbers(plan) {
    return stocked(plan).map(([aisle, tint]) => {
      const [x, y] = numberAt(aisle);
      return s("g", { class: `aisle ${tint}${plan.target?.aisle === aisle.id ? " it" : ""}` }, s("circle", { cx: x, cy: y, r: 0.72 }), s("text", { x, y: y + 0.34 }, aisle.id));
    });
  }

  /** @param {import("./floor_plan_state.js").Plan} plan @param {import("./words.js").Translate} t */
  spots(plan, t) {
    const above = labelsAbove(plan);
    return plan.spots.filter((spot) => SIGNS[spot.kind]).map((spot) => s("g", { class: plan.target?.spot === spot.kind ? "spot it" : "spot" },
      s("circle", { cx: spot.x, cy: spot.y, r: 1.05 }),
      s("path", { d: SIGNS[spot.kind], transform: `translate(${spot.x - 0.66} ${spot.y - 0.66}) scale(0.055)` }),
      s("text", { x: spot.x, y: above.get(spot) ? spot.y - 1.35 : spot.y + 2.05 }, t(/** @type {any} */ (`spot_${spot.kind}`)))));
  }

  /** @param {import("./floor_plan_state.js").Plan} plan @param {boolean} still */
  way(plan, still) {
    const d = pathOf(plan.target?.way ?? []);
    if (!d) return [];
    const walker = still ? [] : [s("circle", { class: "walker", r: 0.62 }, s("animateMotion", { dur: `${Math.max(3, (plan.target?.metres ?? 0) / 9)}s`, repeatCount: "indefinite", path: d }))];
    return [s("path", { class: "halo", d }), s("path", { class: "way", d, pathLength: 100 }), ...walker];
  }

  /** The words stand on the side that the way does not take. @param {import("./floor_plan_state.js").Plan} plan @param {import("./words.js").Translate} t @param {boolean} still */
  you(plan, t, still) {
    const { you } = plan;
    if (!you) return [];
    const words = t("you_are_here");
    const wide = words.length * 0.58 + 1.3;
    const x = besideYou(plan, wide);
    return [s("g", { class: "you" }, s("circle", { class: still ? "ring still" : "ring", cx: you.x, cy: you.y, r: 1.1 }), s("circle", { class: "dot", cx: you.x, cy: you.y, r: 0.8 }),
      s("rect", { x, y: you.y - 0.95, width: wide, height: 1.9, rx: 0.95 }), s("text", { x: x + wide / 2, y: you.y + 0.37 }, words))];
  }

  /** @param {import("./floor_plan_state.js").Plan} plan */
  pin({ target }) {
    if (!target) return [];
    return [s("g", { class: "pin", transform: `translate(${target.x} ${target.y}) scale(0.8)` }, s("ellipse", { rx: 0.6, ry: 0.2 }),
      s("path", { d: "M0 0C-1.5-1.6-1.45-3.5 0-3.5S1.5-1.6 0 0z" }), s("circle", { cy: -2.25, r: 0.52 }))];
  }
}

if (!customElements.get("aisle-floor-plan")) customElements.define("aisle-floor-plan", FloorPlanElement);
