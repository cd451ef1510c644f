/**
 * The floor plan beside the conversation: what is looked for in words, the drawing, and the way back.
 *
 * Below: floor_plan.js, the store's plan over HTTP. Above: stay.js.
 *
 * @typedef {{product?: string, spot?: string, kind?: boolean}} Wish kind: any product of its kind is meant, and no shelf
 */

import "./floor_plan.js";
import { h, icon, put } from "/assets/dom.js";
import { call } from "/assets/aisle_client.js";
import { minutes } from "./floor_plan_state.js";

/** @typedef {import("./floor_plan_state.js").Plan} Plan */

/**
 * @param {string} base @param {string} store @param {string} kiosk @param {string} language @param {Wish} [wish]
 * @returns {Promise<Plan>}
 */
export function loadPlan(base, store, kiosk, language, { product = "", spot = "" } = {}) {
  const asked = new URLSearchParams({ lang: language, kiosk, ...(product ? { product } : {}), ...(spot ? { spot } : {}) });
  return call(base, `v1/stores/${encodeURIComponent(store)}/floor_plan?${asked}`);
}

export class MapView {
  /**
   * @param {import("./words.js").Translate} t
   * @param {(wish: Wish) => Promise<Plan>} load
   * @param {() => void} close
   */
  constructor(t, load, close) {
    this.t = t;
    this.load = load;
    this.drawing = /** @type {import("./floor_plan.js").FloorPlanElement} */ (document.createElement("aisle-floor-plan"));
    this.title = h("h2", { tabindex: -1 });
    this.place = h("ul", { class: "place", role: "list" });
    this.far = h("p", { class: "far" });
    this.node = h("section", { class: "map panel", "aria-label": t("map_title"), hidden: true },
      h("header", {}, h("div", {}, this.title, this.far), h("button", { type: "button", class: "plain", onclick: close }, icon("close"), t("close_map"))),
      this.place, this.drawing);
    this.wanted = 0;
  }

  /** @param {Wish} [wish] @returns {Promise<boolean>} whether there is a plan */
  async open(wish = {}) {
    const turn = ++this.wanted;
    const plan = await this.load(wish).catch(() => null);
    if (turn !== this.wanted) return false;
    if (plan) this.draw(plan, wish);
    return plan !== null;
  }

  /** @param {Plan} plan @param {Wish} wish */
  draw(plan, wish) {
    const { t } = this;
    const { target } = plan;
    const missing = !target && (wish.product || wish.spot);
    const kind = Boolean(wish.kind && target?.zone);
    this.title.textContent = !target ? (missing ? t("map_missing") : plan.name) : kind ? target.zone : target.title || t(/** @type {any} */ (`spot_${target.spot}`));
    put(this.far, target?.metres ? t("map_far", { m: Math.round(target.metres), min: minutes(target.metres) }) : missing ? t("map_ask") : t("map_all"));
    const badge = (/** @type {string} */ name, /** @type {string|undefined} */ value) => value && h("li", {}, h("span", {}, name), h("strong", {}, value));
    put(this.place, badge(t("aisle"), target?.aisle), badge(t("bay"), target?.bay), badge(t("shelf"), kind ? "" : target?.shelf));
    this.place.hidden = !target?.aisle;
    this.drawing.show(plan, t);
  }
}
