// @ts-check
/** The inbox's own Flex messages: which one, and what is filled in. */
import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../i18n/index.js";
import { filled, placesOf } from "../line/flex.js";
import { MOST_VALUE } from "../line/limits.js";
import { countedField } from "./line-fields.js";
import { templateCard } from "./said-parts.js";

/** @import { TemplateRow } from "../../protocol/types.js" */

/**
 * @param {object} form
 * @param {TemplateRow[]|"failed"|null} form.offered
 * @param {string} form.chosen
 * @param {Record<string, string>} form.given
 * @param {boolean} form.isTold
 * @param {() => void} form.again
 * @param {(id: string) => void} form.choose
 * @param {(given: Record<string, string>) => void} form.put
 */
export function flexForm({ offered, chosen, given, isTold, again, choose, put }) {
  if (offered === null)
    return html`<p class="menu-none" role="status">${t("line.flex.loading")}</p>`;
  if (offered === "failed")
    return html`<p class="menu-none" role="alert">${t("line.flex.failed")} <button type="button" class="text-button" @click=${again}>${t("outbox.retry")}</button></p>`;
  if (offered.length === 0) return html`<p class="menu-none">${t("line.flex.none")}</p>`;
  const found = offered.find(({ id }) => id === chosen);
  return html`<ul class="flex-list">${offered.map(
    (row) => html`<li>
      <button type="button" class="menu-item" aria-pressed=${row.id === chosen ? "true" : "false"} @click=${() => choose(row.id)}>
        <span class="menu-label">${row.name}</span><span class="menu-aside">${t(row.contents.type === "carousel" ? "line.flex.carousel" : "line.flex.bubble")}</span>
      </button>
    </li>`,
  )}</ul>
    ${found ? html`${places(found, given, isTold, put)}<section class="line-preview" aria-label=${t("line.preview")}>${templateCard(saidOf(found, given))}</section>` : nothing}`;
}

/**
 * @param {TemplateRow} row
 * @param {Record<string, string>} given
 * @param {boolean} isTold
 * @param {(given: Record<string, string>) => void} put
 */
function places(row, given, isTold, put) {
  return placesOf([row.alt, row.contents]).map((name, at) => {
    const value = given[name] ?? "";
    const isBad = isTold && !value.trim();
    return countedField({
      id: `flex-${at}`,
      label: name,
      value,
      most: MOST_VALUE,
      fault: isBad ? { field: name, why: "empty", most: MOST_VALUE } : undefined,
      put: (told) => put({ ...given, [name]: told }),
    });
  });
}

/** @param {TemplateRow} row @param {Record<string, string>} given */
function saidOf({ alt, contents }, given) {
  return { kind: "template", alt: filled(alt, given), contents: filled(contents, given) };
}

/**
 * What is said; null while something is not filled in.
 * @param {TemplateRow|undefined} row
 * @param {Record<string, string>} given
 */
export function flexFound(row, given) {
  if (!row) return null;
  const isWhole = placesOf([row.alt, row.contents]).every((name) => given[name]?.trim());
  return isWhole ? saidOf(row, given) : null;
}
