// @ts-check
/** What an operator chose for this browser. */
import { setLocale } from "./i18n/index.js";
import { page } from "./page.js";
import { browserStore, Shelf } from "./storage.js";

/** @import { View } from "./listing.js" */

/** @type {Shelf<any>} theme.js reads `sobani.pref.theme` before the first paint */
const shelf = new Shelf(browserStore(), "sobani.pref.");

/** @typedef {"system"|"light"|"dark"} Theme */

/** @returns {Theme} */
export function theme() {
  return shelf.get("theme") ?? "system";
}

/** @param {Theme} chosen */
export function setTheme(chosen) {
  shelf.put("theme", chosen);
  document.documentElement.dataset.theme = chosen;
}

/** The page's language follows the browser until the operator chooses one. */
export function startLocale() {
  applyLocale(shelf.get("locale") ?? document.documentElement.lang);
}

/** @param {"ja"|"en"} chosen */
export function chooseLocale(chosen) {
  shelf.put("locale", chosen);
  // Pages made by the server (log-in, account) follow Django's cookie.
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser
  document.cookie = `${page.languageCookie}=${chosen}; path=/; max-age=31536000; SameSite=Lax`;
  applyLocale(chosen);
}

/** @param {string} tag */
function applyLocale(tag) {
  setLocale(tag);
  document.documentElement.lang = tag.startsWith("en") ? "en" : "ja";
}

export function singleKeys() {
  return shelf.get("single_keys") ?? true;
}

/** @param {boolean} on */
export function setSingleKeys(on) {
  shelf.put("single_keys", on);
}

/** @returns {boolean|null} null while the operator has not chosen: the width decides */
export function paneOpen() {
  return shelf.get("pane");
}

/** @param {boolean} open */
export function setPaneOpen(open) {
  shelf.put("pane", open);
}

/** @returns {View} */
export function lastView() {
  return shelf.get("view") ?? "all";
}

/** @param {View} view */
export function setLastView(view) {
  shelf.put("view", view);
}
