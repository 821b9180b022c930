// @ts-check
/** What stands in the thread's place while it is not there. */
import { html } from "/static/vendor/lit.js";
import { t } from "../i18n/index.js";
import { icon } from "./icons.js";

export function loadingLog() {
  return html`<div class="log-skeleton" role="status">
    <span class="visually-hidden">${t("thread.loading")}</span>
    <i></i><i class="ours"></i><i></i><i class="ours"></i>
  </div>`;
}

/**
 * @param {{status?: number}} failure
 * @param {() => void} retry
 */
export function failedLog(failure, retry) {
  const isMissing = failure.status === 404 || failure.status === 400;
  const key = isMissing ? "thread.missing" : "thread.failed";
  return html`<div class="empty" role="alert">
    <span class="empty-icon">${icon("alert")}</span>
    <p class="empty-title">${t(key)}</p>
    <p class="empty-hint">${t(`${key}.hint`)}</p>
    <button type="button" class="button" @click=${retry}>${icon("retry")}${t("list.retry")}</button>
  </div>`;
}
