/**
 * What survives a reload: the conversations of this shop, and every message until the log holds it.
 *
 * One key a message, so that two tabs never overwrite each other's list. A browser that refuses storage costs the memory,
 * never the chat. Below: nothing. Above: session.js.
 *
 * @typedef {{id: string, token: string, at: string, title: string, seenSeq: number}} Kept
 * @typedef {import("./conversation.js").Outgoing} Outgoing
 */

const LONGEST_LIST = 12;

/** @returns {Storage} */
export function memoryStorage() {
  const map = new Map();
  return {
    get length() { return map.size; },
    key: (index) => [...map.keys()][index] ?? null,
    getItem: (key) => map.get(key) ?? null,
    setItem: (key, value) => void map.set(key, String(value)),
    removeItem: (key) => void map.delete(key),
    clear: () => map.clear(),
  };
}

/** @returns {Storage} */
export function browserStorage() {
  try {
    localStorage.setItem("aisle:probe", "1");
    localStorage.removeItem("aisle:probe");
    return localStorage;
  } catch {
    return memoryStorage();
  }
}

export class Memory {
  /**
   * @param {Storage} storage
   * @param {string} shop the address of the shop's server: one browser may talk with several
   */
  constructor(storage, shop) {
    this.storage = storage;
    this.prefix = `aisle:${shop}:`;
  }

  /** @param {string} key @returns {any} */
  read(key) {
    try {
      return JSON.parse(this.storage.getItem(this.prefix + key) ?? "null");
    } catch {
      return null;
    }
  }

  /** @param {string} key @param {unknown} value */
  write(key, value) {
    try {
      if (value === null) this.storage.removeItem(this.prefix + key);
      else this.storage.setItem(this.prefix + key, JSON.stringify(value));
    } catch {
      // A full or closed storage: the chat goes on without memory.
    }
  }

  /** @returns {Kept[]} newest first */
  conversations() {
    const list = this.read("conversations");
    return Array.isArray(list) ? list : [];
  }

  /** @returns {Kept|null} */
  current() {
    const id = this.read("current");
    return this.conversations().find((kept) => kept.id === id) ?? null;
  }

  /** @param {Kept} kept */
  keep(kept) {
    this.write("conversations", [kept, ...this.conversations().filter((other) => other.id !== kept.id)].slice(0, LONGEST_LIST));
    this.write("current", kept.id);
  }

  /** @param {string} id @param {Partial<Kept>} change */
  amend(id, change) {
    this.write("conversations", this.conversations().map((kept) => (kept.id === id ? { ...kept, ...change } : kept)));
  }

  /** @param {string|null} id */
  select(id) {
    this.write("current", id);
  }

  /** @param {string} id */
  forget(id) {
    this.write("conversations", this.conversations().filter((kept) => kept.id !== id));
    if (this.read("current") === id) this.write("current", null);
  }

  /**
   * @param {string|null} conversationId null: the conversation is still to be started
   * @param {Outgoing} item
   */
  putOutgoing(conversationId, item) {
    this.write(`out:${item.clientId}`, { ...item, conversationId, order: Date.now() });
  }

  /** @param {string} clientId */
  removeOutgoing(clientId) {
    this.write(`out:${clientId}`, null);
  }

  /**
   * @param {string|null} conversationId
   * @returns {Outgoing[]} oldest first; those that were never given a conversation come along
   */
  outgoing(conversationId) {
    const keys = Array.from({ length: this.storage.length }, (_, index) => this.storage.key(index) ?? "");
    return keys
      .filter((key) => key.startsWith(`${this.prefix}out:`))
      .map((key) => this.read(key.slice(this.prefix.length)))
      .filter((item) => item && (item.conversationId === null || item.conversationId === conversationId))
      .sort((one, other) => one.order - other.order)
      .map(({ conversationId: _, order: __, ...item }) => item);
  }
}
