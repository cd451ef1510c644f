/**
 * A floor plan's geometry, pure: the way as a rounded path, names that fit their department, numbers beside their aisle.
 *
 * Lengths are metres, as the server tells them. Below: nothing. Above: floor_plan.js, map_view.js.
 *
 * @typedef {[number, number]} Point
 * @typedef {{id: string, name: string, outline: Point[]}} Zone
 * @typedef {{id: string, x: number, y: number, width: number, height: number, facing: string}} Bay
 * @typedef {{id: string, zone: string, bays: Bay[]}} Aisle
 * @typedef {{kind: string, id: string, x: number, y: number}} Spot
 * @typedef {{product_id: string, title: string, spot: string, aisle: string, bay: string, shelf: string, zone: string,
 *   x: number, y: number, way: Point[], metres: number}} Target
 * @typedef {{store_id: string, name: string, width: number, height: number, outline: Point[], zones: Zone[],
 *   aisles: Aisle[], spots: Spot[], you: Spot|null, target: Target|null}} Plan
 * @typedef {{x: number, y: number, size: number, lines: string[]}} Label
 */

const LETTER = 0.56;
const LARGEST = 1.35;
const SMALLEST = 0.85;
const WALK = 70;

/** An SVG path with round corners. @param {readonly Point[]} points @param {number} [radius] */
export function pathOf(points, radius = 0.9) {
  if (points.length < 2) return "";
  const parts = [`M${round(points[0][0])} ${round(points[0][1])}`];
  for (let at = 1; at < points.length - 1; at += 1) {
    const [before, corner, after] = [points[at - 1], points[at], points[at + 1]];
    const reach = Math.min(radius, distance(before, corner) / 2, distance(corner, after) / 2);
    const [start, end] = [toward(corner, before, reach), toward(corner, after, reach)];
    parts.push(`L${round(start[0])} ${round(start[1])}Q${round(corner[0])} ${round(corner[1])} ${round(end[0])} ${round(end[1])}`);
  }
  const last = points[points.length - 1];
  return `${parts.join("")}L${round(last[0])} ${round(last[1])}`;
}

/** @param {Point} a @param {Point} b */
function distance(a, b) {
  return Math.hypot(a[0] - b[0], a[1] - b[1]);
}

/** @param {Point} from @param {Point} to @param {number} far @returns {Point} */
function toward(from, to, far) {
  const whole = distance(from, to) || 1;
  return [from[0] + ((to[0] - from[0]) * far) / whole, from[1] + ((to[1] - from[1]) * far) / whole];
}

/** @param {number} value */
function round(value) {
  return Math.round(value * 100) / 100;
}

/** @param {readonly Point[]} outline */
export function boxOf(outline) {
  const [xs, ys] = [outline.map(([x]) => x), outline.map(([, y]) => y)];
  const [x, y] = [Math.min(...xs), Math.min(...ys)];
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}

/** A department's name at its upper edge: one line where it fits, else two, else smaller. @param {Zone} zone @returns {Label} */
export function nameOf(zone) {
  const box = boxOf(zone.outline);
  const room = box.width - 1.6;
  const words = zone.name.split(" ");
  const whole = fitted([zone.name], room);
  const halves = words.length > 1 ? fitted(inTwo(words), room) : whole;
  const chosen = whole.size >= 1.15 || whole.size >= halves.size ? whole : { ...halves, size: Math.min(halves.size, 1.05) };
  return { x: box.x + 0.9, y: box.y + (chosen.lines.length > 1 ? 1.05 : 1.45), ...chosen };
}

/** @param {string[]} lines @param {number} room @returns {{lines: string[], size: number}} */
function fitted(lines, room) {
  const longest = Math.max(...lines.map((line) => line.length));
  return { lines, size: Math.max(SMALLEST, Math.min(LARGEST, round(room / (longest * LETTER)))) };
}

/** As evenly as the words allow. @param {string[]} words */
function inTwo(words) {
  const halves = words.slice(1).map((_, at) => [words.slice(0, at + 1).join(" "), words.slice(at + 1).join(" ")]);
  return halves.reduce((best, pair) => (Math.max(...pair.map((line) => line.length)) < Math.max(...best.map((line) => line.length)) ? pair : best));
}

/** Where an aisle's number hangs: beside its first bay. @param {Aisle} aisle @returns {Point} */
export function numberAt(aisle) {
  const [bay] = aisle.bays;
  return bay.facing === "left" || bay.facing === "right" ? [bay.x + bay.width / 2, bay.y - 0.6] : [bay.x - 0.1, bay.y + bay.height / 2];
}

/** @param {Plan} plan @param {Aisle} aisle @param {Bay} bay */
export function isTarget(plan, aisle, bay) {
  const { target } = plan;
  return Boolean(target?.aisle) && target?.aisle === aisle.id && (!target?.bay || target.bay === bay.id);
}

/** The department of what is looked for; "" where it is a spot. @param {Plan} plan */
export function zoneOfTarget(plan) {
  return plan.aisles.find((aisle) => aisle.id === plan.target?.aisle)?.zone ?? "";
}

/** Minutes on foot, at the pace of somebody who looks around; at least one. @param {number} metres */
export function minutes(metres) {
  return Math.max(1, Math.round(metres / WALK));
}

/** Which spots are labelled above instead of below: where the words would leave the building. @param {Plan} plan @returns {Map<Spot, boolean>} */
export function labelsAbove(plan) {
  return new Map(plan.spots.map((spot) => [spot, spot.y + 1.9 > plan.height]));
}

/** The left edge of the words beside you: on the side that the way does not take, and within the walls. @param {Plan} plan @param {number} wide */
export function besideYou({ you, target, width }, wide) {
  if (!you) return 0;
  const next = target?.way[1];
  const right = !next || next[0] <= you.x;
  const x = right ? you.x + 1.5 : you.x - 1.5 - wide;
  return x < 0 ? you.x + 1.5 : x + wide > width ? you.x - 1.5 - wide : x;
}
