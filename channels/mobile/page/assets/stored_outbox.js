/**
 * Messages that wait, in IndexedDB: they survive a restart of the app, and the service worker can send them without it.
 *
 * Everything is read once when it is opened; from then on the answers come from memory, and changes are written through. Two
 * stores: `outgoing` (by client_id) and `tickets` (a conversation's token, for the worker). Above: mobile_element.js.
 *
 * @typedef {import("/assets/chat/conversation.js").Outgoing} Outgoing
 * @typedef {{clientId: string, conversationId: string|null, order: number, item: Outgoing}} Row
 */

export const DATABASE = "aisle-mobile";
const VERSION = 1;

export class StoredOutbox {
  /** @param {IDBDatabase} database @param {Row[]} rows @param {() => void} kept called when there is something to send */
  constructor(database, rows, kept) {
    this.database = database;
    this.rows = new Map(rows.map((row) => [row.clientId, row]));
    this.kept = kept;
    this.order = Math.max(0, ...rows.map((row) => row.order));
  }

  /** Null where this browser keeps nothing. @param {() => void} kept @returns {Promise<StoredOutbox|null>} */
  static async open(kept) {
    try {
      const opening = indexedDB.open(DATABASE, VERSION);
      opening.onupgradeneeded = () => {
        opening.result.createObjectStore("outgoing", { keyPath: "clientId" });
        opening.result.createObjectStore("tickets", { keyPath: "id" });
      };
      const database = await settled(opening);
      database.onversionchange = () => database.close();
      return new StoredOutbox(database, await settled(database.transaction("outgoing").objectStore("outgoing").getAll()), kept);
    } catch {
      return null;
    }
  }

  /** @param {string|null} conversationId @param {Outgoing} item */
  putOutgoing(conversationId, item) {
    const order = this.rows.get(item.clientId)?.order ?? (this.order += 1);
    const row = { clientId: item.clientId, conversationId, order, item };
    this.rows.set(item.clientId, row);
    this.write("outgoing", (store) => store.put(row), this.kept);
  }

  /** @param {string} clientId */
  removeOutgoing(clientId) {
    if (this.rows.delete(clientId)) this.write("outgoing", (store) => store.delete(clientId));
  }

  /** @param {string|null} conversationId @returns {Outgoing[]} */
  outgoing(conversationId) {
    return [...this.rows.values()].filter((row) => row.conversationId === null || row.conversationId === conversationId)
      .sort((one, other) => one.order - other.order).map((row) => row.item);
  }

  /** With what the worker may send for a conversation. @param {string} id @param {string} token */
  keepTicket(id, token) {
    this.write("tickets", (store) => store.put({ id, token }));
  }

  /** @param {string} id */
  forgetTicket(id) {
    this.write("tickets", (store) => store.delete(id));
  }

  /** A disk that is full costs the memory, never the chat. @param {string} name @param {(store: IDBObjectStore) => void} change @param {() => void} [done] */
  write(name, change, done) {
    try {
      const transaction = this.database.transaction(name, "readwrite");
      change(transaction.objectStore(name));
      if (done) transaction.oncomplete = done;
    } catch {
      done?.();
    }
  }
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
