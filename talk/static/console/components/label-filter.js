// @ts-check
/** Narrows the list to the conversations with one label, by search and keyboard. */
import { classMap, html, nothing } from "/static/vendor/lit.js";
import { t } from "../i18n/index.js";
import { routeHref } from "../router.js";
import { icon } from "./icons.js";
import { LabelMenu } from "./label-menu.js";

/** @import { LabelRow } from "../../protocol/types.js" */

class LabelFilter extends LabelMenu {
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

  get kept() {
    return this.#chosen ? [this.#chosen] : [];
  }

  clicked() {
    this.hide();
  }

  /** The chosen one again is all again. @param {LabelRow} label */
  item({ id, name, color, description }) {
    const isChosen = this.#chosen === id;
    const href = routeHref({ ...this.desk.route, label_id: isChosen ? null : id });
    return html`<a class=${classMap({ "menu-item": true, "label-item": true, [`label-${color}`]: true })} href=${href} aria-current=${isChosen ? "true" : "false"}>
      <span class="label-dot"></span>
      <span class="label-words"><bdi>${name}</bdi>${description ? html`<span class="label-about">${description}</span>` : nothing}</span>
      ${isChosen ? icon("check") : nothing}
    </a>`;
  }

  takeFirst() {
    /** @type {HTMLElement|null} */ (this.querySelector(".menu-item"))?.click();
  }
}

customElements.define("label-filter", LabelFilter);
