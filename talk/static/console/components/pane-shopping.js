// @ts-check
/** What the customer has in the cart, looked at, bought, and which errors they met. */
import { html, nothing, repeat } from "/static/vendor/lit.js";
import { ago, money } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { block, linked, path } from "./pane-parts.js";
import { time } from "./parts.js";

/** @import { CartNow, ErrorMet, ItemSeen, Line, OrderMade } from "../../protocol/types.js" */

const FIRST_ITEMS = 4;
const FIRST_LINES = 5;

/** How a time is told: how long ago, or otherwise. @typedef {typeof ago} When */

/** @param {ErrorMet[]} errors @param {number} now @param {When} [when] */
export function errorsBlock(errors, now, when = ago) {
  if (errors.length === 0) return null;
  return block(
    t("pane.errors"),
    html`<ul class="met">${errors.map((error) => met(error, now, when))}</ul>`,
    nothing,
    errors,
  );
}

/** @param {ErrorMet} error @param {number} now @param {When} when */
function met({ kind, message, url, at, count }, now, when) {
  return html`<li class="met-error">
    <span class="met-words"><bdi>${message || kind}</bdi>${count > 1 ? html`<span class="met-count">${t("pane.pageTimes", { count })}</span>` : nothing}</span>
    <span class="met-foot">
      ${url ? html`<bdi class="met-place" title=${url}>${path(url)}</bdi>` : nothing}${time(at, when(at, now, locale()))}
    </span>
  </li>`;
}

/** @param {CartNow | null} cart @param {number} now */
export function cartBlock(cart, now) {
  if (!cart || cart.lines.length === 0) return null;
  const { lines, quantity, total, currency, at } = cart;
  return block(
    t("pane.cart"),
    html`${lineList(lines, currency)}
      <p class="sum"><span>${t("pane.pieces", { count: quantity })}</span><b>${money(total, currency, locale())}</b></p>`,
    time(at, ago(at, now, locale())),
    cart,
  );
}

/** @param {ItemSeen[]} items @param {number} now @param {When} [when] */
export function itemsBlock(items, now, when = ago) {
  if (items.length === 0) return null;
  const item = (
    /** @type {ItemSeen} */ { item_id, name, price, url, at },
  ) => html`<li class="thing">
    <span class="thing-name" title=${url || name}><bdi>${linked(url, name || item_id)}</bdi></span>
    <span class="thing-price">${price ? money(price, "", locale()) : nothing}</span>
    <span class="thing-at">${time(at, when(at, now, locale()))}</span>
  </li>`;
  return block(
    t("pane.items"),
    html`<ul class="things">${repeat(items.slice(0, FIRST_ITEMS), ({ item_id }) => item_id, item)}</ul>`,
    items.length > FIRST_ITEMS ? t("pane.more", { count: items.length - FIRST_ITEMS }) : nothing,
    items,
  );
}

/** @param {OrderMade | null} order @param {number} now @param {When} [when] */
export function orderBlock(order, now, when = ago) {
  if (!order) return null;
  const { id, revenue, currency, lines, at } = order;
  return block(
    t("pane.order"),
    html`${lineList(lines, currency)}
      <p class="sum"><span><bdi>${id}</bdi></span><b>${money(revenue, currency, locale())}</b></p>`,
    time(at, when(at, now, locale())),
    order,
  );
}

/** @param {Line[]} lines @param {string} currency */
function lineList(lines, currency) {
  const rest = lines.length - FIRST_LINES;
  const line = (
    /** @type {Line} */ { item_id, name, price, quantity, url },
  ) => html`<li class="thing">
    <span class="thing-name" title=${url || name}><bdi>${linked(url, name || item_id)}</bdi></span>
    <span class="thing-price">${price ? money(price, currency, locale()) : nothing}</span>
    <span class="thing-at">×${quantity}</span>
  </li>`;
  return html`<ul class="things">${lines.slice(0, FIRST_LINES).map(line)}</ul>
    ${rest > 0 ? html`<p class="past-more">${t("pane.more", { count: rest })}</p>` : nothing}`;
}
