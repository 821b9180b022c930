// @ts-check
/** Notes about a customer: read, written, changed and deleted beside the conversation. */
import { html, nothing, repeat } from "/static/vendor/lit.js";
import { DeskElement } from "../element.js";
import { ago } from "../format.js";
import { locale, t } from "../i18n/index.js";
import { icon } from "./icons.js";
import { richText, time } from "./parts.js";

/** @import { ConversationRow, CustomerNoteRow } from "../../protocol/types.js" */

const MOST_CHARACTERS = 2000;
const SHOWN = 3;
const NEW = "new";

class CustomerNotes extends DeskElement {
  static properties = {
    row: { attribute: false },
    editing: { state: true },
    deleting: { state: true },
    isAll: { state: true },
    isBusy: { state: true },
  };

  constructor() {
    super();
    /** @type {ConversationRow} */
    this.row = /** @type {any} */ (undefined);
    /** @type {string|null} a note's id, or NEW */
    this.editing = null;
    /** @type {string|null} */
    this.deleting = null;
    this.isAll = false;
    this.isBusy = false;
  }

  get topics() {
    return [`context:${this.row.customer_id}`, "clock", "directory"];
  }

  /** @param {Map<string, any>} changed */
  willUpdate(changed) {
    const before = changed.get("row")?.customer_id;
    if (before && before !== this.row.customer_id) {
      this.editing = this.deleting = null;
      this.isAll = false;
    }
  }

