// @ts-check
/** What was known of the customer at a message, in place of now, with what has changed since. */
import { html, nothing } from "/static/vendor/lit.js";
import { compare } from "../earlier.js";
import { DeskElement } from "../element.js";
import { clockOrDate, moment, money } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { isThere } from "../presence.js";
import { icon } from "./icons.js";
import { pagesBlock } from "./pane-activity.js";
import { didBlock, didName } from "./pane-doings.js";
import { address, path } from "./pane-parts.js";
import { errorsBlock, itemsBlock, orderBlock } from "./pane-shopping.js";
import { key, time } from "./parts.js";
import { excerpt } from "./said-parts.js";

/**
 * @import { CartNow, ContextData, ConversationRow, Then } from "../../protocol/types.js"
 * @import { CartCompared, Compared } from "../earlier.js"
 * @import { Looked } from "../looking-back.js"
 * @import { Drawn } from "./pane-parts.js"
 *
 * @typedef {object} Part
 * @property {string} title
 * @property {unknown} content of then; '' for nothing
 * @property {unknown} now what is different now; '' when it is the same
 * @property {string} [label] of what is different: since when
 * @property {unknown} [aside]
 */

const FIRST_NAMES = 3;

class ThenPane extends DeskElement {
  static properties = { row: { attribute: false }, allPages: { state: true } };

  constructor() {
    super();
    /** @type {ConversationRow} */
    this.row = /** @type {any} */ (undefined);
    this.allPages = false;
  }

  get topics() {
    const { looked } = this.desk.lookingBack;
    return [
      "then",
      "clock",
      `context:${this.row.customer_id}`,
      `thread:${looked?.message.conversation_id}`,
    ];
  }

  render() {
    const { looked } = this.desk.lookingBack;
    if (!looked) return nothing;
    return html`${this.#banner(looked)}${this.#body(looked)}`;
  }

  focusBanner() {
    /** @type {HTMLElement|null} */ (this.querySelector(".then-title"))?.focus();
  }

  /** @param {Looked} looked */
  #banner({ message }) {
    const thread = this.desk.state.threads.get(message.conversation_id);
    // As they are now: words may be taken back.
    const body = excerpt(thread?.messages.get(message.id) ?? message);
    const at = moment(message.created_at, this.desk.now, locale());
    return html`<div class="then-banner">
      <p class="then-title" tabindex="-1">${icon("history")}<strong>${t("then.title")}</strong>${time(message.created_at, at)}</p>
      <p class="then-quote"><bdi>${body}</bdi></p>
      <button type="button" class="button then-return" @click=${this.#end}>${t("then.return")}${key("Esc")}</button>
    </div>`;
  }

  #end() {
    this.dispatchEvent(new CustomEvent("then-ended", { bubbles: true }));
  }

  /** @param {Looked} looked */
  #body({ state, told, isGone }) {
    if (told) return this.#told(told);
    if (state === "failed") return this.#failed(isGone);
    return html`<p class="then-wait" role="status">${icon("retry")}${t(state === "slow" ? "then.slow" : "then.loading")}</p>`;
  }

  /** @param {boolean} isGone */
  #failed(isGone) {
    const again = () => void this.desk.lookingBack.retry();
    return html`<div class="then-none" role="alert">
      <p>${t(isGone ? "then.gone" : "then.failed")}</p>
      ${isGone ? nothing : html`<button type="button" class="button" @click=${again}>${t("then.again")}</button>`}
    </div>`;
  }

  /** @param {Then} then */
  #told({ is_known, context, at }) {
    if (!is_known || !context) return html`<p class="then-none">${t("then.unknown")}</p>`;
    const { desk, row } = this;
    const now = /** @type {Partial<ContextData>} */ (
      desk.state.contexts.get(row.customer_id)?.data ?? {}
    );
    const page = isThere(now, desk.now) ? (now.page ?? null) : null;
    const told = compare(/** @type {any} */ (context.data), now, at, page);
    const parts = this.#parts(told, Date.parse(at)).filter(({ content, now }) => content || now);
    if (parts.length === 0) return html`<p class="then-none">${t("then.nothing")}</p>`;
    return html`${parts.map(part)}<p class="then-rest">${t("then.rest")}</p>`;
  }

  /** @param {Compared} told @param {number} at milliseconds @returns {Part[]} */
  #parts({ page, cart, order, errors, items, pages, did, segments }, at) {
    return [
      pagePart(page, at),
      sincePart(
        t("pane.errors"),
        errorsBlock(errors.past, at, clockOrDate),
        names(errors.later, errorName),
      ),
      cartPart(cart, at),
      segmentsPart(segments),
      drawnPart(
        t("pane.order"),
        orderBlock(order.past, at, clockOrDate),
        order.isSame ? "" : bought(order.now),
      ),
      sincePart(
        t("pane.items"),
        itemsBlock(items.past, at, clockOrDate),
        names(items.later, itemName),
      ),
      sincePart(t("pane.pages"), this.#pages(pages.past, at), names(pages.later, pageName)),
      sincePart(t("pane.did"), didBlock(did.past, at, clockOrDate), names(did.later, didName)),
    ];
  }

  /** @param {Compared["pages"]["past"]} pages @param {number} at */
  #pages(pages, at) {
    const toggleAllPages = () => (this.allPages = !this.allPages);
    const view = { context: { pages }, desk: { now: at }, allPages: this.allPages, toggleAllPages };
    return pagesBlock(/** @type {any} */ (view), clockOrDate);
  }
}

