// @ts-check
/** Narrows the list to the conversations with one label, by search and keyboard. */
import { classMap, html, live, nothing } from "/static/vendor/lit.js";
import { t } from "../i18n/index.js";
import { offered } from "../labels.js";
import { routeHref } from "../router.js";
import { icon } from "./icons.js";
import { PopoverElement } from "./popover.js";

/** @import { LabelRow } from "../../protocol/types.js" */

class LabelFilter extends PopoverElement {
  static properties = { needle: { state: true } };

  constructor() {
    super();
    this.needle = "";
  }

  get topics() {
    return ["directory", "route"];
  }

  get buttonLabel() {
    return t("list.filter");
  }

  get buttonClass() {
    return this.#chosen ? "icon-button filter-on" : "icon-button";
  }

  get #chosen() {
    return this.desk.route.label_id;
  }

  button() {
    return icon("label");
  }

  show() {
    this.needle = "";
    super.show();
  }

  get #offered() {
    return offered(this.desk.state.labels, this.#chosen ? [this.#chosen] : [], this.needle);
  }

  panel() {
    const found = this.#offered;
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
      <div class="menu-scroll" role="group" aria-label=${this.buttonLabel} @click=${this.hide}>
        ${found.map((label) => this.#item(label))}
        ${found.length === 0 ? html`<p class="menu-none">${t(isEmpty ? "labels.empty" : "action.none")}</p>` : nothing}
      </div>`;
  }

  /** The chosen one again is all again. @param {LabelRow} label */
  #item({ id, name, color, description }) {
    const isChosen = this.#chosen === id;
    const href = routeHref({ ...this.desk.route, label_id: isChosen ? null : id });
    return html`<a class=${classMap({ "menu-item": true, "label-item": true, [`label-${color}`]: true })} href=${href} aria-current=${isChosen ? "true" : "false"}>
      <span class="label-dot"></span>
      <span class="label-words"><bdi>${name}</bdi>${description ? html`<span class="label-about">${description}</span>` : nothing}</span>
      ${isChosen ? icon("check") : nothing}
    </a>`;
  }

  /** @param {InputEvent} event */
  #look(event) {
    this.needle = /** @type {HTMLInputElement} */ (event.target).value;
  }

  /** Enter takes the first that is found. @param {KeyboardEvent} event */
  #take(event) {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault();
    /** @type {HTMLElement|null} */ (this.querySelector(".menu-item"))?.click();
  }
}

customElements.define("label-filter", LabelFilter);
