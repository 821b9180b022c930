// @ts-check
/** Links to the company's own tools: their addresses are signed when they are followed. */
import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../i18n/index.js";
import { icon } from "./icons.js";
import { block } from "./pane-parts.js";
import { outLink } from "./parts.js";

/** @import { View } from "./pane-blocks.js" */

/** @param {View} view */
export function linksBlock({ sidebar, row }) {
  const links = sidebar?.links ?? [];
  if (links.length === 0) return null;
  return block(
    t("pane.links"),
    html`<ul class="tool-links">${links.map(
      ({ id, name, host }) =>
        html`<li class="tool-link">${outLink(
          `/api/v1/conversations/${row.id}/links/${id}`,
          html`${icon("link")}<bdi>${name}</bdi><span class="tool-host">${host}</span>`,
        )}</li>`,
    )}</ul>`,
    nothing,
    links.map(({ name, host }) => [name, host]),
  );
}
