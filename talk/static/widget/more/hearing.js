// @ts-check
import { hearErrors } from "./errors.js";
import { hearDataLayer } from "./ga4.js";
import { hearKarte } from "./karte.js";
import { hearSegment } from "./segment.js";
import { makeSite } from "./site.js";

/**
 * @typedef {object} Ears
 * @property {HTMLScriptElement} tag `data-shim` names products as the inbox's `shims` do
 * @property {string} base origin of the chat server
 * @property {import("../loader/session.js").Look | null} look
 * @property {(kind: string, props: object) => void} track
 * @property {(who: object) => unknown} identify
 * @property {() => unknown} reset
 * @property {() => string | object | null} [waiting] who has been told by the site and not heard yet;
 *   loaders of before do not say
 * @property {import("../loader/drawer.js").Drawer} store
 */

/** @type {Record<string, (win: any, site: import("./site.js").Site) => void>} */
const PRODUCTS = { karte: hearKarte, ga4: hearDataLayer, segment: hearSegment };

/**
 * Tell of what goes wrong on the page, and of what it tells other products.
 * @param {Ears} ears
 */
export function hearPage({ tag, base, look, track, identify, reset, store, waiting }) {
  if (look?.errors) hearErrors(look.errors, base, (error) => track("error", error));
  const isSigning = () => typeof waiting?.() === "string";
  const site = makeSite(track, identify, reset, store, isSigning);
  const asked = new Set([...(look?.shims ?? []), ...(tag.dataset.shim ?? "").split(/[\s,]+/)]);
  for (const name of asked) if (Object.hasOwn(PRODUCTS, name)) PRODUCTS[name](window, site);
}
