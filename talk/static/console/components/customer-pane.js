// @ts-check
/**
 * Who the customer is and what they are doing, beside the conversation: blocks as the administrator
 * laid them out and as the operator has folded and moved them. Empty blocks hide.
 */
import { html, nothing, repeat } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { ago } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { isThere } from "../presence.js";
import { sidebarOf } from "../sidebars.js";
import "./block-menu.js";
import "./customer-menu.js";
import "./customer-name.js";
import { icon } from "./icons.js";
import { layoutOf, placedBlocks } from "./pane-blocks.js";
import { customerAvatar, time } from "./parts.js";
import "./reveal-button.js";
import "./same-person.js";
import "./then-pane.js";

/**
 * @import { ContextData, ConversationRow, CustomerRow } from "../../protocol/types.js"
 * @import { Placed, View } from "./pane-blocks.js"
 */

class CustomerPane extends DeskElement {
  static properties = {
    row: { attribute: false },
    allPages: { state: true },
    needle: { state: true },
    evidence: { state: true },
  };

  constructor() {
    super();
    /** @type {ConversationRow} */
    this.row = /** @type {any} */ (undefined);
    this.allPages = false;
    /** @type {string|null} null while nothing is looked for */
    this.needle = null;
    /** @type {{block: string, key: string}|null} what a clause of the headline speaks of */
    this.evidence = null;
  }

  /** The evidence has not got the focus yet. */
  #isAwaited = false;

  get topics() {
    return [
      `context:${this.row.customer_id}`,
      `thread:${this.row.id}`,
      "list",
      "directory",
      "clock",
      "prefs",
      "then",
    ];
  }

  /** Whether the time of a message of this conversation is shown, not now. */
  get isBack() {
    return this.desk.lookingBack.looked?.message.conversation_id === this.row.id;
  }

  /**
   * Unfold the block that a clause of the headline speaks of and give it the focus.
   * @param {{block: string, key: string}} evidence
   */
  showEvidence(evidence) {
    this.needle = null;
    this.evidence = { ...evidence };
    this.#isAwaited = true;
  }

  async showThen() {
    this.requestUpdate(); // the topic's news comes a moment later
    await this.updateComplete;
    const then = /** @type {any} */ (this.querySelector("then-pane"));
    await then?.updateComplete;
    then?.focusBanner();
  }

  /** @param {Map<string, any>} changed */
  willUpdate(changed) {
    if (changed.has("row") && changed.get("row")?.id !== this.row.id) this.evidence = null;
  }

  updated() {
    if (!this.#isAwaited || !this.#isDrawn) return;
    this.#isAwaited = false;
    const section = /** @type {HTMLElement|null} */ (this.querySelector(".block-evidence"));
    const place = section ?? /** @type {HTMLElement|null} */ (this.querySelector(".pane-body"));
    place?.focus({ preventScroll: true });
    section?.scrollIntoView({ block: "nearest" });
  }

  get #isDrawn() {
    const { sidebar, isAway } = sidebarOf(this.desk, this.row);
    return Boolean(sidebar || isAway);
  }

