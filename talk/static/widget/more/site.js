// @ts-check
import { makeNotes } from "./notes.js";
import { plain } from "./plain.js";
import { cut, itemOf, itemsOf, link, numberOf } from "./things.js";

const KIND = /^[a-z][a-z0-9_]{0,39}$/;
const MOST_ITEMS = 50; // what one activity has room for; sums are of all
const ANSWERED = /^(user_?id|e?mail|email_?address|phone|phone_?number|tel|name)$/i;

/** @typedef {import("./things.js").Thing} Thing */
/** @typedef {ReturnType<typeof makeSite>} Site */

/**
 * What a site says in any vocabulary, told in ours. Carts that are told in steps are kept between
 * the pages, so that every step tells of the whole cart.
 * @param {(kind: string, props: object) => void} track
 * @param {(who: object) => unknown} claim
 * @param {() => unknown} reset
 * @param {import("../loader/drawer.js").Drawer} drawer
 * @param {() => boolean} isSigning whether the site's own signature is on its way
 */
export function makeSite(track, claim, reset, drawer, isSigning) {
  const { notes, note } = makeNotes(drawer);

  /**
   * @param {Thing[]} items
   * @param {any} told
   */
  function tellCart(items, told) {
    const currency = cut(told.currency) || notes().currency;
    note({ items, currency });
    const quantity = items.reduce((sum, item) => sum + item.quantity, 0);
    const total = items.reduce((sum, item) => sum + item.price * item.quantity, 0);
    const status = items.length > 0;
    track("cart", { items: items.slice(0, MOST_ITEMS), total, quantity, currency, status });
  }

  return {
    /** @param {any} told one item, or what has a list of them */
    viewItem(told) {
      const listed = itemsOf(told);
      const item = listed.length ? listed[0] : itemOf(told);
      if (!item) return;
      const { quantity, variant, ...seen } = item;
      track("item_view", seen);
    },
    /** @param {any} told the whole cart */
    setCart(told) {
      tellCart(told.status === false ? [] : itemsOf(told), told);
    },
    /**
     * @param {any} told what was put in (1) or taken out (-1)
     * @param {1 | -1} sign
     */
    changeCart(told, sign) {
      const listed = itemsOf(told);
      const single = itemOf(told);
      const changed = listed.length || !single ? listed : [single];
      if (changed.length) tellCart(folded(notes().items ?? [], changed, sign), told);
    },
    /** @param {any} told */
    order(told) {
      const id = cut(told.transaction_id ?? told.order_id ?? told.id);
      const revenue = numberOf(told.revenue ?? told.value ?? told.total);
      const items = itemsOf(told).slice(0, MOST_ITEMS);
      note({ items: [] });
      track("order", { id, revenue, items, currency: cut(told.currency) });
    },
    /**
     * @param {string} kind
     * @param {unknown} message
     */
    error(kind, message) {
      track("error", { kind: cut(kind), message: plain(`${message ?? ""}`) });
    },
    /**
     * Another user id of the same product is another person, as after a log-out. Where the site
     * signs who they are, that decides.
     * @param {any} told who the visitor says they are: nobody has signed it
     * @param {string} product that was told; each may have ids of its own
     */
    who(told, product) {
      const who = introduced(told);
      const said = JSON.stringify(who);
      if (said === "{}" || said === notes().said?.[product]) return; // as on the page before
      const before = notes().ids?.[product];
      if (who.user_id && before && before !== who.user_id && !isSigning()) reset();
      if (who.user_id) note({ ids: { ...notes().ids, [product]: who.user_id } });
      if (isSigning()) return;
      note({ said: { ...notes().said, [product]: said } });
      claim(who);
    },
    /** They have logged out. Sites say so of guests as well: those stay who they are. */
    left() {
      if (drawer.get("member") || notes().ids) reset();
    },
    /**
     * @param {unknown} name in any writing: "Coupon Used" is coupon_used
     * @param {object} props
     */
    custom(name, props) {
      const kind = snake(`${name}`);
      if (KIND.test(kind)) track(kind, props);
    },
    cut,
    link,
  };
}

/**
 * The cart after a step: the same thing is one line, what is at nothing is gone.
 * @param {Thing[]} known
 * @param {Thing[]} changed
 * @param {1 | -1} sign
 */
export function folded(known, changed, sign) {
  const key = (/** @type {Thing} */ { item_id, variant }) => JSON.stringify([item_id, variant]);
  const lines = new Map(known.map((item) => [key(item), item]));
  for (const item of changed) {
    const before = lines.get(key(item));
    const quantity = (before?.quantity ?? 0) + sign * item.quantity;
    lines.set(key(item), { ...before, ...item, price: item.price || before?.price || 0, quantity });
  }
  return [...lines.values()].filter(({ quantity }) => quantity > 0);
}

/** @param {string} name */
export function snake(name) {
  return name
    .trim()
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_+|_+$/g, "")
    .toLowerCase();
}

/**
 * @param {any} told
 * @returns {Record<string, any>} as `sobani('identify', …)` takes it
 */
function introduced(told) {
  const { user_id, userId, email, mail, phone, tel, name } = told;
  const traits = Object.fromEntries(
    Object.entries(told).filter(([key, value]) => !ANSWERED.test(key) && isPlain(value)),
  );
  return {
    ...given("user_id", user_id ?? userId),
    ...given("email", email ?? mail),
    ...given("phone", phone ?? tel),
    ...given("name", name),
    ...(Object.keys(traits).length ? { traits } : {}),
  };
}

/** @param {unknown} value */
function isPlain(value) {
  return ["string", "number", "boolean"].includes(typeof value);
}

/**
 * @param {string} name
 * @param {unknown} value
 */
function given(name, value) {
  const text = typeof value === "number" ? `${value}` : value;
  return typeof text === "string" && text ? { [name]: text } : {};
}
