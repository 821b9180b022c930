// @ts-check
/** How identifiers and values of customers are called and written where two of them are compared. */
import { html, nothing } from "/static/vendor/lit.js";
import { locale, t } from "../i18n/index.js";
import { icon } from "./icons.js";

/** @import { CustomerRow } from "../../protocol/types.js" */

/** @param {"verified"|"claimed"} standing @param {string} [verifier] who vouches for it */
export function standingChip(standing, verifier = "") {
  return standing === "verified"
    ? html`<span class="chip" title=${verifier ? verifierName(verifier) : nothing}>${t("pane.verified")}</span>`
    : html`<span class="chip chip-warn">${t("pane.unverified")}</span>`;
}

/**
 * The same where there are many of them: what is verified has a tick, what is not says so.
 * @param {"verified"|"claimed"} standing
 * @param {string} [verifier] who vouches for it
 */
export function standingMark(standing, verifier = "") {
  if (standing !== "verified") return standingChip(standing);
  const words = verifier ? verifierName(verifier) : t("pane.verified");
  return html`<span class="verified" title=${words}>${icon("check")}<span class="visually-hidden">${t("pane.verified")}</span></span>`;
}

/** Every identifier of a customer, with what it is worth. @param {CustomerRow} row */
export function identifierChips({ identities, claims }) {
  const all = [
    ...identities.map((one) => ({ ...one, mark: standingMark("verified", one.verified_by) })),
    ...claims.map((one) => ({ ...one, mark: standingMark("claimed") })),
  ];
  if (all.length === 0) return nothing;
  return all.map(
    (one) => html`<div class="fact">
      <dt>${kindName(one.kind)}</dt>
      <dd class="told"><bdi>${breakable(one.value)}</bdi>${one.mark}</dd>
    </div>`,
  );
}

/** An address breaks behind its @ before it breaks anywhere. @param {string} value */
export function breakable(value) {
  const [name = "", ...host] = value.split("@");
  return host.length > 0 ? html`${name}@<wbr />${host.join("@")}` : value;
}

/** @param {unknown} value */
export function written(value) {
  if (typeof value === "boolean") return t(value ? "pane.yes" : "pane.no");
  if (typeof value === "number") return value.toLocaleString(locale());
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** @param {string} kind */
export const kindName = (kind) => known(`pane.identifier.${kind}`, kind);
/** @param {string} key */
export const traitName = (key) => known(`pane.trait.${key}`, key);
/** @param {string} verifier */
export const verifierName = (verifier) => known(`pane.verifier.${verifier}`, verifier);

/** What stands after the colon tells connections of one kind apart. @param {string} source */
export function sourceName(source) {
  const [kind = "", name] = source.split(":");
  const said = known(`pane.source.${kind}`, kind);
  return name ? `${said} (${name})` : said;
}

/**
 * Words where we have them; a site's own names stay as they are.
 * @param {string} key
 * @param {string} otherwise
 */
export function known(key, otherwise) {
  const words = t(key);
  return words === key ? otherwise : words;
}
