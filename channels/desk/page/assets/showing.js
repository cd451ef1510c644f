/** What an agent looks at, beyond the conversations themselves: which view, which panel, sounds, the pane. Above: the views. Below: acting.js. */

import { Acting } from "./acts/acting.js";
import { front, leads } from "./state/desk.js";

const GROUPS = /** @type {const} */ (["waiting", "mine", "snoozed", "callbacks", "others"]);
const FIGURES_MS = 15_000;

export class Showing extends Acting {
  #figuresSoon = 0;

  /** @param {import("./acts/acting.js").Host & {lead: () => import("./acts/leading.js").Leading, review: () => import("./acts/reviewing.js").Reviewing, serve: () => import("./acts/serving.js").Serving, leave: () => void}} host */
  constructor(host) {
    super(host);
    this.house = host;
  }

  /** @param {string} kind @param {any} [more] */
  over(kind, more = {}) {
    this.panel(typeof kind === "string" ? { kind, ...more } : kind);
  }

  shut() {
    this.panel(null);
  }

  palette() {
    if (this.state.panel?.kind === "palette") return this.shut();
    this.over("palette", { q: "", at: 0 });
  }

  canned() {
    this.over("palette", { q: "", at: 0, only: "reply" });
  }

  lookup() {
    this.set({ side: true });
    this.host.focus("ask");
  }

  side() {
    this.set({ side: !this.state.side });
  }

  left() {
    this.set({ left: !this.state.left });
  }

  /** @param {"desk"|"floor"} view */
  view(view) {
    this.set({ view, panel: null });
    clearInterval(this.#figuresSoon);
    if (view !== "floor") return;
    this.house.lead().figures();
    this.house.serve().callbacks();
    this.#figuresSoon = window.setInterval(() => this.state.view === "floor" && !this.state.figuresDay && this.state.link === "live" && this.house.lead().figures(), FIGURES_MS);
  }

  /** @param {string} floorTab */
  floor(floorTab) {
    this.set({ floorTab });
    if (floorTab === "audit") this.house.lead().audit();
    if (floorTab === "analytics") this.house.lead().analytics();
    if (floorTab === "review") this.house.review().open();
  }

  analytics() {
    this.view("floor");
    this.floor("analytics");
  }

  review() {
    this.view("floor");
    this.floor("review");
  }

  audit() {
    this.view("floor");
    this.floor("audit");
  }

  replies() {
    this.set({ view: "floor", floorTab: "replies", panel: null });
  }

  /** @param {import("./state/desk.js").Tab} tab */
  group(tab) {
    this.set({ tab });
    if (tab === "callbacks") this.house.serve().callbacks();
  }

  nextGroup() {
    this.group(GROUPS[(GROUPS.indexOf(this.state.tab) + 1) % GROUPS.length]);
  }

  /** @param {import("./state/drafts.js").Mode} mode */
  compose(mode) {
    this.host.drafts.change(this.state.current, { mode });
    this.change((state) => ({ ...state }));
    this.host.focus("composer");
  }

  /** @param {number} seq */
  why(seq) {
    this.over("why", { seq });
    this.house.lead().lineage(seq);
  }

  whyLast() {
    const last = front(this.state)?.events.findLast(({ type }) => type === "assistant_said");
    if (last) this.why(last.seq);
  }

  sounds() {
    const sounds = !this.state.sounds;
    localStorage.setItem("aisle.desk.sounds", sounds ? "on" : "off");
    this.set({ sounds });
    this.toast(this.host.t(sounds ? "done_sounds_on" : "done_sounds_off"), "plain");
  }

  get leading() {
    return leads(this.state);
  }

  signOut() {
    this.house.leave();
  }
}
