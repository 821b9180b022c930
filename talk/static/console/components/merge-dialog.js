// @ts-check
/** Two customers side by side: which value of each is right, and why they are one person. */
import { html, nothing } from "/static/vendor/lit.js";
import { choices, taken } from "../choosing.js";
import { DeskElement } from "../element.js";
import { t } from "../i18n/index.js";
import { icon } from "./icons.js";
import { identifierChips, traitName, written } from "./pane-words.js";
import { customerAvatar, named } from "./parts.js";

/**
 * @import { CustomerRow } from "../../protocol/types.js"
 * @import { Choice, Rules, Side } from "../choosing.js"
 *
 * @typedef {{reason: string, choices: Record<string, Side>}} Decision
 */

export class MergeDialog extends DeskElement {
  static properties = { pair: { state: true } };

  constructor() {
    super();
    /** @type {[CustomerRow, CustomerRow]|null} */
    this.pair = null;
    /** @type {Rules|undefined} */
    this.rules = undefined;
    /** @type {(decision: Decision|null) => void} */
    this.answer = () => undefined;
  }

  /**
   * @param {CustomerRow} here whose conversation is shown
   * @param {CustomerRow} there
   * @param {Rules} rules
   * @returns {Promise<Decision|null>} null if they thought better
   */
  async ask(here, there, rules) {
    this.pair = [here, there];
    this.rules = rules;
    await this.updateComplete;
    this.#form?.reset();
    this.#dialog.showModal();
    return new Promise((resolve) => (this.answer = resolve));
  }

  render() {
    return html`<dialog class="sheet sheet-wide" aria-labelledby="merge-title" @close=${() => this.answer(null)}>
      <header class="sheet-head">
        <h2 id="merge-title">${t("merge.title")}</h2>
        <button type="button" class="icon-button" aria-label=${t("dialog.close")} @click=${this.#leave}>${icon("close")}</button>
      </header>
      ${this.pair ? this.#body(...this.pair) : nothing}
    </dialog>`;
  }

  /** @param {CustomerRow} here @param {CustomerRow} there */
  #body(here, there) {
    const differing = choices(here, there, this.rules);
    const rest = taken(here, there);
    return html`<form class="sheet-form sheet-long" @submit=${this.#submit}>
      <div class="merge-pair">${this.#person(here, t("same.here"))} ${this.#person(there, t("same.there"))}</div>
      ${
        differing.length > 0
          ? html`<div class="merge-choices">
            <p class="merge-lead">${t("merge.choose")}</p>
            ${differing.map((one) => this.#choice(one))}
          </div>`
          : nothing
      }
      ${rest > 0 ? html`<p class="sheet-advice">${t("merge.rest", { count: rest })}</p>` : nothing}
      <label class="sheet-field">
        <span>${t("dialog.reason")}</span>
        <textarea class="field" name="reason" rows="2" required autofocus maxlength="500" placeholder=${t("merge.reasonHint")}></textarea>
      </label>
      <footer class="sheet-foot">
        <p class="sheet-advice">${t("merge.advice")}</p>
        <button type="button" class="button" @click=${this.#leave}>${t("dialog.cancel")}</button>
        <button type="submit" class="button button-main">${t("merge.act")}</button>
      </footer>
    </form>`;
  }

  /** @param {CustomerRow} row @param {string} role */
  #person(row, role) {
    const person = { id: row.id, customer_id: row.id, name: row.name };
    return html`<div class="merge-person">
      <p class="merge-role">${role}</p>
      <p class="merge-name">${customerAvatar(person, "m")}<span>${named(person)}</span></p>
      <dl class="facts merge-facts">${identifierChips(row)}</dl>
    </div>`;
  }

  /** @param {Choice} one */
  #choice(one) {
    const name = one.key === "name" ? t("pane.trait.name") : traitName(one.key);
    return html`<fieldset class="merge-choice">
      <legend><bdi>${name}</bdi></legend>
      ${
        /** @type {Side[]} */ (["this", "other"]).map(
          (side) => html`<label class="merge-value">
          <input type="radio" name="key ${one.key}" value=${side} ?checked=${one.chosen === side} />
          <span class="merge-words"><bdi>${written(one[side])}</bdi></span>
        </label>`,
        )
      }
    </fieldset>`;
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
  }

  get #form() {
    return this.querySelector("form");
  }

  #leave() {
    this.#dialog.close();
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const told = new FormData(/** @type {HTMLFormElement} */ (this.#form));
    const reason = String(told.get("reason") ?? "").trim();
    if (!reason) return;
    /** @type {Record<string, Side>} */
    const chosen = {};
    for (const [name, side] of told) {
      if (name.startsWith("key ")) chosen[name.slice(4)] = /** @type {Side} */ (side);
    }
    this.answer({ reason, choices: chosen });
    this.#dialog.close();
  }
}

customElements.define("merge-dialog", MergeDialog);
