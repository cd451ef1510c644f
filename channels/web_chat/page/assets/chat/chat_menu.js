/**
 * What stands in the chat's menu, and when. Below: menu_view.js. Above: chat_element.js.
 *
 * @typedef {import("./chat_element.js").ChatElement} ChatElement
 */

import { mayAllowDisplay } from "./conversation.js";
import { MenuView } from "./menu_view.js";
import { LANGUAGES } from "./words.js";

/**
 * @param {ChatElement} chat
 * @param {import("./card_view.js").Context} context
 * @param {string} language
 */
export function chatMenu(chat, context, language) {
  const { t, session } = context;
  const now = () => session.state;
  const started = () => now().conversationId !== null;
  return new MenuView(t("menu"), [
    { label: t("talk_to_human"), icon: "person", run: () => session.act("talk_to_human", {}, t("talk_to_human")), shown: () => now().status === "assistant" },
    { label: t("back_to_assistant"), icon: "back", run: () => session.act("back_to_assistant", {}, t("back_to_assistant")), shown: () => now().status === "waiting_for_agent" },
    { label: t("new_conversation"), icon: "plus", run: () => chat.startAfresh(context), shown: started },
    { label: t("earlier"), icon: "list", run: () => chat.sheet((sheets, done) => sheets.earlierSheet(context, done)) },
    { label: t("other_device"), icon: "phone", run: () => chat.sheet((sheets, done) => sheets.deviceSheet(context, done)) },
    { label: t("sign_in"), icon: "key", run: () => chat.sheet((sheets, done) => sheets.signInSheet(context, done)), shown: () => started() && !now().identified },
    { label: t("sign_out"), icon: "key", run: () => void chat.signOut(), shown: () => now().identified },
    { label: t("your_data"), icon: "list", run: () => chat.sheet((sheets, done) => sheets.ownDataSheet(context, done)), shown: started },
    { label: t("display_allow"), icon: "screen", run: () => session.act("show_on_kiosk", { allow: true }, t("display_allow")), shown: () => mayAllowDisplay(now()) && !now().displays },
    { label: t("display_stop"), icon: "screen", run: () => session.act("show_on_kiosk", { allow: false }, t("display_stop")), shown: () => mayAllowDisplay(now()) && now().displays },
    ...chat.moreItems(context),
    { label: t("end"), icon: "star", run: () => chat.askHow(context, () => chat.freshStart()), shown: started },
  ], [
    { label: t("theme"), icon: "moon", value: session.memory.read("theme") ?? "auto", run: (value) => chat.setTheme(value),
      options: [["auto", t("theme_auto")], ["light", t("theme_light")], ["dark", t("theme_dark")]] },
    { label: t("language"), icon: "globe", value: language, run: (value) => void chat.speak(/** @type {keyof typeof LANGUAGES} */ (value)), options: Object.entries(LANGUAGES) },
  ]);
}