  /** @returns {Partial<ContextData>} */
  get #context() {
    return this.desk.state.contexts.get(this.row.customer_id)?.data ?? {};
  }

  render() {
    if (this.isBack) return this.#then();
    const context = this.#context;
    const { sidebar, isAway } = sidebarOf(this.desk, this.row);
    return html`<header class="pane-head">
        <h2>${t("pane.label")}</h2>
        <button type="button" class="icon-button" aria-label=${t("pane.search")} title=${t("pane.search")} aria-expanded=${this.needle === null ? "false" : "true"} @click=${this.#toggleSearch}>
          ${icon("search")}
        </button>
        <customer-menu .desk=${this.desk} .row=${this.row} .customer=${sidebar?.customer ?? null}></customer-menu>
        ${this.#closeButton()}
      </header>
      <div class="pane-body" tabindex="-1">
        ${this.needle === null ? nothing : this.#search(this.needle)} ${this.#person(context, sidebar?.customer ?? null)}
        ${this.needle ? nothing : html`<same-person .desk=${this.desk} .row=${this.row}></same-person>`}
        ${sidebar || isAway ? this.#blocks(this.#view(context, sidebar)) : nothing}
      </div>`;
  }

  #then() {
    return html`<header class="pane-head"><h2>${t("pane.label")}</h2>${this.#closeButton()}</header>
      <div class="pane-body"><then-pane .desk=${this.desk} .row=${this.row}></then-pane></div>`;
  }

  #closeButton() {
    return html`<button type="button" class="icon-button" aria-label=${t("pane.close")} title=${t("pane.close")} @click=${this.#close}>
      ${icon("close")}
    </button>`;
  }

  /**
   * @param {Partial<ContextData>} context
   * @param {View["sidebar"]} sidebar
   * @returns {View}
   */
  #view(context, sidebar) {
    const { desk, row, allPages } = this;
    const toggleAllPages = () => (this.allPages = !this.allPages);
    const needle = (this.needle ?? "").trim().toLowerCase();
    return { desk, row, context, sidebar, needle, allPages, toggleAllPages };
  }

  #close() {
    this.dispatchEvent(new CustomEvent("toggle-pane", { bubbles: true }));
  }

  async #toggleSearch() {
    this.needle = this.needle === null ? "" : null;
    await this.updateComplete;
    /** @type {HTMLInputElement|null} */ (this.querySelector(".pane-search"))?.focus();
  }

  /** @param {string} needle */
  #search(needle) {
    const look = (/** @type {InputEvent} */ event) =>
      (this.needle = /** @type {HTMLInputElement} */ (event.target).value);
    return html`<div class="pane-find">
      <input type="search" class="field pane-search" .value=${needle} placeholder=${t("pane.searchHint")} aria-label=${t("pane.searchHint")} @input=${look} @keydown=${this.#endSearch} />
    </div>`;
  }

  /** @param {KeyboardEvent} event */
  #endSearch(event) {
    if (event.key !== "Escape" || event.isComposing) return;
    event.stopPropagation();
    void this.#toggleSearch();
  }

  /** @param {Partial<ContextData>} context @param {CustomerRow|null} customer */
  #person(context, customer) {
    const { row, desk } = this;
    const { last_seen } = context;
    const seen = last_seen ? t("pane.seen", { ago: ago(last_seen, desk.now, locale()) }) : "";
    return html`<div class="person">
      ${customerAvatar(row, "l")}
      <div class="person-words">
        <customer-name .desk=${desk} .row=${row} .customer=${customer}></customer-name>
        <p class="person-seen">
          ${
            isThere(context, desk.now)
              ? html`<span class="online-dot"></span>${t("pane.online")}`
              : last_seen
                ? time(last_seen, seen)
                : t("pane.noContext")
          }
        </p>
      </div>
    </div>`;
  }

  /** @param {View} view */
  #blocks(view) {
    const { named, others } = placedBlocks(view, this.desk.ways.get());
    if (view.needle && named.length + others.length === 0) {
      return html`<p class="pane-none">${t("pane.nothingFound")}</p>`;
    }
    this.#evidenceId = evidenceOf([...named, ...others], this.evidence);
    return html`${this.#list(named, view, named)}
    ${others.length > 0 ? html`<h3 class="pane-other">${t("pane.other")}</h3>` : nothing}
    ${this.#list(others, view, [])}`;
  }

  #evidenceId = "";

  /** @param {Placed[]} blocks @param {View} view @param {Placed[]} movable */
  #list(blocks, view, movable) {
    return repeat(
      blocks,
      ({ id }) => id,
      (block) => this.#block(block, view, movable),
    );
  }

  /** @param {Placed} block @param {View} view @param {Placed[]} movable */
  #block(block, view, movable) {
    const { drawn, id } = block;
    const isEvidence = id === this.#evidenceId;
    const isOpen = block.isOpen || isEvidence;
    return html`<section class=${isEvidence ? "block block-evidence" : "block"} tabindex=${isEvidence ? "-1" : nothing} role="group" aria-label=${drawn.title}>
      <div class="block-head">
        <h3 class="block-title"><button type="button" class="block-fold" aria-expanded=${isOpen ? "true" : "false"} @click=${() => this.#fold(id, !isOpen)}>
          ${icon("down")}<span>${drawn.title}</span>
        </button></h3>
        <block-menu .desk=${this.desk} .block=${block} .sidebar=${view.sidebar} .ids=${movable.map((one) => one.id)} .isMoved=${layoutOf(view) in this.desk.ways.get().orders} .move=${(/** @type {string[]} */ ids) => this.#order(view, ids)}></block-menu>
        <span class="block-aside">${drawn.aside}</span>
      </div>
      ${isOpen ? drawn.content : nothing}
    </section>`;
  }

  /** @param {string} id @param {boolean} isOpen */
  #fold(id, isOpen) {
    this.evidence = null;
    const ways = this.desk.ways.get();
    this.desk.ways.set({ ...ways, folds: { ...ways.folds, [id]: isOpen } });
    this.desk.touch("prefs");
  }

  /** @param {View} view @param {string[]} ids empty: as the administrator has it */
  #order(view, ids) {
    const ways = this.desk.ways.get();
    const { [layoutOf(view)]: _, ...orders } = ways.orders;
    this.desk.ways.set({
      ...ways,
      orders: ids.length > 0 ? { ...orders, [layoutOf(view)]: ids } : orders,
    });
    this.desk.touch("prefs");
  }
}

/**
 * The id of the block that a clause speaks of, "" for none.
 * @param {Placed[]} blocks
 * @param {{block: string, key: string}|null} evidence
 */
function evidenceOf(blocks, evidence) {
  if (!evidence) return "";
  const { block, key } = evidence;
  const holds = (/** @type {Placed} */ { shown }) =>
    key ? shown.fields.some((field) => isWithin(key, field.key)) : shown.kind === block;
  return blocks.find(holds)?.id ?? "";
}

/** Whether one key is the other, or in it. @param {string} key @param {string} shown */
function isWithin(key, shown) {
  return key === shown || key.startsWith(`${shown}.`) || shown.startsWith(`${key}.`);
}

customElements.define("customer-pane", CustomerPane);
