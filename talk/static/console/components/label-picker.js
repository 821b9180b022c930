// @ts-check
/**
 * Chooses the labels of a conversation or of its customer, by search and keyboard. What was chosen
 * is put when it closes: one change, one line in the thread.
 */
import { classMap, html, nothing } from "/static/vendor/lit.js";
import { t } from "../i18n/index.js";
import { MOST_LABELS, sameIds } from "../labels.js";
import { icon } from "./icons.js";
import { LabelMenu } from "./label-menu.js";

/** @import { ConversationRow, LabelRow } from "../../protocol/types.js" */

class LabelPicker extends LabelMenu {
  static properties = {
    row: { attribute: false },
    of: { type: String },
    chosen: { state: true },
  };

  constructor() {
    super();
    /** @type {ConversationRow} */
    this.row = /** @type {any} */ (undefined);
    /** @type {"conversation"|"customer"} */
    this.of = "conversation";
    /** @type {Set<string>} */
    this.chosen = new Set();
    /** Whose labels are being chosen, as they were when it opened; another may be shown by then. */
    this.seen = { row: this.row, ids: /** @type {string[]} */ ([]) };
  }

  get topics() {
    return ["directory"];
  }

  get buttonLabel() {
    return t(this.of === "customer" ? "labels.pickCustomer" : "labels.pickConversation");
  }

  get buttonClass() {
    return "icon-button label-add";
  }

  get #ids() {
    const { row, desk } = this;
    if (this.of === "conversation") return row.label_ids;
    return desk.state.marks.get(row.customer_id)?.label_ids ?? [];
  }

  button() {
    return icon("plus");
  }

  show() {
    this.seen = { row: this.row, ids: this.#ids };
    this.chosen = new Set(this.#ids);
    super.show();
  }

  /** @param {Map<string, unknown>} changed */
  updated(changed) {
    if (changed.get("open") === true && !this.open) this.#put();
  }

  #put() {
    const { row, ids } = this.seen;
    const chosen = [...this.chosen];
    if (sameIds(ids, chosen)) return;
    if (this.of === "conversation") void this.desk.actions.setLabels(row, chosen);
    else void this.desk.marks.setLabels(row.customer_id, ids, chosen);
  }

  get kept() {
    return this.seen.ids;
  }

  panel() {
    const isFull = this.chosen.size >= MOST_LABELS;
    return html`${super.panel()}
      ${isFull ? html`<p class="menu-hint label-most">${t("labels.most", { count: MOST_LABELS })}</p>` : nothing}`;
  }

  /** @param {LabelRow} label */
  item(label) {
    const isChosen = this.chosen.has(label.id);
    const isFull = !isChosen && this.chosen.size >= MOST_LABELS;
    return html`<button type="button" class=${classMap({ "menu-item": true, "label-item": true, [`label-${label.color}`]: true })} aria-pressed=${isChosen ? "true" : "false"} ?disabled=${isFull} @click=${() => this.#toggle(label.id)}>
      <span class="label-dot"></span>
      <span class="label-words">
        <bdi>${label.name}</bdi>
        ${label.is_archived ? html`<span class="label-about">${t("labels.archived")}</span>` : label.description ? html`<span class="label-about">${label.description}</span>` : nothing}
      </span>
      ${isChosen ? icon("check") : nothing}
    </button>`;
  }

  /** @param {string} id */
  #toggle(id) {
    const chosen = new Set(this.chosen);
    if (!chosen.delete(id)) chosen.add(id);
    this.chosen = chosen;
  }

  takeFirst() {
    const [first] = this.offered;
    if (!first || (this.chosen.size >= MOST_LABELS && !this.chosen.has(first.id))) return;
    this.#toggle(first.id);
    this.needle = "";
  }
}

customElements.define("label-picker", LabelPicker);
