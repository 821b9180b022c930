// @ts-check
/** The segments that the customer is in: since when, and which conditions they meet. */
import { html, nothing } from "/static/vendor/lit.js";
import { ago } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { block } from "./pane-parts.js";
import { time } from "./parts.js";

/** @import { SegmentIn } from "../../protocol/types.js" @import { View } from "./pane-blocks.js" */

/** @param {View} view */
export function segmentsBlock({ context, desk }) {
  const segments = context.segments ?? [];
  if (segments.length === 0) return null;
  return block(
    t("pane.segments"),
    html`<ul class="segments-in">${segments.map((one) => segment(one, desk.now))}</ul>`,
    html`<span class="count">${segments.length}</span>`,
    segments.map(({ name, why }) => [name, why]),
  );
}

/** @param {SegmentIn} segment @param {number} now */
function segment({ name, since, why }, now) {
  return html`<li class="segment-in">
    <span class="segment-name"><bdi>${name}</bdi></span>
    <span class="page-at">${time(since, t("pane.since", { ago: ago(since, now, locale()) }))}</span>
    ${
      why.length > 0
        ? html`<ul class="segment-why" aria-label=${t("pane.segmentWhy")}>${why.map((one) => html`<li><bdi>${one}</bdi></li>`)}</ul>`
        : nothing
    }
  </li>`;
}
