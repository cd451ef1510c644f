/**
 * The desk's calls and its socket. Errors are sentences for the agent; a lost socket comes back by itself.
 *
 * Above: desk_element.js. Below: /v1/desk.
 */

const KEY = "aisle.desk.token";

export class DeskClient {
  #token = sessionStorage.getItem(KEY) ?? "";
  /** @type {WebSocket|null} */
  #socket = null;
  #tries = 0;
  /** @type {Map<string, number>} */
  #watched = new Map();

  /** @param {(frame: any) => void} onFrame @param {(state: "lost"|"refused") => void} onLost */
  constructor(onFrame, onLost) {
    this.onFrame = onFrame;
    this.onLost = onLost;
  }

  get signedIn() {
    return Boolean(this.#token);
  }

  /** @param {string} name @param {string} password */
  async signIn(name, password) {
    const answer = await this.call("POST", "/sign_in", { name, password });
    this.#keep(answer.token);
    return answer;
  }

  /** @param {string} old @param {string} fresh */
  async changePassword(old, fresh) {
    const answer = await this.call("POST", "/password", { old, new: fresh });
    this.#keep(answer.token);
    return answer;
  }

  async signOut() {
    await this.call("POST", "/sign_out").catch(() => undefined);
    this.forget();
  }

  forget() {
    this.#keep("");
    this.#watched.clear();
    this.#socket?.close();
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {any} [body]
   * @returns {Promise<any>}
   */
  async call(method, path, body) {
    let response;
    try {
      response = await fetch(`/v1/desk${path}`, {
        method,
        headers: { "Content-Type": "application/json", ...(this.#token ? { Authorization: `Bearer ${this.#token}` } : {}) },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
    } catch {
      throw new Error("The server cannot be reached. What you typed is still here: try again.");
    }
    if (response.status === 204) return null;
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw Object.assign(new Error(answer.detail ?? `Failed (${response.status})`), { code: answer.code, status: response.status });
    return answer;
  }

  connect() {
    const address = new URL("/v1/desk/socket", location.href);
    address.protocol = address.protocol.replace("http", "ws");
    const socket = new WebSocket(address);
    this.#socket = socket;
    socket.onopen = () => {
      socket.send(JSON.stringify({ type: "hello", token: this.#token }));
      for (const [conversation, after] of this.#watched) this.#send({ type: "watch", conversation_id: conversation, after });
    };
    socket.onmessage = (message) => {
      const frame = JSON.parse(message.data);
      this.#tries = 0;
      if (frame.type === "event" && this.#watched.has(frame.conversation_id)) this.#watched.set(frame.conversation_id, frame.event.seq);
      this.onFrame(frame);
    };
    socket.onclose = (closed) => {
      if (socket !== this.#socket || !this.#token) return;
      if (closed.code === 4401) return this.onLost("refused");
      this.onLost("lost");
      setTimeout(() => this.connect(), Math.min(8000, 300 * 2 ** this.#tries++) * (0.6 + 0.4 * Math.random()));
    };
  }

  /** @param {string} conversation */
  watch(conversation) {
    for (const other of this.#watched.keys()) if (other !== conversation) this.#send({ type: "unwatch", conversation_id: other });
    this.#watched = new Map([[conversation, 0]]);
    this.#send({ type: "watch", conversation_id: conversation, after: 0 });
  }

  /** @param {string} conversation @param {boolean} on */
  typing(conversation, on) {
    this.#send({ type: "typing", conversation_id: conversation, on });
  }

  /** @param {any} frame */
  #send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  /** @param {string} token */
  #keep(token) {
    this.#token = token;
    if (token) sessionStorage.setItem(KEY, token);
    else sessionStorage.removeItem(KEY);
  }
}
