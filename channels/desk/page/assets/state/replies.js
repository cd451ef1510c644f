/** Canned replies: which fit what was typed after a slash, and what is still to be filled in. Pure. Above: the composer, the palette. */

/** @typedef {{reply_id: string, shortcut: string, title: string, texts: Record<string, string>, shared: boolean, owner: string, updated_at: string}} Reply */

/** What stands after a slash that begins the text, or null. @param {string} text @param {number} at the cursor */
export function slashed(text, at) {
  const found = /^\/([\p{L}\p{N}_-]*)$/u.exec(text.slice(0, at));
  return found && at === text.length ? found[1].toLowerCase() : null;
}

/** Those whose shortcut begins so first, then those whose title has it. @param {Reply[]} replies @param {string} typed @returns {Reply[]} */
export function fitting(replies, typed) {
  const wanted = typed.toLowerCase();
  const rank = (/** @type {Reply} */ one) => (one.shortcut.toLowerCase().startsWith(wanted) ? 0 : one.title.toLowerCase().includes(wanted) ? 1 : 2);
  return replies.filter((one) => rank(one) < 2).sort((a, b) => rank(a) - rank(b) || a.shortcut.localeCompare(b.shortcut)).slice(0, 8);
}

/** In the conversation's language where it has been written, else its first. @param {Reply} reply @param {string} language */
export function worded(reply, language) {
  return reply.texts[language.slice(0, 2)] ?? Object.values(reply.texts)[0] ?? "";
}

/** Where the first field that nobody could fill stands: [from, to], or null. @param {string} text @returns {[number, number]|null} */
export function gap(text) {
  const found = /\{[a-z_]+(\.[a-z_]+)?\}/.exec(text);
  return found ? [found.index, found.index + found[0].length] : null;
}
