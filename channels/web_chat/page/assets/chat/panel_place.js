/**
 * Where the panel lies: in a corner, enlarged, or the whole page of a phone, above its keyboard.
 *
 * Above: chat_element.js, and the mobile page's element, whose panel is always the page.
 */

export const PHONE = "(max-width: 640px), (max-height: 480px)";
const KEYBOARD = 100;

export class PanelPlace {
  /** @param {HTMLElement} host @param {() => HTMLElement|undefined} panel @param {() => void} moved @param {boolean} whole always the page */
  constructor(host, panel, moved, whole) {
    this.host = host;
    this.panel = panel;
    this.moved = moved;
    this.whole = whole;
    this.large = false;
    this.phone = matchMedia(PHONE);
  }

  get isPage() {
    return this.whole || this.phone.matches;
  }

  /** On a phone the panel is the page: what is behind can neither be scrolled nor reached. @param {boolean} isOpen */
  place(isOpen) {
    const panel = this.panel();
    const modal = isOpen && this.isPage;
    panel?.classList.toggle("large", this.large);
    if (!this.whole) {
      panel?.setAttribute("aria-modal", String(modal));
      for (const other of document.body.children) if (other !== this.host && !other.contains(this.host)) other.toggleAttribute("inert", modal);
    }
    document.documentElement.style.overflow = modal ? "hidden" : "";
    this.fit(isOpen);
  }

  /** The part of the page above a phone's keyboard. @param {boolean} isOpen */
  fit(isOpen) {
    const view = window.visualViewport;
    const panel = this.panel();
    if (!view || !panel) return;
    const full = isOpen && this.isPage;
    panel.style.height = full ? `${view.height}px` : "";
    panel.style.top = full ? `${view.offsetTop}px` : "";
    panel.classList.toggle("squeezed", full && view.height < window.innerHeight - KEYBOARD);
    this.moved();
  }
}
