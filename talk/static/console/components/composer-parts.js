// @ts-check
/** What stands around the words in the composer. */
import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../i18n/index.js";
import { page } from "../page.js";
import { icon } from "./icons.js";

/** @import { Mode } from "../drafts.js" */

/**
 * @param {Mode} mode
 * @param {boolean} isChosen
 * @param {(mode: Mode) => void} choose
 */
export function modeButton(mode, isChosen, choose) {
  return html`<button
    type="button"
    class="mode mode-${mode}"
    aria-pressed=${isChosen ? "true" : "false"}
    @click=${() => choose(mode)}
  >
    ${icon(mode === "note" ? "lock" : "reply")}${t(`composer.${mode}`)}
  </button>`;
}

/**
 * @param {Mode} mode
 * @param {number} over how many letters there are too many
 * @param {boolean} canSend
 * @param {(event: Event) => void} chosen files
 */
export function composerFoot(mode, over, canSend, chosen) {
  const isNote = mode === "note";
  return html`<div class="composer-foot">
    ${isNote ? nothing : attachButton(chosen)}
    ${
      over > 0
        ? html`<span class="composer-over-long" role="alert">${t("composer.tooLong", { count: over })}</span>`
        : html`<span class="composer-hint">${t("composer.hint")}</span>`
    }
    <button type="submit" class=${isNote ? "button button-note" : "button button-main"} ?disabled=${!canSend}>
      ${icon(isNote ? "lock" : "send")}${t(isNote ? "composer.addNote" : "composer.send")}
    </button>
  </div>`;
}

/** @param {(event: Event) => void} chosen */
function attachButton(chosen) {
  return html`<label class="icon-button" title=${t("composer.attach")}>
    ${icon("clip")}<span class="visually-hidden">${t("composer.attach")}</span>
    <input type="file" class="visually-hidden" multiple accept=${page.fileKinds} @change=${chosen} />
  </label>`;
}

/** Instead of the composer, where the customer was erased: nobody writes there any more. */
export function endedComposer() {
  return html`<div class="composer-closed" role="status" tabindex="-1">
    <p>${icon("lock")}${t("composer.erased")}</p>
  </div>`;
}

/**
 * Instead of the composer, where the conversation is resolved.
 * @param {() => void} note
 * @param {() => void} reopen
 */
export function closedComposer(note, reopen) {
  return html`<div class="composer-closed" role="group" aria-label=${t("composer.resolved")} tabindex="-1">
    <p>${icon("resolved")}${t("composer.resolved")}</p>
    <button type="button" class="button" @click=${note}>${icon("lock")}${t("composer.note")}</button>
    <button type="button" class="button" @click=${reopen}>${icon("retry")}${t("composer.reopen")}</button>
  </div>`;
}
