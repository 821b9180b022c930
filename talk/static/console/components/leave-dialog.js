// @ts-check
/** Asks before a log-out that would take unsent words with it. */
import { html } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { t } from "../i18n/index.js";
import { icon } from "./icons.js";

class LeaveDialog extends DeskElement {
  /** @type {(isLeaving: boolean) => void} */
  #answer = () => undefined;

  /** @returns {Promise<boolean>} whether they leave all the same */
  async ask() {
    this.requestUpdate();
    await this.updateComplete;
    this.#dialog.showModal();
    return new Promise((resolve) => (this.#answer = resolve));
  }

  render() {
    return html`<dialog class="sheet" aria-labelledby="leave-title" aria-describedby="leave-advice" @close=${() => this.#answer(false)}>
      <header class="sheet-head">
        <h2 id="leave-title">${t("leave.title")}</h2>
        <button type="button" class="icon-button" aria-label=${t("dialog.close")} @click=${this.#stay}>${icon("close")}</button>
      </header>
      <div class="sheet-form">
        <p class="sheet-advice" id="leave-advice">${t("leave.advice", { count: this.desk.unsent })}</p>
        <footer class="sheet-foot">
          <button type="button" class="button" autofocus @click=${this.#stay}>${t("dialog.cancel")}</button>
          <button type="button" class="button button-bad" @click=${this.#leave}>${t("leave.act")}</button>
        </footer>
      </div>
    </dialog>`;
  }

  get #dialog() {
    return /** @type {HTMLDialogElement} */ (this.querySelector("dialog"));
  }

  #stay() {
    this.#dialog.close();
  }

  #leave() {
    this.#answer(true);
    this.#dialog.close();
  }
}

customElements.define("leave-dialog", LeaveDialog);
