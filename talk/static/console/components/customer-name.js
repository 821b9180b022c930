// @ts-check
/** What the customer is called, and the way to call them otherwise. */
import { html, nothing } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { ago } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { isComposing, sends } from "../keys.js";
import { nameBefore } from "../naming.js";
import { icon } from "./icons.js";
import { sourceName } from "./pane-words.js";
import { named } from "./parts.js";

/**
 * @import { ConversationRow, CustomerRow } from "../../protocol/types.js"
 * @import { Seen } from "../naming.js"
 */

const LONGEST = 200;

class CustomerName extends DeskElement {
  static properties = {
    row: { attribute: false },
    customer: { attribute: false },
    draft: { state: true },
    isBusy: { state: true },
  };

  constructor() {
    super();
    /** @type {ConversationRow} */
    this.row = /** @type {any} */ (undefined);
    /** @type {CustomerRow|null} */
    this.customer = null;
    /** @type {string|null} null while it is only shown */
    this.draft = null;
    this.isBusy = false;
  }

  /** The name as it was when it began to be changed. @type {Seen} */
  #seen = { name: "", version: 0 };

  /** @param {Map<string, any>} changed */
  willUpdate(changed) {
    const before = changed.get("row");
    if (before && before.customer_id !== this.row.customer_id) this.draft = null;
  }

  render() {
    return this.draft === null ? this.#shown() : this.#form(this.draft);
  }

  #shown() {
    return html`<div class="person-call">
      <p class="person-name" title=${this.#source ?? nothing}>${named(this.row)}</p>
      ${
        this.#mayRename
          ? html`<button type="button" class="icon-button person-rename" aria-label=${t("name.change")} title=${t("name.change")} @click=${this.#begin}>${icon("pencil")}</button>`
          : nothing
      }
    </div>`;
  }

  /** A masked name is not overwritten blindly; who was erased has none. */
  get #mayRename() {
    const { customer, row, desk } = this;
    return Boolean(desk.naming && customer && !row.erased_at && !("name" in customer.masked));
  }

  get #source() {
    const known = this.customer?.traits.name;
    if (!known || !this.row.name) return null;
    const since = ago(known.changed_at, this.desk.now, locale());
    return t("pane.told", { source: sourceName(known.source), ago: since });
  }

  /** @param {string} draft */
  #form(draft) {
    const keep = (/** @type {InputEvent} */ event) =>
      (this.draft = /** @type {HTMLInputElement} */ (event.target).value);
    return html`<form class="name-form" @submit=${this.#save} @keydown=${this.#keys} @compositionend=${(/** @type {Event} */ event) => (this.#composedAt = event.timeStamp)}>
      <input class="field" name="name" maxlength=${LONGEST} autocomplete="off" aria-label=${t("name.label")} placeholder=${t("name.label")} .value=${draft} @input=${keep} />
      ${this.#backButton()}
      <div class="name-acts">
        <button type="button" class="button" @click=${this.#close}>${t("dialog.cancel")}</button>
        <button type="submit" class="button button-main" ?disabled=${this.isBusy}>${t("name.save")}</button>
      </div>
    </form>`;
  }

  #backButton() {
    const before = this.customer && nameBefore(this.customer);
    if (!before) return nothing;
    const { value, source } = before;
    const words = value
      ? t("name.back", { name: value, source: sourceName(source) })
      : t("name.backToNone");
    return html`<button type="button" class="text-button name-back" ?disabled=${this.isBusy} @click=${() => this.#tell(null)}><bdi>${words}</bdi></button>`;
  }

  async #begin() {
    this.#seen = this.desk.naming.seen(this.row);
    this.draft = this.row.name;
    await this.updateComplete;
    this.querySelector("input")?.select();
  }

  async #close() {
    const isHere = this.hasTheFocus;
    this.draft = null;
    await this.updateComplete;
    if (isHere) /** @type {HTMLElement|null} */ (this.querySelector(".person-rename"))?.focus();
  }

  #composedAt = Number.NEGATIVE_INFINITY;

  /** Enter that chooses a candidate of the input method saves nothing. @param {KeyboardEvent} event */
  #keys(event) {
    const times = { at: event.timeStamp, endedAt: this.#composedAt };
    if (event.key === "Enter" && !sends(event, times)) return event.preventDefault();
    if (event.key !== "Escape" || isComposing(event, times)) return;
    event.preventDefault();
    event.stopPropagation();
    void this.#close();
  }

  /** @param {Event} event */
  async #save(event) {
    event.preventDefault();
    const name = (this.draft ?? "").trim();
    if (!name || name === this.#seen.name) return this.#close();
    await this.#tell(name);
  }

  /** @param {string|null} name */
  async #tell(name) {
    if (this.isBusy) return;
    const { row } = this;
    this.isBusy = true;
    const seen = await this.desk.naming.rename(row, this.#seen, name);
    this.isBusy = false;
    if (row.customer_id !== this.row.customer_id) return;
    // Who was slower sees what is there now, and their own words still.
    if (seen) this.#seen = seen;
    else await this.#close();
  }
}

customElements.define("customer-name", CustomerName);
