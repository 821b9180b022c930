// @ts-check
/** Who the customer is and what they are doing, beside the conversation. Empty blocks hide. */
import { html, nothing, repeat } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { ago, clockIn, languageName, moment, secondsSince, stamp } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { whoIsWho } from "../likenesses.js";
import { pastOf } from "../past.js";
import { isThere } from "../presence.js";
import { routeHref } from "../router.js";
import "./customer-menu.js";
import { icon } from "./icons.js";
import { memberBlocks } from "./pane-member.js";
import { address, block, facts, joined, linked, path } from "./pane-parts.js";
import { shoppingBlocks } from "./pane-shopping.js";
import { customerAvatar, inboxDot, named, time } from "./parts.js";
import "./same-person.js";

/** @import { ContextData, ConversationRow, PageSeen, PastRow } from "../../protocol/types.js" */

const FIRST_PAGES = 5;

class CustomerPane extends DeskElement {
  static properties = { row: { attribute: false }, allPages: { state: true } };

  constructor() {
    super();
    /** @type {ConversationRow} */
    this.row = /** @type {any} */ (undefined);
    this.allPages = false;
  }

  get topics() {
    return [
      `context:${this.row.customer_id}`,
      `thread:${this.row.id}`,
      "list",
      "directory",
      "clock",
    ];
  }

