/** The desk's pictures: stroke paths on a 24 × 24 grid, drawn for Aisle. Above: the views. Below: paint.js. */

import { v } from "./paint.js";

export const ICONS = Object.freeze({
  web: "M3.5 5.5h17v13h-17zM3.5 9.5h17M6.5 7.5h.01M9 7.5h.01",
  mobile: "M7.5 3.5h9v17h-9zM11 18h2",
  kiosk: "M6.5 3h11v13h-11zM10 16v2M14 16v2M7.5 21h9M9.5 18h5v3h-5zM9 6.5h6",
  call: "M6.2 3.8 9 4l1.4 4-2 1.6a11 11 0 0 0 5 5l1.6-2 4 1.4.2 2.800c0 1.6-1.4 2.8-3 2.600A15.5 15.5 0 0 1 3.6 6.800c-.2-1.6 1-3 2.6-3z",
  text: "M4 5h16v10.500H10L6 19v-3.500H4zM8 9h8M8 12h5",
  desk: "M4 18v-6a8 8 0 0 1 16 0v6M4 14h3v5H4zM17 14h3v5h-3zM18 19c0 1.5-2 2-4 2",
  api: "M8 8l-4 4 4 4M16 8l4 4-4 4M13.5 6l-3 12",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5 20 20",
  close: "M6.5 6.500l11 11M17.5 6.500l-11 11",
  send: "M12 19V5M6 11l6-6 6 6",
  check: "M5 12.500l4.5 4.500L19 7.5",
  person: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM4.5 20c.8-3.6 3.8-5.5 7.5-5.500s6.7 1.9 7.5 5.5",
  people: "M9 11.500a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 19c.6-3 3-4.8 6.5-4.800s5.9 1.8 6.5 4.800M15.5 4.800a3.4 3.4 0 0 1 0 6.500M17.5 14.600c2.3.5 3.6 2.1 4 4.4",
  moon: "M19.5 14.500A8 8 0 0 1 9.5 4.500a8 8 0 1 0 10 10z",
  clock: "M12 20.500a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM12 7.500V12l3 2",
  swap: "M4 8.500h14M14.5 5 18 8.5 14.5 12M20 15.500H6M9.5 12 6 15.5 9.5 19",
  back: "M9 6 4 11l5 5M4 11h9.500a6 6 0 0 1 6 6v1.5",
  note: "M5 4h14v11l-5 5H5zM14 20v-5h5M8.5 8.500h7M8.5 12h4",
  whisper: "M4 12.500a6 6 0 0 1 12 0c0 3-2.5 3.5-2.5 6a2.5 2.5 0 0 1-5 .5M7.5 12.500a2.5 2.5 0 0 1 5 0M18.5 7.500a7 7 0 0 1 0 8M21 5.500a10.5 10.5 0 0 1 0 12",
  eye: "M2.5 12C5 7.5 8.3 5.5 12 5.500s7 2 9.5 6.500c-2.5 4.5-5.8 6.5-9.5 6.500S5 16.5 2.5 12zM12 14.700a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.400z",
  spark: "M12 3.500l1.9 5.1 5.1 1.9-5.1 1.900L12 17.500l-1.9-5.100L5 10.500l5.1-1.900zM18.5 16.500v4M16.5 18.500h4",
  bag: "M5.5 8.500h13l1 12h-15zM8.5 8.500V7a3.5 3.5 0 0 1 7 0v1.5",
  parcel: "M4 8l8-4 8 4v8.500l-8 4-8-4zM4 8l8 4 8-4M12 12v8.5",
  book: "M5 4.500h6a2 2 0 0 1 1 .6 2 2 0 0 1 1-.6h6v14h-6a2 2 0 0 0-1 .8 2 2 0 0 0-1-.8H5zM12 5v14",
  chat: "M4 5.500h16v11H11l-4.5 3.500v-3.500H4zM8 9.500h8M8 12.500h5",
  globe: "M12 3.500a8.5 8.5 0 1 0 0 17 8.5 8.5 0 0 0 0-17zM3.5 12h17M12 3.500c3 3 3 14 0 17M12 3.500c-3 3-3 14 0 17",
  translate: "M3.5 6.500h9M8 4v2.500M11 6.500c-.8 3.5-3.3 6-6.5 7.500M5.5 9c1 2 3 4 5.5 5M12.5 20l4-10 4 10M14 17h5",
  bell: "M6.5 16.500V11a5.5 5.5 0 0 1 11 0v5.500l1.5 1.500H5zM10 20.500h4",
  bell_off: "M6.5 16.500V11c0-.9.2-1.7.6-2.500M9 6.400a5.5 5.5 0 0 1 8.5 4.600v3.500M5 18h12.500M10 20.500h4M4 4l16 16",
  keys: "M3 6.500h18v11H3zM6.5 10h.01M10 10h.01M14 10h.01M17.5 10h.01M6.5 14h.01M17.5 14h.01M9.5 14h5",
  chart: "M4 20h16.500M6.5 20v-6M11 20V6.500M15.5 20v-9M20 20V4",
  download: "M12 4v11M7.5 11l4.5 4.5 4.5-4.500M4.5 19.500h15",
  alert: "M12 4 3 19.500h18zM12 10v4.500M12 17h.01",
  flag: "M6 21V4M6 4.500h11l-2.5 4 2.5 4H6",
  more: "M5.5 12h.01M12 12h.01M18.5 12h.01",
  down: "M6 9.500l6 6 6-6",
  plus: "M12 5v14M5 12h14",
  bin: "M5 7h14M9.5 7V4.500h5V7M7 7l.8 13h8.400L17 7",
  edit: "M4.5 19.500l1-4.500L16 4.500l3.5 3.500L9 18.500zM13.5 7l3.5 3.5",
  undo: "M8.5 5 4.5 9l4 4M4.5 9H14a5.5 5.5 0 0 1 0 11h-3",
  insert: "M12 4v10M8 10.500l4 4 4-4M4.5 17v3h15v-3",
  list: "M4 7h16M4 12h16M4 17h10",
  side: "M3.5 5h17v14h-17zM14.5 5v14",
  offline: "M3 9a13 13 0 0 1 5-3M21 9a13 13 0 0 0-9-3.600M6.5 13a8 8 0 0 1 4-2.200M17.5 13a8 8 0 0 0-2-1.400M12 18.500h.01M9.5 16a4 4 0 0 1 5 0M4 4l16 16",
  shield: "M12 3.500l7.5 2.500v5.500c0 4.5-3 7.5-7.5 9-4.5-1.5-7.5-4.5-7.5-9V6zM8.5 12l2.5 2.5 4.5-5",
  why: "M12 20.500a8.5 8.5 0 1 0 0-17 8.5 8.5 0 0 0 0 17zM9.5 9.500a2.5 2.5 0 1 1 3.6 2.300c-.8.4-1.1.9-1.1 1.700M12 16.500h.01",
  bolt: "M13 3 5.5 13.500H11L10 21l7.5-10.500H12z",
});

/**
 * A picture beside words, hidden from readers. With a label it is told.
 * @param {keyof typeof ICONS} name
 * @param {string} [label]
 */
export function icon(name, label = "") {
  return v("svg", { viewBox: "0 0 24 24", class: `icon icon-${name}`, role: label ? "img" : null, "aria-hidden": label ? null : "true", "aria-label": label || null },
    label ? v("title", {}, label) : null, v("path", { d: ICONS[name] ?? ICONS.chat }));
}

/** @param {string} channel @returns {keyof typeof ICONS} */
export function channelIcon(channel) {
  return channel in ICONS ? /** @type {keyof typeof ICONS} */ (channel) : "chat";
}