/** @param {string} title @param {Drawn|null} drawn @param {unknown} now @returns {Part} */
function drawnPart(title, drawn, now) {
  return { title, content: drawn?.content ?? "", aside: drawn?.aside, now };
}

/** Of what is not replaced but grows. @param {string} title @param {Drawn|null} drawn @param {unknown} later @returns {Part} */
function sincePart(title, drawn, later) {
  return { ...drawnPart(title, drawn, later), label: t("then.since") };
}

/** @param {Compared["page"]} page @param {number} at @returns {Part} */
function pagePart({ past, now, isSame }, at) {
  const content = past
    ? html`<div class="now-page then-page">
        <p class="now-title"><bdi>${past.title || past.url}</bdi></p>
        <p class="now-url">${address(past.url)}</p>
      </div>`
    : "";
  const aside = past
    ? time(past.since, t("pane.since", { ago: clockOrDate(past.since, at, locale()) }))
    : nothing;
  const elsewhere = now ? html`<bdi>${pageName(now)}</bdi>` : t("then.away");
  return { title: t("then.page"), content, aside, now: isSame ? "" : elsewhere };
}

/** @param {CartCompared} cart @param {number} at @returns {Part} */
function cartPart({ past, now, isSame, lines, added }, at) {
  const sum = now ? cartSum(now) : t("then.cartEmpty");
  const more =
    added.length > 0
      ? html` <span class="then-names">${t("then.added")} ${names(added, itemName)}</span>`
      : "";
  return {
    title: t("pane.cart"),
    content: past ? cartLines(past, lines) : "",
    aside: past ? time(past.at, clockOrDate(past.at, at, locale())) : nothing,
    now: isSame ? "" : html`<b>${sum}</b>${more}`,
  };
}

/** @param {Compared["segments"]} segments @returns {Part} */
function segmentsPart({ past, later }) {
  const chips = past.map(({ name }) => html`<li class="chip"><bdi>${name}</bdi></li>`);
  return {
    title: t("pane.segments"),
    content: past.length > 0 ? html`<ul class="then-segments">${chips}</ul>` : "",
    aside: t("then.stillIn"),
    now: names(later, segmentName),
    label: t("then.since"),
  };
}

/** @param {CartNow} then @param {CartCompared["lines"]} lines */
function cartLines(then, lines) {
  return html`<ul class="things">
      ${lines.map(
        ({ line, fate, quantity }) => html`<li class="thing then-line-${fate}">
          <span class="thing-name" title=${line.name}><bdi>${line.name || line.item_id}</bdi></span>
          <span class="thing-price">${fate === "gone" ? html`<span class="chip chip-warn">${t("then.goneNow")}</span>` : money(line.price, then.currency, locale())}</span>
          <span class="thing-at">×${line.quantity}${fate === "changed" ? html` → <b>×${quantity}</b>` : nothing}</span>
        </li>`,
      )}
    </ul>
    <p class="sum"><span>${t("pane.pieces", { count: then.quantity })}</span><b>${money(then.total, then.currency, locale())}</b></p>`;
}

/** @param {CartNow} cart */
function cartSum({ total, currency, quantity }) {
  return `${money(total, currency, locale())} (${t("pane.pieces", { count: quantity })})`;
}

/** @param {Compared["order"]["now"]} order */
function bought(order) {
  return order
    ? html`<bdi>${order.id}</bdi> <b>${money(order.revenue, order.currency, locale())}</b>`
    : t("then.none");
}

/**
 * @template T
 * @param {T[]} things
 * @param {(thing: T) => string} nameOf
 */
function names(things, nameOf) {
  if (things.length === 0) return "";
  const [first, rest] = [things.slice(0, FIRST_NAMES), things.length - FIRST_NAMES];
  const more = rest > 0 ? ` ${t("pane.more", { count: rest })}` : "";
  return html`<bdi>${first.map(nameOf).join(t("then.comma"))}</bdi>${more}`;
}

const segmentName = (/** @type {{name: string}} */ one) => one.name;
const errorName = (/** @type {{message: string, kind: string}} */ one) => one.message || one.kind;
const itemName = (/** @type {{name: string, item_id: string}} */ one) => one.name || one.item_id;
const pageName = (/** @type {{title: string, url: string}} */ one) => one.title || path(one.url);

/** @param {Part} part */
function part({ title, content, aside, now, label = t("then.now") }) {
  return html`<section class="block then-part">
    <div class="block-head"><h3 class="block-title">${title}</h3><span class="block-aside">${aside}</span></div>
    ${content || html`<p class="then-empty">${t("then.notYet")}</p>`}
    ${now ? html`<p class="then-now"><span class="chip chip-badge">${label}</span><span>${now}</span></p>` : html`<p class="then-same">${icon("check")}${t("then.same")}</p>`}
  </section>`;
}

customElements.define("then-pane", ThenPane);
