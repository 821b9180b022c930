// @ts-check
/** What else the customer did: looked for help, searched, answered, a site's own activities. */
import { html, nothing, repeat } from "/static/vendor/lit.js";
import { ago } from "../format.js";
import { has, locale, t } from "../i18n/index.js";
import { block } from "./pane-parts.js";
import { time } from "./parts.js";

/** @import { Did } from "../../protocol/types.js" */

/** @param {Did[]} did @param {number} now @param {typeof ago} [when] how a time is told */
export function didBlock(did, now, when = ago) {
  if (did.length === 0) return null;
  return block(
    t("pane.did"),
    html`<ul class="deeds">${repeat(
      did,
      ({ at, kind }) => `${at} ${kind}`,
      (one) => deed(one, now, when),
    )}</ul>`,
    nothing,
    did.map((one) => [didName(one), one.kind]),
  );
}

/** @param {Did} did @param {number} now @param {typeof ago} when */
function deed({ kind, text, at, count, hits }, now, when) {
  const name = kindOf(kind);
  return html`<li class="deed">
    <span class="deed-text"><bdi>${text || name}</bdi>${hits === 0 ? html` <span class="chip chip-warn">${t("did.noHits")}</span>` : nothing}${count > 1 ? html` <span class="count">${t("pane.pageTimes", { count })}</span>` : nothing}</span>
    <span class="page-at">${time(at, when(at, now, locale()))}</span>
    ${text ? html`<span class="deed-kind"><bdi>${name}</bdi>${hits ? t("did.hits", { count: hits }) : nothing}</span>` : nothing}
  </li>`;
}

/** In one line. @param {Did} did */
export function didName({ kind, text }) {
  return text ? `${kindOf(kind)} ${text}` : kindOf(kind);
}

/** A site's own names stay as they are. @param {string} kind */
function kindOf(kind) {
  const key = `did.${kind}`;
  return has(key) ? t(key) : kind;
}