  /** @returns {Partial<ContextData>} */
  get #context() {
    return this.desk.state.contexts.get(this.row.customer_id)?.data ?? {};
  }

  render() {
    const context = this.#context;
    return html`<header class="pane-head">
        <h2>${t("pane.label")}</h2>
        <customer-menu .desk=${this.desk} .row=${this.row} .customer=${this.#customer}></customer-menu>
        <button type="button" class="icon-button" aria-label=${t("pane.close")} title=${t("pane.close")} @click=${this.#close}>
          ${icon("close")}
        </button>
      </header>
      <div class="pane-body">
        ${this.#person(context)} <same-person .desk=${this.desk} .row=${this.row}></same-person>
        ${this.#now(context)} ${memberBlocks(this.#customer, this.desk.now)}
        ${context.shopping ? shoppingBlocks(context.shopping, this.desk.now) : nothing}
        ${this.#pages(context.pages ?? [])}
        ${this.#visits(context)} ${this.#device(context)} ${this.#past()} ${this.#conversation()}
      </div>`;
  }

  #close() {
    this.dispatchEvent(new CustomEvent("toggle-pane", { bubbles: true }));
  }

  /** @param {Partial<ContextData>} context */
  #person(context) {
    const { row, desk } = this;
    const { last_seen } = context;
    const seen = last_seen ? t("pane.seen", { ago: ago(last_seen, desk.now, locale()) }) : "";
    return html`<div class="person">
      ${customerAvatar(row, "l")}
      <div class="person-words">
        <p class="person-name">${named(row)}</p>
        <p class="person-seen">
          ${
            isThere(context, desk.now)
              ? html`<span class="online-dot"></span>${t("pane.online")}`
              : last_seen
                ? time(last_seen, seen)
                : t("pane.noContext")
          }
        </p>
      </div>
    </div>`;
  }

  /** Asked for anew when who is who has changed. */
  get #customer() {
    const { id, customer_id, name } = this.row;
    const { now, members, state } = this.desk;
    return members.of(customer_id, `${name} ${whoIsWho(state.threads.get(id))}`, now);
  }

  /** @param {Partial<ContextData>} context */
  #now(context) {
    const { page } = context;
    const { now } = this.desk;
    if (!page || !isThere(context, now)) return nothing;
    const isNew = secondsSince(page.since, now) < 60; // "since now" says something else
    const since = isNew
      ? t("pane.sinceNow")
      : t("pane.since", { ago: ago(page.since, now, locale()) });
    return block(
      t("pane.now"),
      html`<div class="now-page">
        <p class="now-title"><bdi>${page.title || page.url}</bdi></p>
        <p class="now-url">${address(page.url)}</p>
      </div>`,
      time(page.since, since),
    );
  }

  /** @param {PageSeen[]} pages */
  #pages(pages) {
    if (pages.length === 0) return nothing;
    const shown = this.allPages ? pages : pages.slice(0, FIRST_PAGES);
    const toggle = () => (this.allPages = !this.allPages);
    return block(
      t("pane.pages"),
      html`<ol class="pages">
          ${repeat(
            shown,
            (page) => `${page.at} ${page.url}`,
            (page) => this.#page(page),
          )}
        </ol>
        ${
          pages.length > FIRST_PAGES
            ? html`<button type="button" class="text-button" aria-expanded=${this.allPages ? "true" : "false"} @click=${toggle}>
              ${this.allPages ? t("pane.fewerPages") : t("pane.allPages", { count: pages.length })}
            </button>`
            : nothing
        }`,
    );
  }

  /** @param {PageSeen} page */
  #page(page) {
    return html`<li class="page">
      <span class="page-title" title=${page.url}><bdi>${linked(page.url, page.title || path(page.url))}</bdi>${times(page.count)}</span>
      <span class="page-at">${time(page.at, ago(page.at, this.desk.now, locale()))}</span>
      <span class="page-path"><bdi>${path(page.url)}</bdi></span>
    </li>`;
  }

  /** @param {Partial<ContextData>} context */
  #visits({ visits, first_seen, last_seen, referrer }) {
    const { now } = this.desk;
    const age = (/** @type {string} */ iso) => {
      const told = new Set([stamp(iso, now, locale()), ago(iso, now, locale())]);
      return time(iso, [...told].join(" · ")); // both may say "yesterday"
    };
    return facts(t("pane.visits"), [
      [t("pane.visitCount"), visits ? t("pane.visitTimes", { count: visits }) : ""],
      [t("pane.firstSeen"), first_seen ? age(first_seen) : ""],
      [t("pane.lastSeen"), last_seen ? age(last_seen) : ""],
      [t("pane.referrer"), referrer ? address(referrer) : ""],
    ]);
  }

  /** @param {Partial<ContextData>} context */
  #device({ device, screen, language, time_zone }) {
    const clock = time_zone ? clockIn(this.desk.now, time_zone, locale()) : "";
    const hasKind = device && device.kind !== "unknown";
    return facts(t("pane.device"), [
      [t("pane.kind"), hasKind ? t(`pane.kind.${device.kind}`) : ""],
      [t("pane.browser"), device ? joined(device.browser, device.browser_version) : ""],
      [t("pane.os"), device ? joined(device.os, device.os_version) : ""],
      [t("pane.screen"), screen ? screen.replace("x", " × ") : ""],
      [t("pane.language"), language ? languageName(language, locale()) : ""],
      [t("pane.timeZone"), time_zone ? joined(time_zone, clock && `(${clock})`) : ""],
    ]);
  }

  #past() {
    const thread = this.desk.state.threads.get(this.row.id);
    if (!thread) return nothing;
    const { rows, count } = pastOf(this.row, thread, this.desk.state.conversations.values());
    if (count === 0) return nothing;
    return block(
      t("pane.past"),
      html`<ul class="past">${rows.map((past) => html`<li>${this.#pastItem(past)}</li>`)}</ul>
        ${count > rows.length ? html`<p class="past-more">${t("pane.pastMore", { count: count - rows.length })}</p>` : nothing}`,
      html`<span class="count">${count}</span>`,
    );
  }

  /** @param {PastRow} past */
  #pastItem(past) {
    const from = this.desk.route.from ?? this.row.id;
    const route = {
      ...this.desk.route,
      conversation_id: past.id,
      from: from === past.id ? null : from,
    };
    return html`<a class="past-item" href=${routeHref(route)}>
      <span class="past-preview"><bdi>${past.preview || t("row.attachment")}</bdi></span>
      <span class="past-foot">
        <span class="status status-${past.status}">${t(`status.${past.status}`)}</span>
        ${time(past.last_at, stamp(past.last_at, this.desk.now, locale()))}
      </span>
    </a>`;
  }

  #conversation() {
    const inbox = this.desk.state.inboxes.get(this.row.inbox_id);
    const { created_at } = this.row;
    return facts(t("pane.conversation"), [
      [t("pane.inbox"), inbox ? html`${inboxDot(inbox)}<bdi>${inbox.name}</bdi>` : ""],
      [t("pane.began"), time(created_at, moment(created_at, this.desk.now, locale()))],
    ]);
  }
}

/** How often a page was seen with no other in between. @param {number} count */
function times(count) {
  return count > 1 ? html` <span class="count">${t("pane.pageTimes", { count })}</span>` : nothing;
}

customElements.define("customer-pane", CustomerPane);
