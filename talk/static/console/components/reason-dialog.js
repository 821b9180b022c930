// @ts-check
/** Asks why something is done that is audited; what cannot be undone has to be agreed to besides. */
import { html, nothing } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { t } from "../i18n/index.js";
import { icon } from "./icons.js";

/**
 * @typedef {object} Asked
 * @property {string} title
 * @property {string} advice
 * @property {string} act the words of the button
 * @property {string} [agree] what has to be ticked first
 */

export class ReasonDialog extends DeskElement {
  static properties = { asked: { state: true } };

  constructor() {
    super();
    /** @type {Asked|null} */
    this.asked = null;
    /** @type {(reason: string|null) => void} */
    this.answer = () => undefined;
  }

  /** @param {Asked} asked @returns {Promise<string|null>} the reason; null if they thought better */
  async ask(asked) {
    this.asked = asked;
    await this.updateComplete;
    this.#form.reset();
    this.#dialog.showModal();
    return new Promise((resolve) => (this.answer = resolve));
  }

  render() {
    const { title = "", advice = "", act = "", agree = "" } = this.asked ?? {};
    return html`<dialog class="sheet" aria-label=${title} @close=${() => this.answer(null)}>
      <header class="sheet-head">
        <h2>${title}</h2>
        <button type="button" class="icon-button" aria-label=${t("dialog.close")} @click=${this.#leave}>${icon("close")}</button>
      </header>
      <form class="sheet-form" @submit=${this.#submit}>
        <p class="sheet-advice">${advice}</p>
        <label class="sheet-field">
          <span>${t("dialog.reason")}</span>
          <textarea class="field" name="reason" rows="2" required autofocus maxlength="500" placeholder=${t("dialog.reasonHint")}></textarea>
        </label>
        ${agree ? html`<label class="sheet-agree"><input type="checkbox" required /><span>${agree}</span></label>` : nothing}
        <footer class="sheet-foot">
          <button type="button" class="button" @click=${this.#leave}>${t("dialog.cancel")}</button>
          <button type="submit" class="button ${agree ? "button-bad" : "button-main"}">${act}</button>
        </footer>
      </form>
    </dialog>`;
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
  }

  get #form() {
    return /** @type {HTMLFormElement} */ (this.querySelector("form"));
  }

  #leave() {
    this.#dialog.close();
  }

  /** @param {SubmitEvent} event */
  #submit(event) {
    event.preventDefault();
    const reason = String(new FormData(this.#form).get("reason") ?? "").trim();
    if (!reason) return;
    this.answer(reason);
    this.#dialog.close();
  }
}

customElements.define("reason-dialog", ReasonDialog);
