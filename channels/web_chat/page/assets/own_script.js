/**
 * Workers' addresses under `require-trusted-types-for 'script'`: the one policy that the pages' CSP allows ("aisle"), which
 * vouches for these scripts of ours and for nothing else.
 *
 * Below: nothing. Above: the mobile app's shell, the kiosk's watchdog.
 */

const OURS = ["/m/worker.js", "/kiosk/assets/watchdog_worker.js"];

/** @type {any} */
let policy = null;

/**
 * @param {string} path one of OURS
 * @returns {any} a TrustedScriptURL where the browser knows such, else the path; throws a TypeError for any other address
 */
export function ownScript(path) {
  const types = /** @type {any} */ (globalThis).trustedTypes;
  if (types) policy ??= types.createPolicy("aisle", { createScriptURL: vouched });
  return policy ? policy.createScriptURL(path) : vouched(path);
}

/** @param {string} path */
function vouched(path) {
  if (!OURS.includes(path)) throw new TypeError(`${path} is no script of ours`);
  return path;
}