  get #notes() {
    return this.desk.state.marks.get(this.row.customer_id)?.notes ?? [];
  }

  render() {
    const all = this.#notes;
    const shown = this.isAll ? all : all.slice(0, SHOWN);
    return html`${this.editing === NEW ? this.#form(null) : this.#addButton()}
      ${
        shown.length > 0
          ? html`<ul class="kept-notes">${repeat(
              shown,
              ({ id }) => id,
              (note) => this.#note(note),
            )}</ul>`
          : nothing
      }
      ${all.length > SHOWN ? this.#moreButton(all.length) : nothing}`;
  }

  #addButton() {
    return html`<button type="button" class="kept-add" @click=${() => this.#edit(NEW)}>
      ${icon("plus")}${t("customerNotes.add")}
    </button>`;
  }

  /** @param {number} count */
  #moreButton(count) {
    const label = this.isAll ? t("pane.fewerPages") : t("pane.allPages", { count });
    return html`<button type="button" class="text-button" @click=${() => (this.isAll = !this.isAll)}>${label}</button>`;
  }

  /** @param {CustomerNoteRow} note */
  #note(note) {
    if (this.editing === note.id) return html`<li>${this.#form(note)}</li>`;
    const author = this.desk.state.operators.get(note.operator_id)?.name ?? note.author_name;
    const edited = note.version > 1 ? ` · ${t("customerNotes.edited")}` : "";
    return html`<li class="kept-note">
      <p class="kept-body">${richText(note.body)}</p>
      <div class="kept-foot">
        <span class="kept-by"><bdi>${author}</bdi> · ${time(note.changed_at, ago(note.changed_at, this.desk.now, locale()))}${edited}</span>
        ${this.#mayChange(note) ? this.#acts(note) : nothing}
      </div>
      ${this.deleting === note.id ? this.#sure(note) : nothing}
    </li>`;
  }

  /** The server decides; this only spares choices that it refuses. @param {CustomerNoteRow} note */
  #mayChange({ operator_id }) {
    const { me } = this.desk;
    return operator_id === me.id || me.role !== "operator";
  }

  /** @param {CustomerNoteRow} note */
  #acts(note) {
    return html`<span class="kept-acts">
      <button type="button" class="icon-button" aria-label=${t("customerNotes.edit")} title=${t("customerNotes.edit")} @click=${() => this.#edit(note.id)}>${icon("pencil")}</button>
      <button type="button" class="icon-button" aria-label=${t("customerNotes.delete")} title=${t("customerNotes.delete")} @click=${() => this.#askToDelete(note.id)}>${icon("bin")}</button>
    </span>`;
  }

  /** @param {CustomerNoteRow} note */
  #sure(note) {
    return html`<div class="kept-sure" role="group" aria-label=${t("customerNotes.sure")}>
      <span>${t("customerNotes.sure")}</span>
      <button type="button" class="button" @click=${() => (this.deleting = null)}>${t("dialog.cancel")}</button>
      <button type="button" class="button button-bad" ?disabled=${this.isBusy} @click=${() => this.#delete(note)}>${t("customerNotes.delete")}</button>
    </div>`;
  }

  /** @param {CustomerNoteRow|null} note null for a new one */
  #form(note) {
    const { drafts } = this.desk;
    const key = note?.id ?? this.row.customer_id;
    const keep = (/** @type {InputEvent} */ event) =>
      drafts.putAbout(key, /** @type {HTMLTextAreaElement} */ (event.target).value);
    return html`<form class="kept-form" @submit=${(/** @type {Event} */ event) => this.#save(event, note)} @keydown=${this.#keys}>
      <textarea class="field" name="body" rows="3" required maxlength=${MOST_CHARACTERS} aria-label=${t("customerNotes.title")} placeholder=${t("customerNotes.placeholder")} .value=${drafts.about(key) ?? note?.body ?? ""} @input=${keep}></textarea>
      <div class="kept-buttons">
        <span class="kept-hint">${t("customerNotes.hint")}</span>
        <button type="button" class="button" @click=${this.#leave}>${t("dialog.cancel")}</button>
        <button type="submit" class="button button-main" ?disabled=${this.isBusy}>${t("customerNotes.save")}</button>
      </div>
    </form>`;
  }

  /** @param {string} id */
  async #edit(id) {
    this.editing = id;
    this.deleting = null;
    await this.updateComplete;
    const field = /** @type {HTMLTextAreaElement|null} */ (this.querySelector("textarea"));
    field?.focus();
    field?.setSelectionRange(field.value.length, field.value.length);
  }

  /** @param {string} id */
  async #askToDelete(id) {
    this.deleting = id;
    await this.updateComplete;
    /** @type {HTMLElement|null} */ (this.querySelector(".kept-sure .button"))?.focus();
  }

  /** Thought better of: what was written goes. */
  #leave() {
    this.desk.drafts.removeAbout(this.editing === NEW ? this.row.customer_id : `${this.editing}`);
    this.#close();
  }

  async #close() {
    const isHere = this.hasTheFocus;
    this.editing = null;
    await this.updateComplete;
    if (isHere) this.#focusAdding();
  }

  #focusAdding() {
    /** @type {HTMLElement|null} */ (this.querySelector(".kept-add"))?.focus();
  }

  /** @param {KeyboardEvent} event */
  #keys(event) {
    if (event.isComposing) return;
    const form = /** @type {HTMLFormElement} */ (event.currentTarget);
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
    else if (event.key === "Escape") this.#leave();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {Event} event @param {CustomerNoteRow|null} note */
  async #save(event, note) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const body = String(new FormData(form).get("body") ?? "").trim();
    if (!body || this.isBusy) return;
    const { drafts, marks } = this.desk;
    const { customer_id, id } = this.row;
    this.isBusy = true;
    const done = note
      ? body === note.body || (await marks.changeNote(note, body))
      : await marks.addNote(customer_id, id, body);
    this.isBusy = false;
    if (!done) return;
    drafts.removeAbout(note?.id ?? customer_id);
    if (customer_id === this.row.customer_id) void this.#close();
  }

  /** @param {CustomerNoteRow} note */
  async #delete(note) {
    this.isBusy = true;
    await this.desk.marks.deleteNote(note);
    this.isBusy = false;
    const isHere = this.hasTheFocus;
    this.deleting = null;
    await this.updateComplete;
    if (isHere) this.#focusAdding();
  }
}

customElements.define("customer-notes", CustomerNotes);
