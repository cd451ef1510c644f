/**
 * The WebSocket of protocol.md as a transport. Below: wire.js. Above: connection.js.
 *
 * @typedef {{base: string, conversationId: string, token: string, after: number, device: string,
 *   onFrame: (frame: import("./wire.js").Frame) => void, onSound: (pcm: ArrayBuffer) => void, onAlive: () => void, onLost: (code: number) => void}} Line
 * @typedef {{send: (frame: import("./wire.js").Frame) => void, close: () => void, sendSound?: (pcm: ArrayBuffer) => void,
 *   waiting?: () => number}} Transport only a socket carries sound; waiting: bytes that have not left yet
 */

import { readFrame } from "./wire.js";

const OPEN_DEADLINE = 8_000;

/**
 * @param {Line} line
 * @returns {Transport}
 */
export function openSocket({ base, conversationId, token, after, device, onFrame, onSound, onAlive, onLost }) {
  const url = new URL("v1/socket", base);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  const late = setTimeout(() => finish(0), OPEN_DEADLINE);
  let over = false;

  /** @param {number} code */
  function finish(code) {
    if (over) return;
    over = true;
    clearTimeout(late);
    socket.close();
    onLost(code);
  }

  socket.addEventListener("open", () => {
    clearTimeout(late);
    socket.send(JSON.stringify({ type: "hello", token, conversation_id: conversationId, after, device }));
  });
  socket.addEventListener("message", (message) => {
    if (over) return;
    onAlive();
    if (message.data instanceof ArrayBuffer) return onSound(message.data);
    const frame = readFrame(message.data);
    if (frame) onFrame(frame);
  });
  socket.addEventListener("close", (event) => finish(event.code));

  return {
    send(frame) {
      if (!over && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    },
    sendSound(pcm) {
      if (!over && socket.readyState === WebSocket.OPEN) socket.send(pcm);
    },
    waiting: () => socket.bufferedAmount,
    close() {
      over = true;
      clearTimeout(late);
      socket.close();
    },
  };
}
