/**
 * Calls of one conversation beyond talking: other devices and signing in (docs/moving.md, docs/sign-in.md).
 *
 * Below: api.js. Above: the sheets; loaded with them.
 *
 * @typedef {import("./session.js").Session} Session
 * @typedef {{ways: ("email"|"phone")[], signed_in: boolean, first_name: string|null,
 *   waiting: {sent_to: string, expires_at: string, resend_after: string}|null}} SignIn
 */

import { Problem, call } from "./api.js";

/**
 * @param {Session} session
 * @param {string} place
 * @param {unknown} [body] without one it is a GET
 */
async function ask(session, place, body) {
  const { conversationId } = session.state;
  if (!conversationId || !session.token) throw new Problem(0, "no_conversation", "There is no conversation yet.");
  const path = `v1/conversations/${encodeURIComponent(conversationId)}/${place}`;
  return call(session.base, path, { method: body === undefined ? "GET" : "POST", token: session.token, body });
}

/** What a caller keys in; null where the shop has no telephone. @param {Session} session @returns {Promise<{number: string, keys: string, url: string}|null>} */
export function phoneCode(session) {
  return ask(session, "phone_codes", {}).catch((problem) => {
    if (problem instanceof Problem && problem.status === 404) return null;
    throw problem;
  });
}

/** @param {Session} session @returns {Promise<SignIn>} */
export function signInWays(session) {
  return ask(session, "sign_in");
}

/** @param {Session} session @param {"email"|"phone"} way @param {string} address @returns {Promise<{sent_to: string, expires_at: string, resend_after: string}>} */
export function sendCode(session, way, address) {
  return ask(session, "sign_in", { [way]: address, locale: session.locale });
}

/** @param {Session} session @param {string} code @returns {Promise<{customer: {first_name: string|null}, seq: number}>} */
export function confirmCode(session, code) {
  return ask(session, "sign_in/confirm", { code });
}

/** @param {Session} session */
export function signOut(session) {
  return ask(session, "sign_out", {});
}
