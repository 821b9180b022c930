// @ts-check

/**
 * @typedef {object} Thing that is sold, in our names
 * @property {string} item_id
 * @property {string} name
 * @property {number} price
 * @property {number} quantity
 * @property {string} item_url
 * @property {string} item_image_url
 * @property {string} category
 * @property {string} brand
 * @property {string} variant
 */

const LONGEST = 200;
const LONGEST_LINK = 300;

/** @param {unknown} value a text or a number */
export function cut(value) {
  return ["string", "number"].includes(typeof value) ? `${value}`.slice(0, LONGEST) : "";
}

/** @param {unknown} value half an address leads nowhere, so a long one is none */
export function link(value) {
  return typeof value === "string" && value.length <= LONGEST_LINK ? value : "";
}

/** @param {unknown} value 1200, "1200" or "1,200" */
export function numberOf(value) {
  const number = Number(typeof value === "string" ? value.replaceAll(",", "") : value);
  return Number.isFinite(number) ? number : 0;
}

/**
 * An item in the names of KARTE, GA4 and Segment, or null for what names none.
 * @param {any} told
 * @returns {Thing | null}
 */
export function itemOf(told) {
  const name = cut(told?.name ?? told?.item_name);
  const item_id = cut(told?.item_id ?? told?.product_id ?? told?.sku ?? told?.id) || name;
  if (!item_id) return null;
  return {
    item_id,
    name,
    price: numberOf(told.price),
    quantity: Math.max(0, Math.round(numberOf(told.quantity ?? 1))),
    item_url: link(told.item_url ?? told.url),
    item_image_url: link(told.item_image_url ?? told.image_url),
    category: cut(told.category ?? told.item_category ?? told.l_category_name),
    brand: cut(told.brand ?? told.item_brand ?? told.brand_name),
    variant: cut(told.variant ?? told.item_variant),
  };
}

/**
 * @param {any} told what has a list of items
 * @returns {Thing[]}
 */
export function itemsOf(told) {
  const list = told?.items ?? told?.products;
  return Array.isArray(list) ? list.map(itemOf).filter((item) => item !== null) : [];
}
