// @ts-check
/** What stands in the list's place while it has no rows. */
import { html } from "/static/vendor/lit.js";
import { t } from "../i18n/index.js";
import { icon } from "./icons.js";

/** @import { View } from "../listing.js" */

const SKELETONS = 7;

/** @param {View} view */
export function emptyList(view) {
  return html`<div class="empty">
    <span class="empty-icon">${icon(view)}</span>
    <p class="empty-title">${t(`empty.${view}`)}</p>
    <p class="empty-hint">${t(`empty.${view}.hint`)}</p>
  </div>`;
}

export function nothingLabelled() {
  return html`<div class="empty">
    <span class="empty-icon">${icon("label")}</span>
    <p class="empty-title">${t("empty.label")}</p>
    <p class="empty-hint">${t("empty.label.hint")}</p>
  </div>`;
}

export function loadingList() {
  return html`<div class="skeletons" role="status">
    <span class="visually-hidden">${t("list.loading")}</span>
    ${Array.from({ length: SKELETONS }, () => html`<div class="skeleton-row"><i></i><b></b><b></b></div>`)}
  </div>`;
}

/** @param {() => void} retry */
export function failedList(retry) {
  return html`<div class="empty" role="alert">
    <span class="empty-icon">${icon("alert")}</span>
    <p class="empty-title">${t("list.failed")}</p>
    <button type="button" class="button" @click=${retry}>${icon("retry")}${t("list.retry")}</button>
  </div>`;
}
