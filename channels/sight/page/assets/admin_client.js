/** The operator's calls. Above: admin_element.js. Below: /v1/admin/sight, /v1/desk/sign_in. */

const KEY = "aisle.admin.token";
const DESK_KEY = "aisle.desk.token";

export class Refused extends Error {}
export class Gone extends Error {}

export class AdminClient {
  #token = sessionStorage.getItem(KEY) ?? sessionStorage.getItem(DESK_KEY) ?? "";

  get signedIn() {
    return Boolean(this.#token);
  }

  /** @param {string} token */
  use(token) {
    this.#token = token.trim();
    sessionStorage.setItem(KEY, this.#token);
  }

  forget() {
    this.#token = "";
    sessionStorage.removeItem(KEY);
  }

  /** As an administrator of the desk. @param {string} name @param {string} password */
  async signIn(name, password) {
    const answer = await fetch("/v1/desk/sign_in", { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify({ name, password }) });
    if (!answer.ok) throw new Refused();
    this.use((await answer.json()).token);
  }

  /** Of all replicas together, or of one. @param {string} [replica] @returns {Promise<any>} */
  async sight(replica = "") {
    const answer = await fetch(`/v1/admin/sight${replica ? `?replica=${encodeURIComponent(replica)}` : ""}`, { headers: { authorization: `Bearer ${this.#token}` }, cache: "no-store" });
    if (answer.status === 401 || answer.status === 403) throw new Refused();
    if (answer.status === 404 && replica) throw new Gone();
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }
}
