// @ts-check
import { safely, watchGlobal } from "./globals.js";

/** @typedef {import("./site.js").Site} Site */

/** @type {Record<string, (site: Site, params: any) => void>} What else is told is not for us. */
const EVENTS = {
  view_item: (site, params) => site.viewItem(params),
  add_to_cart: (site, params) => site.changeCart(params, 1),
  remove_from_cart: (site, params) => site.changeCart(params, -1),
  view_cart: (site, params) => site.setCart(params),
  begin_checkout: (site, params) => site.setCart(params),
  purchase: (site, params) => site.order(params),
  exception: (site, { description }) => site.error("exception", description),
};

/**
 * Hear the `dataLayer`: `gtag('event', name, params)` and objects for the tag manager, those from
 * before included.
 * @param {any} win
 * @param {Site} site
 */
export function hearDataLayer(win, site) {
  const hear = (/** @type {any} */ entry) => safely(() => tell(site, entry));
  watchGlobal(win, "dataLayer", (/** @type {any[]} */ layer) => {
    for (const entry of layer) hear(entry);
    const push = layer.push;
    layer.push = function (...entries) {
      const length = push.apply(this, entries);
      entries.forEach(hear);
      return length;
    };
    return layer;
  });
}

/**
 * @param {Site} site
 * @param {any} entry the `arguments` of a gtag call, or an object
 */
function tell(site, entry) {
  if (!entry) return;
  const isCall = typeof entry.length === "number";
  const [what, name, params] = isCall ? Array.from(entry) : ["event", entry.event, inside(entry)];
  if (what === "event" && Object.hasOwn(EVENTS, name)) EVENTS[name](site, params ?? {});
  if (isCall && (what === "config" || what === "set")) introduce(site, what, name, params);
}

/** @param {any} entry */
function inside({ ecommerce, ...entry }) {
  return { ...entry, ...ecommerce };
}

/**
 * Every measurement may have ids of its own.
 * @param {Site} site
 * @param {"config" | "set"} what
 * @param {any} name
 * @param {any} params
 */
function introduce(site, what, name, params) {
  if (name === "user_properties") return site.who(params ?? {}, "ga4");
  const user_id = (typeof name === "object" ? name : params)?.user_id;
  if (user_id) site.who({ user_id }, what === "config" ? `ga4 ${name}` : "ga4");
  if (user_id === null) site.left(); // what it asks sites to say after a log-out
}
