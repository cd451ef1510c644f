/**
 * Server-Sent Events, sans I/O: text in, frames out. https://html.spec.whatwg.org/#parsing-an-event-stream
 *
 * EventSource cannot send an Authorization header, so the stream is read by fetch and parsed here.
 */

import { readFrame } from "./wire.js";

/**
 * @param {string} rest what an earlier call left over
 * @param {string} chunk
 * @returns {{frames: import("./wire.js").Frame[], rest: string}}
 */
export function readStream(rest, chunk) {
  const whole = rest + chunk;
  const half = whole.endsWith("\r") ? "\r" : "";
  const text = whole.slice(0, whole.length - half.length).replace(/\r\n?/g, "\n");
  const blocks = text.split("\n\n");
  const left = /** @type {string} */ (blocks.pop());
  return { frames: blocks.map(readBlock).filter((frame) => frame !== null), rest: left + half };
}

/**
 * @param {string} block
 * @returns {import("./wire.js").Frame|null}
 */
function readBlock(block) {
  const lines = block.split("\n").filter((line) => line.startsWith("data:"));
  return lines.length ? readFrame(lines.map((line) => line.slice(5).replace(/^ /, "")).join("\n")) : null;
}
