// @ts-check
/** What can be done with a customer besides writing to them: confirm, give out, erase. */
import { html, nothing } from "/static/vendor/lit.js";
import { t } from "../i18n/index.js";
import { icon } from "./icons.js";
import { kindName } from "./pane-words.js";
import { PopoverElement } from "./popover.js";
import "./reason-dialog.js";

/**
 * @import { ClaimRow, ConversationRow, CustomerRow } from "../../protocol/types.js"
 * @import { Asked, ReasonDialog } from "./reason-dialog.js"
 */

class CustomerMenu extends PopoverElement {
  static properties = { row: { attribute: false }, customer: { attribute: false } };

  constructor() {
    super();
    /** @type {ConversationRow} */
    this.row = /** @type {any} */ (undefined);
    /** @type {CustomerRow|null} */
    this.customer = null;
  }

  get topics() {
    return [`context:${this.row.customer_id}`];
  }

  get buttonLabel() {
    return t("customer.menu");
  }

  get buttonClass() {
    return "icon-button";
  }

  button() {
    return icon("more");
  }

  render() {
    return html`${super.render()}<reason-dialog .desk=${this.desk}></reason-dialog>`;
  }

  panel() {
    const { role } = this.desk.me;
    return html`${this.#confirmable.map((claim) => this.#confirmItem(claim))}
      ${
        role === "operator"
          ? nothing
          : html`${this.#item("customer.exportCsv", () => this.#export("csv"))}
            ${this.#item("customer.exportJson", () => this.#export("json"))}`
      }
      ${
        role === "administrator"
          ? html`<hr class="menu-line" />${this.#item("customer.erase", () => this.#erase(), "menu-item-bad")}`
          : nothing
      }
      ${role === "operator" && this.#confirmable.length === 0 ? html`<p class="menu-none">${t("customer.nothing")}</p>` : nothing}`;
  }

  /** What is hidden cannot be vouched for. */
  get #confirmable() {
    const { claims = [], masked = {} } = this.customer ?? {};
    return claims.filter((claim) => !(claim.kind in masked));
  }

  /** @param {string} key @param {() => unknown} act @param {string} [tone] */
  #item(key, act, tone = "") {
    return html`<button type="button" class="menu-item ${tone}" @click=${() => this.choose(act)}>${t(key)}</button>`;
  }

  /** @param {ClaimRow} claim */
  #confirmItem(claim) {
    const words = t("customer.confirm", { kind: kindName(claim.kind), value: claim.value });
    return html`<button type="button" class="menu-item" @click=${() => this.choose(() => this.#confirm(claim))}>
      <span class="menu-label"><bdi>${words}</bdi></span>
    </button>`;
  }

  /** @param {ClaimRow} claim */
  async #confirm({ kind, value }) {
    const reason = await this.#ask({
      title: t("customer.confirmTitle"),
      advice: t("customer.confirmAdvice", { kind: kindName(kind), value }),
      act: t("customer.confirmAct"),
    });
    if (!reason) return;
    const body = { kind, value, reason };
    await this.#tell(
      () => this.desk.api.post(this.#path("identities"), body),
      "customer.confirmed",
    );
  }

  /** @param {"json"|"csv"} format */
  async #export(format) {
    const reason = await this.#ask({
      title: t("customer.exportTitle"),
      advice: t("customer.exportAdvice"),
      act: t("customer.exportAct"),
    });
    if (!reason) return;
    const name = `customer-${this.row.customer_id.slice(-6)}.${format}`;
    await this.#tell(async () => {
      save(await this.desk.api.file(this.#path("export"), { format, reason }), name);
    }, "customer.exported");
  }

  async #erase() {
    const reason = await this.#ask({
      title: t("customer.eraseTitle"),
      advice: t("customer.eraseAdvice"),
      agree: t("customer.eraseAgree"),
      act: t("customer.eraseAct"),
    });
    if (!reason) return;
    await this.#tell(() => this.desk.api.post(this.#path("erase"), { reason }), "customer.erased");
  }

  /** @param {string} act */
  #path(act) {
    return `customers/${this.row.customer_id}/${act}`;
  }

  /** @param {Asked} asked */
  #ask(asked) {
    return /** @type {ReasonDialog} */ (this.querySelector("reason-dialog")).ask(asked);
  }

  /** @param {() => Promise<unknown>} act @param {string} done */
  async #tell(act, done) {
    const { toasts } = this.desk;
    try {
      await act();
      toasts.say(done);
    } catch (error) {
      toasts.complain(error);
    }
  }
}

/** Hand a file to the browser's downloads. @param {Blob} file @param {string} name */
function save(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

customElements.define("customer-menu", CustomerMenu);
