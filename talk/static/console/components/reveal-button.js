// @ts-check
/** Asks why a masked value has to be seen, and shows it for a minute; or hides it again before. */
import { html } from "/static/vendor/lit.js";
import { Refused } from "../commands.js";
import { t } from "../i18n/index.js";
import { icon } from "./icons.js";
import { PopoverElement } from "./popover.js";

/** @import { ConversationRow } from "../../protocol/types.js" */

class RevealButton extends PopoverElement {
  static properties = {
    row: { attribute: false },
    field: { attribute: false },
    isShown: { attribute: false },
  };

  constructor() {
    super();
    /** @type {ConversationRow} */
    this.row = /** @type {any} */ (undefined);
    this.field = "";
    this.isShown = false;
  }

  get buttonLabel() {
    return t(this.isShown ? "pane.hide" : "pane.reveal");
  }

  get buttonClass() {
    return "icon-button reveal";
  }

  button() {
    return icon(this.isShown ? "eyeOff" : "eye");
  }

  toggle() {
    if (this.isShown) this.desk.reveals.hide(this.row.customer_id, this.field);
    else super.toggle();
  }

  panel() {
    return html`<form class="menu-form" @submit=${this.#ask}>
      <label class="menu-choice-label" for="reason-${this.field}">${t("pane.revealWhy")}</label>
      <input class="field" id="reason-${this.field}" name="reason" required maxlength="500" autocomplete="off" />
      <p class="menu-hint">${t("pane.revealHint")}</p>
      <button type="submit" class="button button-main">${t("pane.revealNow")}</button>
    </form>`;
  }

  /** @param {SubmitEvent} event */
  #ask(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const reason = String(new FormData(form).get("reason") ?? "").trim();
    if (reason) this.choose(() => void this.#reveal(reason));
  }

  /** @param {string} reason */
  async #reveal(reason) {
    const { desk, row, field } = this;
    try {
      await desk.reveals.show(row.customer_id, field, reason, row.id);
    } catch (error) {
      const key = error instanceof Refused ? "pane.revealRefused" : "error.network";
      desk.toasts.say(key, { tone: "bad" });
    }
  }
}

customElements.define("reveal-button", RevealButton);
