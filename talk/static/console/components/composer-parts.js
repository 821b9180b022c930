// @ts-check
/** What stands around the words in the composer. */
import { html, nothing } from "/static/vendor/lit.js";
import { locale, t } from "../i18n/index.js";
import { icon } from "./icons.js";
import { excerpt } from "./said-parts.js";

/**
 * @import { ConversationRow, MessageRow } from "../../protocol/types.js"
 * @import { Mode } from "../drafts.js"
 * @typedef {{units: number, bubbles: number, calls: number}} Parts as the channel counts them
 */

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
 * @param {object} foot
 * @param {Mode} foot.mode
 * @param {number} foot.over how many letters there are too many
 * @param {boolean} foot.canSend
 * @param {(event: Event) => void} foot.chosen files
 * @param {string} foot.kinds of files that may be chosen
 * @param {Parts|null} foot.parts
 * @param {unknown} foot.tools of the channel
 */
export function composerFoot({ mode, over, canSend, chosen, kinds, parts, tools }) {
  const isNote = mode === "note";
  return html`<div class="composer-foot">
    ${isNote ? nothing : attachButton(chosen, kinds)}${isNote ? nothing : tools}
    ${
      over > 0
        ? html`<span class="composer-over-long" role="alert">${t("composer.tooLong", { count: over })}</span>`
        : html`<span class="composer-hint">${t("composer.hint")}</span>`
    }
    ${parts ? counted(parts) : nothing}
    <button type="submit" class=${isNote ? "button button-note" : "button button-main"} ?disabled=${!canSend}>
      ${icon(isNote ? "lock" : "send")}${t(isNote ? "composer.addNote" : "composer.send")}
    </button>
  </div>`;
}

/** What the colour of the pill tells, in words for who hears the page. @param {import("../channel.js").Standing} now */
export function nearLimit({ free, push }) {
  if (free > 0 || (push?.level !== "near" && push?.level !== "close")) return nothing;
  return html`<span class="visually-hidden" role="status">${t(`channel.hint.${push.level}`)}</span>`;
}

/** @param {Parts} parts */
function counted({ units, bubbles, calls }) {
  const text = [
    ...(units > 0
      ? [t("composer.units", { count: units, number: units.toLocaleString(locale()) })]
      : []),
    ...(bubbles > 1 ? [t("composer.bubbles", { count: bubbles })] : []),
    ...(calls > 1 ? [t("composer.calls", { count: calls })] : []),
  ];
  return html`<span class="composer-count">${text.join("・")}</span>`;
}

/**
 * The message that is answered, above the words.
 * @param {MessageRow|null} message
 * @param {boolean} isBare whether it has nothing that could quote it
 * @param {() => void} drop
 */
export function quoteStrip(message, isBare, drop) {
  return html`<div class="quote quote-draft">
    ${icon("reply")}<bdi class="quote-words">${message ? excerpt(message) : t("quote.unknown")}</bdi>
    ${isBare ? html`<span class="quote-needs" role="status">${t("quote.needsWords")}</span>` : nothing}
    <button type="button" class="icon-button icon-button-small" aria-label=${t("quote.drop")} title=${t("quote.drop")} @click=${drop}>${icon("close")}</button>
  </div>`;
}

/**
 * Instead of the composer, where the channel takes nothing.
 * @param {string} why
 * @param {ConversationRow} row
 * @param {() => void} note
 */
export function barredComposer(why, row, note) {
  const isGroup = row.channel.chat === "group" || row.channel.chat === "room";
  const text = t(`channel.${isGroup && why === "blocked" ? "left" : why}`);
  return html`<div class="composer-closed composer-barred" role="group" aria-label=${text} tabindex="-1">
    <p>${icon("alert")}<span>${text}</span></p>
    <button type="button" class="button" @click=${note}>${icon("lock")}${t("composer.note")}</button>
  </div>`;
}

/** @param {(event: Event) => void} chosen @param {string} kinds */
function attachButton(chosen, kinds) {
  return html`<label class="icon-button" title=${t("composer.attach")}>
    ${icon("clip")}<span class="visually-hidden">${t("composer.attach")}</span>
    <input type="file" class="visually-hidden" multiple accept=${kinds} @change=${chosen} />
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
