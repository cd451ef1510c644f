/**
 * The desk's calls and its socket. Errors are sentences for the agent; a lost socket comes back by itself and reads on where it was.
 *
 * Above: desk_element.js, the acts. Below: /v1/desk (docs/desk-api.md).
 */

const KEY = "aisle.desk.token";
const WAY = "aisle.desk.way";
const PING_MS = 20_000;

/** What went wrong, with the server's code, so that a page can word it. */
export class DeskProblem extends Error {
  /** @param {string} detail @param {string} code @param {number} status */
  constructor(detail, code, status) {
    super(detail);
    this.code = code;
    this.status = status;
  }
}

export class DeskClient {
  #token = sessionStorage.getItem(KEY) ?? "";
  /** @type {WebSocket|null} */
  #socket = null;
  #tries = 0;
  #heardAt = 0;
  #ticker = 0;
  /** @type {Map<string, number>} */
  #watched = new Map();

  /** @param {(frame: any) => void} onFrame @param {(state: "lost"|"refused"|"offline") => void} onLost */
  constructor(onFrame, onLost) {
    this.onFrame = onFrame;
    this.onLost = onLost;
    window.addEventListener("online", () => this.#token && this.connect());
    window.addEventListener("offline", () => this.#token && this.onLost("offline"));
  }

  get signedIn() {
    return Boolean(this.#token);
  }

  /** @returns {Promise<{password: boolean, oidc: {name: string, url: string, end_session_url?: string}|null}>} */
  async ways() {
    try {
      return await this.call("GET", "/sign_in/ways");
    } catch {
      return { password: true, oidc: null };
    }
  }

  /** @param {string} name @param {string} password */
  async signIn(name, password) {
    return this.#keep(await this.call("POST", "/sign_in", { name, password }));
  }

  /** @param {string} ticket */
  async redeem(ticket) {
    return this.#keep(await this.call("POST", "/sign_in/oidc/redeem", { ticket }));
  }

  /** @param {string} old @param {string} fresh */
  async changePassword(old, fresh) {
    return this.#keep(await this.call("POST", "/password", { old, new: fresh }));
  }

  async signOut() {
    const way = sessionStorage.getItem(WAY);
    await this.call("POST", "/sign_out").catch(() => undefined);
    this.forget();
    return way;
  }

  forget() {
    this.#token = "";
    sessionStorage.removeItem(KEY);
    this.#watched.clear();
    clearInterval(this.#ticker);
    this.#socket?.close();
  }

  /**
   * @param {string} method
   * @param {string} path below /v1/desk
   * @param {any} [body]
   * @returns {Promise<any>}
   */
  async call(method, path, body) {
    const response = await this.#fetch(method, `/v1/desk${path}`, body);
    if (response.status === 204) return null;
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new DeskProblem(answer.detail ?? `${response.status}`, answer.code ?? "", response.status);
    return answer;
  }

  /** A product's variants, for an exchange. @param {string} id @returns {Promise<any>} */
  async product(id) {
    const response = await this.#fetch("GET", `/v1/products/${encodeURIComponent(id)}`);
    if (!response.ok) throw new DeskProblem("", "not_found", response.status);
    return response.json();
  }

  /** A file to keep. @param {string} path @returns {Promise<Blob>} */
  async file(path) {
    const response = await this.#fetch("GET", `/v1/desk${path}`);
    if (!response.ok) throw new DeskProblem("", (await response.json().catch(() => ({}))).code ?? "", response.status);
    return response.blob();
  }

  /** @param {string} method @param {string} address @param {any} [body] */
  async #fetch(method, address, body) {
    try {
      return await fetch(address, {
        method,
        headers: { ...(body === undefined ? {} : { "Content-Type": "application/json" }), ...(this.#token ? { Authorization: `Bearer ${this.#token}` } : {}) },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    } catch {
      throw new DeskProblem("", "unreachable", 0);
    }
  }

  connect() {
    const address = new URL("/v1/desk/socket", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    this.#socket?.close();
    this.#socket = socket;
    socket.onopen = () => {
      this.#heardAt = Date.now();
      socket.send(JSON.stringify({ type: "hello", token: this.#token }));
      for (const [conversation, after] of this.#watched) this.#send({ type: "watch", conversation_id: conversation, after, drafts: true });
    };
    socket.onmessage = (message) => this.#heard(JSON.parse(message.data));
    socket.onclose = (closed) => {
      if (socket !== this.#socket || !this.#token) return;
      if (closed.code === 4401) return this.onLost("refused");
      this.onLost(navigator.onLine ? "lost" : "offline");
      setTimeout(() => socket === this.#socket && this.#token && this.connect(), Math.min(8000, 300 * 2 ** this.#tries++) * (0.6 + 0.4 * Math.random()));
    };
    clearInterval(this.#ticker);
    this.#ticker = window.setInterval(() => this.#beat(), PING_MS);
  }

  /** @param {any} frame */
  #heard(frame) {
    this.#tries = 0;
    this.#heardAt = Date.now();
    if (frame.type === "event" && this.#watched.has(frame.conversation_id)) this.#watched.set(frame.conversation_id, frame.event.seq);
    if (frame.type !== "pong") this.onFrame(frame);
  }

  /** A connection that says nothing for two beats is a lost one, whatever the socket believes. */
  #beat() {
    if (this.#socket?.readyState === WebSocket.OPEN && Date.now() - this.#heardAt > 2.5 * PING_MS) this.#socket.close();
    this.#send({ type: "ping" });
  }

  /** @param {string} conversation @param {number} after */
  watch(conversation, after = 0) {
    if (this.#watched.has(conversation)) return;
    this.#watched.set(conversation, after);
    this.#send({ type: "watch", conversation_id: conversation, after, drafts: true });
  }

  /** @param {string} conversation */
  unwatch(conversation) {
    if (this.#watched.delete(conversation)) this.#send({ type: "unwatch", conversation_id: conversation });
  }

  /** @param {string} conversation @param {boolean} on */
  typing(conversation, on) {
    this.#send({ type: "typing", conversation_id: conversation, on });
  }

  /** @param {any} frame */
  #send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  /** @param {any} answer */
  #keep(answer) {
    this.#token = answer.token;
    sessionStorage.setItem(KEY, answer.token);
    sessionStorage.setItem(WAY, answer.way ?? "password");
    return answer;
  }
}
