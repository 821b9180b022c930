// @ts-check
/** The rarer changes of a conversation. */
import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../i18n/index.js";
import { icon } from "./icons.js";
import { PopoverElement } from "./popover.js";

/** @import { ConversationRow } from "../../protocol/types.js" @import { IconName } from "./icons.js" */

class StatusMenu extends PopoverElement {
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
    return t("action.more");
  }

  get buttonClass() {
    return "icon-button";
  }

  button() {
    return icon("more");
  }

  panel() {
    const { status } = this.row;
    return html`${status === "open" || status === "resolved" ? nothing : this.#item("open", "open", "action.open")}
      ${status === "pending" ? nothing : this.#item("pending", "pending", "action.pending")}
      <button type="button" class="menu-item" @click=${() => this.choose(() => this.#copy())}>
        ${icon("link")}<span class="menu-label">${t("thread.copyLink")}</span>
      </button>`;
  }

  /**
   * @param {ConversationRow["status"]} status
   * @param {IconName} picture
   * @param {string} key
   */
  #item(status, picture, key) {
    const set = () => this.desk.actions.setStatus(this.row, status);
    return html`<button type="button" class="menu-item" @click=${() => this.choose(set)}>
      ${icon(picture)}<span class="menu-label">${t(key)}</span>
    </button>`;
  }

  async #copy() {
    await navigator.clipboard.writeText(`${window.location.origin}/c/${this.row.id}`);
    this.desk.toasts.say("toast.copied");
  }
}

customElements.define("status-menu", StatusMenu);
