// @ts-check
/** What the customer does and did: the page they are on, their trail, visits, device, past. */
import { html, nothing, repeat } from "/static/vendor/lit.js";
import { ago, clockIn, languageName, moment, secondsSince, stamp } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { pastOf } from "../past.js";
import { isThere } from "../presence.js";
import { previewOf } from "../previews.js";
import { routeHref } from "../router.js";
import { address, block, facts, joined, linked, path } from "./pane-parts.js";
import { inboxDot, time } from "./parts.js";

/**
 * @import { PageSeen, PastRow } from "../../protocol/types.js"
 * @import { View } from "./pane-blocks.js"
 */

const FIRST_PAGES = 5;

/** @param {View} view */
export function nowBlock({ context, desk }) {
  const { page } = context;
  const { now } = desk;
  if (!page || !isThere(context, now)) return null;
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
    page,
  );
}

/** @param {View} view @param {typeof ago} [when] how a time is told */
export function pagesBlock({ context, desk, allPages, toggleAllPages }, when = ago) {
  const pages = context.pages ?? [];
  if (pages.length === 0) return null;
  const shown = allPages ? pages : pages.slice(0, FIRST_PAGES);
  return block(
    t("pane.pages"),
    html`<ol class="pages">
        ${repeat(
          shown,
          (page) => `${page.at} ${page.url}`,
          (page) => pageItem(page, desk.now, when),
        )}
      </ol>
      ${
        pages.length > FIRST_PAGES
          ? html`<button type="button" class="text-button" aria-expanded=${allPages ? "true" : "false"} @click=${toggleAllPages}>
            ${allPages ? t("pane.fewerPages") : t("pane.allPages", { count: pages.length })}
          </button>`
          : nothing
      }`,
    nothing,
    pages,
  );
}

/** @param {PageSeen} page @param {number} now @param {typeof ago} when */
function pageItem(page, now, when) {
  return html`<li class="page">
    <span class="page-name"><span class="page-title" title=${page.url}><bdi>${linked(page.url, page.title || path(page.url))}</bdi></span>${times(page.count)}</span>
    <span class="page-at">${time(page.at, when(page.at, now, locale()))}</span>
    <span class="page-path"><bdi>${path(page.url)}</bdi></span>
  </li>`;
}

/** How often a page was seen with no other in between. @param {number} count */
function times(count) {
  return count > 1 ? html` <span class="count">${t("pane.pageTimes", { count })}</span>` : nothing;
}

/** @param {View} view */
export function visitsBlock({ context, desk }) {
  const { visits, first_seen, last_seen, referrer, consent } = context;
  const age = (/** @type {string} */ iso) => {
    const told = new Set([stamp(iso, desk.now, locale()), ago(iso, desk.now, locale())]);
    return time(iso, [...told].join(" · ")); // both may say "yesterday"
  };
  return facts(
    t("pane.visits"),
    [
      [t("pane.visitCount"), visits ? t("pane.visitTimes", { count: visits }) : ""],
      [t("pane.firstSeen"), first_seen ? age(first_seen) : ""],
      [t("pane.lastSeen"), last_seen ? age(last_seen) : ""],
      [t("pane.referrer"), referrer ? address(referrer) : ""],
      [t("pane.consent"), consent ? t(`pane.consent.${consent}`) : ""],
    ],
    referrer,
  );
}

/** @param {View} view */
export function deviceBlock({ context, desk }) {
  const { device, screen, language, time_zone } = context;
  const clock = time_zone ? clockIn(desk.now, time_zone, locale()) : "";
  const hasKind = device && device.kind !== "unknown";
  return facts(
    t("pane.device"),
    [
      [t("pane.kind"), hasKind ? t(`pane.kind.${device.kind}`) : ""],
      [t("pane.browser"), device ? joined(device.browser, device.browser_version) : ""],
      [t("pane.os"), device ? joined(device.os, device.os_version) : ""],
      [t("pane.screen"), screen ? screen.replace("x", " × ") : ""],
      [t("pane.language"), language ? languageName(language, locale()) : ""],
      [t("pane.timeZone"), time_zone ? joined(time_zone, clock && `(${clock})`) : ""],
    ],
    [device, time_zone],
  );
}

/** @param {View} view */
export function pastBlock({ row, desk }) {
  const thread = desk.state.threads.get(row.id);
  if (!thread) return null;
  const { rows, count } = pastOf(row, thread, desk.state.conversations.values());
  if (count === 0) return null;
  return block(
    t("pane.past"),
    html`<ul class="past">${rows.map((past) => html`<li>${pastItem(past, { row, desk })}</li>`)}</ul>
      ${count > rows.length ? html`<p class="past-more">${t("pane.pastMore", { count: count - rows.length })}</p>` : nothing}`,
    html`<span class="count">${count}</span>`,
    rows.map((past) => `${past.topic} ${past.preview}`),
  );
}

/** @param {PastRow} past @param {Pick<View, "row"|"desk">} view */
function pastItem(past, { row, desk }) {
  const from = desk.route.from ?? row.id;
  const route = {
    ...desk.route,
    conversation_id: past.id,
    from: from === past.id ? null : from,
  };
  return html`<a class="past-item" href=${routeHref(route)}>
    <span class="past-preview"><bdi>${past.topic || previewOf(past)}</bdi></span>
    <span class="past-foot">
      <span class="status status-${past.status}">${t(`status.${past.status}`)}</span>
      ${past.resolved_by ? html`<bdi class="past-by">${past.resolved_by}</bdi>` : nothing}
      ${time(past.last_at, stamp(past.last_at, desk.now, locale()))}
    </span>
  </a>`;
}

/** @param {View} view */
export function conversationBlock({ row, desk }) {
  const inbox = desk.state.inboxes.get(row.inbox_id);
  const { created_at } = row;
  return facts(t("pane.conversation"), [
    [t("pane.inbox"), inbox ? html`${inboxDot(inbox)}<bdi>${inbox.name}</bdi>` : ""],
    [t("pane.began"), time(created_at, moment(created_at, desk.now, locale()))],
  ]);
}
