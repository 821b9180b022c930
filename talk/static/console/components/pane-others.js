// @ts-check
/** Sources that disagree: how many say otherwise, and on a click who says what since when. */
import { html } from "/static/vendor/lit.js";
import { ago } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { words } from "../values.js";
import { drawn } from "./pane-values.js";
import { sourceName } from "./pane-words.js";
import { time } from "./parts.js";

/** @import { Told } from "../../protocol/types.js" @import { Written } from "../values.js" */

/**
 * @param {(Told & {written: Written})[]} others the stronger first
 * @param {string} needle what is looked for: where it stands here, this is open
 * @param {number} now
 */
export function othersChip(others, needle, now) {
  const isFound =
    needle !== "" && others.some(({ written }) => words(written).toLowerCase().includes(needle));
  return html`<details class="others" ?open=${isFound}>
    <summary class="chip others-chip" title=${t("pane.othersHint")}>${t("pane.others", { count: others.length })}</summary>
    <ul class="others-list" aria-label=${t("pane.othersHint")}>${others.map(
      ({ source, changed_at, written }) => html`<li class="other">
        <span class="other-value">${drawn(written, needle)}</span>
        <span class="told-by">${sourceName(source)}・${time(changed_at, ago(changed_at, now, locale()))}</span>
      </li>`,
    )}</ul>
  </details>`;
}
