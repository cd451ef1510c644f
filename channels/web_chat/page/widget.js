/**
 * The one line a shop adds: <script type="module" src="https://shop.example/widget.js"></script>
 *
 * `data-*` attributes of the script become attributes of <aisle-chat>: data-name, data-language, data-theme, data-side,
 * data-customer-token. All modules are loaded from where this file came from. A page that already holds an <aisle-chat>
 * keeps its own.
 */

import "./assets/chat/chat_element.js";

const script = [...document.scripts].find((one) => one.src === import.meta.url);

if (!document.querySelector("aisle-chat")) {
  const chat = document.createElement("aisle-chat");
  for (const [name, value] of Object.entries(script?.dataset ?? {})) {
    chat.setAttribute(name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`), value ?? "");
  }
  const put = () => document.body.append(chat);
  if (document.body) put();
  else document.addEventListener("DOMContentLoaded", put, { once: true });
}
