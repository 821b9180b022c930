// @ts-check
/** Until when a conversation rests: a preset, a chosen time, or the customer's next words. */
import { html } from "/static/vendor/lit.js";
import { serverNow } from "../../protocol/clock.js";
import { dayKey } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { fieldValue, presets } from "../snooze.js";
import { icon } from "./icons.js";
import { PopoverElement } from "./popover.js";

/** @import { ConversationRow } from "../../protocol/types.js" */

class SnoozeMenu extends PopoverElement {
  static properties = { row: { attribute: false } };

  constructor() {
    super();
    /** @type {ConversationRow} */
    this.row = /** @type {any} */ (undefined);
  }

  get topics() {
    return [`thread:${this.row.id}`];
  }

  get isDisabled() {
    return this.desk.actions.pending.has(this.row.id);
  }

  get buttonLabel() {
    return t("action.snooze");
  }

  get buttonClass() {
    return "icon-button";
  }

  button() {
    return icon("snoozed");
  }

  panel() {
    const now = new Date(serverNow());
    return html`<p class="menu-title">${t("snooze.title")}</p>
      ${presets(now).map(({ key, until }) => this.#item(t(key), when(until, now), until))}
      ${this.#item(t("snooze.reply"), "", null)}
      <hr class="menu-line" />
      <form class="menu-form" @submit=${this.#submit}>
        <label class="menu-choice-label" for="snooze-at">${t("snooze.choose")}</label>
        <input
          id="snooze-at"
          class="field"
          type="datetime-local"
          name="at"
          required
          min=${fieldValue(now)}
        />
        <button type="submit" class="button">${t("snooze.set")}</button>
      </form>`;
  }

  /**
   * @param {string} label
   * @param {string} shown
   * @param {Date|null} until
   */
  #item(label, shown, until) {
    const snooze = () => this.desk.actions.setStatus(this.row, "snoozed", until);
    return html`<button type="button" class="menu-item" @click=${() => this.choose(snooze)}>
      <span class="menu-label">${label}</span><span class="menu-aside">${shown}</span>
    </button>`;
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const until = new Date(String(new FormData(form).get("at")));
    if (until.getTime() <= serverNow()) return;
    this.choose(() => this.desk.actions.setStatus(this.row, "snoozed", until));
  }
}

/**
 * The clock, with the weekday when it is not today.
 * @param {Date} until
 * @param {Date} now
 */
function when(until, now) {
  /** @type {Intl.DateTimeFormatOptions} */
  const clock = { hour: "numeric", minute: "2-digit" };
  const sameDay = dayKey(until) === dayKey(now);
  /** @type {Intl.DateTimeFormatOptions} */
  const options = sameDay
    ? clock
    : { ...clock, weekday: "short", month: "numeric", day: "numeric" };
  return new Intl.DateTimeFormat(locale(), options).format(until);
}

customElements.define("snooze-menu", SnoozeMenu);
