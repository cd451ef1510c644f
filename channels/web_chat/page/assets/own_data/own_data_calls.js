/**
 * Calls about one's own data (docs/privacy.md). Below: api.js. Above: own_data_sheet.js.
 *
 * @typedef {import("../chat/session.js").Session} Session
 * @typedef {import("./own_data.js").Consents} Consents
 * @typedef {import("./own_data.js").OwnData} OwnData
 */

import { Problem, call, readProblem } from "../chat/api.js";
import { fileName } from "./own_data.js";

/** @param {Session} session @param {string} place */
function pathOf({ state, token }, place) {
  if (!state.conversationId || !token) throw new Problem(0, "no_conversation", "There is no conversation yet.");
  return { path: `v1/conversations/${encodeURIComponent(state.conversationId)}/${place}`, token };
}

/** @param {Session} session @returns {Promise<Consents>} */
export async function readConsents(session) {
  const { path, token } = pathOf(session, "consents");
  return call(session.base, path, { token });
}

/** @param {Session} session @param {string} purpose @param {boolean} given @returns {Promise<Consents>} */
export async function choose(session, purpose, given) {
  const { path, token } = pathOf(session, "consents");
  return call(session.base, path, { method: "PUT", token, body: { consents: { [purpose]: given }, client_id: crypto.randomUUID() } });
}

/** @param {Session} session @returns {Promise<OwnData>} */
export async function readOwnData(session) {
  const { path, token } = pathOf(session, "own_data");
  return call(session.base, path, { token });
}

/** @param {Session} session @param {"conversation"|"customer"} scope @param {string} clientId @returns {Promise<{request_id: string}>} */
export async function erase(session, scope, clientId) {
  const { path, token } = pathOf(session, "own_data/erase");
  return call(session.base, path, { method: "POST", token, body: { scope, client_id: clientId } });
}

/** @param {Session} session @returns {Promise<{name: string, content: Blob}>} */
export async function takeCopy(session) {
  const { path, token } = pathOf(session, "own_data/export");
  const response = await fetch(new URL(path, session.base), { headers: { Authorization: `Bearer ${token}` }, signal: AbortSignal.timeout(60_000) });
  if (!response.ok) throw await readProblem(response);
  return { name: fileName(response.headers.get("Content-Disposition")), content: await response.blob() };
}
