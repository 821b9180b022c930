// @ts-check
/** What was told of the customer: identifiers with who vouches for them, and member data. */
import { html, nothing } from "/static/vendor/lit.js";
import { ago } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { block } from "./pane-parts.js";

/** @import { CustomerRow, Known } from "../../protocol/types.js" */

const CLAIMED = "claimed.";
const SHOWN_ELSEWHERE = new Set(["name", "user_id", "email", "phone"]);

/**
 * Blocks without content hide.
 * @param {CustomerRow|null} row
 * @param {number} now
 */
export function memberBlocks(row, now) {
  if (!row) return nothing;
  return html`${identifiers(row)} ${traits(row, now)}`;
}

/** @param {CustomerRow} row */
function identifiers({ identities, claims }) {
  if (identities.length + claims.length === 0) return nothing;
  return block(
    t("pane.identifiers"),
    html`<dl class="facts">
      ${identities.map((one) => fact(kindName(one.kind), one.value, verified(one.verified_by)))}
      ${claims.map((one) => fact(kindName(one.kind), one.value, unverified()))}
    </dl>`,
  );
}

/** @param {CustomerRow} row @param {number} now */
function traits(row, now) {
  const known = Object.entries(row.traits).filter(([key]) => !SHOWN_ELSEWHERE.has(key));
  if (known.length === 0) return nothing;
  return block(
    t("pane.member"),
    html`<dl class="facts">${known.map(([key, value]) => trait(key, value, now))}</dl>`,
  );
}

/** @param {string} key @param {Known} known @param {number} now */
function trait(key, { value, source, synced_at }, now) {
  const origin = t("pane.told", { source: sourceName(source), ago: ago(synced_at, now, locale()) });
  const isClaim = key.startsWith(CLAIMED);
  const name = isClaim ? key.slice(CLAIMED.length) : key;
  return fact(traitName(name), written(value), isClaim ? unverified() : told(origin));
}

/** @param {string} name @param {string} value @param {unknown} aside */
function fact(name, value, aside) {
  return html`<div class="fact">
    <dt><bdi>${name}</bdi></dt>
    <dd class="told"><bdi>${value}</bdi>${aside}</dd>
  </div>`;
}

/** @param {string} words */
const told = (words) => html`<span class="told-by">${words}</span>`;
const unverified = () => html`<span class="chip chip-warn">${t("pane.unverified")}</span>`;
/** @param {string} verifier */
const verified = (verifier) =>
  html`<span class="chip" title=${verifierName(verifier)}>${t("pane.verified")}</span>`;

/** @param {unknown} value */
function written(value) {
  if (typeof value === "boolean") return t(value ? "pane.yes" : "pane.no");
  if (typeof value === "number") return value.toLocaleString(locale());
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** @param {string} kind */
const kindName = (kind) => known(`pane.identifier.${kind}`, kind);
/** @param {string} verifier */
const verifierName = (verifier) => known(`pane.verifier.${verifier}`, verifier);
/** @param {string} source */
const sourceName = (source) => known(`pane.source.${source.split(":")[0]}`, source);
/** @param {string} key */
const traitName = (key) => known(`pane.trait.${key}`, key);

/**
 * Words where we have them; a site's own names stay as they are.
 * @param {string} key
 * @param {string} otherwise
 */
function known(key, otherwise) {
  const words = t(key);
  return words === key ? otherwise : words;
}
