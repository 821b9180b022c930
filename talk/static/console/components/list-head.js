// @ts-check
/** Above the list: which one it is, what it is narrowed to, and how long it is. */
import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../i18n/index.js";
import { routeHref } from "../router.js";
import { icon } from "./icons.js";
import "./label-filter.js";
import "./link-state.js";

/** @import { Desk } from "../desk.js" */

/**
 * @param {Desk} desk
 * @param {() => void} openNav
 */
export function listHead(desk, openNav) {
  const { view, inbox_id, label_id } = desk.route;
  const inbox = inbox_id ? desk.state.inboxes.get(inbox_id) : null;
  return html`<header class="list-head">
    <button
      type="button"
      class="icon-button only-narrow"
      aria-label=${t("nav.menu")}
      title=${t("nav.menu")}
      @click=${openNav}
    >
      ${icon("menu")}
    </button>
    <h2>${t(`view.${view}`)}</h2>
    ${inbox ? html`<span class="list-inbox"><bdi>${inbox.name}</bdi></span>` : nothing}
    ${label_id ? narrowed(desk, label_id) : nothing}
    <span class="list-count">${count(desk)}</span>
    <label-filter .desk=${desk}></label-filter>
    <link-state class="only-narrow" .desk=${desk}></link-state>
  </header>`;
}

/**
 * What the list is narrowed to, and the way back to all.
 * @param {Desk} desk
 * @param {string} id
 */
function narrowed(desk, id) {
  const { name, color } = desk.state.labels.get(id) ?? { name: "–", color: "gray" };
  const hint = t("list.unfilter", { name });
  const href = routeHref({ ...desk.route, label_id: null });
  return html`<a class=${`chip label label-${color} list-label`} href=${href} aria-label=${hint} title=${hint}>
    <span class="label-dot"></span><bdi>${name}</bdi>${icon("close")}
  </a>`;
}

/** The server counts views, not labels: of a narrowed one only what is all here is known. @param {Desk} desk */
function count({ lists }) {
  const { state, view, rows, label_id, complete } = lists.current;
  if (state !== "ready" || rows.length === 0) return nothing;
  if (label_id) return complete ? String(rows.length) : `${rows.length}+`;
  return lists.size(view);
}
