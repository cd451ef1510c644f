/**
 * HTTP and Server-Sent Events as the same transport, for networks that let no WebSocket through.
 * Below: api.js, sse.js. Above: connection.js.
 */

import { Problem, call, readProblem } from "./api.js";
import { readStream } from "./sse.js";
import { CLOSE } from "./wire.js";

/**
 * @param {import("./socket_transport.js").Line} line
 * @returns {import("./socket_transport.js").Transport}
 */
export function openStream({ base, conversationId, token, after, onFrame, onAlive, onLost }) {
  const stop = new AbortController();
  const path = `v1/conversations/${encodeURIComponent(conversationId)}`;
  let sending = Promise.resolve();

  /** @param {number} code */
  function finish(code) {
    if (stop.signal.aborted) return;
    stop.abort();
    onLost(code);
  }

  listen().then(() => finish(0), (error) => finish(error instanceof Problem && [401, 403, 404].includes(error.status) ? CLOSE.refused : 0));

  async function listen() {
    const response = await fetch(new URL(`${path}/stream`, base), {
      headers: { Authorization: `Bearer ${token}`, Accept: "text/event-stream", "Last-Event-ID": String(after) },
      signal: stop.signal,
    });
    if (!response.ok || !response.body) throw await readProblem(response);
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let rest = "";
    for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
      onAlive();
      const read = readStream(rest, chunk.value);
      rest = read.rest;
      read.frames.forEach((frame) => !stop.signal.aborted && onFrame(frame));
    }
  }

  /** @param {import("./wire.js").Frame} frame */
  async function post(frame) {
    if (stop.signal.aborted) return;
    const { type, ...body } = frame;
    const place = type === "interrupt" ? "interrupt" : `${type}s`;
    try {
      const answer = await call(base, `${path}/${place}`, { method: "POST", token, body });
      if (body.client_id) onFrame({ type: "accepted", client_id: body.client_id, seq: answer?.seq ?? 0 });
    } catch (error) {
      if (error instanceof Problem && error.status > 0) onFrame({ type: "error", code: error.code, detail: error.message, client_id: body.client_id });
      else finish(0);
    }
  }

  return {
    send(frame) {
      if (["message", "action", "interrupt"].includes(frame.type)) sending = sending.then(() => post(frame));
    },
    close: () => stop.abort(),
  };
}
