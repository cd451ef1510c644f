/**
 * The words of protocol.md version 1 as this page reads them.
 *
 * Below: nothing. Above: conversation.js, session.js and both transports.
 *
 * @typedef {{amount: string, currency: string}} Money
 * @typedef {{id: string, label: string, action: string, arguments?: Record<string, unknown>}} CardAction
 * @typedef {{kind: "product"|"order"|"store"|"confirmation", id: string, title: string, subtitle?: string,
 *   image_url?: string, url?: string, price?: Money|null, availability?: string, rating?: number,
 *   actions?: CardAction[]}} Card
 * @typedef {{kind: string, id: string, title: string, quote: string}} Citation
 * @typedef {{label: string, text: string, action?: string, arguments?: Record<string, unknown>}} QuickReply
 *   an action says the same as the words, and need not be understood
 * @typedef {{variant_id: string, product_id: string, title: string, options?: Record<string, string>,
 *   quantity: number, price: Money, image_url?: string}} CartItem
 * @typedef {{items: CartItem[], total: Money|null}} Cart
 * @typedef {{seq: number, id: string, conversation_id: string, at: string, actor: {kind: string, id?: string},
 *   channel: string, type: string, data: any}} LogEvent
 * @typedef {{type: string, [field: string]: any}} Frame
 */

/** How long a message may be. The server says the same by a problem document. */
export const MESSAGE_LIMIT = 4000;

/** Close codes of protocol.md that change what the client does next. */
export const CLOSE = Object.freeze({ malformed: 4400, refused: 4401, slow: 4408, replaced: 4409, tooMany: 4429 });

/**
 * A frame, or null for what is not one: unknown input is skipped, that is how version 1 grows.
 * @param {unknown} text
 * @returns {Frame|null}
 */
export function readFrame(text) {
  if (typeof text !== "string") return null;
  try {
    const frame = JSON.parse(text);
    return frame && typeof frame === "object" && typeof frame.type === "string" ? frame : null;
  } catch {
    return null;
  }
}

/**
 * @param {QuickReply|string} reply
 * @returns {QuickReply}
 */
export function readQuickReply(reply) {
  if (typeof reply === "string") return { label: reply, text: reply };
  const said = { label: reply.label || reply.text, text: reply.text || reply.label };
  return reply.action ? { ...said, action: reply.action, arguments: reply.arguments ?? {} } : said;
}

/**
 * Whether the server may accept the very same frame later.
 * @param {string} code
 */
export function isPassing(code) {
  return /overloaded|rate|too_many|unavailable|timeout|busy|concurrent|internal/.test(code);
}
