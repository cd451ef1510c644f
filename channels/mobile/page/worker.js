/**
 * The mobile app's service worker: opens the app without a network, sends what waits, shows notifications.
 *
 * It keeps files of the app alone, all of one version; what belongs to a conversation (/v1/…) it never answers and never
 * keeps. A new version waits until the app is opened anew: an open chat is never changed under the fingers. A classic script,
 * for browsers whose workers know no modules. Above: nothing; the server writes into SHELL what is kept (shell.py).
 */

"use strict";

/** @type {{version: string, files: string[]}} */
const SHELL = /* what is kept */ null ?? { version: "none", files: [] };
const PREFIX = "aisle-mobile-";
const CACHE = PREFIX + SHELL.version;
const KEPT = new Set(SHELL.files);
const PAGES = new Set(["/m/", "/m/share"]);
const GIVE_UP = new Set([400, 401, 403, 404, 409, 410, 413, 422]);

self.addEventListener("install", (event) => event.waitUntil(fill()));
self.addEventListener("activate", (event) => event.waitUntil(clear()));
self.addEventListener("message", (event) => { if (event.data?.type === "activate") void self.skipWaiting(); });
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  const path = PAGES.has(url.pathname) ? "/m/" : url.pathname;
  if (KEPT.has(path)) event.respondWith(answer(path, event.request));
});
self.addEventListener("sync", (event) => { if (event.tag === "outbox") event.waitUntil(sendAll()); });
self.addEventListener("push", (event) => event.waitUntil(notify(event.data)));
self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data?.url));
});
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(tell({ type: "subscribe" })));

/** Past the browser's own cache, so that all files are of this version. */
async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll(SHELL.files.map((path) => new Request(path, { cache: "reload" })));
}

async function clear() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name.startsWith(PREFIX) && name !== CACHE).map((name) => caches.delete(name)));
  await self.clients.claim();
}

/** @param {string} path @param {Request} request */
async function answer(path, request) {
  const kept = await (await caches.open(CACHE)).match(path);
  return kept ?? fetch(request);
}

/** Each message once, for its client_id stays: what the app sends as well is the same message. */
async function sendAll() {
  const database = await opened();
  const [rows, tickets] = await Promise.all(["outgoing", "tickets"].map((name) => settled(database.transaction(name).objectStore(name).getAll())));
  const tokens = new Map(tickets.map(({ id, token }) => [id, token]));
  for (const row of rows.sort((one, other) => one.order - other.order)) {
    const token = tokens.get(row.conversationId);
    if (token && !row.item.failed) await send(database, row, token);
  }
  database.close();
}

/** @param {IDBDatabase} database @param {any} row @param {string} token */
async function send(database, { clientId, conversationId, item }, token) {
  const message = item.kind === "message";
  const body = message ? { client_id: clientId, text: item.text } : { client_id: clientId, action: item.action, arguments: item.arguments ?? {} };
  const path = `/v1/conversations/${encodeURIComponent(conversationId)}/${message ? "messages" : "actions"}`;
  const answered = await fetch(path, { method: "POST", headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" }, body: JSON.stringify(body) });
  if (answered.ok) await settled(database.transaction("outgoing", "readwrite").objectStore("outgoing").delete(clientId));
  else if (!GIVE_UP.has(answered.status)) throw new Error(`${answered.status}: to be tried again`);
}

/** @param {PushMessageData|null} data */
async function notify(data) {
  const told = read(data);
  const windows = await self.clients.matchAll({ type: "window" });
  if (windows.some((one) => one.visibilityState === "visible")) return;
  await self.registration.showNotification(String(told.title ?? "Aisle"), {
    body: String(told.body ?? ""), tag: String(told.tag ?? "aisle"), icon: "/m/icons/icon-192.png", badge: "/m/icons/badge.svg", data: { url: told.url } });
}

/** @param {PushMessageData|null} data */
function read(data) {
  try {
    return data?.json() ?? {};
  } catch {
    return { body: data?.text() ?? "" };
  }
}

/** The app that is open already, or a new one; never an address outside it. @param {unknown} wanted */
async function open(wanted) {
  const url = new URL(typeof wanted === "string" ? wanted : "/m/", self.location.origin);
  const inside = url.origin === self.location.origin && url.pathname.startsWith("/m/");
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const app = windows.find((one) => new URL(one.url).pathname.startsWith("/m/"));
  if (app) await app.focus();
  else await self.clients.openWindow(inside ? url.href : "/m/");
}

/** @param {object} message */
async function tell(message) {
  for (const one of await self.clients.matchAll({ type: "window" })) one.postMessage(message);
}

function opened() {
  const opening = indexedDB.open("aisle-mobile", 1);
  opening.onupgradeneeded = () => {
    opening.result.createObjectStore("outgoing", { keyPath: "clientId" });
    opening.result.createObjectStore("tickets", { keyPath: "id" });
  };
  return settled(opening);
}

/** @param {IDBRequest} request @returns {Promise<any>} */
function settled(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
