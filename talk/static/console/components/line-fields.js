// @ts-check
/** The fields of what is made for LINE: counted, and told what is wrong with them. */
import { html, live, nothing } from "/static/vendor/lit.js";
import { t } from "../i18n/index.js";
import { lengthOf } from "../line/limits.js";

/** @import { Doing, Fault, Reply } from "../line/limits.js" */

/**
 * @param {object} field
 * @param {string} field.id
 * @param {string} field.label
 * @param {string} field.value
 * @param {number} field.most
 * @param {(value: string) => void} field.put
 * @param {Fault|undefined} [field.fault]
 * @param {boolean} [field.isLong]
 * @param {string} [field.hint]
 */
export function countedField({ id, label, value, most, put, fault, isLong = false, hint = "" }) {
  const typed = (/** @type {Event} */ event) =>
    put(/** @type {HTMLInputElement} */ (event.target).value);
  const count = lengthOf(value);
  const isBad = fault !== undefined;
  return html`<div class="line-field">
    <span class="line-field-head">
      <label for=${id}>${label}</label>
      <span class=${count > most ? "line-count line-count-over" : "line-count"} aria-hidden="true">${count}/${most}</span>
    </span>
    ${
      isLong
        ? html`<textarea id=${id} class="field" rows="3" .value=${live(value)} @input=${typed} aria-invalid=${isBad ? "true" : "false"} aria-describedby="${id}-told"></textarea>`
        : html`<input id=${id} class="field" .value=${live(value)} @input=${typed} aria-invalid=${isBad ? "true" : "false"} aria-describedby="${id}-told" autocomplete="off" />`
    }
    <span id="${id}-told" class=${isBad ? "line-told line-told-bad" : "line-told"}>${isBad ? faultText(fault) : hint}</span>
  </div>`;
}

/** @param {Fault} fault */
export function faultText({ why, most }) {
  return t(`line.fault.${why}`, { count: most });
}

/**
 * What a tap on a button does.
 * @param {string} id
 * @param {Doing} doing
 * @param {Doing[]} offered
 * @param {(doing: Doing) => void} put
 */
export function doingField(id, doing, offered, put) {
  const chosen = (/** @type {Event} */ event) =>
    put(/** @type {Doing} */ (/** @type {HTMLSelectElement} */ (event.target).value));
  return html`<div class="line-field">
    <span class="line-field-head"><label for=${id}>${t("line.doing")}</label></span>
    <select id=${id} class="field" @change=${chosen}>
      ${offered.map((each) => html`<option value=${each} .selected=${each === doing}>${t(`line.doing.${each}`)}</option>`)}
    </select>
    <span class="line-told">${t(`line.doing.${doing}.hint`)}</span>
  </div>`;
}

/**
 * What is said, opened or kept on a tap, if it needs to be told.
 * @param {Reply} reply
 * @param {object} field
 * @param {string} field.id
 * @param {number} field.most
 * @param {Fault|undefined} field.fault
 * @param {(value: string) => void} field.put
 */
export function valueField({ doing, value }, field) {
  if (doing !== "answer" && doing !== "text" && doing !== "uri") return nothing;
  return countedField({ ...field, label: t(`line.value.${doing}`), value });
}
