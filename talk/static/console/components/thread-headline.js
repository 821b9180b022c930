// @ts-check
/** One line above the thread: what matters of this customer now, each clause a way to its evidence. */
import { html, nothing } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { headline, needsMember, wordsIn } from "../headline.js";
import { has, locale, t } from "../i18n/index.js";
import { sidebarOf } from "../sidebars.js";

/**
 * @import { ClauseRow, ConversationRow, ErrorMet } from "../../protocol/types.js"
 * @import { Facts, Held } from "../headline.js"
 */

class ThreadHeadline extends DeskElement {
  static properties = { row: { attribute: false } };

  constructor() {
    super();
    /** @type {ConversationRow} */
    this.row = /** @type {any} */ (undefined);
  }

  get topics() {
    const { id, customer_id } = this.row;
    return ["headline", "clock", "list", `thread:${id}`, `context:${customer_id}`];
  }

  render() {
    const { desk } = this;
    const { rules, isAway } = desk.clauses.of(desk.now);
    if (isAway) return this.#away();
    const clauses = headline(rules, this.#facts(rules));
    if (clauses.length === 0) return nothing;
    return html`<ul class="headline" aria-label=${t("headline.label")}>
      ${clauses.map((clause) => html`<li>${this.#clause(clause)}</li>`)}
    </ul>`;
  }

  #away() {
    const again = () => void this.desk.clauses.ask(this.desk.now);
    return html`<p class="headline headline-away" role="status">
      <span>${t("headline.failed")}</span>
      <button type="button" class="text-button" @click=${again}>${t("headline.again")}</button>
    </p>`;
  }

  /** @param {Held} clause */
  #clause({ text, block, key }) {
    const show = () =>
      this.dispatchEvent(
        new CustomEvent("show-evidence", { bubbles: true, detail: { block, key } }),
      );
    return html`<button type="button" class="clause" title=${t("headline.show", { text })} @click=${show}><bdi>${text}</bdi></button>`;
  }

  /** @param {ClauseRow[]} rules @returns {Facts} */
  #facts(rules) {
    const { desk, row } = this;
    const sidebar = needsMember(rules) ? sidebarOf(desk, row).sidebar : null;
    return {
      context: desk.state.contexts.get(row.customer_id)?.data ?? {},
      customer: sidebar?.customer ?? null,
      ...wordsIn(desk.state.threads.get(row.id)),
      tongue: { now: desk.now, locale: locale(), yes: t("pane.yes"), no: t("pane.no") },
      nameOf,
    };
  }
}

/** Words where we have some for its kind; else what stood on the page. @param {ErrorMet} error */
function nameOf({ kind, message }) {
  const key = `headline.error.${kind}`;
  return has(key) ? t(key) : message || kind;
}

customElements.define("thread-headline", ThreadHeadline);
