/**
 * The HTTP half of protocol.md. Below: wire.js. Above: session.js, stream_transport.js and the storefront's shop_api.js.
 */

const DEADLINE = 15_000;

/** A problem document (RFC 9457), or the network's silence as code "unreachable". */
export class Problem extends Error {
  /** @param {number} status @param {string} code @param {string} detail */
  constructor(status, code, detail) {
    super(detail || code);
    this.status = status;
    this.code = code;
  }
}

/**
 * @param {string} base the shop's address, ending in a slash
 * @param {string} path without a leading slash
 * @param {{method?: string, token?: string, body?: unknown, signal?: AbortSignal}} [options]
 * @returns {Promise<any>}
 */
export async function call(base, path, { method = "GET", token, body, signal } = {}) {
  const response = await reach(new URL(path, base), {
    method,
    headers: { ...(token ? { Authorization: `Bearer ${token}` } : {}), ...(body === undefined ? {} : { "Content-Type": "application/json" }) },
    body: body === undefined ? undefined : JSON.stringify(body),
    signal: signal ?? AbortSignal.timeout(DEADLINE),
  });
  if (response.ok) return response.status === 204 ? null : response.json();
  throw await readProblem(response);
}

/** @param {URL} url @param {RequestInit} options */
async function reach(url, options) {
  try {
    return await fetch(url, options);
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw new Problem(0, "unreachable", "The shop cannot be reached.");
  }
}

/** @param {Response} response */
export async function readProblem(response) {
  const problem = await response.json().catch(() => ({}));
  const fallback = response.status === 429 ? "too_many" : response.status >= 500 ? "unavailable" : "rejected";
  return new Problem(response.status, String(problem.code ?? fallback), String(problem.detail ?? problem.title ?? ""));
}
