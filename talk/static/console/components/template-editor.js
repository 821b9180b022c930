// @ts-check
/** A card with buttons: made here, or one of the inbox's own Flex messages. */
import { html, nothing } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { t } from "../i18n/index.js";
import { cardFaults, emptyCard, fromTemplate, toTemplate } from "../line/limits.js";
import { cardForm } from "./card-form.js";
import { flexForm, flexFound } from "./flex-form.js";
import { icon } from "./icons.js";
import { templateCard } from "./said-parts.js";

/**
 * @import { TemplateRow } from "../../protocol/types.js"
 * @import { Card } from "../line/limits.js"
 * @typedef {"buttons"|"confirm"|"flex"} Tab
 */

/** @type {Tab[]} */
const TABS = ["buttons", "confirm", "flex"];

class TemplateEditor extends DeskElement {
  static properties = {
    inboxId: { attribute: false },
    tab: { state: true },
    card: { state: true },
    isTold: { state: true },
    offered: { state: true },
    chosen: { state: true },
    given: { state: true },
  };

  constructor() {
    super();
    this.inboxId = "";
    /** @type {Tab} */
    this.tab = "buttons";
    this.card = emptyCard("buttons");
    this.isTold = false;
    /** @type {TemplateRow[]|"failed"|null} the inbox's Flex messages; null: not here yet */
    this.offered = null;
    this.chosen = "";
    /** @type {Record<string, string>} */
    this.given = {};
    /** @type {(said: any) => void} */
    this.done = () => {};
  }

  /** @param {import("./line-tools.js").Extra} extra */
  show(extra) {
    const form = extra.kind === "template" ? extra.contents.type : "";
    const isCard = form === "buttons" || form === "confirm";
    this.tab = isCard ? form : form ? "flex" : "buttons";
    this.card = isCard ? fromTemplate(extra) : emptyCard("buttons");
    this.isTold = false;
    this.given = {};
    this.querySelector("dialog")?.showModal();
    void this.#load();
  }

  async #load() {
    try {
      this.offered = (await this.desk.api.get(`inboxes/${this.inboxId}/templates`)).results;
    } catch {
      this.offered = "failed";
    }
  }

  render() {
    return html`<dialog class="sheet sheet-wide line-sheet" aria-labelledby="template-title">
      <header class="sheet-head">
        <h2 id="template-title">${t("line.template")}</h2>
        <button type="button" class="icon-button" aria-label=${t("dialog.close")} title=${t("dialog.close")} @click=${this.#close}>${icon("close")}</button>
      </header>
      <form class="sheet-form sheet-long" novalidate @submit=${this.#submitted}>
        <div class="line-tabs" role="group" aria-label=${t("line.form")}>
          ${TABS.map((tab) => html`<button type="button" class="mode" aria-pressed=${tab === this.tab ? "true" : "false"} @click=${() => this.#turn(tab)}>${t(`line.form.${tab}`)}</button>`)}
        </div>
        ${this.tab === "flex" ? this.#flex() : this.#card()}
        <footer class="sheet-foot">
          <button type="button" class="button" @click=${this.#close}>${t("dialog.cancel")}</button>
          <button type="submit" class="button button-main" ?disabled=${this.tab === "flex" && !this.#found}>${t("line.attach")}</button>
        </footer>
      </form>
    </dialog>`;
  }

  #card() {
    const faults = this.isTold ? cardFaults(this.card) : [];
    return html`${cardForm(this.card, faults, (card) => {
      this.card = card;
    })}
    ${this.card.text.trim() ? html`<section class="line-preview" aria-label=${t("line.preview")}>${templateCard(toTemplate(this.card))}</section>` : nothing}`;
  }

  #flex() {
    return flexForm({
      offered: this.offered,
      chosen: this.chosen,
      given: this.given,
      isTold: this.isTold,
      again: () => void this.#load(),
      choose: (id) => {
        this.chosen = id;
        this.given = {};
        this.isTold = false;
      },
      put: (given) => {
        this.given = given;
      },
    });
  }

  get #found() {
    return Array.isArray(this.offered)
      ? this.offered.find(({ id }) => id === this.chosen)
      : undefined;
  }

  /** What is written goes along where there is a field for it. @param {Tab} tab */
  #turn(tab) {
    this.tab = tab;
    this.isTold = false;
    if (tab === "flex" || tab === this.card.form) return;
    const { choices } = emptyCard(tab);
    const kept = [...this.card.choices, ...choices].slice(0, tab === "confirm" ? 2 : 4);
    /** @type {Card} */
    this.card = { ...this.card, form: tab, choices: kept };
  }

  /** @param {SubmitEvent} event */
  #submitted(event) {
    event.preventDefault();
    event.stopPropagation();
    this.isTold = true;
    const said = this.tab === "flex" ? flexFound(this.#found, this.given) : this.#cardSaid;
    if (!said) return this.#toFault();
    this.done(said);
    return this.#close();
  }

  get #cardSaid() {
    return cardFaults(this.card).length === 0 ? toTemplate(this.card) : null;
  }

  #toFault() {
    void this.updateComplete.then(() =>
      /** @type {HTMLElement|null} */ (this.querySelector('[aria-invalid="true"]'))?.focus(),
    );
  }

  #close() {
    this.querySelector("dialog")?.close();
  }
}

customElements.define("template-editor", TemplateEditor);
