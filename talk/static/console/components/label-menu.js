// @ts-check
/** A menu of labels under a field that searches them: what its two kinds have in common. */
import { html, live, nothing } from "/static/vendor/lit.js";
import { t } from "../i18n/index.js";
import { offered } from "../labels.js";
import { PopoverElement } from "./popover.js";

/** @import { LabelRow } from "../../protocol/types.js" */

export class LabelMenu extends PopoverElement {
  /** @type {import("/static/vendor/lit.js").PropertyDeclarations} */
  static properties = { needle: { state: true } };

  constructor() {
    super();
    this.needle = "";
  }

  /** @returns {string[]} which are offered though they are archived */
  get kept() {
    return [];
  }

  get offered() {
    return offered(this.desk.state.labels, this.kept, this.needle);
  }

  show() {
    this.needle = "";
    super.show();
  }

  panel() {
    const found = this.offered;
    const isEmpty = this.desk.state.labels.size === 0;
    return html`<input
        type="search"
        class="field menu-search"
        placeholder=${t("labels.search")}
        aria-label=${t("labels.search")}
        .value=${live(this.needle)}
        @input=${this.#look}
        @keydown=${this.#take}
      />
      <div class="menu-scroll" role="group" aria-label=${this.buttonLabel} @click=${this.clicked}>
        ${found.map((label) => this.item(label))}
        ${found.length === 0 ? html`<p class="menu-none">${t(isEmpty ? "labels.empty" : "action.none")}</p>` : nothing}
      </div>`;
  }

  /** Anywhere among the labels. */
  clicked() {}

  /** @param {LabelRow} _label @returns {unknown} */
  item(_label) {
    return nothing;
  }

  /** Takes the first that is found. */
  takeFirst() {}

  /** @param {InputEvent} event */
  #look(event) {
    this.needle = /** @type {HTMLInputElement} */ (event.target).value;
  }

  /** @param {KeyboardEvent} event */
  #take(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    this.takeFirst();
  }
}
